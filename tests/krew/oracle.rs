//! krew itself, and what the CI of krew-index runs, have the last word. `AIGW_SKIP_LIVE_TESTS=1` switches these tests off.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use tempfile::TempDir;

use crate::{
    assets,
    made::{BASE, SUMS, bad_archives, bad_manifests, good_archives, manifest_of, read},
    release::{TAG, debug_release, small_release},
    tools::{
        empty_root,
        files::sha256,
        rules::{self, By},
    },
};

/// The programs, and a `PATH` on which kubectl finds krew.
struct Oracle {
    bin: PathBuf,
    path: TempDir,
}

fn oracle() -> Option<&'static Oracle> {
    static FOUND: OnceLock<Option<Oracle>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            (!crate::skipped()).then(|| {
                let bin = build();
                let path = tempfile::tempdir().unwrap();
                symlink(assets::find().kubectl, path.path().join("kubectl")).unwrap();
                symlink(bin.join("krew"), path.path().join("kubectl-krew")).unwrap();
                Oracle { bin, path }
            })
        })
        .as_ref()
}

/// Builds what is not there, from the pinned sources. Of several test processes one builds.
fn build() -> PathBuf {
    let source = crate::folder("krew/oracle");
    let bin = source.join("bin");
    fs::create_dir_all(&bin).unwrap();
    let lock = File::create(bin.join(".lock")).unwrap();
    lock.lock().unwrap();
    let built = ["krew", "validate-krew-manifest", "template"];
    if built.iter().all(|it| bin.join(it).exists()) {
        return bin;
    }
    crate::say("building krew and its validator: a minute, once");
    let status = Command::new("go")
        .current_dir(&source)
        .env("CGO_ENABLED", "0")
        .args(["build", "-trimpath", "-o", "bin/"])
        .args(["sigs.k8s.io/krew/cmd/krew", "sigs.k8s.io/krew/cmd/validate-krew-manifest", "./template"])
        .status();
    assert!(
        status.is_ok_and(|it| it.success()),
        "these tests need Go (go.dev/dl) and its modules to build krew; AIGW_SKIP_LIVE_TESTS=1 leaves them out"
    );
    bin
}

impl Oracle {
    fn run(&self, program: &Path, args: &[&str], home: &Path) -> Output {
        let mut command = Command::new(program);
        command.args(args).env_clear().env("PATH", self.path.path()).env("HOME", home);
        command.env("KREW_ROOT", home.join("krew")).output().unwrap()
    }

    /// What the CI of krew-index says: it installs the archives of all platforms, from `server`.
    fn validate(&self, file: &str, text: &str, server: &Server) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file);
        let here = text.replace(BASE, &server.base).replace(&BASE.replace("https", "http"), &server.base);
        let latest = BASE.replace("download/v0.1.0", "latest/download");
        fs::write(&path, here.replace(&latest, &server.base)).unwrap();
        let validator = self.bin.join("validate-krew-manifest");
        let output = self.run(&validator, &["-manifest", path.to_str().unwrap()], folder.path());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(said) }
    }
}

/// Hands out archives by their file name.
struct Server {
    base: String,
}

impl Server {
    fn start(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Server {
        let files: BTreeMap<String, Vec<u8>> = files.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/v0.1.0", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(&stream.unwrap(), &files).ok();
            }
        });
        Server { base }
    }

    /// With the archives of `good.yaml`.
    fn good() -> Server {
        let [linux, windows] = good_archives();
        Server::start([("linux.tar.gz".to_owned(), linux), ("windows.zip".to_owned(), windows)])
    }
}

fn answer(mut stream: &TcpStream, files: &BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|it| !it.is_empty()) {}
    let name = first.split(' ').nth(1).and_then(|it| it.rsplit('/').next()).unwrap_or_default();
    let (status, bytes) = files.get(name).map_or(("404 Not Found", &[][..]), |it| ("200 OK", it));
    let length = bytes.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    stream.write_all(bytes)
}

