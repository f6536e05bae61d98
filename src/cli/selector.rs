//! Label selectors, as kubectl's `-l` has them.

use std::{collections::BTreeMap, str::FromStr};

/// All of its requirements must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selector {
    /// As it was written, for the API server and for messages.
    pub text: String,
    requirements: Vec<Requirement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Exists,
    Missing,
    In(Vec<String>),
    /// Holds for objects without the label, too.
    NotIn(Vec<String>),
}

impl Selector {
    /// Whether labels match.
    pub(super) fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.requirements.iter().all(|Requirement { key, test }| {
            let value = labels.get(key);
            match test {
                Test::Exists => value.is_some(),
                Test::Missing => value.is_none(),
                Test::In(values) => value.is_some_and(|it| values.contains(it)),
                Test::NotIn(values) => value.is_none_or(|it| !values.contains(it)),
            }
        })
    }
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let requirements = split(text).into_iter().map(requirement).collect::<Result<_, _>>()?;
        Ok(Selector { text: text.to_owned(), requirements })
    }
}

/// At commas outside of parentheses.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let parts = text.split(|it: char| {
        depth += i32::from(it == '(') - i32::from(it == ')');
        it == ',' && depth == 0
    });
    if text.trim().is_empty() { vec![] } else { parts.map(str::trim).collect() }
}

fn requirement(text: &str) -> Result<Requirement, String> {
    let wrong =
        || format!("`{text}`: write key=value, key!=value, key in (a,b), key notin (a,b), key or !key");
    let build = |key: &str, test| {
        let key = key.trim();
        let plain = |it: char| it.is_ascii_alphanumeric() || "-_./".contains(it);
        let good = !key.is_empty() && key.chars().all(plain);
        if good { Ok(Requirement { key: key.to_owned(), test }) } else { Err(wrong()) }
    };
    let value = |text: &str| {
        let text = text.trim();
        let good = text.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it));
        if good { Ok(text.to_owned()) } else { Err(wrong()) }
    };
    if let Some(inside) = text.strip_suffix(')') {
        let (head, values) = inside.split_once('(').ok_or_else(wrong)?;
        let values = values.split(',').map(value).collect::<Result<Vec<_>, _>>()?;
        let mut words = head.split_whitespace();
        let (Some(key), Some(operator), None) = (words.next(), words.next(), words.next()) else {
            return Err(wrong());
        };
        return match operator {
            "in" => build(key, Test::In(values)),
            "notin" => build(key, Test::NotIn(values)),
            _ => Err(wrong()),
        };
    }
    if let Some((key, text)) = text.split_once("!=") {
        return build(key, Test::NotIn(vec![value(text)?]));
    }
    if let Some((key, text)) = text.split_once("==").or_else(|| text.split_once('=')) {
        return build(key, Test::In(vec![value(text)?]));
    }
    match text.strip_prefix('!') {
        Some(key) => build(key, Test::Missing),
        None => build(text, Test::Exists),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_mean_what_kubectl_means() {
        let labels =
            BTreeMap::from([("app".to_owned(), "a".to_owned()), ("x.io/y".to_owned(), String::new())]);
        let matches = |text: &str| text.parse::<Selector>().unwrap().matches(&labels);
        for yes in [
            "",
            "app",
            "app=a",
            "app==a",
            "app = a",
            "app!=b",
            "other!=b",
            "!other",
            "app in (a, b)",
            "x.io/y",
        ] {
            assert!(matches(yes), "{yes}");
        }
        for no in ["app=b", "app!=a", "!app", "other", "app notin (a,b)", "app in (c),app", "x.io/y=z"] {
            assert!(!matches(no), "{no}");
        }
        assert!(matches("app in (a,b),x.io/y,other notin (c)"));
        for wrong in ["app=(", "=a", "app in a", "app foo (a)", "a b", ",", "app=a b"] {
            assert!(wrong.parse::<Selector>().is_err(), "{wrong}");
        }
    }
}
