//! `--list-providers`.

use serde::Serialize;

use super::values::Auth;
use crate::{
    provider::{Dialect, PROVIDERS, Provider, Star},
    render::{self, Style},
};

/// A provider, as `-o json` has it.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    title: &'static str,
    hosts: &'static [&'static str],
    port: u16,
    tls: bool,
    needs: Vec<&'static str>,
    dialects: Vec<DialectRow>,
    source: &'static str,
}

#[derive(Serialize)]
struct DialectRow {
    schema: String,
    prefix: Option<&'static str>,
    version: Option<&'static str>,
    auth: Vec<String>,
}

impl From<&'static Dialect> for DialectRow {
    fn from(dialect: &'static Dialect) -> Self {
        DialectRow {
            schema: dialect.schema.to_string(),
            prefix: dialect.written_prefix(),
            version: dialect.version,
            auth: dialect.policies.iter().filter_map(Auth::of).map(Auth::word).collect(),
        }
    }
}

/// Flags without which its host is not known, or its credential.
fn needs(provider: &Provider) -> Vec<&'static str> {
    let mut needs = vec![];
    match provider.star {
        Star::Region(_) if provider.host(None).is_none() => needs.push("--region"),
        Star::Resource => needs.push("--resource"),
        Star::None if provider.hosts.is_empty() => needs.push("--service or --host"),
        Star::Region(_) | Star::None => {}
    }
    if provider.id == "gcp-vertex" {
        needs.push("--gcp-project");
    }
    needs.dedup();
    needs
}

/// All providers as JSON.
pub(super) fn json() -> String {
    render::json(&rows())
}

/// All providers as YAML.
pub(super) fn yaml() -> String {
    render::yaml(&rows())
}

/// Their names, one a line.
pub(super) fn names() -> String {
    PROVIDERS.iter().map(|it| format!("{}\n", it.id)).collect()
}

fn rows() -> Vec<Row> {
    let rows = PROVIDERS.iter().map(|it| Row {
        name: it.id,
        title: it.name,
        hosts: it.hosts,
        port: it.port,
        tls: it.tls,
        needs: needs(it),
        dialects: it.dialects.iter().map(DialectRow::from).collect(),
        source: it.source,
    });
    rows.collect()
}

/// All providers for people, each by what is usual.
pub(super) fn table(style: Style) -> String {
    let rows = PROVIDERS.iter().map(|it| {
        let usual = it.dialects.first();
        let schema = usual.map_or(String::new(), |it| it.schema.to_string());
        let auth = usual.filter(|_| it.tls).and_then(|it| it.policies.first()).and_then(Auth::of);
        let auth = auth.map_or("none".to_owned(), Auth::word);
        let host =
            it.hosts.first().map_or_else(|| format!("your own, port {}", it.port), |it| (*it).to_owned());
        [it.id.to_owned(), schema, auth, host]
    });
    render::columns(["NAME", "SCHEMA", "AUTH", "HOST"], rows, style)
        + "\n`*` is --region, or --resource of Azure\nother schemas and credentials, and what each needs: -o json\n"
}
