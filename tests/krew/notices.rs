//! The notices name everything that a binary is made of.

use std::process::Command;

use crate::tools::notices::{of_crates, of_the_standard_library};

const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"];

#[test]
fn no_crate_is_missing() {
    // what a macro or a build script needs only on this machine is not in a binary for another
    for (target, edges) in TARGETS.into_iter().zip(["normal,build", "normal,no-proc-macro"]) {
        let page = of_crates(target).unwrap();
        let output = Command::new(env!("CARGO"))
            .args(["tree", "--locked", "--edges", edges, "--prefix", "none", "--target", target])
            .output()
            .unwrap();
        let tree = String::from_utf8(output.stdout).unwrap();
        let mut count = 0;
        for line in tree.lines().filter(|it| !it.is_empty() && !it.starts_with("kubectl-aigw_backend ")) {
            let mut words = line.split(' ');
            let (name, version) = (words.next().unwrap(), words.next().unwrap().trim_start_matches('v'));
            assert!(page.contains(&format!("\n{name} {version}: ")), "{target}: {line} is missing");
            count += 1;
        }
        assert!(count > 100, "{target}: only {count} crates");
        assert_eq!(page.contains("musl libc"), target.ends_with("-musl"));
    }
}

#[test]
fn tests_and_other_systems_are_left_out() {
    let page = of_crates(TARGETS[0]).unwrap();
    for name in ["insta", "trycmd", "proptest", "windows-sys", "security-framework"] {
        assert!(!page.contains(&format!("\n{name} ")), "{name}");
    }
}

#[test]
fn every_crate_has_a_text_and_every_text_a_crate() {
    let page = of_crates(TARGETS[1]).unwrap();
    let (list, texts) = page.split_once(&"=".repeat(78)).unwrap();
    let count = texts.lines().filter(|it| it.starts_with("Text ")).count();
    let mut named: Vec<usize> = list
        .lines()
        .filter_map(|it| it.strip_prefix("    texts "))
        .flat_map(|it| it.split(", "))
        .map(|it| it.parse().unwrap())
        .collect();
    named.sort_unstable();
    named.dedup();
    assert_eq!(named, (1..=count).collect::<Vec<_>>());
    assert!(!list.contains("    texts \n"));
}

#[test]
fn the_same_crates_make_the_same_page_without_a_place_of_this_machine() {
    let page = of_crates(TARGETS[0]).unwrap();
    assert_eq!(page, of_crates(TARGETS[0]).unwrap());
    let homes = ["HOME", "CARGO_HOME", "USERPROFILE"].into_iter().filter_map(std::env::var_os);
    let places = homes.map(|it| it.into_string().unwrap()).filter(|it| it.len() > 1);
    for place in places.chain([env!("CARGO_MANIFEST_DIR").to_owned(), "registry/src".to_owned()]) {
        // a home like /root is part of no licence either
        assert!(!page.contains(&format!("{place}/")), "{place}");
    }
}

#[test]
fn the_standard_library_has_a_page() {
    let page = String::from_utf8(of_the_standard_library().unwrap()).unwrap();
    assert!(page.contains("The Rust Standard Library is"), "{page:.300}");
}
