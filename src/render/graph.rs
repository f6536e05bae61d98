//! The way to a backend as a graph, for Graphviz and Mermaid. What is broken has another shape and its sign, not colour alone.

use super::{clean, text::some};
use crate::{
    report::{BackendTrace, State},
    rules::Hop,
};

/// The languages that graphs are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Graphviz.
    Dot,
    /// Mermaid.
    Mermaid,
}

/// Rules that are drawn; what is beyond is counted in one node.
const ROUTES: usize = 12;

struct Node {
    label: String,
    state: State,
}

/// Writes the graph of one backend.
pub fn page(trace: &BackendTrace, language: Language) -> String {
    let row = &trace.backend;
    let mut nodes =
        vec![Node { label: format!("AIServiceBackend\n{}/{}", row.namespace, row.name), state: row.health }];
    let mut edges = vec![];
    for it in trace.reached_by.iter().take(ROUTES) {
        let models = if it.models.is_empty() { String::new() } else { format!("\n{}", some(&it.models, 8)) };
        let label = format!("AIGatewayRoute {}\nrule {}{models}", it.route, it.rule);
        nodes.push(Node { label, state: row.hops.route.state });
        let route = nodes.len() - 1;
        edges.push((route, 0));
        for listener in &it.listeners {
            nodes.push(Node { label: format!("Gateway {listener}"), state: State::Ok });
            edges.push((nodes.len() - 1, route));
        }
    }
    let hidden = trace.reached_by.len().saturating_sub(ROUTES);
    if hidden > 0 {
        nodes.push(Node { label: format!("{hidden} more rules"), state: row.hops.route.state });
        edges.push((nodes.len() - 1, 0));
    }
    let mut last = 0;
    for hop in [Hop::Schema, Hop::Credential, Hop::Reference, Hop::Tls, Hop::Endpoint] {
        let Some(cell) = row.hops.get(hop).filter(|it| it.state != State::None) else { continue };
        let codes: Vec<&str> = trace.findings.iter().filter(|it| it.hop == hop).map(|it| it.code).collect();
        let codes = if codes.is_empty() { String::new() } else { format!("\n{}", codes.join(" ")) };
        nodes.push(Node { label: format!("{hop}\n{}{codes}", cell.detail), state: cell.state });
        // schema and credential belong to the backend itself; the rest is passed one after the other
        let from = if matches!(hop, Hop::Schema | Hop::Credential) { 0 } else { last };
        edges.push((from, nodes.len() - 1));
        if from == last && !matches!(hop, Hop::Schema | Hop::Credential) {
            last = nodes.len() - 1;
        }
    }
    match language {
        Language::Dot => dot(&nodes, &edges),
        Language::Mermaid => mermaid(&nodes, &edges),
    }
}

fn sign(state: State) -> &'static str {
    match state {
        State::Fail => "✖ ",
        State::Warn => "▲ ",
        State::Unknown => "? ",
        State::Ok | State::None => "",
    }
}

fn lines(node: &Node) -> Vec<String> {
    let text = format!("{}{}", sign(node.state), node.label);
    text.lines().map(|it| clean(it).into_owned()).collect()
}

fn dot(nodes: &[Node], edges: &[(usize, usize)]) -> String {
    let mut text = "digraph backend {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
    for (at, node) in nodes.iter().enumerate() {
        let label = lines(node).join("\n").replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let shape = match node.state {
            State::Fail => ", shape=octagon, color=red, penwidth=2",
            State::Warn => ", shape=hexagon, color=orange, penwidth=2",
            State::Unknown => ", style=dashed",
            State::Ok | State::None => "",
        };
        text += &format!("  n{at} [label=\"{label}\"{shape}];\n");
    }
    for (from, to) in edges {
        text += &format!("  n{from} -> n{to};\n");
    }
    text + "}\n"
}

fn mermaid(nodes: &[Node], edges: &[(usize, usize)]) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (at, node) in nodes.iter().enumerate() {
        let label = lines(node).join("<br/>").replace('"', "#quot;").replace('`', "#96;");
        let (open, close) = match node.state {
            State::Fail => ("{{", "}}"),
            State::Warn => ("[/", "/]"),
            State::Unknown => ("(", ")"),
            State::Ok | State::None => ("[", "]"),
        };
        text += &format!("  n{at}{open}\"{label}\"{close}\n");
    }
    for (from, to) in edges {
        text += &format!("  n{from} --> n{to}\n");
    }
    for (class, paint, state) in [
        ("fail", "stroke:red,stroke-width:3px", State::Fail),
        ("warn", "stroke:orange,stroke-width:3px", State::Warn),
    ] {
        let of_state: Vec<String> = nodes
            .iter()
            .enumerate()
            .filter(|(_, it)| it.state == state)
            .map(|(at, _)| format!("n{at}"))
            .collect();
        if !of_state.is_empty() {
            text += &format!("  classDef {class} {paint}\n  class {} {class}\n", of_state.join(","));
        }
    }
    text
}
