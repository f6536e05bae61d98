//! `render`: the manifest of a release, from the template and the archives.

use std::path::PathBuf;

use super::{
    failure::Failure,
    files,
    platform::PLATFORMS,
    tag,
    template::{Release, fill},
};

const EXAMPLES: &str = "Examples:
  # all six archives are in dist
  cargo krew render --tag v0.1.0 --repository OWNER/REPO
  # to try it here, with the one archive that was built
  cargo krew render --tag v0.1.0 --repository OWNER/REPO --only-built";

/// Writes the krew manifest of a release
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Tag of the release
    #[arg(long, value_name = "vX.Y.Z", value_parser = tag::parse)]
    pub tag: String,
    /// Repository on GitHub that the release is in
    #[arg(long, value_name = "OWNER/REPO", env = "GITHUB_REPOSITORY", value_parser = repository)]
    pub repository: (String, String),
    /// Folder with the archives
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub archives: PathBuf,
    /// Leave out platforms whose archive is not there
    #[arg(long)]
    pub only_built: bool,
    /// Template
    #[arg(long, value_name = "FILE", default_value = "plugin-manifest/aigw-backend.yaml")]
    pub template: PathBuf,
    /// Where to write it
    #[arg(long, value_name = "FILE", default_value = "dist/aigw-backend.yaml")]
    pub out: PathBuf,
}

fn repository(text: &str) -> Result<(String, String), String> {
    let is_name =
        |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it));
    text.split_once('/')
        .filter(|(owner, name)| is_name(owner) && is_name(name))
        .map(|(owner, name)| (owner.to_owned(), name.to_owned()))
        .ok_or_else(|| "write it as OWNER/REPO, without https://github.com/".to_owned())
}

impl Args {
    /// Writes the manifest, and says what to do with it.
    pub fn run(&self) -> Result<String, Failure> {
        let template = files::read_text(
            &self.template,
            "run it in the folder of Cargo.toml, or name the file with --template",
        )?;
        let is_built = |name: &str| self.archives.join(name).exists();
        let template = if self.only_built { leave_out(&template, &self.tag, is_built) } else { template };
        let (owner, repository) = &self.repository;
        let release = Release { tag: &self.tag, owner, repository };
        let text = fill(&template, &release, |uri| {
            let name = uri.rsplit('/').next().unwrap_or(uri);
            let target =
                PLATFORMS.iter().find(|it| it.archive(&self.tag) == name).and_then(|it| it.targets.first());
            let next = match target {
                Some(target) => format!(
                    "cargo krew archive --tag {} --target {target}, or leave that platform out with --only-built",
                    self.tag
                ),
                None => "name archives in the template as `cargo krew archive` does".to_owned(),
            };
            files::read(&self.archives.join(name), next).map(|it| files::sha256(&it))
        })?;
        if !text.contains("\n  - ") {
            return Err(Failure::new(
                format!("{} has no archive of {}", self.archives.display(), self.tag),
                format!("cargo krew archive --tag {} --target TARGET", self.tag),
            ));
        }
        files::write(&self.out, text.as_bytes())?;
        let (out, archives) = (self.out.display(), self.archives.display());
        Ok(format!("wrote {out}\nnext: cargo krew validate {out} --archives {archives}\n"))
    }
}

/// The template without the platforms that have no archive.
fn leave_out(template: &str, tag: &str, is_built: impl Fn(&str) -> bool) -> String {
    let mut parts = template.split("\n  - ");
    let head = parts.next().unwrap_or_default().to_owned();
    let built = parts.filter(|part| {
        PLATFORMS.iter().any(|it| {
            let is_it =
                part.contains(&format!("os: {}\n", it.os)) && part.contains(&format!("arch: {}\n", it.arch));
            is_it && is_built(&it.archive(tag))
        })
    });
    let text = built.fold(head, |text, part| text + "\n  - " + part.trim_end_matches('\n'));
    text + "\n"
}
