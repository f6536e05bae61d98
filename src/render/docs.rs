//! The pages of the rules, and their list.

use super::{
    Style, clean,
    markup::{block, code, prose},
    text::wrap,
};
use crate::rules::{self, Hop, Rule, Severity};

/// All rules by hop, a line each.
pub fn list(style: Style) -> String {
    let mut parts = vec![];
    for hop in Hop::ALL {
        let of_hop: Vec<&Rule> = rules::all().filter(|it| it.hop == hop).collect();
        if of_hop.is_empty() {
            continue;
        }
        let mut text = format!("{} {} {}\n", style.bold(hop.column()), style.dot(), hop.question());
        for rule in of_hop {
            let (state, sign) = style.severity(rule.severity);
            text += &format!("  {} {}\n", style.state(state, &format!("{sign} {}", rule.code)), rule.name);
        }
        parts.push(text);
    }
    parts.push("more: kubectl aigw-backend explain CODE\n".to_owned());
    parts.join("\n")
}

/// The rules that can cause a symptom, the likeliest first.
pub fn causes(symptom: &str, rules: &[&Rule], style: Style) -> String {
    let mut text =
        format!("{}\n", style.bold(&format!("what can cause `{}`, the likeliest first", clean(symptom))));
    for rule in rules {
        let (state, sign) = style.severity(rule.severity);
        text += &format!("  {} {}\n", style.state(state, &format!("{sign} {}", rule.code)), rule.name);
    }
    text + "what is wrong here: kubectl aigw-backend check; more: kubectl aigw-backend explain CODE\n"
}

/// The page of a rule.
pub fn page(rule: &Rule, style: Style) -> String {
    let (state, sign) = style.severity(rule.severity);
    let severity = word(rule.severity);
    let docs = &rule.docs;
    let mut text = style.state(state, &format!("{sign} {}", rule.code));
    text += &format!(" {} {} {severity}, {}\n", style.bold(rule.name), style.dot(), rule.hop);
    for (heading, prose) in
        [("", docs.what), ("Why it matters", docs.why), ("What a client sees", docs.client)]
    {
        text += &section(heading, &paragraphs(prose, style), style);
    }
    text += &section("How to confirm it", &verbatim(docs.confirm), style);
    text += &section("How to fix it", &paragraphs(docs.fix, style), style);
    text += &section("Before", &verbatim(docs.before), style);
    text += &section("After", &verbatim(docs.after), style);
    let sources: Vec<String> = rule.refs.iter().map(|it| source(it, style)).collect();
    text += &section("Sources", &verbatim(&sources.join("\n")), style);
    text
}

/// `PROJECT@VERSION FILE` leads to the file, where that is a project of Envoy Proxy.
fn source(text: &str, style: Style) -> String {
    let parts = text.split_once(' ').and_then(|(release, file)| Some((release.split_once('@')?, file)));
    match parts {
        Some(((project @ ("ai-gateway" | "gateway"), version), file)) if !file.contains(' ') => {
            style.link(text, &format!("https://github.com/envoyproxy/{project}/blob/{version}/{file}"))
        }
        _ => text.to_owned(),
    }
}

/// The page of a rule as Markdown.
pub(super) fn markdown(rule: &Rule) -> String {
    let docs = &rule.docs;
    let paragraphs = |text: &str| text.split('\n').map(|it| format!("{}\n\n", prose(it))).collect::<String>();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let mut text =
        format!("{} **{}**, {}, {}\n\n", code(rule.code), rule.name, word(rule.severity), rule.hop);
    text += &paragraphs(docs.what);
    for (heading, body) in [
        ("Why it matters", paragraphs(docs.why)),
        ("What a client sees", paragraphs(docs.client)),
        ("How to confirm it", block("sh", &lines(docs.confirm))),
        ("How to fix it", paragraphs(docs.fix)),
        ("Before", block("yaml", &lines(docs.before))),
        ("After", block("yaml", &lines(docs.after))),
    ] {
        text += &format!("**{heading}**\n\n{}\n\n", body.trim_end());
    }
    text.trim_end().to_owned() + "\n"
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

fn section(heading: &str, body: &str, style: Style) -> String {
    if body.is_empty() {
        return String::new();
    }
    let heading = if heading.is_empty() { String::new() } else { format!("{}\n", style.bold(heading)) };
    format!("\n{heading}{body}")
}

fn paragraphs(text: &str, style: Style) -> String {
    let lines = text.split('\n').filter(|_| !text.is_empty());
    let lines = lines.flat_map(|it| wrap(it, style.width.min(100).saturating_sub(2)));
    lines.map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}

fn verbatim(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_envoy_proxy_are_links_where_there_are_links() {
        let style = Style { links: true, ..Style::PLAIN };
        let text = "gateway@v1.8.1 internal/gatewayapi/sort.go";
        let page = "https://github.com/envoyproxy/gateway/blob/v1.8.1/internal/gatewayapi/sort.go";
        assert_eq!(source(text, style), format!("\x1b]8;;{page}\x1b\\{text}\x1b]8;;\x1b\\"));
        assert_eq!(source(text, Style::PLAIN), text);
        for text in ["live", "gateway@v1.5.0 release notes", "RFC 9110"] {
            assert_eq!(source(text, style), text);
        }
    }
}
