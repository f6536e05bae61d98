//! Archives and manifests, good and bad.

use std::{fs, path::Path};

use crate::tools::{
    archive::{Member, pack},
    files::sha256,
    platform::binary,
    unpack::Format,
};

/// Where the manifests of these tests say that their archives are.
pub(crate) const BASE: &str = "https://github.com/example/kubectl-aigw-backend/releases/download/v0.1.0";
/// The sums in `good.yaml`.
pub(crate) const SUMS: [&str; 2] = [
    "1111111111111111111111111111111111111111111111111111111111abcdef",
    "2222222222222222222222222222222222222222222222222222222222abcdef",
];

/// The smallest file that says which platform it is for.
pub(crate) fn program(os: &str, arch: &str) -> Vec<u8> {
    let is_arm = arch == "arm64";
    let mut bytes = vec![0; 512];
    let mut put = |at: usize, with: &[u8]| bytes[at..at + with.len()].copy_from_slice(with);
    match os {
        "linux" => {
            put(0, &[0x7f, b'E', b'L', b'F', 2, 1, 1]);
            put(16, &[2, 0, if is_arm { 183 } else { 62 }, 0, 1]);
            put(52, &[64, 0, 56, 0, 0, 0, 64, 0]);
        }
        "darwin" => {
            put(0, &[0xcf, 0xfa, 0xed, 0xfe, if is_arm { 12 } else { 7 }, 0, 0, 1]);
            put(12, &[2]);
        }
        _ => {
            put(0, b"MZ");
            put(60, &[64]);
            put(64, b"PE\0\0");
            put(68, if is_arm { &[0x64, 0xaa] } else { &[0x64, 0x86] });
            put(84, &[112, 0, 2, 0, 0x0b, 0x02]);
        }
    }
    bytes
}

/// A licence and a program.
pub(crate) fn members(os: &str, arch: &str) -> Vec<Member> {
    vec![
        Member { path: "LICENSE", mode: 0o644, bytes: b"Apache-2.0\n".to_vec() },
        Member { path: binary(os), mode: 0o755, bytes: program(os, arch) },
    ]
}

pub(crate) fn tar_gz(members: Vec<Member>) -> Vec<u8> {
    pack(Format::TarGz, members, 0).unwrap()
}

pub(crate) fn zip(members: Vec<Member>) -> Vec<u8> {
    pack(Format::Zip, members, 0).unwrap()
}

/// The archives of `good.yaml`. That for Windows holds its program under a second name, for a manifest that asks for it.
pub(crate) fn good_archives() -> [Vec<u8>; 2] {
    let mut windows = members("windows", "amd64");
    windows.push(Member { path: binary("linux"), mode: 0o755, bytes: program("windows", "amd64") });
    [tar_gz(members("linux", "amd64")), zip(windows)]
}

/// A manifest of one platform, whose archive has this name and these bytes.
pub(crate) fn manifest_of(archive: &str, bytes: &[u8]) -> String {
    let os = if archive.contains("windows") { "windows" } else { "linux" };
    let (sum, bin) = (sha256(bytes), binary(os));
    let head = read("good.yaml");
    let head = head.split_once("  platforms:\n").unwrap().0;
    format!(
        "{head}  platforms:\n  - selector:\n      matchLabels: {{os: {os}, arch: amd64}}\n    uri: {BASE}/{archive}\n    \
         sha256: {sum}\n    bin: {bin}\n"
    )
}

/// A file of `tests/krew`.
pub(crate) fn read(name: &str) -> String {
    fs::read_to_string(crate::folder("krew").join(name)).unwrap()
}

/// A manifest that breaks a rule.
pub(crate) struct Bad {
    /// Of the file, without extension.
    pub(crate) stem: String,
    /// The rule.
    pub(crate) rule: String,
    /// What the file is called where it breaks it.
    pub(crate) file: String,
    /// What it holds.
    pub(crate) text: String,
}

