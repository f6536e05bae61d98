//! Names, hosts and the like, as they are typed; what is wrong is answered with what was meant.

use std::net::IpAddr;

use crate::{
    manifest::Host,
    model::{BodyField, SchemaName},
};

/// A DNS label, as names of most objects are.
pub(super) fn label(text: &str) -> Result<String, String> {
    if is_label(text) {
        return Ok(text.to_owned());
    }
    let mut near: String = text
        .to_lowercase()
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it } else { '-' })
        .take(63)
        .collect();
    near = near.trim_matches('-').to_owned();
    let rule = "a name has at most 63 characters, of a-z, 0-9 and -, and neither begins nor ends with -";
    Err(if is_label(&near) { format!("{rule}: try `{near}`") } else { rule.to_owned() })
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

pub(super) fn subdomain(text: &str) -> Result<String, String> {
    if text.len() <= 253 && text.split('.').all(is_label) { Ok(text.to_owned()) } else { label(text) }
}

/// A host; from a URL the flags that it means are said.
pub(super) fn host(text: &str) -> Result<Host, String> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        if address.is_unspecified() {
            return Err("this address stands for every address, and cannot be called".to_owned());
        }
        return Ok(Host::Ip(address));
    }
    if text.contains(['/', ':']) {
        return Err(format!("this is more than a host: {}", taken_apart(text)));
    }
    fqdn(text).map(Host::Fqdn)
}

pub(super) fn fqdn(text: &str) -> Result<String, String> {
    let name = text.to_ascii_lowercase();
    if name.split('.').count() < 2 {
        return Err(
            "Envoy Gateway takes names of two labels or more; a Service is named by --service".to_owned()
        );
    }
    let name = subdomain(&name).map_err(|_| "it is no DNS name".to_owned())?;
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|it| it.is_ascii_digit()) {
        return Err("it is no DNS name, and no IP address either".to_owned());
    }
    Ok(name)
}

/// The flags that a URL means.
fn taken_apart(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or((None, text), |(scheme, rest)| (Some(scheme), rest));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, scheme.map(|it| if it == "http" { "80" } else { "443" })),
    };
    let path = format!("/{}", path.split(['?', '#']).next().unwrap_or_default().trim_matches('/'));
    let path = without_end(&path).trim_start_matches('/');
    let port = port.map_or(String::new(), |it| format!(" --port {it}"));
    let prefix = if path.is_empty() { String::new() } else { format!(" --prefix /{path}") };
    let tls = if scheme == Some("http") { " --tls none" } else { "" };
    format!("--host {host}{port}{prefix}{tls}")
}

pub(super) fn prefix(text: &str) -> Result<String, String> {
    if text.contains("://") {
        return Err(format!("this is a URL: {}", taken_apart(text)));
    }
    if text.is_empty() {
        return Err("an empty prefix counts as /v1; none at all is /".to_owned());
    }
    let nasty = |it: char| it.is_whitespace() || it.is_control() || matches!(it, '?' | '#' | '%');
    if text.contains(nasty) {
        return Err("a prefix is a path alone, without spaces, `?`, `#` and `%`".to_owned());
    }
    let whole = text.trim_end_matches('/');
    let front = without_end(whole);
    if front.len() < whole.len() {
        let front = if front.is_empty() { "/" } else { front };
        return Err(format!("AI Gateway adds the end of the path by itself: --prefix {front}"));
    }
    Ok(text.to_owned())
}

/// A path without the part that AI Gateway adds.
fn without_end(path: &str) -> &str {
    let ends = ["/chat/completions", "/embeddings", "/messages", "/completions", "/rerank"];
    ends.iter().find_map(|it| path.strip_suffix(it)).unwrap_or(path)
}

