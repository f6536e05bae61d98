//! What a manifest says of the plugin.

use regex_lite::Regex;

use super::super::{manifest, tag};
use super::{By, Rule, Subject};

/// The columns of a terminal that descriptions are wrapped at.
const COLUMNS: usize = 80;

pub(super) static RULES: [Rule; 15] = [
    Rule {
        name: "unknown-field",
        by: By::Review,
        check: |it| {
            let fields = manifest::unknown_fields(&it.value).into_iter();
            fields
                .map(|it| format!("`{it}` is no field of a manifest; krew reads over it in silence"))
                .collect()
        },
    },
    Rule {
        name: "api-version-unsupported",
        by: By::Validator,
        check: |it| {
            let wanted = "krew.googlecontainertools.github.com/v1alpha2";
            unless(it.manifest.api_version == wanted, || {
                format!("apiVersion `{}` is not `{wanted}`", it.manifest.api_version)
            })
        },
    },
    Rule {
        name: "kind-unsupported",
        by: By::Validator,
        check: |it| {
            unless(it.manifest.kind == "Plugin", || format!("kind `{}` is not `Plugin`", it.manifest.kind))
        },
    },
    Rule {
        name: "file-name-differs",
        by: By::Validator,
        check: |it| {
            let wanted = format!("{}.yaml", it.manifest.metadata.name);
            unless(it.file == wanted, || format!("file `{}` is not called `{wanted}`", it.file))
        },
    },
    Rule { name: "name-unsafe", by: By::Validator, check: name_unsafe },
    Rule {
        name: "name-style",
        by: By::Review,
        check: |it| {
            let name = &it.manifest.metadata.name;
            let is_kebab = is_match(r"^[a-z0-9]+(-[a-z0-9]+)*$", name);
            unless(is_kebab && !name.starts_with("kube"), || {
                format!("name `{name}` is not lower-case words with dashes between, or starts with `kube`")
            })
            .into_iter()
            .filter(|_| name_unsafe(it).is_empty())
            .collect()
        },
    },
    Rule {
        name: "version-not-semver",
        by: By::Validator,
        check: |it| tag::parse(&it.manifest.spec.version).err().into_iter().collect(),
    },
    Rule {
        name: "short-description-missing",
        by: By::Validator,
        check: |it| {
            let text = &it.manifest.spec.short_description;
            unless(!text.is_empty() && !text.contains(['\r', '\n']), || {
                "shortDescription is not one line of text".to_owned()
            })
        },
    },
    Rule { name: "short-description-style", by: By::Review, check: short_description_style },
    Rule {
        name: "description-missing",
        by: By::Review,
        check: |it| {
            let is_there = !it.manifest.spec.description.trim().is_empty();
            unless(is_there, || "description does not say what the plugin does".to_owned())
        },
    },
    Rule { name: "lines-too-long", by: By::Review, check: lines_too_long },
    Rule {
        name: "usage-in-description",
        by: By::Review,
        check: |it| {
            usage(
                "description",
                &it.manifest.spec.description,
                r"(?im)^\s*(usage|examples?|options|flags):|^\s*(\$ *)?kubectl |(^|\s)--[a-z]",
            )
        },
    },
    Rule {
        name: "usage-in-caveats",
        by: By::Review,
        check: |it| {
            usage(
                "caveats",
                &it.manifest.spec.caveats,
                r"(?im)^\s*(usage|examples?|options|flags):|--help|https?://",
            )
        },
    },
    Rule {
        name: "caveats-too-long",
        by: By::Review,
        check: |it| {
            let lines = it.manifest.spec.caveats.trim_end().lines().count();
            unless(lines <= 3, || {
                format!("caveats have {lines} lines; they are for a step that is needed, in 3 lines or less")
            })
        },
    },
    Rule {
        name: "homepage-not-https",
        by: By::Review,
        check: |it| {
            let homepage = &it.manifest.spec.homepage;
            unless(is_match(r"^https://[^/\s]+\.[^/\s]+/[^\s]+$", homepage), || {
                format!("homepage `{homepage}` is not the https address of a repository")
            })
        },
    },
];

/// A sentence where something does not hold.
pub(super) fn unless(holds: bool, sentence: impl FnOnce() -> String) -> Vec<String> {
    if holds { vec![] } else { vec![sentence()] }
}

pub(super) fn is_match(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|it| it.is_match(text))
}

/// Letters that every file system takes, and no name of a device of Windows.
fn name_unsafe(subject: &Subject<'_>) -> Vec<String> {
    let name = &subject.manifest.metadata.name;
    let is_device = is_match(r"(?i)^(con|prn|aux|nul|com[1-9]|lpt[1-9])$", name);
    unless(is_match(r"^[A-Za-z0-9_-]+$", name) && !is_device, || {
        format!(
            "name `{name}` is empty, a device of Windows, or has other signs than letters, digits, `-` and `_`"
        )
    })
}

fn short_description_style(subject: &Subject<'_>) -> Vec<String> {
    let text = &subject.manifest.spec.short_description;
    let length = text.chars().count();
    let redundant = ["kubectl", "plugin", "krew", "kubernetes"]
        .into_iter()
        .find(|word| text.to_lowercase().split(|it: char| !it.is_alphanumeric()).any(|it| it == *word));
    let mut found =
        unless(length <= 50, || format!("shortDescription has {length} signs, and `krew search` shows 50"));
    found.extend(redundant.map(|word| format!("shortDescription says `{word}`, which goes without saying")));
    found.extend(unless(!text.ends_with('.'), || "shortDescription ends with a full stop".to_owned()));
    found.extend(unless(!text.starts_with(char::is_lowercase), || {
        "shortDescription starts in lower case".to_owned()
    }));
    found
}

fn lines_too_long(subject: &Subject<'_>) -> Vec<String> {
    let spec = &subject.manifest.spec;
    let mut found = vec![];
    for (field, text) in [("description", &spec.description), ("caveats", &spec.caveats)] {
        let longest = text.lines().map(|it| it.chars().count()).max().unwrap_or(0);
        found.extend(unless(longest <= COLUMNS, || {
            format!("{field} has a line of {longest} columns: wrap it at {COLUMNS}, and write `{field}: |`")
        }));
    }
    found
}

/// krew prints usage and homepage itself, and the plugin has `--help`.
fn usage(field: &str, text: &str, pattern: &str) -> Vec<String> {
    unless(!is_match(pattern, text), || {
        format!("{field} explains the usage or repeats the homepage, which krew and `--help` do")
    })
}
