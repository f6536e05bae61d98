//! What can be wrong with flags that each are right; what may be a credential is not shown.

use super::{
    Create,
    text::{header, label},
};
use crate::cli::{Context, failure::Failure};

/// Changes of a kind, as the CRD has it.
const CHANGES: usize = 16;

impl Create {
    /// What is wrong, before anything is asked.
    pub(super) fn makes_sense(&self, context: &Context<'_>) -> Result<(), Failure> {
        if let Some(Err(why)) = context.connection.namespace.as_deref().map(label) {
            return Err(Failure::new(format!("that is no namespace: {why}")));
        }
        if let Some(secret) = &self.credential.secret {
            is_name(secret)?;
        }
        let changes = &self.mutation;
        let counts = [
            ("--set-header", changes.set_header.len()),
            ("--remove-header", changes.remove_header.len()),
            ("--set-body", changes.set_body.len()),
            ("--remove-body", changes.remove_body.len()),
        ];
        if let Some((flag, count)) = counts.iter().find(|(_, count)| *count > CHANGES) {
            return Err(Failure::new(format!("{flag} {count} times: an object has room for {CHANGES}")));
        }
        let mut names: Vec<String> = vec![];
        for text in &changes.set_header {
            let (name, _) = header(text).map_err(Failure::new)?;
            let lower = name.to_lowercase();
            if names.contains(&lower) {
                return Err(Failure::new(format!("--set-header {name} twice: headers have no case")));
            }
            names.push(lower);
        }
        if !self.makes_backend() && self.credential.is_said() {
            return Err(Failure::new("a credential is for a backend, and none is made here")
                .help("--provider P, --service NAME:PORT or --host H"));
        }
        Ok(())
    }
}

/// A key in the place of a name is a mistake that happens.
fn is_name(secret: &str) -> Result<(), Failure> {
    let starts = ["sk-", "gsk_", "akia", "xai-", "aiza", "hf_", "ghp_", "eyj"];
    let lower = secret.to_lowercase();
    let is_key = secret.len() > 12 && starts.iter().any(|it| lower.starts_with(it)) || secret.len() > 63;
    if is_key {
        return Err(Failure::new("--secret takes the name of a Secret, and this looks like a key")
            .help("it stands in the history of your shell now: replace it at the provider")
            .help("a key comes from --secret-file FILE, --secret-stdin, or is asked for"));
    }
    let wrong = |_| Failure::new("--secret takes the name of a Secret, and this is none");
    super::text::subdomain(secret).map(|_| ()).map_err(wrong)
}
