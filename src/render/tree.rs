//! The way to a backend as a tree, and what it puts on the wire.

use super::{
    Style,
    branch::{Branch, draw},
    clean,
    text::{some, wrap},
};
use crate::{
    report::{BackendTrace, Entry, FactEntry, ReachEntry, Severity, State, SuppressedEntry},
    rules::Hop,
};

/// Shows the trace of one backend.
pub fn page(trace: &BackendTrace, style: Style) -> String {
    let mut text = head(trace, style);
    text += &draw(&branches(trace, style), style);
    text += &format!("\n{}", wire(trace, style));
    let worst = trace.findings.iter().find(|it| it.severity != Severity::Info).or(trace.findings.first());
    if let Some(it) = worst {
        text += &format!("\nmore: {}\n", it.explain);
    }
    text
}

fn head(trace: &BackendTrace, style: Style) -> String {
    let row = &trace.backend;
    let versions: Vec<String> =
        [("AI Gateway", &trace.platform.ai_gateway), ("Envoy Gateway", &trace.platform.envoy_gateway)]
            .into_iter()
            .filter_map(|(name, version)| Some(format!("{name} {}", version.as_ref()?)))
            .collect();
    let name = clean(&format!("{}/{}", row.namespace, row.name)).into_owned();
    let health = style.state(row.health, &format!("{} {}", style.sign(row.health), row.health.word()));
    let versions = if versions.is_empty() { String::new() } else { format!("  {}", versions.join(", ")) };
    format!("{} {} {health}{}\n", style.bold(&name), style.dot(), style.dim(&clean(&versions)))
}

fn branches(trace: &BackendTrace, style: Style) -> Vec<Branch> {
    let row = &trace.backend;
    let found =
        |hop: Hop| trace.findings.iter().filter(move |it| it.hop == hop).map(move |it| finding(it, style));
    let accepted = |hop: Hop| trace.suppressed.iter().filter(move |it| it.finding.hop == hop).map(accepted);
    let mut all = vec![];
    if trace.findings.iter().any(|it| it.hop == Hop::Platform) {
        let found = found(Hop::Platform).chain(accepted(Hop::Platform));
        all.push(Branch::of(trace.platform.state, "platform").with(found));
    }
    let facts = |hop| trace.facts.get(&hop).map(Vec::as_slice).unwrap_or_default();
    let routes = if trace.reached_by.is_empty() {
        Branch::of(row.hops.route.state, "no AIGatewayRoute leads here")
    } else {
        let routes = trace.reached_by.iter().map(|it| reach(it, row.hops.route.state));
        Branch::plain("reached through").with(routes)
    };
    let found_of_routes = found(Hop::Route).chain(accepted(Hop::Route));
    all.push(routes.with(facts(Hop::Route).iter().map(fact)).with(found_of_routes));
    for hop in [Hop::Reference, Hop::Endpoint, Hop::Tls, Hop::Credential, Hop::Schema] {
        let Some(cell) = row.hops.get(hop) else { continue };
        let detail = if cell.detail.is_empty() { "nothing" } else { &cell.detail };
        let leaves = facts(hop).iter().filter(|it| !is_said(it, detail)).map(fact);
        let found = found(hop).chain(accepted(hop));
        all.push(Branch::of(cell.state, format!("{hop}: {detail}")).with(leaves).with(found));
    }
    all
}

/// Whether the branch itself says it already.
fn is_said(fact: &FactEntry, detail: &str) -> bool {
    fact.state == State::Ok
        && match &fact.object {
            None => fact.text == detail,
            Some(object) => {
                object.display() == *detail || detail.starts_with(&format!("{} {}", fact.text, object.name))
            }
        }
}

fn finding(it: &Entry, style: Style) -> Branch {
    let (state, _) = style.severity(it.severity);
    Branch::of(state, format!("{} {}: {}", it.code, it.name, it.message))
}

fn accepted(it: &SuppressedEntry) -> Branch {
    let reason = if it.reason.is_empty() { String::new() } else { format!(": {}", it.reason) };
    let finding = &it.finding;
    let text = format!("{} {}, ignored by {}{reason}", finding.code, finding.name, it.by.word());
    Branch::of(State::None, text)
}

fn fact(it: &FactEntry) -> Branch {
    let object = it.object.as_ref().map_or(String::new(), |it| format!("{}: ", it.display()));
    let remedy = it.remedy.as_ref().map_or(String::new(), |it| format!(" ({it})"));
    Branch::of(it.state, format!("{object}{}{remedy}", it.text))
}

fn reach(it: &ReachEntry, hop: State) -> Branch {
    let models = if it.models.is_empty() { "by other matches".to_owned() } else { some(&it.models, 8) };
    // a route that nothing blames is fine, whatever another one does to the backend
    let state = if it.codes.is_empty() && hop != State::Unknown { State::Ok } else { hop };
    let mut leaves: Vec<Branch> =
        it.listeners.iter().map(|it| Branch::plain(format!("through Gateway {it}"))).collect();
    leaves.push(Branch::plain(format!("cut after {}, streams included", it.timeout)));
    let facts = [
        it.stream_idle_timeout.as_ref().map(|it| format!("cut when nothing comes for {it}")),
        it.model_override.as_ref().map(|it| format!("model sent upstream: {it}")),
        (!it.mutations.is_empty()).then(|| {
            let all: Vec<String> =
                it.mutations.iter().map(|it| format!("{} {} ({})", it.action, it.name, it.by)).collect();
            format!("then: {}", some(&all, 16))
        }),
        it.retries.as_ref().map(|it| {
            let next = it
                .attempts_per_priority
                .map_or(String::new(), |it| format!(", on the next priority after {it} attempts"));
            format!("retried {} times by BackendTrafficPolicy {}{next}", it.times, it.policy)
        }),
    ];
    leaves.extend(facts.into_iter().flatten().map(Branch::plain));
    let route = &it.route;
    let text = format!(
        "AIGatewayRoute {route}, rule {}: {models} (priority {}, weight {})",
        it.rule, it.priority, it.weight
    );
    Branch::of(state, text).with(leaves)
}

/// What all requests have in common, then one line per client endpoint.
fn wire(trace: &BackendTrace, style: Style) -> String {
    let mut text = format!("{}\n", style.bold("what goes over the wire"));
    for line in trace.wire.iter().find(|it| it.upstream.is_some()).iter().flat_map(|it| &it.said) {
        for (at, line) in wrap(&clean(line), style.width.saturating_sub(4)).iter().enumerate() {
            text += &format!("  {}{line}\n", if at == 0 { "" } else { "  " });
        }
    }
    let width = trace.wire.iter().map(|it| it.endpoint.len()).max().unwrap_or_default();
    let header = format!("{:<width$}  upstream", "client endpoint");
    text += &format!("\n{}\n", style.bold(&header));
    for it in &trace.wire {
        let what = match (&it.upstream, &it.why) {
            (Some(sent), _) => {
                let how = if it.translated { ", translated" } else { "" };
                // a warning is no reason why a request should fail
                let state =
                    if trace.backend.health == State::Warn { State::Ok } else { trace.backend.health };
                let sign = style.state(state, &style.sign(state).to_string());
                format!("{sign} {}{how}", clean(&sent.path))
            }
            (None, why) => {
                let why = clean(why.as_deref().unwrap_or_default()).into_owned();
                style.dim(&format!("{} {why}", style.sign(State::None)))
            }
        };
        text += &format!("{:<width$}  {what}\n", clean(&it.endpoint));
    }
    text
}
