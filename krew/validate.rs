//! `validate`: whether krew, its CI and its reviewers would take a manifest and its archives.

use std::path::{Path, PathBuf};

use super::{
    failure::Failure,
    files,
    rules::{Archive, Fault, Subject},
};

const EXAMPLES: &str = "Examples:
  cargo krew validate dist/aigw-backend.yaml --archives dist
  # only the manifest
  cargo krew validate dist/aigw-backend.yaml";

/// Says what krew, its CI or its reviewers would refuse
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A manifest that was rendered
    #[arg(value_name = "FILE")]
    pub manifest: PathBuf,
    /// Folder with the archives; without it only the manifest is looked at
    #[arg(long, value_name = "DIR")]
    pub archives: Option<PathBuf>,
}

impl Args {
    /// What is wrong, as a failure.
    pub fn run(&self) -> Result<String, Failure> {
        let found = faults(&self.manifest, self.archives.as_deref())?;
        let name = self.manifest.display();
        if found.is_empty() {
            let next = match &self.archives {
                Some(folder) => format!("cargo krew smoke {name} --archives {}", folder.display()),
                None => format!("cargo krew validate {name} --archives DIR looks into the archives, too"),
            };
            return Ok(format!("{name}: nothing to refuse\nnext: {next}\n"));
        }
        let lines =
            found.iter().map(|it| format!("\n  {}: {} ({})", it.rule, it.what, it.by)).collect::<String>();
        Err(Failure::new(
            format!("{name} would be refused{lines}"),
            "change plugin-manifest/aigw-backend.yaml or the archives, and type `cargo krew render` again",
        ))
    }
}

/// What breaks which rule.
pub fn faults(manifest: &Path, archives: Option<&Path>) -> Result<Vec<Fault>, Failure> {
    let text = files::read_text(manifest, "cargo krew render --help")?;
    let file = manifest.file_name().unwrap_or_default().to_string_lossy();
    let mut subject = match Subject::new(&file, &text) {
        Ok(subject) => subject,
        Err(fault) => return Ok(vec![fault]),
    };
    if let Some(folder) = archives {
        let names = subject.manifest.spec.platforms.iter().map(|it| folder.join(it.archive()));
        let next = "cargo krew archive --help, or leave --archives away";
        subject.archives =
            names.map(|it| files::read(&it, next).map(Archive::new)).collect::<Result<_, _>>()?;
    }
    Ok(subject.faults())
}
