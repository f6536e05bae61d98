//! The harness for all rules: every fixture, and the catalogue itself. Adding a rule adds no code here.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use aigw_backend::{
    cluster::{
        Cluster, Why,
        files::{Request, load_text},
    },
    model::{Key, Kind},
    rules::{self, Applicability, Finding, Fix, Hop, Severity},
    trace::{AssumedVersions, World},
};
use serde_json::Value;

/// A fixture: a cluster that makes a rule fire, or keeps it silent.
struct Fixture {
    path: PathBuf,
    rule: String,
    fires: bool,
    documents: Vec<Value>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(path) else { return vec![] };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn fixtures() -> Vec<Fixture> {
    let mut all = vec![];
    for folder in folders(&root()).iter().flat_map(|hop| folders(hop)) {
        for path in folders(&folder) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.extension().is_none_or(|it| it != "yaml") {
                continue;
            }
            assert!(
                name.starts_with("fires") || name.starts_with("silent"),
                "{name}: fires*.yaml or silent*.yaml"
            );
            let text = std::fs::read_to_string(&path).unwrap();
            all.push(Fixture {
                rule: folder.file_name().unwrap().to_string_lossy().into_owned(),
                fires: name.starts_with("fires"),
                documents: serde_saphyr::from_multiple(&text)
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
                path,
            });
        }
    }
    all
}

/// The cluster of some documents, said to be complete.
fn cluster(documents: &[Value]) -> Cluster {
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": documents}).to_string();
    let request = Request { complete: true, ..Request::default() };
    let loaded = load_text(&request, "fixture", &list);
    assert_eq!(loaded.problems, [], "a fixture does not load");
    loaded.cluster
}

fn findings(cluster: &Cluster) -> Vec<Finding> {
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let world = World::new(cluster, now, &AssumedVersions::default());
    rules::run(&world)
}