fn with_good_sums(text: &str) -> String {
    SUMS.iter().zip(good_archives()).fold(text.to_owned(), |text, (sum, it)| text.replace(sum, &sha256(&it)))
}

/// Whether krew or only a person refuses what breaks a rule.
fn by(rule: &str) -> By {
    rules::all().find(|it| it.name == rule).map_or(By::Validator, |it| it.by)
}

/// What krew says of each that it refuses: it does so for our reason, and not for another.
const WORDS: [(&str, &[&str]); 23] = [
    ("not-a-manifest", &["failed to parse yaml file"]),
    ("api-version-unsupported", &["plugin manifest has apiVersion="]),
    ("kind-unsupported", &["plugin manifest has kind="]),
    ("file-name-differs", &["plugin should be named"]),
    ("name-unsafe", &["is not allowed, must match"]),
    ("version-not-semver", &["failed to parse plugin version"]),
    ("short-description-missing", &["short description"]),
    ("no-platforms", &["should have a platform specified"]),
    ("uri-missing", &["`uri` has to be set"]),
    ("sha256-malformed", &["`sha256` value", "`sha256` sum has to be set"]),
    ("selector-invalid", &["invalid platform selector", "doesn't match any supported platforms"]),
    ("selector-takes-nothing", &["doesn't match any supported platforms"]),
    ("selectors-overlap", &["overlapping selectors"]),
    ("bin-missing", &["`bin` has to be set"]),
    ("files-incomplete", &["`files` is invalid"]),
    ("files-outside", &["is not a subpath", "the provided path is not clean"]),
    ("archive-sum-differs", &["checksum does not match"]),
    ("archive-unreadable", &["is not a supported archive format", "unexpected EOF"]),
    ("archive-path-outside", &["suspicious entry", "absolute entry"]),
    ("archive-holds-link", &["unable to handle file type"]),
    ("files-match-nothing", &["no files in the plugin archive matched"]),
    ("bin-not-in-archive", &["cannot be found in extracted archive"]),
    ("license-not-installed", &["could not find license file"]),
];

/// Asserts that we say the truth about who refuses something.
fn assert_said(rule: &str, what: &str, said: &Result<(), String>) {
    match (by(rule), said) {
        (By::Validator, Err(said)) => {
            let (_, words) = WORDS.iter().find(|it| it.0 == rule).unwrap();
            assert!(
                words.iter().any(|it| said.contains(it)),
                "{what}: krew refuses it for another reason: {said}"
            );
        }
        (By::Review, Ok(())) => {}
        (By::Validator, Ok(())) => panic!("{what}: krew takes it, and {rule} says that krew does not"),
        (By::Review, Err(said)) => {
            panic!("{what}: krew refuses it, and {rule} says that only people do: {said}")
        }
    }
}

#[test]
fn krew_takes_what_we_take() {
    let Some(oracle) = oracle() else { return };
    let said = oracle.validate("aigw-backend.yaml", &with_good_sums(&read("good.yaml")), &Server::good());
    assert_eq!(said, Ok(()));
}

#[test]
fn krew_refuses_the_manifests_of_which_we_say_so() {
    let Some(oracle) = oracle() else { return };
    let server = Server::good();
    for bad in bad_manifests() {
        let said = oracle.validate(&bad.file, &with_good_sums(&bad.text), &server);
        assert_said(&bad.rule, &bad.stem, &said);
    }
}

#[test]
fn krew_refuses_the_archives_of_which_we_say_so() {
    let Some(oracle) = oracle() else { return };
    for (rule, name, bytes) in bad_archives() {
        let text = manifest_of(name, &bytes);
        let said = oracle.validate("aigw-backend.yaml", &text, &Server::start([(name.to_owned(), bytes)]));
        assert_said(rule, name, &said);
    }
    let [linux, windows] = good_archives();
    let other = Server::start([("linux.tar.gz".to_owned(), linux.clone())]);
    let said = oracle.validate("aigw-backend.yaml", &manifest_of("linux.tar.gz", &windows), &other);
    assert_said("archive-sum-differs", "another sum", &said);
    let missing = manifest_of("linux.tar.gz", &linux) + "    files: [{from: missing, to: .}]\n";
    assert_said("files-match-nothing", "missing", &oracle.validate("aigw-backend.yaml", &missing, &other));
}

