//! What the archives hold.

use std::collections::BTreeMap;

use super::super::{
    files::sha256,
    install::{clean, layout},
    manifest::Shipped,
    platform::{OF_KREW, of_binary},
    unpack::{Entry, Format, Kind},
};
use super::{
    Archive, By, Rule, Subject,
    platforms::{is_inside, is_operation_inside},
    texts::unless,
};

/// Files that krew takes for a licence, in lower case: krew@v0.5.0 cmd/validate-krew-manifest/main.go.
const LICENSES: [&str; 8] = [
    "license",
    "license.txt",
    "license.md",
    "licenses",
    "licenses.txt",
    "licenses.md",
    "copying",
    "copying.txt",
];

pub(super) static RULES: [Rule; 11] = [
    Rule {
        name: "archive-sum-differs",
        by: By::Validator,
        check: |it| {
            each(it, |shipped, it| {
                let sum = sha256(&it.bytes);
                unless(sum.eq_ignore_ascii_case(&shipped.sha256) || shipped.sha256.len() != sum.len(), || {
                    format!("has the sum {sum}, and the manifest says {}", shipped.sha256)
                })
            })
        },
    },
    Rule {
        name: "archive-unreadable",
        by: By::Validator,
        check: |it| {
            each(it, |_, it| {
                it.entries.as_ref().err().map(|it| format!("cannot be unpacked: {it}")).into_iter().collect()
            })
        },
    },
    Rule {
        name: "archive-extension",
        by: By::Review,
        check: |it| {
            each(it, |shipped, it| {
                let content = Format::of(&it.bytes);
                unless(content.is_none() || content == Format::of_name(shipped.archive()), || {
                    format!("is a {} inside", content.map_or("?", Format::extension))
                })
            })
        },
    },
    Rule {
        name: "archive-path-outside",
        by: By::Validator,
        check: |it| {
            members(it, |_, entries| {
                entries
                    .iter()
                    .filter(|it| !is_inside(&it.path))
                    .map(|it| format!("holds `{}`, a path that leads out of it", it.path))
                    .collect()
            })
        },
    },
    Rule {
        name: "archive-holds-link",
        // krew refuses it in a tar; of a zip it makes a file that holds the target
        by: By::Validator,
        check: |it| {
            members(it, |_, entries| {
                let others = entries.iter().filter_map(|it| match &it.kind {
                    Kind::Other(kind) => {
                        Some(format!("holds `{}`, a {kind}: only plain files are unpacked", it.path))
                    }
                    Kind::File | Kind::Folder => None,
                });
                others.collect()
            })
        },
    },
    Rule {
        name: "archive-holds-twice",
        by: By::Review,
        check: |it| {
            members(it, |_, entries| {
                let mut seen = BTreeMap::<String, usize>::new();
                // Windows and macOS do not tell letters of both cases apart
                entries
                    .iter()
                    .filter(|it| it.kind != Kind::Folder)
                    .for_each(|it| *seen.entry(clean(&it.path).to_lowercase()).or_default() += 1);
                seen.into_iter()
                    .filter(|(_, times)| *times > 1)
                    .map(|(path, _)| format!("holds `{path}` more than once"))
                    .collect()
            })
        },
    },
    Rule {
        name: "files-match-nothing",
        by: By::Validator,
        check: |it| {
            members(it, |shipped, entries| match &shipped.files {
                Some(files) if files.iter().all(is_operation_inside) => layout(entries, Some(files))
                    .err()
                    .map(|it| format!("misses what files name: {it}"))
                    .into_iter()
                    .collect(),
                _ => vec![],
            })
        },
    },
    Rule {
        name: "bin-not-in-archive",
        by: By::Validator,
        check: |it| {
            installed(it, |shipped, files| {
                let is_there = files.contains_key(&clean(&shipped.bin))
                    || shipped.bin.is_empty()
                    || !is_inside(&shipped.bin);
                unless(is_there, || format!("does not bring bin `{}`", shipped.bin))
            })
        },
    },
    Rule {
        name: "bin-not-executable",
        by: By::Review,
        check: |it| {
            installed(it, |shipped, files| {
                let mode = files.get(&clean(&shipped.bin)).map_or(0o755, |it| it.mode);
                unless(mode & 0o111 == 0o111, || {
                    format!(
                        "has bin `{}` with mode {mode:o}, and krew does not make it executable",
                        shipped.bin
                    )
                })
            })
        },
    },
    Rule {
        name: "bin-of-other-platform",
        by: By::Review,
        check: |it| {
            installed(it, |shipped, files| {
                let Some(bin) = files.get(&clean(&shipped.bin)) else { return vec![] };
                // a script runs everywhere but on Windows
                if bin.bytes.starts_with(b"#!") {
                    return vec![];
                }
                let takes = |pair| {
                    shipped.selector.as_ref().is_none_or(|it| OF_KREW.contains(&pair) && it.takes(pair))
                };
                match of_binary(&bin.bytes) {
                    Ok(pair) => unless(takes(pair), || {
                        format!("has a program for {}/{}, which its selector does not take", pair.0, pair.1)
                    }),
                    Err(what) => vec![format!("has a bin that is {what}")],
                }
            })
        },
    },
    Rule {
        name: "license-not-installed",
        by: By::Validator,
        check: |it| {
            installed(it, |_, files| {
                let is_license = |path: &String| {
                    LICENSES.contains(&path.rsplit('/').next().unwrap_or_default().to_lowercase().as_str())
                };
                unless(files.keys().any(is_license), || "installs no file called LICENSE".to_owned())
            })
        },
    },
];

/// What a check says of every archive.
fn each(subject: &Subject<'_>, check: impl Fn(&Shipped, &Archive) -> Vec<String>) -> Vec<String> {
    let said = |(shipped, archive): (&Shipped, &Archive)| {
        let name = shipped.archive().to_owned();
        check(shipped, archive).into_iter().map(move |it| format!("{name} {it}")).collect::<Vec<_>>()
    };
    subject.shipped().flat_map(said).collect()
}

/// Of every archive that can be read.
fn members(subject: &Subject<'_>, check: impl Fn(&Shipped, &[Entry]) -> Vec<String>) -> Vec<String> {
    each(subject, |shipped, it| it.entries.as_ref().map_or(vec![], |entries| check(shipped, entries)))
}

/// Of every installation that can be made.
fn installed(
    subject: &Subject<'_>,
    check: impl Fn(&Shipped, &BTreeMap<String, &Entry>) -> Vec<String>,
) -> Vec<String> {
    members(subject, |shipped, entries| {
        layout(entries, shipped.files.as_deref()).map_or(vec![], |files| check(shipped, &files))
    })
}
