//! Files of this machine, and what to do where they are missing.

use std::{fmt::Write as _, fs, path::Path};

use ring::digest::{SHA256, digest};

use super::failure::Failure;

/// The bytes of a file; `next` says how to get it.
pub fn read(path: &Path, next: impl Into<String>) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display()), next))
}

/// The same, of a file that holds text.
pub fn read_text(path: &Path, next: &str) -> Result<String, Failure> {
    String::from_utf8(read(path, next)?)
        .map_err(|_| Failure::new(format!("{} is not UTF-8", path.display()), next))
}

/// Writes a file, and the folders above it.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, bytes)).map_err(|error| {
        Failure::new(format!("cannot write {}: {error}", path.display()), "choose another place with --out")
    })
}

/// SHA-256 as krew writes it: 64 hex digits in lower case.
pub fn sha256(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
