//! The template of the manifest: the few actions of Go's text/template that krew-release-bot knows, so that it could fill
//! in the same file.

use regex_lite::{Captures, Regex};

use super::failure::Failure;

/// What a release is called.
pub struct Release<'a> {
    /// `v0.1.0`
    pub tag: &'a str,
    /// Who owns the repository.
    pub owner: &'a str,
    /// Its name.
    pub repository: &'a str,
}

/// Fills in a template; `sum` knows the SHA-256 of what an address leads to.
pub fn fill(
    template: &str,
    release: &Release<'_>,
    mut sum: impl FnMut(&str) -> Result<String, Failure>,
) -> Result<String, Failure> {
    let action = pattern(r"\{\{\s*(.*?)\s*\}\}");
    let address = pattern(r"^addURIAndSha \(print (.+)\) \.TagName$");
    let mut text = String::new();
    for (number, line) in template.lines().enumerate() {
        // the words about the template belong to the template
        if line.starts_with('#') {
            continue;
        }
        let mut failure = None;
        let filled = action.replace_all(line, |found: &Captures<'_>| {
            let inner = &found[1];
            let value = match address.captures(inner) {
                Some(words) => print(&words[1], release)
                    .map(|uri| sum(&uri).map(|sum| format!("uri: {uri}\n    sha256: {sum}"))),
                None => field(inner, release).map(|it| Ok(it.to_owned())),
            };
            let unknown = || {
                Err(Failure::new(
                    format!(
                        "line {}: `{{{{ {inner} }}}}` is none of the actions that a template may hold",
                        number + 1
                    ),
                    "write .TagName, .PluginOwner, .PluginRepo or addURIAndSha (print …) .TagName",
                ))
            };
            value.unwrap_or_else(unknown).unwrap_or_else(|it| {
                failure.get_or_insert(it);
                String::new()
            })
        });
        text += &filled;
        text += "\n";
        if let Some(failure) = failure {
            return Err(failure);
        }
    }
    Ok(text)
}

fn field<'a>(name: &str, release: &Release<'a>) -> Option<&'a str> {
    match name {
        ".TagName" => Some(release.tag),
        ".PluginOwner" => Some(release.owner),
        ".PluginRepo" => Some(release.repository),
        _ => None,
    }
}

/// Go's `print`: texts in quotes and fields, put together.
fn print(words: &str, release: &Release<'_>) -> Option<String> {
    let word = pattern(r#""([^"]*)"|(\.\w+)|(\S+)"#);
    word.captures_iter(words)
        .map(|it| match (it.get(1), it.get(2)) {
            (Some(text), _) => Some(text.as_str()),
            (_, Some(name)) => field(name.as_str(), release),
            _ => None,
        })
        .collect()
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("patterns of this file are well formed")
}
