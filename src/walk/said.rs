//! What arrives upstream, in words.

use super::request::{CredentialHeader, Upstream};

const UNKNOWN: &str = "unknown, as what decides it could not be read";

impl Upstream {
    /// Where in the walk, and what is there.
    pub fn said(&self) -> Vec<(&'static str, String)> {
        let scheme = match self.tls {
            Some(true) => "https",
            Some(false) => "http",
            None => "http(s)",
        };
        let credential = self.credential.as_ref().map_or(UNKNOWN.to_owned(), |all| {
            let all: Vec<String> = all.iter().map(CredentialHeader::said).collect();
            if all.is_empty() { "none".to_owned() } else { all.join("; ") }
        });
        let tls = match (&self.sni, self.tls) {
            (_, None) => UNKNOWN.to_owned(),
            (Some(name), Some(true)) => format!("SNI {name}"),
            (None, Some(true)) => "without SNI".to_owned(),
            (_, Some(false)) => "none: all of it in clear text".to_owned(),
        };
        vec![
            ("credential", credential),
            ("tls", tls),
            ("upstream", format!("{} {scheme}://{}, Host {}", self.method, self.endpoint, self.authority)),
        ]
    }
}

impl CredentialHeader {
    fn said(&self) -> String {
        let scope = self.scope.as_ref().map_or(String::new(), |it| format!(", signed for {it}"));
        format!("{}: {} of {}{scope}", self.header, self.scheme, self.from)
    }
}
