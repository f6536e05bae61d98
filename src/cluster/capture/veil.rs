//! Values that may be credentials, replaced by words of the same shape: what is judged is the shape alone.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    cluster::files::may_be_credential,
    model::{BodyField, Fields, HeaderValue, Kind},
};

/// Stands for what is left out.
pub(super) const LEFT_OUT: &str = "redacted";

/// Gives the same word to the same value: kubectl's copy of what was applied is held against the object.
#[derive(Default)]
pub(super) struct Veil {
    words: BTreeMap<String, usize>,
}

impl Veil {
    pub(super) fn draw(&mut self, kind: Kind, object: &mut Value) {
        // a field that no release has holds whatever was meant for another one
        if let Some(fields) = Fields::of(kind) {
            let strange = fields.strangers(&*object).unwrap_or_default();
            for pointer in strange.iter().filter(|it| fields.get(it).is_none()) {
                object.pointer_mut(pointer).into_iter().for_each(|it| self.all(it));
            }
        }
        self.walk(object, &mut vec![]);
    }

    fn walk(&mut self, value: &mut Value, path: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|it| self.walk(it, path)),
            Value::Object(entries) => {
                for (key, it) in entries {
                    path.push(key.clone());
                    self.walk(it, path);
                    path.pop();
                }
            }
            Value::String(text) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                *text = self.text(&path, text);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&mut self, path: &[&str], text: &str) -> String {
        let within = |names: &[&str]| path.iter().any(|it| names.contains(it));
        if within(&["wasm", "lua"]) && within(&["config", "inline"])
            || within(&["patch", "bootstrap", "env"]) && within(&["value"])
        {
            self.word(text)
        } else if !may_be_credential(path) {
            without_login(text)
        } else if within(&["bodyMutation"]) {
            self.body(text)
        } else {
            self.header(text)
        }
    }

    fn header(&mut self, text: &str) -> String {
        let header = HeaderValue { name: String::new(), value: text.to_owned() };
        if !header.may_be_secret() {
            return text.to_owned();
        }
        let blank = text.len() - text.trim_start().len();
        let begins = |word: &str| text.get(blank..blank + word.len());
        let scheme = if begins("bearer ").is_some_and(|it| it.eq_ignore_ascii_case("bearer ")) {
            blank + 7
        } else if begins("Bearer") == Some("Bearer") {
            blank + 6
        } else {
            0
        };
        let (scheme, key) = text.split_at(scheme);
        format!("{scheme}{}", self.word(key))
    }

    fn body(&mut self, text: &str) -> String {
        let is_broken = |it: &str| BodyField { path: String::new(), value: it.to_owned() }.is_broken();
        if text.trim().len() < 8 {
            return text.to_owned();
        }
        let word = self.word(text);
        match serde_json::from_str::<Value>(text) {
            _ if is_broken(text) => format!("{{{word}}}"),
            Ok(_) => format!("\"{word}\""),
            Err(_) => word,
        }
    }

    fn all(&mut self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|it| self.all(it)),
            Value::Object(entries) => entries.iter_mut().for_each(|(_, it)| self.all(it)),
            Value::String(text) => *text = self.word(text),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Of a capture that is captured again, the words stay: they are counted in the order in which they come.
    fn word(&mut self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        let next = self.words.len() + 1;
        format!("{LEFT_OUT}-{}", self.words.entry(text.to_owned()).or_insert(next))
    }
}

/// A URL without the login in it.
fn without_login(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let end = rest.find(['/', '?', '#', ' ', '\n']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once('@').map(|(_, host)| host);
    host.map_or_else(|| text.to_owned(), |host| format!("{scheme}://{LEFT_OUT}@{host}{path}"))
}