type Cause = (&'static str, Key, String);

fn causes(findings: &[Finding]) -> BTreeSet<Cause> {
    findings.iter().map(|it| (it.rule.code, it.object.clone(), it.path.clone())).collect()
}

fn describe(findings: &[Finding]) -> String {
    let mut text = String::new();
    for it in findings {
        let severity = format!("{:?}", it.rule.severity).to_lowercase();
        let place = if it.exists { it.path.clone() } else { " (missing)".to_owned() };
        let backends: Vec<String> = it.backends.iter().map(|(ns, name)| format!("{ns}/{name}")).collect();
        writeln!(text, "{severity} {} {} · {}{place}", it.rule.code, it.rule.name, it.object).unwrap();
        writeln!(text, "  {}", it.message).unwrap();
        writeln!(text, "  effect   {}", it.effect).unwrap();
        it.evidence.iter().for_each(|evidence| writeln!(text, "  saw      {evidence}").unwrap());
        for because in &it.related {
            writeln!(text, "  because  {}{}: {}", because.object, because.path, because.message).unwrap();
        }
        writeln!(text, "  hits     {}", backends.join(" ")).unwrap();
        for fix in &it.fixes {
            writeln!(text, "  fix      {:?}: {}", fix.applicability, fix.title).unwrap();
            for command in aigw_backend::fix::commands(fix) {
                writeln!(text, "           {command}").unwrap();
            }
            fix.manifests.iter().for_each(|it| writeln!(text, "           apply {it}").unwrap());
        }
    }
    if text.is_empty() { "nothing\n".to_owned() } else { text }
}

#[test]
fn every_rule_fires_where_it_should_and_is_silent_where_it_should() {
    let fixtures = fixtures();
    for fixture in &fixtures {
        let fired = findings(&cluster(&fixture.documents)).iter().any(|it| it.rule.name == fixture.rule);
        assert_eq!(fired, fixture.fires, "{}", fixture.path.display());
    }
    for rule in rules::all() {
        for fires in [true, false] {
            let there = fixtures.iter().any(|it| it.rule == rule.name && it.fires == fires);
            let kind = if fires { "fires" } else { "silent" };
            assert!(there, "make tests/rules/{}/{}/{kind}.yaml", rule.hop, rule.name);
        }
    }
    let known: BTreeSet<&str> = rules::all().map(|it| it.name).collect();
    for it in &fixtures {
        assert!(known.contains(it.rule.as_str()), "no rule {}", it.rule);
    }
}

#[test]
fn every_rule_over_every_fixture_is_what_was_reviewed() {
    for fixture in fixtures() {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(fixture.path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let stem = fixture.path.file_stem().unwrap().to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(stem, describe(&findings(&cluster(&fixture.documents)))));
    }
}

#[test]
fn blindness_never_invents() {
    let mut invented: Vec<String> = vec![];
    for fixture in fixtures() {
        let whole = cluster(&fixture.documents);
        let seen = causes(&findings(&whole));
        // what weighs less at the same place is the same fault, of which less is certain
        let weaker = |(code, object, path): &Cause| {
            let severity = rules::find(code).unwrap().severity;
            let mut same = seen.iter().filter(|it| it.1 == *object && it.2 == *path);
            same.any(|it| rules::find(it.0).unwrap().severity < severity)
        };
        for kind in Kind::all() {
            let mut blind = whole.clone();
            blind.hide(kind, Why::Forbidden);
            let mut found = findings(&blind);
            // where the controllers cannot be read, and so no release, a finding says on which ones it holds
            found.retain(|it| kind != Kind::Deployment || !it.effect.contains(" (on Envoy "));
            let new = causes(&found).into_iter().filter(|it| !seen.contains(it) && !weaker(it));
            invented.extend(new.map(|it| format!("{} without {kind}: {it:?}", fixture.path.display())));
        }
    }
    assert_eq!(invented, Vec::<String>::new());
}

#[test]
fn the_order_of_objects_does_not_matter() {
    for mut fixture in fixtures() {
        let expected = describe(&findings(&cluster(&fixture.documents)));
        fixture.documents.reverse();
        assert_eq!(describe(&findings(&cluster(&fixture.documents))), expected, "{}", fixture.path.display());
        let third = fixture.documents.len() / 3;
        fixture.documents.rotate_left(third);
        assert_eq!(describe(&findings(&cluster(&fixture.documents))), expected, "{}", fixture.path.display());
    }
}

/// Applies a fix to documents; `None` when it has nothing to apply.
fn apply(documents: &[Value], fix: &Fix) -> Option<Vec<Value>> {
    if fix.patches.is_empty() && fix.manifests.is_empty() {
        return None;
    }
    let mut healed = documents.to_vec();
    for patch in &fix.patches {
        let is_it = |it: &&mut Value| {
            let text = |path: &str| it.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
            let namespace = match text("/metadata/namespace") {
                it if it.is_empty() && patch.object.kind.is_namespaced() => "default".to_owned(),
                it => it,
            };
            Kind::of(&text("/apiVersion"), &text("/kind")) == Some(patch.object.kind)
                && text("/metadata/name") == patch.object.name
                && namespace == patch.object.namespace
        };
        let target = healed.iter_mut().find(is_it).unwrap_or_else(|| panic!("no {} to patch", patch.object));
        let operations: json_patch::Patch = serde_json::from_value(patch.operations.clone().into()).unwrap();
        json_patch::patch(target, &operations).unwrap_or_else(|error| panic!("{}: {error}", patch.object));
    }
    healed.extend(fix.manifests.iter().cloned());
    Some(healed)
}

#[test]
fn fixes_heal() {
    for fixture in fixtures().iter().filter(|it| it.fires) {
        let before = findings(&cluster(&fixture.documents));
        let errors = |findings: &[Finding]| -> BTreeSet<Cause> {
            let errors = findings.iter().filter(|it| it.rule.severity == Severity::Error).cloned();
            causes(&errors.collect::<Vec<_>>())
        };
        for finding in before.iter().filter(|it| it.rule.name == fixture.rule) {
            for fix in &finding.fixes {
                let Some(healed) = apply(&fixture.documents, fix) else {
                    assert_ne!(fix.applicability, Applicability::Safe, "a safe fix has edits: {}", fix.title);
                    continue;
                };
                let after = findings(&cluster(&healed));
                let place = fixture.path.display();
                let cause = (finding.rule.code, finding.object.clone(), finding.path.clone());
                assert!(!causes(&after).contains(&cause), "{place}: `{}` does not heal", fix.title);
                let new: Vec<Cause> = errors(&after).difference(&errors(&before)).cloned().collect();
                assert_eq!(new, [], "{place}: `{}` brings new errors", fix.title);
            }
        }
    }
}

#[test]
fn the_catalogue_is_in_order() {
    let mut last = "";
    for rule in rules::all() {
        assert!(rule.code > last, "{} comes after {last}", rule.code);
        last = rule.code;
        assert!(rule.code.starts_with("AIB") && rule.code.len() == 6, "{}", rule.code);
        assert_eq!(rule.code.chars().nth(3), Some(rule.hop.digit()), "{} is of hop {}", rule.code, rule.hop);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!(
            "src/rules/{}/{}.rs",
            rule.hop,
            rule.name.replace('-', "_")
        ));
        assert!(file.exists(), "{} stands in {}", rule.code, file.display());
        assert!(!rules::RETIRED.contains(&rule.code), "{} is retired", rule.code);
        let docs = &rule.docs;
        for (part, text) in [
            ("what", docs.what),
            ("why", docs.why),
            ("client", docs.client),
            ("confirm", docs.confirm),
            ("fix", docs.fix),
            ("before", docs.before),
            ("after", docs.after),
        ] {
            assert!(!text.trim().is_empty(), "{}: docs.{part} is empty", rule.code);
        }
        assert!(!rule.refs.is_empty() && !rule.needs.is_empty(), "{}: refs and needs", rule.code);
        assert!(docs.before != docs.after, "{}: the example changes nothing", rule.code);
    }
    let names: BTreeSet<&str> = rules::all().map(|it| it.name).collect();
    assert_eq!(names.len(), rules::all().count(), "names are unique");
}

#[test]
fn every_rule_file_is_in_the_list() {
    for hop in Hop::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/rules/{hop}"));
        for file in folders(&folder) {
            let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
            let is_rule = std::fs::read_to_string(&file).unwrap().contains("pub static RULE: Rule");
            let listed = rules::all().any(|it| it.hop == hop && it.name.replace('-', "_") == stem);
            assert!(listed || !is_rule, "add `&{stem}::RULE` to RULES in src/rules/{hop}/mod.rs");
        }
    }
}

#[test]
fn messages_are_one_line_without_a_full_stop() {
    for fixture in fixtures() {
        for it in findings(&cluster(&fixture.documents)) {
            for text in [&it.message, &it.effect] {
                assert!(
                    !text.contains('\n') && !text.ends_with('.') && !text.is_empty(),
                    "{}: {text:?}",
                    it.rule.code
                );
            }
        }
    }
}
