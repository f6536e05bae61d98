//! `smoke`: an installation as krew makes it, and the plugin through the real kubectl.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use super::{
    empty_root::{self, executable},
    failure::Failure,
    files,
    install::{clean, layout},
    manifest::{Manifest, Shipped},
    platform::{self, Platform},
    rules::Subject,
    unpack, validate,
};

const EXAMPLES: &str = "Examples:
  cargo krew smoke dist/aigw-backend.yaml --archives dist
  # also proves that the binary needs no other file of the system
  cargo krew smoke dist/aigw-backend.yaml --archives dist --empty-root
  cargo krew smoke dist/aigw-backend.yaml --archives dist --kubectl ./kubectl";

/// Installs the archive for this machine as krew does, and runs it through kubectl
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A manifest that was rendered
    #[arg(value_name = "FILE")]
    pub manifest: PathBuf,
    /// Folder with the archives
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub archives: PathBuf,
    /// The kubectl that looks for the plugin
    #[arg(long, value_name = "FILE", default_value = "kubectl")]
    pub kubectl: PathBuf,
    /// Also run the binary where there is no other file (Linux; static binaries only)
    #[arg(long)]
    pub empty_root: bool,
}

impl Args {
    /// What was tried, or what failed first.
    pub fn run(&self) -> Result<String, Failure> {
        let kubectl = found(&self.kubectl)?;
        let manifest = self.manifest()?;
        let host = Platform::host();
        let takes = |it: &&Shipped| it.selector.as_ref().is_some_and(|it| it.takes(host));
        let shipped = manifest.spec.platforms.iter().find(takes).ok_or_else(|| {
            let what = format!("{} has no archive for {}/{}", self.manifest.display(), host.0, host.1);
            Failure::new(what, "cargo krew archive --help, and render again")
        })?;
        let root = tempfile::tempdir()
            .map_err(|error| Failure::new(format!("cannot make a folder: {error}"), "look at TMPDIR"))?;
        let bytes = files::read(&self.archives.join(shipped.archive()), "cargo krew archive --help")?;
        let program = install(&bytes, shipped, &manifest, root.path())?;
        let mut said = format!("installed {}\n", shipped.archive());

        let kubectl = |args: &[&str]| through(&kubectl, root.path(), args);
        let version = manifest.spec.version.as_str();
        said += &expect(
            &kubectl(&["aigw-backend", "version"])?,
            0,
            &format!(" {version} "),
            "kubectl aigw-backend version",
        )?;
        // the demo is a cluster with faults
        said += &expect(
            &kubectl(&["aigw-backend", "check", "--demo"])?,
            1,
            "AIB",
            "kubectl aigw-backend check --demo",
        )?;
        let list = kubectl(&["plugin", "list"])?;
        said += &expect(&list, 0, platform::binary(host.0), "kubectl plugin list")?;
        if String::from_utf8_lossy(&list.stderr).contains("warning") {
            return Err(failed("kubectl plugin list", &list));
        }
        if self.empty_root {
            let program = files::read(&program, "cargo krew validate --help")?;
            let version = format!(" {version} ");
            said +=
                &expect(&empty_root::run(&program, &["version"])?, 0, &version, "version in an empty root")?;
            said += &expect(
                &empty_root::run(&program, &["check", "--demo"])?,
                1,
                "AIB",
                "check --demo in an empty root",
            )?;
        }
        Ok(said)
    }

    /// The manifest, which nothing may be wrong with.
    fn manifest(&self) -> Result<Manifest, Failure> {
        let next =
            format!("cargo krew validate {} --archives {}", self.manifest.display(), self.archives.display());
        let faults = validate::faults(&self.manifest, Some(&self.archives))?;
        if let Some(fault) = faults.first() {
            return Err(Failure::new(
                format!("krew would not take it: {}: {}", fault.rule, fault.what),
                next,
            ));
        }
        let text = files::read_text(&self.manifest, &next)?;
        let file = self.manifest.file_name().unwrap_or_default().to_string_lossy();
        Subject::new(&file, &text).map(|it| it.manifest).map_err(|it| Failure::new(it.what, next))
    }
}

/// `store/NAME/VERSION` and a link in `bin`, as below `~/.krew`; the path of the program.
fn install(bytes: &[u8], shipped: &Shipped, manifest: &Manifest, root: &Path) -> Result<PathBuf, Failure> {
    let broken = |what: String| {
        Failure::new(format!("cannot install {}: {what}", shipped.archive()), "cargo krew validate --help")
    };
    let entries = unpack::entries(bytes).map_err(broken)?;
    let store = root.join("store").join(&manifest.metadata.name).join(&manifest.spec.version);
    for (path, entry) in layout(&entries, shipped.files.as_deref()).map_err(broken)? {
        let path = store.join(path);
        files::write(&path, &entry.bytes)?;
        if entry.mode & 0o100 != 0 {
            executable(&path).map_err(|error| broken(error.to_string()))?;
        }
    }
    let program = store.join(clean(&shipped.bin));
    let name =
        format!("kubectl-{}{}", manifest.metadata.name.replace('-', "_"), std::env::consts::EXE_SUFFIX);
    let bin = root.join("bin");
    fs::create_dir_all(&bin)
        .and_then(|()| link(&program, &bin.join(name)))
        .map_err(|error| broken(error.to_string()))?;
    Ok(program)
}

#[cfg(unix)]
fn link(program: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(program, at)
}

/// A link needs a privilege there.
#[cfg(not(unix))]
fn link(program: &Path, at: &Path) -> io::Result<()> {
    fs::copy(program, at).map(drop)
}

/// kubectl, by its path or on the `PATH`.
fn found(kubectl: &Path) -> Result<PathBuf, Failure> {
    let name = format!("{}{}", kubectl.display(), std::env::consts::EXE_SUFFIX);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&folders).map(|it| it.join(&name));
    let mut places = std::iter::once(kubectl.to_owned()).chain(on_path);
    let path = places.find(|it| it.is_file()).and_then(|it| it.canonicalize().ok());
    path.ok_or_else(|| {
        Failure::new(format!("there is no {}", kubectl.display()), "name one with --kubectl FILE")
    })
}

/// A run of kubectl that finds nothing but the plugin.
fn through(kubectl: &Path, root: &Path, args: &[&str]) -> Result<Output, Failure> {
    let mut command = Command::new(kubectl);
    command.args(args).env_clear().env("PATH", root.join("bin")).env("HOME", root);
    // programs do not start on Windows without it
    command.envs(std::env::var_os("SystemRoot").map(|it| ("SystemRoot", it)));
    let next = "name another kubectl with --kubectl FILE";
    command
        .output()
        .map_err(|error| Failure::new(format!("{} does not run: {error}", kubectl.display()), next))
}

fn expect(output: &Output, code: i32, words: &str, what: &str) -> Result<String, Failure> {
    let is_good =
        output.status.code() == Some(code) && String::from_utf8_lossy(&output.stdout).contains(words);
    if is_good { Ok(format!("{what}: as it should\n")) } else { Err(failed(what, output)) }
}

fn failed(what: &str, output: &Output) -> Failure {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    Failure::new(
        format!("{what} ended with {}\n{out}\n{err}", output.status),
        "the version of Cargo.toml, the tag and the binary belong together; build, archive and render again",
    )
}
