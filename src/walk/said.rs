//! What arrives upstream, in words.

use super::request::{CredentialHeader, Upstream};

impl Upstream {
    /// Where in the walk, and what is there.
    pub fn said(&self) -> Vec<(&'static str, String)> {
        let scheme = if self.tls { "https" } else { "http" };
        let credential: Vec<String> = self.credential.iter().map(CredentialHeader::said).collect();
        let tls = match (&self.sni, self.tls) {
            (Some(name), true) => format!("SNI {name}"),
            (None, true) => "without SNI".to_owned(),
            (_, false) => "none: all of it in clear text".to_owned(),
        };
        vec![
            ("credential", if credential.is_empty() { "none".to_owned() } else { credential.join("; ") }),
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
