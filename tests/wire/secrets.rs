//! `--secrets list`: one list per namespace says what gets say, and costs the right to list.

use aigw_backend::{
    cluster::{
        Why,
        live::{Scope, SecretsMode},
    },
    model::Kind,
};

use crate::{
    Case, cases_of, differences, files, is_servable, said,
    server::{Mood, Moods},
};

/// Some of the fixtures about credentials and CAs; whole clusters are listed elsewhere.
fn listed(moods: Moods) -> Vec<Case> {
    let has_secrets = |it: &std::path::PathBuf| {
        let path = it.to_string_lossy();
        let folders = ["tests/rules/credential/", "tests/rules/tls/"];
        folders.iter().any(|folder| path.contains(folder))
    };
    let paths = files().into_iter().filter(|it| has_secrets(it) && is_servable(it)).step_by(3).collect();
    let scope = Scope { all_namespaces: true, secrets: SecretsMode::List, ..Scope::default() };
    cases_of(paths, &scope, moods)
}

#[test]
fn a_list_says_what_gets_say() {
    let wrong: Vec<String> = listed(|_, _| Mood::Fine).iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{} in all\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_list_that_is_forbidden_is_unknown_and_names_the_verb() {
    let moods: Moods = |_, kind| if kind == Kind::Secret { Mood::NoLists } else { Mood::Fine };
    let mut seen = 0;
    for case in listed(moods) {
        let ((expected, _), (got, report)) = (said(&case.file), said(&case.live));
        let codes = |all: &[String]| {
            all.iter().map(|it| it.split(':').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        for it in codes(&got) {
            assert!(codes(&expected).contains(&it), "{}: invented: {it}", case.path.display());
        }
        for it in report.skipped.iter().filter(|it| it.kind == "Secret" && it.reason == "forbidden") {
            let expected = format!("kubectl auth can-i list secrets -n {}", it.namespace);
            assert_eq!(it.remedy, expected, "{}", case.path.display());
            let other = case.live.secrets.get(&it.namespace, "no-such-secret");
            assert_eq!(other.unreadable(), Some(&Why::Forbidden));
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
