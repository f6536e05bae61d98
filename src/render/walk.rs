//! The walk of one request for people: what happens step by step, and the answer to expect.

use super::{Style, clean, text::wrap};
use crate::{
    report::{RequestTrace, State},
    rules,
};

/// Steps that are shown: a rule may have 16 backends of 256 endpoints.
const STEPS: usize = 40;

/// Shows a walk.
pub fn page(trace: &RequestTrace, style: Style) -> String {
    let request = &trace.request;
    let model = request.model.as_ref().map_or(String::new(), |it| format!(", model {it}"));
    let head = format!("{} {}{model}, to Gateway {}", request.method, request.path, request.gateway);
    let mut text = format!("{}\n\n", style.bold(&clean(&head)));
    let hidden = trace.steps.len().saturating_sub(STEPS);
    for (number, step) in trace.steps.iter().take(STEPS).enumerate() {
        let object = step.object.as_ref().map_or(String::new(), |it| format!("{}: ", it.display()));
        let codes =
            if step.codes.is_empty() { String::new() } else { format!(" ({})", step.codes.join(", ")) };
        let prose = format!("{object}{}{codes}", step.text);
        text += &labelled(&format!("{:>2} {:<10}", number + 1, step.at), &prose, style);
    }
    if hidden > 0 {
        text += &format!("   {} {hidden} more steps: -o json\n", style.ellipsis());
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
