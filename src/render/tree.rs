//! The way to a backend as a tree, and what it puts on the wire.

use super::{Style, clean, text::wrap};
use crate::{
    report::{BackendTrace, Sent, Severity, State},
    rules::Hop,
};

/// Shows the trace of one backend.
pub fn page(trace: &BackendTrace, style: Style) -> String {
    let row = &trace.backend;
    let state = |state: State| style.state(state, &style.sign(state).to_string());
    let versions: Vec<String> =
        [("AI Gateway", &trace.platform.ai_gateway), ("Envoy Gateway", &trace.platform.envoy_gateway)]
            .into_iter()
            .filter_map(|(name, version)| Some(format!("{name} {}", version.as_ref()?)))
            .collect();
    let name = clean(&format!("{}/{}", row.namespace, row.name)).into_owned();
    let health = style.state(row.health, &format!("{} {}", style.sign(row.health), row.health.word()));
    let mut text = format!(
        "{} {} {health}  {}\n",
        style.bold(&name),
        style.dot(),
        style.dim(&clean(&versions.join(", ")))
    );
    let mut branches: Vec<(String, Vec<String>)> = vec![];
    for it in &trace.reached_by {
        let models = if it.models.is_empty() { "by other matches".to_owned() } else { it.models.join(", ") };
        let route = format!(
            "{} AIGatewayRoute {}, rule {}: {models} (priority {}, weight {}, {})",
            state(row.hops.route.state),
            it.route,
            it.rule,
            it.priority,
            it.weight,
            it.timeout
        );
        let listeners = it.listeners.iter().map(|it| format!("through Gateway {it}")).collect();
        branches.push((route, listeners));
    }
    if trace.reached_by.is_empty() {
        branches.push((format!("{} no AIGatewayRoute leads here", state(State::None)), vec![]));
    }
    for hop in [Hop::Reference, Hop::Endpoint, Hop::Tls, Hop::Credential, Hop::Schema] {
        let Some(cell) = row.hops.get(hop) else { continue };
        let detail = if cell.detail.is_empty() { "nothing".to_owned() } else { cell.detail.clone() };
        let codes: Vec<&str> = trace.findings.iter().filter(|it| it.hop == hop).map(|it| it.code).collect();
        let codes = if codes.is_empty() { String::new() } else { format!("  {}", codes.join(" ")) };
        branches.push((format!("{} {hop}: {detail}{codes}", state(cell.state)), vec![]));
    }
    text += &tree(&branches, style);
    text += &format!("\n{}\n", wire(trace, style));
    for it in &trace.findings {
        let (state, sign) = style.severity(it.severity);
        let head = format!("{sign} {} {}", it.code, it.name);
        text += &format!("{}\n", style.state(state, &head));
        for line in wrap(&clean(&it.message), style.width.saturating_sub(2)) {
            text += &format!("  {line}\n");
        }
    }
    let worst = trace.findings.iter().find(|it| it.severity != Severity::Info).or(trace.findings.first());
    if let Some(it) = worst {
        text += &format!("more: {}\n", it.explain);
    }
    text
}

fn tree(branches: &[(String, Vec<String>)], style: Style) -> String {
    let (fork, last, bar) = if style.ascii { ("|-", "`-", "|") } else { ("├─", "└─", "│") };
    let mut text = String::new();
    for (at, (branch, leaves)) in branches.iter().enumerate() {
        let is_last = at + 1 == branches.len();
        text += &format!("{} {}\n", if is_last { last } else { fork }, cleaned(branch));
        for (at, leaf) in leaves.iter().enumerate() {
            let own = if at + 1 == leaves.len() { last } else { fork };
            text += &format!("{}  {own} {}\n", if is_last { " " } else { bar }, clean(leaf));
        }
    }
    text
}

/// Cleans what comes after the sign, which may be painted.
fn cleaned(branch: &str) -> String {
    match branch.split_once(' ') {
        Some((sign, rest)) => format!("{sign} {}", clean(rest)),
        None => branch.to_owned(),
    }
}

/// One line per client endpoint.
fn wire(trace: &BackendTrace, style: Style) -> String {
    let width = trace.wire.iter().map(|it| it.endpoint.len()).max().unwrap_or_default();
    let mut text = format!("{}\n", style.bold("client endpoint, and what goes upstream"));
    for it in &trace.wire {
        let what = match (&it.upstream, &it.why) {
            (Some(sent), _) => format!("{} {}", sent.method, url(sent)),
            (None, why) => {
                style.dim(&format!("{} {}", style.sign(State::None), why.as_deref().unwrap_or_default()))
            }
        };
        text += &format!(
            "  {:<width$}  {}\n",
            it.endpoint,
            if it.upstream.is_some() { clean(&what).into_owned() } else { what }
        );
    }
    if let Some(sent) = trace.wire.iter().find_map(|it| it.upstream.as_ref()) {
        let tls = sent.sni.as_ref().map_or("without TLS".to_owned(), |name| format!("TLS as {name}"));
        let credential: Vec<String> =
            sent.credential.iter().map(|it| format!("{}: {} of {}", it.header, it.scheme, it.from)).collect();
        let line = format!("Host {}; {tls}; {}", sent.authority, credential.join("; "));
        for line in wrap(&clean(&line), style.width.saturating_sub(2)) {
            text += &format!("  {line}\n");
        }
    }
    text
}

fn url(sent: &Sent) -> String {
    let scheme = if sent.tls { "https" } else { "http" };
    format!("{scheme}://{}{}", sent.endpoint, sent.path)
}