#[test]
fn the_ci_of_krew_index_takes_our_manifest_on_all_platforms() {
    let Some(oracle) = oracle() else { return };
    let dist = small_release();
    let text = fs::read_to_string(dist.path().join("aigw-backend.yaml")).unwrap();
    let archives = fs::read_dir(dist.path()).unwrap().map(|it| it.unwrap());
    let server = Server::start(
        archives.map(|it| (it.file_name().into_string().unwrap(), fs::read(it.path()).unwrap())),
    );
    let here = text.replace(&BASE.replace("v0.1.0", TAG), BASE);
    assert_eq!(oracle.validate("aigw-backend.yaml", &here, &server), Ok(()));
}

#[test]
fn krew_installs_our_archive_and_kubectl_runs_it() {
    let Some(oracle) = oracle() else { return };
    let (dist, home) = (debug_release(), tempfile::tempdir().unwrap());
    let archive =
        fs::read_dir(dist).unwrap().map(|it| it.unwrap().path()).find(|it| it.extension().unwrap() != "yaml");
    let manifest = format!("--manifest={}", dist.join("aigw-backend.yaml").display());
    let archive = format!("--archive={}", archive.unwrap().display());
    let kubectl = oracle.path.path().join("kubectl");
    let output = oracle.run(&kubectl, &["krew", "install", &manifest, &archive], home.path());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // what krew shows after the installation
    assert!(said.contains("Caveats") && said.contains("completion kubectl --install DIR"), "{said}");
    let bin = home.path().join("krew/bin");
    let output = Command::new(&kubectl).args(["aigw-backend", "version"]).env("PATH", bin).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains(TAG), "{output:?}");
}

#[test]
fn krew_release_bot_would_render_the_same() {
    let Some(oracle) = oracle() else { return };
    let dist = small_release();
    let manifest = fs::read_to_string(dist.path().join("aigw-backend.yaml")).unwrap();
    let sums = dist.path().join("SHA256SUMS");
    let archives = fs::read_dir(dist.path()).unwrap().map(|it| it.unwrap().path());
    let lines = archives
        .map(|it| format!("{}  {}\n", sha256(&fs::read(&it).unwrap()), it.file_name().unwrap().display()));
    fs::write(&sums, lines.collect::<String>()).unwrap();
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/plugin-manifest/aigw-backend.yaml");
    let args = [template, TAG, "example", "kubectl-aigw-backend", sums.to_str().unwrap()];
    let output = oracle.run(&oracle.bin.join("template"), &args, dist.path());
    let rendered = String::from_utf8(output.stdout).unwrap();
    let rendered: String =
        rendered.lines().filter(|it| !it.starts_with('#')).map(|it| format!("{it}\n")).collect();
    assert_eq!(rendered, manifest);
    // handed to the bot as its template, a manifest that is rendered stays as it is
    fs::write(dist.path().join("again.yaml"), &manifest).unwrap();
    let again = dist.path().join("again.yaml");
    let output = oracle.run(
        &oracle.bin.join("template"),
        &[&[again.to_str().unwrap()], &args[1..]].concat(),
        dist.path(),
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), manifest);
}

#[test]
#[cfg(target_os = "linux")]
fn a_static_binary_runs_in_an_empty_root() {
    let Some(oracle) = oracle() else { return };
    let krew = fs::read(oracle.bin.join("krew")).unwrap();
    let output = empty_root::run(&krew, &["help"]).map_err(|it| it.to_string()).unwrap();
    assert!(output.status.success() && !output.stdout.is_empty(), "{output:?}");
}
