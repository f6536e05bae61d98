//! Every rule refuses what breaks it, and nothing else does.

use std::collections::BTreeSet;

use crate::{
    made::{SUMS, bad_archives, bad_manifests, good_archives, manifest_of, read},
    tools::{
        files::sha256,
        rules::{self, Archive, Subject},
    },
};

/// The rules that fire, with what they say.
fn faults(file: &str, text: &str, archives: Vec<Vec<u8>>) -> Vec<(&'static str, String)> {
    let found = match Subject::new(file, text) {
        Err(fault) => vec![fault],
        Ok(mut subject) => {
            subject.archives = archives.into_iter().map(Archive::new).collect();
            subject.faults()
        }
    };
    found.into_iter().map(|it| (it.rule, it.what)).collect()
}

/// With the sums of archives in place of those that stand for them.
fn with_sums(text: &str, archives: &[Vec<u8>]) -> String {
    SUMS.iter().zip(archives).fold(text.to_owned(), |text, (sum, it)| text.replace(sum, &sha256(it)))
}

#[test]
fn a_good_manifest_is_taken() {
    let archives = good_archives();
    let text = with_sums(&read("good.yaml"), &archives);
    assert_eq!(faults("aigw-backend.yaml", &text, archives.into()), []);
}

#[test]
fn each_bad_manifest_is_refused_by_its_rule_alone() {
    for bad in bad_manifests() {
        assert!(bad.stem.starts_with(&bad.rule), "{} is named after {}", bad.stem, bad.rule);
        let found = faults(&bad.file, &bad.text, vec![]);
        assert!(found.len() == 1 && found[0].0 == bad.rule, "{}: {found:?}", bad.stem);
        assert!(!found[0].1.is_empty() && !found[0].1.ends_with('.'), "{}: {found:?}", bad.stem);
    }
}

#[test]
fn each_bad_archive_is_refused_by_its_rule_alone() {
    for (rule, name, bytes) in bad_archives() {
        let found = faults("aigw-backend.yaml", &manifest_of(name, &bytes), vec![bytes]);
        assert!(found.len() == 1 && found[0].0 == rule, "{rule}, {name}: {found:?}");
    }
}

#[test]
fn an_archive_with_another_sum_is_refused() {
    let [linux, windows] = good_archives();
    let text = manifest_of("linux.tar.gz", &windows);
    let found = faults("aigw-backend.yaml", &text, vec![linux]);
    assert!(found.len() == 1 && found[0].0 == "archive-sum-differs", "{found:?}");
}

#[test]
fn files_that_the_archive_does_not_have_are_refused() {
    let archives = good_archives();
    let text = with_sums(&read("good.yaml"), &archives);
    for from in ["missing", "*/*.md", "kubectl-*.exe"] {
        let text = text.replace(r#"from: "*""#, &format!(r#"from: "{from}""#));
        let found = faults("aigw-backend.yaml", &text, archives.clone().into());
        assert!(found.len() == 1 && found[0].0 == "files-match-nothing", "{from}: {found:?}");
    }
    // what is named goes where it should: the licence does not follow, unless it is named, too
    let only = text.replace(r#"{from: "*", to: .}"#, "{from: kubectl-aigw_backend, to: .}");
    let found = faults("aigw-backend.yaml", &only, archives.clone().into());
    assert_eq!(found.iter().map(|it| it.0).collect::<Vec<_>>(), ["license-not-installed"]);
    let both = only.replace("to: .}", "to: .}\n    - {from: LIC*, to: doc}");
    assert_eq!(faults("aigw-backend.yaml", &both, archives.into()), []);
}

#[test]
fn a_link_in_a_zip_is_refused() {
    let mut archive = zip::ZipWriter::new_append(std::io::Cursor::new(good_archives()[1].clone())).unwrap();
    archive.add_symlink("evil", "/etc/passwd", zip::write::SimpleFileOptions::default()).unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    let found = faults("aigw-backend.yaml", &manifest_of("windows.zip", &bytes), vec![bytes]);
    assert!(found.len() == 1 && found[0].0 == "archive-holds-link", "{found:?}");
}

#[test]
fn no_rule_is_without_something_bad() {
    let rules: Vec<&str> = rules::all().map(|it| it.name).chain([rules::NOT_A_MANIFEST]).collect();
    let unique: BTreeSet<&str> = rules.iter().copied().collect();
    assert_eq!(unique.len(), rules.len(), "two rules have one name");
    let manifests = bad_manifests();
    let mut bad: BTreeSet<&str> = manifests.iter().map(|it| it.rule.as_str()).collect();
    bad.extend(bad_archives().iter().map(|it| it.0));
    // both have a test of their own
    bad.extend(["archive-sum-differs", "files-match-nothing"]);
    assert_eq!(bad, unique);
}
