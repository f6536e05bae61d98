//! The platforms of a release, and those that krew knows.

use object::{
    Architecture, BinaryFormat, Endianness, Object as _,
    elf::PT_INTERP,
    read::elf::{ElfFile64, ProgramHeader as _},
};

/// A platform that a release has an archive for.
#[derive(Debug, PartialEq, Eq)]
pub struct Platform {
    /// As Go calls it.
    pub os: &'static str,
    /// As Go calls it.
    pub arch: &'static str,
    /// Targets of rustc that make a binary for it; the first is the one that releases are made with.
    /// None of MinGW: the notices do not cover its runtime.
    pub targets: &'static [&'static str],
}

/// All of a release, in the order of the manifest.
pub static PLATFORMS: [Platform; 6] = [
    Platform {
        os: "linux",
        arch: "amd64",
        targets: &["x86_64-unknown-linux-musl", "x86_64-unknown-linux-gnu"],
    },
    Platform {
        os: "linux",
        arch: "arm64",
        targets: &["aarch64-unknown-linux-musl", "aarch64-unknown-linux-gnu"],
    },
    Platform { os: "darwin", arch: "amd64", targets: &["x86_64-apple-darwin"] },
    Platform { os: "darwin", arch: "arm64", targets: &["aarch64-apple-darwin"] },
    Platform { os: "windows", arch: "amd64", targets: &["x86_64-pc-windows-msvc"] },
    Platform { os: "windows", arch: "arm64", targets: &["aarch64-pc-windows-msvc"] },
];

/// What a selector is tried on: kubernetes-sigs/krew@v0.5.0 cmd/validate-krew-manifest/main.go.
pub const OF_KREW: [(&str, &str); 11] = [
    ("windows", "386"),
    ("windows", "amd64"),
    ("windows", "arm64"),
    ("linux", "386"),
    ("linux", "amd64"),
    ("linux", "arm"),
    ("linux", "arm64"),
    ("linux", "ppc64le"),
    ("darwin", "386"),
    ("darwin", "amd64"),
    ("darwin", "arm64"),
];

impl Platform {
    /// The platform that a target of rustc is for.
    pub fn of_target(target: &str) -> Option<&'static Platform> {
        PLATFORMS.iter().find(|it| it.targets.contains(&target))
    }

    /// The one that this runs on.
    pub fn host() -> (&'static str, &'static str) {
        let os = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
        let arch = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            "x86" => "386",
            other => other,
        };
        (os, arch)
    }

    /// The file name of its archive.
    pub fn archive(&self, tag: &str) -> String {
        let extension = if self.os == "windows" { "zip" } else { "tar.gz" };
        format!("kubectl-aigw_backend_{tag}_{}_{}.{extension}", self.os, self.arch)
    }

    /// The file name of the binary in it.
    pub fn binary(&self) -> &'static str {
        binary(self.os)
    }
}

/// A dash of the command is an underscore in the file name.
pub fn binary(os: &str) -> &'static str {
    if os == "windows" { "kubectl-aigw_backend.exe" } else { "kubectl-aigw_backend" }
}

/// What a binary runs on, in Go's words.
pub fn of_binary(bytes: &[u8]) -> Result<(&'static str, &'static str), String> {
    let file = object::File::parse(bytes).map_err(|error| format!("not a program: {error}"))?;
    let format = file.format();
    let os = [(BinaryFormat::Elf, "linux"), (BinaryFormat::MachO, "darwin"), (BinaryFormat::Pe, "windows")]
        .into_iter()
        .find_map(|(it, os)| (it == format).then_some(os));
    let machine = file.architecture();
    let arch = [
        (Architecture::X86_64, "amd64"),
        (Architecture::Aarch64, "arm64"),
        (Architecture::I386, "386"),
        (Architecture::Arm, "arm"),
        (Architecture::PowerPc64, "ppc64le"),
    ]
    .into_iter()
    .find_map(|(it, arch)| (it == machine).then_some(arch));
    os.zip(arch).ok_or_else(|| format!("a program for {format:?} {machine:?}, which krew does not know"))
}

/// The library of the compiler that a Windows binary asks for, which is not part of Windows.
pub fn runtime_library(bytes: &[u8]) -> Option<String> {
    let imports = object::File::parse(bytes).and_then(|it| it.imports()).unwrap_or_default();
    let mut names = imports.iter().map(|it| String::from_utf8_lossy(it.library()).into_owned());
    names.find(|it| it.to_lowercase().starts_with("vcruntime"))
}

/// The loader that a Linux binary asks for; a static one asks for none.
pub fn loader(bytes: &[u8]) -> Result<Option<String>, String> {
    let file =
        ElfFile64::<Endianness>::parse(bytes).map_err(|error| format!("not a Linux program: {error}"))?;
    let endian = file.endian();
    let header = file.elf_program_headers().iter().find(|it| it.p_type(endian) == PT_INTERP);
    let path = header.and_then(|it| it.interpreter(endian, bytes).ok().flatten());
    Ok(path.map(|it| String::from_utf8_lossy(it).into_owned()))
}
