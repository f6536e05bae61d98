//! A release, from the debug binary of these tests.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
    time::{Duration, SystemTime},
};

use clap::Parser as _;
use tempfile::TempDir;

use crate::{
    assets,
    made::{members, program},
    tools::{
        archive::pack,
        cli::Cli,
        empty_root,
        install::layout,
        platform::{PLATFORMS, Platform, of_binary},
        unpack::{self, Format},
        validate,
    },
};

pub(crate) const TAG: &str = concat!("v", env!("CARGO_PKG_VERSION"));

/// Runs a command line.
pub(crate) fn krew(args: &[&str]) -> Result<String, String> {
    let cli = Cli::try_parse_from([&["cargo krew"], args].concat()).map_err(|it| it.to_string())?;
    cli.run().map_err(|it| it.to_string())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// This machine, and a target of rustc for it.
fn host() -> (&'static Platform, &'static str) {
    let (os, arch) = Platform::host();
    let platform = PLATFORMS.iter().find(|it| (it.os, it.arch) == (os, arch)).unwrap();
    (platform, platform.targets.last().unwrap())
}

/// The archive of the debug binary and its manifest, made once.
pub(crate) fn debug_release() -> &'static Path {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    MADE.get_or_init(|| {
        let dist = tempfile::tempdir().unwrap();
        archive(Path::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend")), dist.path());
        render(dist.path(), &["--only-built"]).unwrap();
        dist
    })
    .path()
}

fn archive(binary: &Path, dist: &Path) -> PathBuf {
    let (platform, target) = host();
    krew(&["archive", "--tag", TAG, "--target", target, "--binary", text(binary), "--out", text(dist)])
        .unwrap();
    dist.join(platform.archive(TAG))
}

fn render(dist: &Path, more: &[&str]) -> Result<String, String> {
    let out = dist.join("aigw-backend.yaml");
    let args =
        ["render", "--tag", TAG, "--repository", "example/kubectl-aigw-backend", "--archives", text(dist)];
    krew(&[&args[..], &["--out", text(&out)], more].concat())
}

/// Small archives of all platforms.
pub(crate) fn small_release() -> TempDir {
    let dist = tempfile::tempdir().unwrap();
    for it in &PLATFORMS {
        let name = it.archive(TAG);
        let bytes = pack(Format::of_name(&name).unwrap(), members(it.os, it.arch), 0).unwrap();
        fs::write(dist.path().join(name), bytes).unwrap();
    }
    render(dist.path(), &[]).unwrap();
    dist
}

#[test]
fn the_same_binary_makes_the_same_bytes() {
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("another name");
    fs::copy(env!("CARGO_BIN_EXE_kubectl-aigw_backend"), &copy).unwrap();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::options().write(true).open(&copy).unwrap().set_modified(long_ago).unwrap();
    let (other, first) = std::thread::scope(|scope| {
        let other = scope.spawn(|| fs::read(archive(&copy, elsewhere.path())).unwrap());
        let first = fs::read(debug_release().join(host().0.archive(TAG))).unwrap();
        (other.join().unwrap(), first)
    });
    assert!(other == first, "another folder, name or time makes another archive");
}

#[test]
fn an_archive_holds_plain_files_of_nobody_at_no_time() {
    let path = debug_release().join(host().0.archive(TAG));
    let bytes = fs::read(path).unwrap();
    let entries = unpack::entries(&bytes).unwrap();
    let listed: Vec<(&str, u32)> = entries.iter().map(|it| (it.path.as_str(), it.mode)).collect();
    let wanted = [
        ("LICENSE", 0o644),
        ("RUST-LIBRARY-NOTICES.html", 0o644),
        ("THIRD-PARTY-NOTICES.txt", 0o644),
        (host().0.binary(), 0o755),
    ];
    assert_eq!(listed, wanted);
    if host().0.os != "windows" {
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
        for entry in archive.entries().unwrap() {
            let header = entry.unwrap().header().clone();
            let numbers = (header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap());
            assert_eq!(numbers, (0, 0, 315_532_800));
            assert_eq!(header.username().unwrap().unwrap_or(""), "");
        }
    }
}

#[test]
fn time_is_that_of_the_sources() {
    let of = |format, time| pack(format, members("linux", "amd64"), time).unwrap();
    for format in [Format::TarGz, Format::Zip] {
        assert_eq!(of(format, 1_700_000_000), of(format, 1_700_000_000));
        assert_ne!(of(format, 1_700_000_000), of(format, 1_800_000_000));
    }
    assert_eq!(of(Format::Zip, 0), of(Format::Zip, 315_532_800), "a zip knows no time before 1980");
}

#[test]
fn the_order_of_members_does_not_matter() {
    for format in [Format::TarGz, Format::Zip] {
        let reversed = members("linux", "amd64").into_iter().rev().collect();
        assert_eq!(pack(format, members("linux", "amd64"), 0).unwrap(), pack(format, reversed, 0).unwrap());
    }
}