/// All manifests of `tests/krew/bad`.
pub(crate) fn bad_manifests() -> Vec<Bad> {
    let mut paths: Vec<_> =
        fs::read_dir(crate::folder("krew/bad")).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|it| bad_manifest(it)).collect()
}

fn bad_manifest(path: &Path) -> Bad {
    let text = fs::read_to_string(path).unwrap();
    let comment = |name: &str| {
        text.lines().take(2).find_map(|it| it.strip_prefix("# ")?.strip_prefix(name)?.strip_prefix(": "))
    };
    let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
    let rule =
        comment("rule").unwrap_or_else(|| panic!("{stem} does not start with `# rule: NAME`")).to_owned();
    let file = comment("file").unwrap_or("aigw-backend.yaml").to_owned();
    Bad { stem, rule, file, text }
}

/// Archives that break a rule: the rule, the name of the archive, its bytes.
pub(crate) fn bad_archives() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let good = || tar_gz(members("linux", "amd64"));
    let with = |member: Member| [members("linux", "amd64"), vec![member]].concat();
    let without = |path: &str| members("linux", "amd64").into_iter().filter(|it| it.path != path).collect();
    let windows = || members("windows", "amd64");
    let mode = |mode: u32| members("linux", "amd64").into_iter().map(|it| Member { mode, ..it }).collect();
    let mut cut = good();
    cut.truncate(cut.len() / 2);
    let plain = |path: &'static str| Member { path, mode: 0o644, bytes: b"x".to_vec() };
    vec![
        ("archive-unreadable", "linux.tar.gz", b"not an archive at all".to_vec()),
        ("archive-unreadable", "linux.tar.gz", cut),
        ("archive-extension", "windows.tar.gz", zip(windows())),
        ("archive-extension", "linux.zip", good()),
        ("archive-path-outside", "linux.tar.gz", raw_tar("../evil", b'0', "")),
        ("archive-path-outside", "linux.tar.gz", raw_tar("/evil", b'0', "")),
        ("archive-path-outside", "windows.zip", zip([windows(), vec![plain("../evil")]].concat())),
        ("archive-holds-link", "linux.tar.gz", raw_tar("evil", b'2', "/etc/passwd")),
        ("archive-holds-link", "linux.tar.gz", raw_tar("evil", b'1', "LICENSE")),
        ("archive-holds-twice", "linux.tar.gz", tar_gz(with(plain("license")))),
        ("bin-not-in-archive", "linux.tar.gz", tar_gz(without(binary("linux")))),
        ("bin-not-executable", "linux.tar.gz", tar_gz(mode(0o644))),
        ("bin-of-other-platform", "linux.tar.gz", {
            let mut others = members("linux", "arm64");
            others.truncate(2);
            tar_gz(others)
        }),
        ("license-not-installed", "linux.tar.gz", tar_gz(without("LICENSE"))),
    ]
}

/// A good archive with one more member, which `tar` would not write.
fn raw_tar(path: &str, kind: u8, target: &str) -> Vec<u8> {
    let mut archive =
        tar::Builder::new(flate2::write::GzEncoder::new(vec![], flate2::Compression::default()));
    for Member { path, mode, bytes } in members("linux", "amd64") {
        let mut header = tar::Header::new_ustar();
        header.set_mode(mode);
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, path, bytes.as_slice()).unwrap();
    }
    let mut header = tar::Header::new_ustar();
    header.set_mode(0o644);
    header.set_size(0);
    header.set_entry_type(tar::EntryType::new(kind));
    let raw = header.as_mut_bytes();
    raw[..path.len()].copy_from_slice(path.as_bytes());
    raw[157..157 + target.len()].copy_from_slice(target.as_bytes());
    header.set_cksum();
    archive.append(&header, &[][..]).unwrap();
    archive.into_inner().unwrap().finish().unwrap()
}
