//! `--ignore`, `--baseline` and `--write-baseline`: what is accepted, and does not count.

use std::{fs, path::PathBuf};

use clap::Args;

use super::{
    failure::{Failure, nearest},
    file,
    select::Selection,
};
use crate::{
    model::{Key, Kind},
    render,
    rules::{self, Finding},
    suppress::{Accepted, Baseline, By, Ignore, Split, Suppressed},
};

/// What does not count.
#[derive(Args)]
#[command(next_help_heading = "What does not count")]
pub(super) struct AcceptFlags {
    /// Leave a code out, of one object or of all; repeatable
    #[arg(long, value_name = "CODE[:Kind/ns/name]", value_delimiter = ',', value_parser = ignore)]
    ignore: Vec<Ignore>,
    /// Leave out what a file knows from an earlier run
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write such a file; the exit code stays what it is
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
}

impl AcceptFlags {
    /// Reads the baseline, before anything else is done.
    pub(super) fn read(&self) -> Result<Option<Baseline>, Failure> {
        let Some(path) = &self.baseline else { return Ok(None) };
        let failure = |reason: String| {
            Failure::new(format!("cannot read the baseline {}: {reason}", path.display()))
                .help("write one: kubectl aigw-backend check --write-baseline FILE")
        };
        let text = fs::read_to_string(path).map_err(|error| failure(error.to_string()))?;
        Baseline::parse(&text).map(Some).map_err(|unfit| failure(unfit.to_string()))
    }

    /// Everything together.
    pub(super) fn accepted<'a>(&'a self, baseline: Option<&'a Baseline>) -> Accepted<'a> {
        Accepted { ignores: &self.ignore, baseline }
    }

    /// Writes what is there now; what is known of places that this run did not look at stays known.
    pub(super) fn write(
        &self,
        split: &Split,
        known: Option<&Baseline>,
        scope: &Selection,
        is_whole: bool,
    ) -> Result<(), Failure> {
        let Some(path) = &self.write_baseline else { return Ok(()) };
        let failure =
            |reason: String| Failure::new(format!("cannot write the baseline {}: {reason}", path.display()));
        if !is_whole {
            return Err(failure("not all could be read, and the rest would be forgotten".to_owned()));
        }
        let by_baseline = |it: &&Suppressed| it.by == By::Baseline;
        let known_still = split.suppressed.iter().filter(by_baseline).map(|it| &it.finding);
        let now = Baseline::of(split.findings.iter().chain(known_still));
        let elsewhere = known.map(|it| it.without(&now, |namespace| !scope.is_whole(namespace)));
        let all = elsewhere.into_iter().fold(now, Baseline::with);
        file::replace(path, &render::json(&all))
            .map_err(|error| failure(error.to_string()).help("another file: --write-baseline FILE"))
    }
}

/// How many findings a baseline knows that were looked for and not found.
pub(super) fn gone(known: &Baseline, found: &[Finding], scope: &Selection) -> usize {
    known.without(&Baseline::of(found), |namespace| scope.is_whole(namespace)).len()
}

fn ignore(text: &str) -> Result<Ignore, String> {
    let (code, object) = text.split_once(':').map_or((text, None), |(code, object)| (code, Some(object)));
    let code = code.trim();
    let rule = rules::find(code).ok_or_else(|| {
        let near = nearest(code, rules::all().flat_map(|it| [it.code, it.name]));
        format!("no rule `{code}`{}", did_you_mean(near))
    })?;
    Ok(Ignore { code: rule.code, object: object.map(key).transpose()? })
}

fn key(text: &str) -> Result<Key, String> {
    let mut parts = text.trim().split('/');
    let (Some(kind), Some(namespace), Some(name), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("an object is written Kind/namespace/name, or Kind//name without a namespace".to_owned());
    };
    let kind = Kind::named(kind).ok_or_else(|| {
        let kinds: Vec<String> = Kind::all().map(|it| it.to_string()).collect();
        format!("no kind `{kind}`{}", did_you_mean(nearest(kind, kinds.iter().map(String::as_str))))
    })?;
    match (kind.is_namespaced(), namespace.is_empty(), name) {
        (_, _, "") => Err("the name of the object is missing".to_owned()),
        (true, true, name) => Err(format!("{kind} has a namespace: {kind}/NAMESPACE/{name}")),
        (false, false, name) => Err(format!("{kind} has no namespace: {kind}//{name}")),
        _ => Ok(Key::new(kind, namespace, name)),
    }
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or(String::new(), |it| format!("; did you mean `{it}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_may_be_ignored_of_one_object_or_of_all() {
        for (text, shown) in [
            ("AIB302", "AIB302"),
            (" aib302", "AIB302"),
            ("plaintext-to-tls-port", "AIB302"),
            ("AIB302:backendtlspolicy/models/openai-tls", "AIB302:BackendTLSPolicy/models/openai-tls"),
            ("AIB302:GatewayClass//eg", "AIB302:GatewayClass//eg"),
        ] {
            assert_eq!(ignore(text).map(|it| it.to_string()), Ok(shown.to_owned()), "{text}");
        }
    }

    #[test]
    fn slips_are_named() {
        for (text, said) in [
            ("AIB999", "no rule `AIB999`"),
            ("plaintext-to-tls-prot", "did you mean `plaintext-to-tls-port`?"),
            ("AIB302:Bakend/a/b", "did you mean `Backend`?"),
            ("AIB302:Backend/b", "Kind/namespace/name"),
            ("AIB302:Backend/a/b/c", "Kind/namespace/name"),
            ("AIB302:Backend//b", "Backend/NAMESPACE/b"),
            ("AIB302:GatewayClass/a/b", "GatewayClass//b"),
            ("AIB302:Backend/a/", "name of the object is missing"),
            ("AIB302:", "Kind/namespace/name"),
            ("", "no rule ``"),
        ] {
            let error = ignore(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