#[test]
fn our_manifest_is_taken_on_all_platforms() {
    let dist = small_release();
    let manifest = dist.path().join("aigw-backend.yaml");
    let text = fs::read_to_string(&manifest).unwrap();
    assert!(!text.contains("{{") && text.matches("sha256: ").count() == PLATFORMS.len(), "{text}");
    assert_eq!(validate::faults(&manifest, Some(dist.path())).unwrap(), []);
    for it in &PLATFORMS {
        let bytes = fs::read(dist.path().join(it.archive(TAG))).unwrap();
        let entries = unpack::entries(&bytes).unwrap();
        assert!(layout(&entries, None).unwrap().contains_key(it.binary()));
        assert_eq!(of_binary(&program(it.os, it.arch)).unwrap(), (it.os, it.arch));
    }
}

#[test]
fn a_template_with_other_actions_is_refused() {
    let dist = small_release();
    let template = dist.path().join("template.yaml");
    for action in ["{{ .Version }}", "{{ addURIAndSha (print .Nobody) .TagName }}", "{{ if .TagName }}"] {
        fs::write(&template, format!("a: b\nversion: {action}\n")).unwrap();
        let said = render(dist.path(), &["--template", text(&template)]).unwrap_err();
        assert!(said.contains("line 2: ") && said.contains("next: write .TagName"), "{said}");
    }
}

#[test]
fn errors_say_what_to_type_next() {
    let dist = tempfile::tempdir().unwrap();
    let folder = text(dist.path());
    let wrong = dist.path().join("wrong");
    fs::write(&wrong, program("darwin", "arm64")).unwrap();
    let target = "x86_64-unknown-linux-musl";
    let cases: [(&[&str], &str); 7] = [
        (&["archive", "--tag", "1.0.0", "--target", target], "has no leading `v`"),
        (
            &["archive", "--tag", TAG, "--target", "mips-unknown-linux-gnu"],
            "next: one of x86_64-unknown-linux-musl",
        ),
        (&["archive", "--tag", "v99.0.0", "--target", target], "change `version` in Cargo.toml"),
        (
            &["archive", "--tag", TAG, "--target", target, "--binary", text(&wrong)],
            "the binary is for darwin/arm64",
        ),
        (&["render", "--tag", TAG, "--repository", "https://github.com/a/b"], "write it as OWNER/REPO"),
        (
            &["render", "--tag", TAG, "--repository", "a/b", "--archives", folder, "--only-built"],
            "next: cargo krew archive",
        ),
        (&["validate", "nowhere.yaml"], "next: cargo krew render"),
    ];
    for (args, words) in cases {
        let said = krew(args).unwrap_err();
        assert!(said.contains(words), "{args:?}: {said}");
    }
    let said = render(dist.path(), &[]).unwrap_err();
    assert!(said.contains(&format!("next: cargo krew archive --tag {TAG} --target {target}")), "{said}");
}

#[test]
fn what_is_refused_is_told_with_its_rule_and_who_refuses_it() {
    for (name, words) in [
        ("sha256-malformed", "sha256-malformed: spec.platforms[0] sha256 `1111"),
        ("short-description-style-stop", "ends with a full stop (reviewers refuse it)"),
        ("selectors-overlap", "all take windows/amd64 (krew refuses it)"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("aigw-backend.yaml");
        fs::copy(crate::folder("krew/bad").join(name).with_extension("yaml"), &path).unwrap();
        let said = krew(&["validate", text(&path)]).unwrap_err();
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn cargo_is_told_of_the_alias_and_of_nothing_else() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/.cargo/config.toml");
    assert_eq!(fs::read_to_string(path).unwrap(), "[alias]\nkrew = \"run --quiet --example krew --\"\n");
}

#[test]
fn every_command_has_examples() {
    for command in [
        &["--help"][..],
        &["archive", "--help"],
        &["render", "--help"],
        &["validate", "--help"],
        &["smoke", "--help"],
    ] {
        let help = krew(command).unwrap_err();
        assert!(help.contains("\nExamples:\n") && help.contains("  cargo krew "), "{help}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_binary_that_needs_a_loader_is_not_run_in_an_empty_root() {
    let binary = fs::read(env!("CARGO_BIN_EXE_kubectl-aigw_backend")).unwrap();
    // where the host builds static binaries, it simply runs
    if let Err(said) = empty_root::run(&binary, &["version"]) {
        let said = said.to_string();
        assert!(said.contains("not static: it needs /") && said.contains("next: cargo build"), "{said}");
    }
}

#[test]
fn the_archive_installs_and_runs_through_kubectl() {
    if crate::skipped() {
        return;
    }
    let kubectl = assets::find().kubectl;
    let dist = debug_release();
    let manifest = dist.join("aigw-backend.yaml");
    let args = ["smoke", text(&manifest), "--archives", text(dist), "--kubectl", text(&kubectl)];
    let said = krew(&args).unwrap();
    for step in ["installed ", "aigw-backend version: ", "check --demo: ", "plugin list: "] {
        assert!(said.contains(step), "{said}");
    }
}
