//! The notices that come with a binary: of every crate in it, and of the standard library.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
    process::Command,
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

use super::{failure::Failure, files};

/// How licence files of crates begin.
const NAMES: [&str; 6] = ["license", "licence", "copying", "notice", "copyright", "unlicense"];

/// What a part of the binary is published under.
struct Part {
    /// Name, version, licence and authors.
    title: String,
    texts: Vec<String>,
}

/// The notices of all crates that a binary for a target is made of, build scripts included.
pub fn of_crates(target: &str) -> Result<String, Failure> {
    let metadata = metadata(target)?;
    let mut parts: Vec<Part> = crates(&metadata)?.into_iter().map(part).collect::<Result<_, _>>()?;
    if target.ends_with("-musl") {
        // a static binary brings its libc and its unwinder
        let parts_of_musl = [
            ("musl libc: MIT, by Rich Felker, et al., 2005-2020", "MIT"),
            ("LLVM libunwind: Apache-2.0 WITH LLVM-exception", "Apache-2.0 WITH LLVM-exception"),
        ];
        parts.extend(
            parts_of_musl.map(|(title, license)| Part { title: title.to_owned(), texts: texts_of(license) }),
        );
    }
    Ok(page(target, &parts))
}

/// The page that rustc brings for binaries made with it.
pub fn of_the_standard_library() -> Result<Vec<u8>, Failure> {
    let next = "rustup toolchain install stable, whose rustc brings that page";
    let output = Command::new("rustc").args(["--print", "sysroot"]).output();
    let output = output.map_err(|error| Failure::new(format!("rustc does not run: {error}"), next))?;
    let sysroot = String::from_utf8_lossy(&output.stdout);
    files::read(&Path::new(sysroot.trim()).join("share/doc/rust/COPYRIGHT-library.html"), next)
}

fn metadata(target: &str) -> Result<Metadata, Failure> {
    let options = ["--locked", "--filter-platform", target].map(str::to_owned);
    MetadataCommand::new().other_options(options).exec().map_err(|error| {
        Failure::new(format!("cargo does not say which crates there are: {error}"), "cargo fetch --locked")
    })
}

/// All crates but our own, by name and version.
pub fn crates(metadata: &Metadata) -> Result<Vec<&Package>, Failure> {
    let unresolved =
        || Failure::new("cargo does not say what needs what", "run it in the folder of Cargo.toml");
    let resolve = metadata.resolve.as_ref().ok_or_else(unresolved)?;
    let root = resolve.root.as_ref().ok_or_else(unresolved)?;
    let nodes: BTreeMap<&PackageId, _> = resolve.nodes.iter().map(|it| (&it.id, it)).collect();
    let (mut seen, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        let needs = nodes
            .get(id)
            .into_iter()
            .flat_map(|it| &it.deps)
            .filter(|it| it.dep_kinds.iter().any(|it| it.kind != DependencyKind::Development));
        open.extend(needs.map(|it| &it.pkg).filter(|it| seen.insert(*it)));
    }
    let mut found: Vec<&Package> = metadata.packages.iter().filter(|it| seen.contains(&it.id)).collect();
    found.sort_by(|a, b| (a.name.as_str(), &a.version).cmp(&(b.name.as_str(), &b.version)));
    Ok(found)
}

fn part(package: &Package) -> Result<Part, Failure> {
    let license = package.license.as_deref();
    let folder = package.manifest_path.parent().map_or(Path::new(""), |it| it.as_std_path());
    let mut texts = texts_in(folder);
    if let Some(named) = &package.license_file {
        texts.extend(fs::read(folder.join(named)).ok().map(|it| tidy(&it)));
    }
    // some crates leave the text to the list of SPDX
    if texts.is_empty() {
        texts = license.map_or(vec![], texts_of);
    }
    if texts.is_empty() {
        let what = format!(
            "{} {} has neither a licence file nor a licence of the SPDX list",
            package.name, package.version
        );
        return Err(Failure::new(what, "replace that crate"));
    }
    let mut title = format!("{} {}: {}", package.name, package.version, license.unwrap_or("see text"));
    if !package.authors.is_empty() {
        let _ = write!(title, ", by {}", package.authors.join(", "));
    }
    Ok(Part { title, texts })
}

/// Licence files beside a crate's manifest, and in folders of such a name.
fn texts_in(folder: &Path) -> Vec<String> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path()).collect();
    paths.sort();
    let mut found = vec![];
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if !NAMES.iter().any(|it| name.starts_with(it)) || path.extension().is_some_and(|it| it == "rs") {
            continue;
        }
        if path.is_dir() {
            let mut inner: Vec<_> =
                fs::read_dir(path).into_iter().flatten().flatten().map(|it| it.path()).collect();
            inner.sort();
            found.extend(inner.iter().filter_map(|it| fs::read(it).ok()).map(|it| tidy(&it)));
        } else {
            found.extend(fs::read(path).ok().map(|it| tidy(&it)));
        }
    }
    found
}

/// The texts of all licences in an expression, exceptions too.
fn texts_of(expression: &str) -> Vec<String> {
    let Ok(parsed) = spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX) else { return vec![] };
    let mut texts = vec![];
    for requirement in parsed.requirements() {
        texts.extend(requirement.req.license.id().map(|it| tidy(it.text().as_bytes())));
        let exception = requirement.req.addition.as_ref().and_then(spdx::AdditionItem::id);
        texts.extend(exception.map(|it| tidy(it.text().as_bytes())));
    }
    texts
}

/// Crates write the same text with different ends of lines.
fn tidy(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned()
}

/// The parts with numbers of texts, and then every text once.
fn page(target: &str, parts: &[Part]) -> String {
    let mut texts: Vec<&str> = vec![];
    let mut list = String::new();
    for part in parts {
        let mut numbers = vec![];
        for text in &part.texts {
            let at = texts.iter().position(|it| it == text).unwrap_or_else(|| {
                texts.push(text);
                texts.len() - 1
            });
            numbers.push((at + 1).to_string());
        }
        let _ = writeln!(list, "{}\n    texts {}", part.title, numbers.join(", "));
    }
    let mut page = format!(
        "kubectl aigw-backend for {target} is made of the parts below.\n\
         Each is listed with its licence and the numbers of the texts that follow. The standard library of Rust\n\
         has its own page, RUST-LIBRARY-NOTICES.html.\n\n{list}"
    );
    for (at, text) in texts.iter().enumerate() {
        let _ = write!(page, "\n{}\nText {}\n{0}\n\n{text}\n", "=".repeat(78), at + 1);
    }
    page
}
