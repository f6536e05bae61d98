//! Proof that a static binary stands alone: it runs where there is no other file.

use std::{
    ffi::OsStr,
    fs,
    path::Path,
    process::{Command, Output},
};

use super::{failure::Failure, platform::loader};

const BINARY: &str = "program";

/// Runs a binary in a root folder that holds nothing else.
pub fn run(binary: &[u8], args: &[&str]) -> Result<Output, Failure> {
    let static_only = "cargo build --release --locked --target x86_64-unknown-linux-musl makes one that is";
    match loader(binary) {
        Err(what) => return Err(Failure::new(format!("the binary is {what}"), static_only)),
        Ok(Some(loader)) => {
            let what =
                format!("the binary is not static: it needs {loader}, which an empty root does not have");
            return Err(Failure::new(what, static_only));
        }
        Ok(None) => {}
    }
    let broken = |error| Failure::new(format!("cannot make an empty root: {error}"), "look at TMPDIR");
    let root = tempfile::tempdir().map_err(broken)?;
    let path = root.path().join(BINARY);
    fs::write(&path, binary).and_then(|()| executable(&path)).map_err(broken)?;
    let unshare = ["unshare", "--map-root-user", "--root"].map(OsStr::new);
    // the first needs user namespaces, the second to be root
    let ways = [
        [&unshare[..], &[root.path().as_os_str()]].concat(),
        vec![OsStr::new("chroot"), root.path().as_os_str()],
    ];
    for way in ways {
        let Some((program, rest)) = way.split_first() else { continue };
        let output =
            Command::new(program).args(rest).arg(format!("/{BINARY}")).args(args).env_clear().output();
        let is_refused =
            |it: &Output| it.stderr.starts_with([program.as_encoded_bytes(), b":"].concat().as_slice());
        if let Ok(output) = output.map_err(drop).and_then(|it| if is_refused(&it) { Err(()) } else { Ok(it) })
        {
            return Ok(output);
        }
    }
    Err(Failure::new(
        "neither unshare nor chroot makes an empty root here",
        "be root, or allow user namespaces",
    ))
}

/// Lets a file be run.
#[cfg(unix)]
pub fn executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// Windows looks at the name.
#[cfg(not(unix))]
pub fn executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}
