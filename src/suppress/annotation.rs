//! `aigw-backend/ignore: "CODE[,CODE] reason"` on the object at fault.

use crate::{
    cluster::Cluster,
    model::Key,
    rules::{self, Rule},
};

/// The annotation.
pub const ANNOTATION: &str = "aigw-backend/ignore";

/// What the annotation of an object accepts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Annotation {
    codes: Vec<&'static str>,
    /// Words in place of codes that are none.
    unknown: Vec<String>,
    reason: String,
}

/// Reads the annotation of an object; one that does not exist has none.
pub(super) fn of(cluster: &Cluster, key: &Key) -> Annotation {
    let text = cluster.annotations(key).and_then(|it| it.get(ANNOTATION));
    text.map_or_else(Annotation::default, |it| Annotation::read(it))
}

impl Annotation {
    fn read(text: &str) -> Self {
        let mut annotation = Annotation::default();
        let mut rest = text.trim();
        // blanks around a comma do not end the list
        loop {
            let (word, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            rest = after.trim_start();
            for code in word.split(',').filter(|it| !it.is_empty()) {
                match rules::find(code) {
                    Some(rule) => annotation.codes.push(rule.code),
                    None => annotation.unknown.push(code.to_owned()),
                }
            }
            if rest.is_empty() || !word.ends_with(',') && !rest.starts_with(',') {
                break;
            }
        }
        rest.clone_into(&mut annotation.reason);
        annotation
    }

    /// The reason, if it accepts what a rule found.
    pub(super) fn accepts(&self, rule: &Rule) -> Option<&str> {
        self.codes.contains(&rule.code).then_some(self.reason.as_str())
    }

    /// A line for each word that is no code.
    pub(super) fn notes(&self, key: &Key) -> Vec<String> {
        let note = |word| format!("{key}: annotation {ANNOTATION}: no rule `{word}`");
        self.unknown.iter().map(note).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_first_and_then_the_reason() {
        let read = |text: &str| {
            let Annotation { codes, unknown, reason } = Annotation::read(text);
            (codes.join(" "), unknown.join(" "), reason)
        };
        for (text, codes, unknown, reason) in [
            ("AIB302", "AIB302", "", ""),
            ("aib302,AIB401 behind a mesh", "AIB302 AIB401", "", "behind a mesh"),
            (" AIB302, plaintext-to-tls-port\nbehind a mesh ", "AIB302 AIB302", "", "behind a mesh"),
            ("AIB302 , AIB401 why not, then", "AIB302 AIB401", "", "why not, then"),
            ("because AIB302", "", "because", "AIB302"),
            ("AIB302,AIB999 x", "AIB302", "AIB999", "x"),
            ("AIB302,", "AIB302", "", ""),
            ("", "", "", ""),
        ] {
            assert_eq!(read(text), (codes.into(), unknown.into(), reason.into()), "{text:?}");
        }
    }
}