/// Anything but nothing, and without control characters.
pub(super) fn plain(text: &str) -> Result<String, String> {
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        Err("it is empty, or has control characters".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

pub(super) fn schema(text: &str) -> Result<SchemaName, String> {
    let found = SchemaName::ALL.into_iter().find(|it| it.to_string().eq_ignore_ascii_case(text));
    found.ok_or_else(|| {
        let names: Vec<String> = SchemaName::ALL.iter().map(ToString::to_string).collect();
        format!("there are {}", names.join(", "))
    })
}

pub(super) fn issuer(text: &str) -> Result<String, String> {
    if text.starts_with("https://") { Ok(text.to_owned()) } else { Err("it begins with https://".to_owned()) }
}

/// Headers that let requests in.
const CREDENTIALS: [&str; 5] = ["authorization", "proxy-authorization", "api-key", "x-api-key", "cookie"];

/// A header and its value, which is never shown: it may be a credential.
pub(super) fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("--set-header is written like NAME=VALUE")?;
    let name = header_name(name)?;
    if CREDENTIALS.iter().any(|it| name.eq_ignore_ascii_case(it)) {
        return Err(format!("--set-header {name} is a credential, which is never taken from arguments"));
    }
    if !(1..=4096).contains(&value.len()) || value.chars().any(char::is_control) {
        return Err(format!(
            "--set-header {name}: a value has 1 to 4096 characters, and no control characters"
        ));
    }
    Ok((name, value.to_owned()))
}

pub(super) fn header_name(text: &str) -> Result<String, String> {
    let token = |it: u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it);
    if (1..=256).contains(&text.len()) && text.bytes().all(token) {
        Ok(text.to_owned())
    } else {
        Err(format!("`{}` is no name of a header", text.escape_default()))
    }
}

/// A path and a value; checked as the data plane reads it.
pub(super) fn body(text: &str) -> Result<(String, String), String> {
    let (path, value) = text.split_once('=').ok_or("write it like PATH=JSON")?;
    if path.is_empty() {
        return Err("the path is missing before `=`".to_owned());
    }
    let field = BodyField { path: path.to_owned(), value: value.to_owned() };
    if field.is_broken() {
        let quoted = serde_json::Value::from(value);
        return Err(format!("it is written as JSON and is none; for a string: '{path}={quoted}'"));
    }
    Ok((field.path, field.value))
}

pub(super) fn model(text: &str) -> Result<String, String> {
    let text = text.trim();
    if (1..=4096).contains(&text.len()) && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err("it is empty, or has control characters".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::values::{PortName, ServicePort},
        *,
    };

    #[test]
    fn a_url_is_taken_apart() {
        let said = |text| host(text).unwrap_err();
        assert!(said("https://api.x.ai/v1").contains("--host api.x.ai --port 443 --prefix /v1"));
        assert!(said("http://a.b:8080").contains("--host a.b --port 8080 --tls none"));
        assert!(said("api.x.ai:8443").contains("--host api.x.ai --port 8443"));
        assert!(said("https://u:pw@a.b/v1/chat/completions").ends_with("--host a.b --port 443 --prefix /v1"));
        assert!(said("vllm").contains("--service"));
        assert!(said("1.2.3.400").contains("no IP address"));
        assert_eq!(host("[::1]"), Ok(Host::Ip("::1".parse().unwrap())));
        assert_eq!(host("API.OpenAI.com"), Ok(Host::Fqdn("api.openai.com".to_owned())));
    }

    #[test]
    fn names_are_labels() {
        assert_eq!(label("openai-1").as_deref(), Ok("openai-1"));
        assert!(label("My_Backend").unwrap_err().contains("`my-backend`"));
        for bad in ["", "-", "a.b", "ä", &"a".repeat(64)] {
            assert!(label(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn services_have_ports() {
        let named: ServicePort = "models/vllm:http".parse().unwrap();
        assert_eq!(named.port, PortName::Name("http".to_owned()));
        assert_eq!(named.service.namespace.as_deref(), Some("models"));
        for bad in ["vllm", "vllm:0", "vllm:70000", "a/b/c:1", ":80", "vllm:"] {
            assert!(bad.parse::<ServicePort>().is_err(), "{bad}");
        }
    }

    #[test]
    fn values_are_those_of_the_data_plane() {
        assert_eq!(body("model=\"m\"").unwrap().1, "\"m\"");
        assert_eq!(body("model=m").unwrap().1, "m");
        assert!(body("a={x}").unwrap_err().contains(r#"'a="{x}"'"#));
        assert!(prefix("/v1/chat/completions").unwrap_err().ends_with("--prefix /v1"));
        assert!(prefix("https://a.b/v2").unwrap_err().contains("--prefix /v2"));
        assert!(header("a b=1").is_err() && header("a=").is_err());
    }
}
