//! The value of a new Secret: it is wiped once it was sent, and never shown.

use std::{io::Read, path::Path};

use zeroize::Zeroizing;

use super::{flags::CredentialFlags, prompt::ask};
use crate::{
    cli::{Terminal, failure::Failure},
    manifest::SecretSlot,
    model::SecretValue,
};

/// More than any Secret may hold.
const LIMIT: u64 = 1024 * 1024;

impl CredentialFlags {
    /// The value of a new Secret, from a file or from stdin.
    pub(super) fn given(
        &self,
        slot: &SecretSlot,
        stdin: &mut dyn Read,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        let (value, from) = if let Some(file) = &self.secret_file {
            (read_file(file)?, file.display().to_string())
        } else if self.secret_stdin {
            let read = read_all(stdin).map_err(|it| Failure::new(format!("cannot read stdin: {it}")))?;
            (read, "stdin".to_owned())
        } else {
            return Ok(None);
        };
        is_usable(&value, slot, &from)?;
        Ok(Some(value))
    }
}

/// The value of a new Secret, typed by somebody.
pub(super) fn typed(
    slot: &SecretSlot,
    what: &str,
    terminal: &Terminal,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    if !terminal.asks {
        return Err(Failure::new("a credential is needed, and nobody can be asked for it")
            .help("one that is there: --secret NAME")
            .help("a new one: --secret-file FILE, or --secret-stdin"));
    }
    if is_file(slot) {
        return Err(Failure::new(format!("`{}` is a whole file, and cannot be typed", slot.entry))
            .help("--secret-file FILE, or --secret NAME for a Secret that is there"));
    }
    let typed = ask(&format!("{what}, not shown: "));
    let typed = typed.map_err(|it| Failure::new(format!("cannot ask for the credential: {it}")))?;
    let value = Zeroizing::new(typed.as_bytes().to_vec());
    is_usable(&value, slot, "what was typed")?;
    Ok(value)
}

fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let failed = |it: &dyn std::fmt::Display| Failure::new(format!("cannot read {}: {it}", path.display()));
    let facts = std::fs::metadata(path).map_err(|it| failed(&it))?;
    if facts.is_dir() {
        return Err(failed(&"it is a folder"));
    }
    let mut file = std::fs::File::open(path).map_err(|it| failed(&it))?;
    read_all(&mut file).map_err(|it| failed(&it))
}

/// A buffer that grows leaves what it held behind: this one does not.
fn read_all(from: &mut dyn Read) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut all = Zeroizing::new(Vec::with_capacity(usize::try_from(LIMIT).unwrap_or(0) + 1));
    from.take(LIMIT + 1).read_to_end(&mut all)?;
    if all.len() as u64 > LIMIT {
        return Err(std::io::Error::other("it is longer than a Secret may be (1 MiB)"));
    }
    Ok(all)
}

/// Whether the value is a file with several lines.
fn is_file(slot: &SecretSlot) -> bool {
    matches!(slot.entry, "credentials" | "service_account.json")
}

/// What the gateway would not take as it is meant.
fn is_usable(value: &[u8], slot: &SecretSlot, from: &str) -> Result<(), Failure> {
    let facts = SecretValue::of(value);
    let wrong = |what: &str| Failure::new(format!("the credential from {from} {what}"));
    if facts.blank {
        return Err(wrong("is empty"));
    }
    if std::str::from_utf8(value).is_err() {
        return Err(wrong("is no text"));
    }
    match slot.entry {
        "credentials" if !facts.aws_default_profile => {
            return Err(wrong("is no AWS credentials file with a [default] profile")
                .help("[default], aws_access_key_id and aws_secret_access_key, a line each"));
        }
        "service_account.json" if !facts.json_object => {
            return Err(wrong("is no service account key: that is a JSON object"));
        }
        _ => {}
    }
    if is_file(slot) {
        return Ok(());
    }
    if facts.bearer_prefix {
        return Err(wrong("begins with `Bearer `, which the gateway adds by itself").help("leave it out"));
    }
    if facts.quoted {
        return Err(wrong("stands in quotation marks, which would become part of it").help("leave them out"));
    }
    if facts.padded {
        return Err(wrong("begins or ends with a space or a newline, which the Secret would keep")
            .help("printf %s KEY writes none: printf %s \"$(cat FILE)\" | kubectl aigw-backend create … --secret-stdin"));
    }
    if facts.placeholder {
        return Err(wrong("is a placeholder"));
    }
    if value.iter().any(u8::is_ascii_control) {
        return Err(wrong("has several lines, or control characters"));
    }
    Ok(())
}
