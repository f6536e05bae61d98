//! The walk of one request for people: what happens step by step, and the answer to expect.

use super::{Style, clean, text::wrap};
use crate::{
    report::{RequestTrace, Sent, State},
    rules,
};

/// Shows a walk.
pub fn page(trace: &RequestTrace, style: Style) -> String {
    let request = &trace.request;
    let model = request.model.as_ref().map_or(String::new(), |it| format!(", model {it}"));
    let head = format!("{} {}{model}, to Gateway {}", request.method, request.path, request.gateway);
    let mut text = format!("{}\n\n", style.bold(&clean(&head)));
    for (number, step) in trace.steps.iter().enumerate() {
        let object = step.object.as_ref().map_or(String::new(), |it| format!("{}: ", it.display()));
        let codes =
            if step.codes.is_empty() { String::new() } else { format!(" ({})", step.codes.join(", ")) };
        let prose = format!("{object}{}{codes}", step.text);
        text += &labelled(&format!("{:>2} {:<10}", number + 1, step.at), &prose, style);
    }
    if let Some(upstream) = &trace.expected.upstream {
        text += &format!("\n{}\n", style.bold("what goes over the wire"));
        text += &sent(upstream, style);
    }
    text += "\n";
    text += &expectation(trace, style);
    text
}

fn labelled(label: &str, prose: &str, style: Style) -> String {
    let lines = wrap(&clean(prose), style.width.saturating_sub(label.chars().count() + 1));
    let pad = " ".repeat(label.chars().count());
    lines
        .iter()
        .enumerate()
        .map(|(at, it)| format!("{} {it}\n", if at == 0 { label } else { &pad }))
        .collect()
}

fn sent(it: &Sent, style: Style) -> String {
    let scheme = if it.tls { "https" } else { "http" };
    let tls = match (&it.sni, it.tls) {
        (Some(name), true) => format!("SNI {name}"),
        (None, true) => "without SNI".to_owned(),
        (_, false) => "none: all of it in clear text".to_owned(),
    };
    let credential: Vec<String> =
        it.credential.iter().map(|it| format!("{}: {} of {}", it.header, it.scheme, it.from)).collect();
    let credential = if credential.is_empty() { "none".to_owned() } else { credential.join("; ") };
    let mut text = String::new();
    for (label, prose) in [
        ("   request   ", format!("{} {scheme}://{}{}", it.method, it.endpoint, it.path)),
        ("   host      ", it.authority.clone()),
        ("   tls       ", tls),
        ("   model     ", it.model.clone().unwrap_or_default()),
        ("   credential", credential),
    ] {
        text += &labelled(label, &prose, style);
    }
    text
}

fn expectation(trace: &RequestTrace, style: Style) -> String {
    let expected = &trace.expected;
    let status =
        expected.status.map_or("no connection: nothing listens there".to_owned(), |it| it.to_string());
    let sure = match expected.certainty {
        "provider" => ", if the provider agrees",
        "likely" => ", as far as objects tell",
        _ => "",
    };
    let body = match expected.body.as_deref() {
        Some("empty") => " with an empty body".to_owned(),
        Some("upstream") | None => String::new(),
        Some(text) => format!(" `{text}`"),
    };
    let state = if expected.status.is_some_and(|it| it < 400) { State::Ok } else { State::Fail };
    let mut text = format!(
        "{} {}\n",
        style.bold("expected:"),
        style.state(state, &clean(&format!("{status}{body}{sure}")))
    );
    for model in expected.models.iter().flatten() {
        text += &format!("   {}\n", clean(model));
    }
    for code in &expected.codes {
        let name = rules::find(code).map_or("", |it| it.name);
        text += &format!("   {code} {name}\n");
    }
    if let Some(code) = expected.codes.first() {
        text += &format!("more: kubectl aigw-backend explain {code}\n");
    }
    text
}
