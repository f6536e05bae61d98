//! `archive`: one binary, the licence and the notices of others. The same input makes the same bytes.

use std::{
    io::{self, Cursor, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, GzBuilder};
use jiff::{Timestamp, tz::TimeZone};
use zip::{CompressionMethod, DateTime, System, ZipWriter, write::SimpleFileOptions};

use super::{
    failure::Failure,
    files, notices,
    platform::{PLATFORMS, Platform, loader, of_binary, runtime_library},
    tag,
    unpack::Format,
};

const EXAMPLES: &str = "Examples:
  cargo build --release --locked --target x86_64-unknown-linux-musl
  cargo krew archive --tag v0.1.0 --target x86_64-unknown-linux-musl
  # a binary that is elsewhere
  cargo krew archive --tag v0.1.0 --target aarch64-apple-darwin --binary kubectl-aigw_backend";

/// The first moment that a zip can hold, 1980-01-01.
const EPOCH: i64 = 315_532_800;

/// Packs a binary, LICENSE and the notices of third parties
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Tag of the release
    #[arg(long, value_name = "vX.Y.Z", value_parser = tag::parse)]
    pub tag: String,
    /// Target of rustc that the binary was built for
    #[arg(long, value_name = "TRIPLE")]
    pub target: String,
    /// The binary [default: target/TRIPLE/release/kubectl-aigw_backend]
    #[arg(long, value_name = "FILE")]
    pub binary: Option<PathBuf>,
    /// Folder for the archive
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub out: PathBuf,
    /// Time of all files, in seconds since 1970
    #[arg(long, value_name = "SECONDS", env = "SOURCE_DATE_EPOCH", default_value_t = EPOCH)]
    pub time: i64,
}

/// A file of an archive.
#[derive(Clone)]
pub struct Member {
    /// Its path.
    pub path: &'static str,
    /// Its permissions.
    pub mode: u32,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Args {
    /// Writes the archive, and says what to do with it.
    pub fn run(&self) -> Result<String, Failure> {
        let platform = Platform::of_target(&self.target).ok_or_else(|| {
            let known: Vec<&str> = PLATFORMS.iter().flat_map(|it| it.targets).copied().collect();
            Failure::new(
                format!("no release is made for {}", self.target),
                format!("one of {}", known.join(", ")),
            )
        })?;
        let own = concat!("v", env!("CARGO_PKG_VERSION"));
        if self.tag != own {
            let what = format!("the tag is {}, and Cargo.toml says {own}", self.tag);
            return Err(Failure::new(what, format!("--tag {own}, or change `version` in Cargo.toml")));
        }
        let built = PathBuf::from(format!("target/{}/release/{}", self.target, platform.binary()));
        let next = format!(
            "cargo build --release --locked --target {}, or name the binary with --binary",
            self.target
        );
        let binary = files::read(self.binary.as_ref().unwrap_or(&built), next.as_str())?;
        fits(&binary, platform, &self.target)
            .map_err(|what| Failure::new(format!("the binary is {what}"), next))?;
        let license = files::read(Path::new("LICENSE"), "run it in the folder of Cargo.toml")?;
        let members = vec![
            Member { path: "LICENSE", mode: 0o644, bytes: license },
            Member {
                path: "RUST-LIBRARY-NOTICES.html",
                mode: 0o644,
                bytes: notices::of_the_standard_library()?,
            },
            Member {
                path: "THIRD-PARTY-NOTICES.txt",
                mode: 0o644,
                bytes: notices::of_crates(&self.target)?.into_bytes(),
            },
            Member { path: platform.binary(), mode: 0o755, bytes: binary },
        ];
        let name = platform.archive(&self.tag);
        let format = Format::of_name(&name).unwrap_or(Format::TarGz);
        let bytes = pack(format, members, self.time).map_err(|error| {
            Failure::new(
                format!("cannot pack {name}: {error}"),
                "look at SOURCE_DATE_EPOCH, or name another --time",
            )
        })?;
        let path = self.out.join(name);
        files::write(&path, &bytes)?;
        let (path, size, sum) = (path.display(), bytes.len(), files::sha256(&bytes));
        Ok(format!(
            "wrote {path}: {size} bytes, sha256 {sum}\nnext: the other platforms, and then cargo krew render --tag {}\n",
            self.tag
        ))
    }
}

/// What is wrong with a binary.
fn fits(binary: &[u8], platform: &Platform, target: &str) -> Result<(), String> {
    let (os, arch) = of_binary(binary)?;
    if (os, arch) != (platform.os, platform.arch) {
        return Err(format!("for {os}/{arch}, and {target} is {}/{}", platform.os, platform.arch));
    }
    let loader = if target.ends_with("-musl") { loader(binary)? } else { None };
    if let Some(loader) = loader {
        return Err(format!("linked dynamically, by {loader}, which {target} never is"));
    }
    match runtime_library(binary) {
        Some(name) => Err(format!(
            "in need of {name}, which Windows does not bring: RUSTFLAGS=-Ctarget-feature=+crt-static"
        )),
        None => Ok(()),
    }
}

/// The bytes of an archive.
pub fn pack(format: Format, mut members: Vec<Member>, time: i64) -> io::Result<Vec<u8>> {
    members.sort_by_key(|it| it.path);
    match format {
        Format::TarGz => tar_gz(&members, time),
        Format::Zip => zip(&members, time),
    }
}

fn tar_gz(members: &[Member], time: i64) -> io::Result<Vec<u8>> {
    // neither name nor time nor system in the head of gzip: 255 is an unknown one
    let gzip = GzBuilder::new().operating_system(255).write(vec![], Compression::best());
    let mut archive = tar::Builder::new(gzip);
    for member in members {
        let mut header = tar::Header::new_ustar();
        header.set_mode(member.mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(u64::try_from(time).map_err(io::Error::other)?);
        header.set_size(member.bytes.len() as u64);
        archive.append_data(&mut header, member.path, member.bytes.as_slice())?;
    }
    archive.into_inner()?.finish()
}

fn zip(members: &[Member], time: i64) -> io::Result<Vec<u8>> {
    let time = Timestamp::from_second(time.max(EPOCH)).map_err(io::Error::other)?.to_zoned(TimeZone::UTC);
    let part = |it: i8| u8::try_from(it).map_err(io::Error::other);
    let time = DateTime::from_date_and_time(
        u16::try_from(time.year()).map_err(io::Error::other)?,
        part(time.month())?,
        part(time.day())?,
        part(time.hour())?,
        part(time.minute())?,
        part(time.second())?,
    )
    .map_err(io::Error::other)?;
    let mut archive = ZipWriter::new(Cursor::new(vec![]));
    for member in members {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(time)
            .unix_permissions(member.mode)
            // the system that packs it leaves no trace
            .system(System::Unix);
        archive.start_file(member.path, options)?;
        archive.write_all(&member.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
