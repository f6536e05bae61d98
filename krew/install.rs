//! Which files an installation holds: kubernetes-sigs/krew@v0.5.0 internal/installation/move.go.

use std::collections::BTreeMap;

use glob::{MatchOptions, Pattern};

use super::{
    manifest::FileOperation,
    unpack::{Entry, Kind},
};

/// Go's `filepath.Glob`: a star stays within a folder.
const LIKE_GO: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// The files of an archive where krew puts them, by their path in the installation.
/// Without `files` krew takes all.
pub fn layout<'a>(
    entries: &'a [Entry],
    files: Option<&[FileOperation]>,
) -> Result<BTreeMap<String, &'a Entry>, String> {
    let mut staged: BTreeMap<String, &Entry> =
        entries.iter().filter(|it| it.kind == Kind::File).map(|it| (clean(&it.path), it)).collect();
    let all = [FileOperation { from: "*".to_owned(), to: ".".to_owned() }];
    let mut installed = BTreeMap::new();
    for operation in files.unwrap_or(&all) {
        let (from, to) = (clean(&operation.from), clean(&operation.to));
        let found = matches(&staged, &from)?;
        if found.is_empty() {
            return Err(format!("`{}` is not in the archive", operation.from));
        }
        for source in found {
            let name = source.rsplit('/').next().unwrap_or(&source);
            // a file that is named moves to the very path; what a pattern finds moves into the folder
            let target = match to.as_str() {
                "" => name.to_owned(),
                _ if source == from => to.clone(),
                folder => format!("{folder}/{name}"),
            };
            let below = format!("{source}/");
            let taken: Vec<String> =
                staged.keys().filter(|it| **it == source || it.starts_with(&below)).cloned().collect();
            for path in taken {
                let rest = path.strip_prefix(&source).unwrap_or_default();
                installed.extend(staged.remove(&path).map(|it| (format!("{target}{rest}"), it)));
            }
        }
    }
    Ok(installed)
}

/// Files and folders that a pattern names, or the one that it is the name of.
fn matches(staged: &BTreeMap<String, &Entry>, from: &str) -> Result<Vec<String>, String> {
    let mut places: Vec<String> = vec![];
    for path in staged.keys() {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        places.extend(ends.filter_map(|end| path.get(..end)).map(str::to_owned));
    }
    places.sort();
    places.dedup();
    if places.iter().any(|it| it == from) {
        return Ok(vec![from.to_owned()]);
    }
    let pattern = Pattern::new(from).map_err(|error| format!("`{from}`: {error}"))?;
    Ok(places.into_iter().filter(|it| pattern.matches_with(it, LIKE_GO)).collect())
}

/// A path without `.` and without slashes around it.
pub fn clean(path: &str) -> String {
    path.split('/').filter(|it| !it.is_empty() && *it != ".").collect::<Vec<_>>().join("/")
}
