//! Archives as krew reads them: kubernetes-sigs/krew@v0.5.0 internal/download/downloader.go.

use std::io::{Cursor, Read};

use flate2::read::GzDecoder;
use tar::EntryType;

/// The formats that krew unpacks; it looks at the first bytes, and not at the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.tar.gz`
    TarGz,
    /// `.zip`
    Zip,
}

/// One member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// As the archive has it.
    pub path: String,
    /// Permissions.
    pub mode: u32,
    /// What it is.
    pub kind: Kind,
    /// What a file holds.
    pub bytes: Vec<u8>,
}

/// What a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A link, a device or what else there is; in words.
    Other(String),
}

impl Format {
    /// By the first bytes.
    pub fn of(bytes: &[u8]) -> Option<Format> {
        if bytes.starts_with(&[0x1f, 0x8b, 0x08]) {
            Some(Format::TarGz)
        } else {
            bytes.starts_with(b"PK\x03\x04").then_some(Format::Zip)
        }
    }

    /// By the file name.
    pub fn of_name(name: &str) -> Option<Format> {
        if name.ends_with(".tar.gz") {
            Some(Format::TarGz)
        } else {
            name.ends_with(".zip").then_some(Format::Zip)
        }
    }

    /// The extension that says so.
    pub fn extension(self) -> &'static str {
        match self {
            Format::TarGz => ".tar.gz",
            Format::Zip => ".zip",
        }
    }
}

/// All members, or why the archive cannot be read to its end.
pub fn entries(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    match Format::of(bytes) {
        Some(Format::TarGz) => tar_gz(bytes),
        Some(Format::Zip) => zip(bytes),
        None => Err("neither gzip nor zip".to_owned()),
    }
}

fn tar_gz(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let text = |error: std::io::Error| error.to_string();
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    let mut found = vec![];
    for entry in archive.entries().map_err(text)? {
        let mut entry = entry.map_err(text)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        // git writes one, and krew leaves it out
        if path == "pax_global_header" {
            continue;
        }
        let kind = if kind == EntryType::Regular {
            Kind::File
        } else if kind == EntryType::Directory {
            Kind::Folder
        } else {
            Kind::Other(format!("{kind:?}").to_lowercase())
        };
        let mode = entry.header().mode().map_err(text)?;
        let mut bytes = vec![];
        entry.read_to_end(&mut bytes).map_err(text)?;
        found.push(Entry { path, mode, kind, bytes });
    }
    // what is cut off behind the last member shows up only here
    let mut rest = vec![];
    archive.into_inner().read_to_end(&mut rest).map_err(text)?;
    Ok(found)
}

fn zip(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let text = |error: zip::result::ZipError| error.to_string();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(text)?;
    let mut found = vec![];
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).map_err(text)?;
        let entry = member.entry();
        let path = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let mode = entry.unix_mode().unwrap_or(0o644);
        let kind = match mode & 0o170_000 {
            0o040_000 => Kind::Folder,
            _ if path.ends_with('/') => Kind::Folder,
            0 | 0o100_000 => Kind::File,
            0o120_000 => Kind::Other("symlink".to_owned()),
            other => Kind::Other(format!("file of type {other:o}")),
        };
        let mut bytes = vec![];
        member.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        found.push(Entry { path, mode: mode & 0o7777, kind, bytes });
    }
    Ok(found)
}
