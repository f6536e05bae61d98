//! What could not be read, and what to do about it.

use std::path::Path;

use crate::model::Kind;

/// A file, or an object in it, that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {reason}", line.map_or(String::new(), |line| format!(":{line}")))]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// Why.
    pub reason: String,
    /// The next thing to type.
    pub help: String,
}

/// For a file that is not there.
pub(super) fn missing(path: &Path) -> String {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    format!("what there is: ls {}", folder.display())
}

/// For a text that is not YAML.
pub(super) fn syntax(name: &str, text: &str, line: usize) -> String {
    if text.lines().any(|it| it.starts_with("<<<<<<< ") || it.starts_with(">>>>>>> ")) {
        return "it has marks of a merge conflict: git diff --check".to_owned();
    }
    if text.contains("{{") {
        return "of a Helm chart: helm template CHART | kubectl aigw-backend check -f -".to_owned();
    }
    if name.starts_with('<') {
        format!("it is line {line} of the input")
    } else {
        format!("the line: sed -n {line}p {name}")
    }
}

/// For an object with a field that does not fit.
pub(super) fn explain(kind: Kind, path: &[String]) -> String {
    let is_index = |it: &&String| it.parse::<usize>().is_err();
    let fields: Vec<&str> = path.iter().filter(is_index).map(String::as_str).collect();
    // what is below is named by whoever wrote it
    let free = fields.iter().position(|it| ["data", "stringData", "annotations", "labels"].contains(it));
    let known = fields.get(..free.map_or(fields.len(), |it| it + 1)).unwrap_or_default();
    let field = known.iter().fold(kind.to_string().to_lowercase(), |all, it| format!("{all}.{it}"));
    format!("what belongs there: kubectl explain {field}")
}
