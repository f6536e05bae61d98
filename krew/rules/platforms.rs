//! What a manifest says of its archives.

use super::super::{
    install::clean,
    manifest::{FileOperation, Shipped},
    platform::OF_KREW,
    selector::Selector,
    tag,
};
use super::{
    By, Rule, Subject,
    texts::{is_match, unless},
};

pub(super) static RULES: [Rule; 13] = [
    Rule {
        name: "no-platforms",
        by: By::Validator,
        check: |it| unless(!it.manifest.spec.platforms.is_empty(), || "spec.platforms is empty".to_owned()),
    },
    Rule {
        name: "uri-missing",
        by: By::Validator,
        check: |it| each(it, |it| unless(!it.uri.is_empty(), || "has no uri".to_owned())),
    },
    Rule {
        name: "uri-not-https",
        by: By::Review,
        check: |it| {
            each(it, |it| {
                unless(it.uri.is_empty() || is_match(r"^https://[^/\s]+\.[^/\s]+/[^\s]+$", &it.uri), || {
                    format!("uri `{}` is not an https address", it.uri)
                })
            })
        },
    },
    Rule {
        name: "uri-without-version",
        by: By::Review,
        check: |it| {
            let version = &it.manifest.spec.version;
            let is_version = tag::parse(version).is_ok();
            each(it, |it| {
                unless(it.uri.is_empty() || !is_version || it.uri.split('/').any(|it| it == version), || {
                    format!(
                        "uri `{}` has no folder `{version}`: what it points to may change below its sum",
                        it.uri
                    )
                })
            })
        },
    },
    Rule {
        name: "sha256-malformed",
        by: By::Validator,
        check: |it| {
            each(it, |it| {
                unless(is_match("^[a-f0-9]{64}$", &it.sha256), || {
                    format!("sha256 `{}` is not 64 hex digits in lower case", it.sha256)
                })
            })
        },
    },
    Rule {
        name: "selector-invalid",
        by: By::Validator,
        check: |it| each(it, |it| selector(it).err().into_iter().collect()),
    },
    Rule {
        name: "selector-takes-nothing",
        by: By::Validator,
        check: |it| {
            each(it, |it| {
                let takes_some = selector(it).map_or(true, |it| OF_KREW.iter().any(|pair| it.takes(*pair)));
                unless(takes_some, || "selector takes no platform that krew runs on".to_owned())
            })
        },
    },
    Rule { name: "selectors-overlap", by: By::Validator, check: overlap },
    Rule {
        name: "bin-missing",
        by: By::Validator,
        check: |it| each(it, |it| unless(!it.bin.is_empty(), || "has no bin".to_owned())),
    },
    Rule {
        name: "bin-outside",
        // krew@v0.5.0 internal/installation/install.go wraps a nil error here: it installs, and links nothing
        by: By::Review,
        check: |it| {
            each(it, |it| {
                unless(is_inside(&it.bin), || format!("bin `{}` leads out of the installation", it.bin))
            })
        },
    },
    Rule {
        name: "bin-not-exe",
        by: By::Review,
        check: |it| {
            each(it, |it| {
                let is_windows = selector(it)
                    .is_ok_and(|it| OF_KREW.iter().any(|pair| pair.0 == "windows" && it.takes(*pair)));
                unless(!is_windows || it.bin.is_empty() || it.bin.ends_with(".exe"), || {
                    format!("bin `{}` does not end in .exe, and Windows starts nothing else", it.bin)
                })
            })
        },
    },
    Rule {
        name: "files-incomplete",
        by: By::Validator,
        check: |it| {
            each(it, |it| {
                let is_complete = it.files.as_ref().is_none_or(|files| {
                    !files.is_empty() && files.iter().all(|it| !it.from.is_empty() && !it.to.is_empty())
                });
                unless(is_complete, || {
                    "files is empty, or one of them has no `from` or no `to`: leave it out to take all"
                        .to_owned()
                })
            })
        },
    },
    Rule {
        name: "files-outside",
        by: By::Validator,
        check: |it| {
            each(it, |it| {
                let bad = it.files.iter().flatten().find(|it| !is_operation_inside(it));
                let what = "leads out, or is not the shortest way to write it";
                bad.map(|it| format!("files: `{}` to `{}` {what}", it.from, it.to)).into_iter().collect()
            })
        },
    },
];

/// What a check says of every platform.
fn each(subject: &Subject<'_>, check: impl Fn(&Shipped) -> Vec<String>) -> Vec<String> {
    let said = |(name, shipped): (String, &Shipped)| {
        check(shipped).into_iter().map(move |it| format!("{name} {it}")).collect::<Vec<_>>()
    };
    subject.platforms().flat_map(said).collect()
}

/// A selector that krew can read.
fn selector(shipped: &Shipped) -> Result<&Selector, String> {
    let selector = shipped.selector.as_ref().ok_or("has no selector")?;
    selector.fault().map_or(Ok(selector), |fault| Err(format!("selector: {fault}")))
}

/// A relative path that stays where it is.
pub(super) fn is_inside(path: &str) -> bool {
    !path.contains("..") && !path.starts_with(['/', '\\']) && !path.contains(':')
}

/// krew wants `to` as Go's `filepath.Clean` writes it.
pub(super) fn is_operation_inside(it: &FileOperation) -> bool {
    let cleaned = clean(&it.to);
    is_inside(&it.from)
        && is_inside(&it.to)
        && (it.to.is_empty() || it.to == cleaned || it.to == "." && cleaned.is_empty())
}

fn overlap(subject: &Subject<'_>) -> Vec<String> {
    let takers = |pair| {
        let names = subject.platforms().filter(move |(_, it)| selector(it).is_ok_and(|it| it.takes(pair)));
        names.map(|(name, _)| name).collect::<Vec<_>>()
    };
    OF_KREW
        .into_iter()
        .map(|pair| (pair, takers(pair)))
        .filter(|(_, takers)| takers.len() > 1)
        .map(|((os, arch), takers)| format!("{} all take {os}/{arch}", takers.join(" and ")))
        .collect()
}
