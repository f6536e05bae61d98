//! From what a client or a log says to the rules that can cause it.

use super::{Rule, Severity};

/// Rules whose page names all words of a symptom, the likeliest first: what a client sees counts more than the reasons.
pub fn symptom(words: &str) -> Vec<&'static Rule> {
    let plain = |text: &str| text.to_lowercase().replace('_', " ");
    let wanted = plain(words);
    let rank = |rule: &'static Rule| {
        let docs = &rule.docs;
        let (client, why) = (plain(docs.client), plain(docs.why));
        let has_all = |text: &str| wanted.split_whitespace().all(|word| holds(text, word));
        match () {
            () if client.contains(&wanted) => Some(0),
            () if has_all(&client) => Some(1),
            () if why.contains(&wanted) && wanted.len() > 3 => Some(2),
            () => None,
        }
    };
    if wanted.trim().len() < 3 {
        return vec![];
    }
    let severity = |rule: &Rule| match rule.severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    };
    let mut found: Vec<(u8, u8, &'static Rule)> =
        super::all().filter_map(|rule| Some((rank(rule)?, severity(rule), rule))).collect();
    found.sort_by_key(|(rank, severity, rule)| (*rank, *severity, rule.code));
    found.into_iter().map(|(_, _, rule)| rule).collect()
}

/// Whether a text has a word, and not as a part of another one.
fn holds(text: &str, word: &str) -> bool {
    text.split(|it: char| !it.is_alphanumeric()).any(|it| it == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symptoms_lead_to_rules() {
        for words in ["404", "No matching route found", "503", "WRONG_VERSION_NUMBER", "500", "401", "413"] {
            assert!(!symptom(words).is_empty(), "{words}");
        }
        let codes: Vec<&str> = symptom("WRONG_VERSION_NUMBER").iter().map(|it| it.code).collect();
        assert!(codes.contains(&"AIB319"), "{codes:?}");
        assert!(symptom("xyzzy").is_empty());
    }
}
