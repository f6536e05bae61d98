//! What stands on the way to a backend, hop by hop: objects, the values that count, and what could not be read.

use jiff::Timestamp;

use crate::{
    cluster::{Lookup, Why},
    model::{Key, Kind, SecretValue},
    trace::{Address, Ca, CaState, Gap, Hop, ServiceTrace, Sni, Trace},
};

/// One thing to know.
#[derive(Debug, Clone)]
pub struct Fact {
    /// The object that it is about.
    pub object: Option<Key>,
    /// Whether it is there.
    pub seen: Seen,
    /// In a few words.
    pub text: String,
}

/// Whether something is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Yes.
    Yes,
    /// No, and it should be.
    No,
    /// Nobody knows.
    Unknown(Gap),
}

impl Fact {
    fn said(text: impl Into<String>) -> Self {
        Fact { object: None, seen: Seen::Yes, text: text.into() }
    }

    fn of<T>(key: &Key, lookup: &Lookup<'_, T>, text: impl FnOnce(&T) -> String) -> Self {
        let (seen, text) = match lookup {
            Lookup::Found(it) => (Seen::Yes, text(it)),
            Lookup::Absent => (Seen::No, "does not exist".to_owned()),
            Lookup::Unreadable(why) => (unknown(key, why.clone()), why.to_string()),
        };
        Fact { object: Some(key.clone()), seen, text }
    }

    fn of_gap(gap: &Gap) -> Self {
        let object = gap.name.as_ref().map(|name| Key::new(gap.kind, &gap.namespace, name));
        let place = if gap.namespace.is_empty() { String::new() } else { format!(" in {}", gap.namespace) };
        let what = if object.is_some() { String::new() } else { format!("{} objects{place}: ", gap.kind) };
        Fact { object, seen: Seen::Unknown(gap.clone()), text: format!("{what}{}", gap.why) }
    }

    fn is_about(&self, gap: &Gap) -> bool {
        matches!(&self.seen, Seen::Unknown(known) if known == gap)
    }
}

fn unknown(key: &Key, why: Why) -> Seen {
    let (namespace, name) = (key.namespace.clone(), Some(key.name.clone()));
    Seen::Unknown(Gap { kind: key.kind, namespace, name, why })
}

/// The facts of a hop, and what could not be read there; routes themselves are [`super::reached_by`].
pub fn facts(trace: &Trace<'_>, hop: Hop) -> Vec<Fact> {
    let mut all = known(trace, hop);
    for gap in trace.gaps(hop) {
        if !all.iter().any(|it| it.is_about(gap)) {
            all.push(Fact::of_gap(gap));
        }
    }
    all
}

fn known(trace: &Trace<'_>, hop: Hop) -> Vec<Fact> {
    match hop {
        Hop::Reference => {
            let backend = Fact::of(&trace.reference.key, &trace.reference.backend, |_| "is there".to_owned());
            vec![backend]
        }
        Hop::Endpoint => trace.endpoint.addresses.iter().flat_map(endpoint).collect(),
        Hop::Tls => tls(trace),
        Hop::Credential => credential(trace),
        Hop::Schema | Hop::Route | Hop::Platform => vec![],
    }
}

fn endpoint(address: &Address<'_>) -> Vec<Fact> {
    let mut all = vec![Fact::said(address.to_string())];
    if let Some(service) = &address.service {
        all.push(Fact::of(&service.key, &service.service, |_| ready(service)));
    }
    all
}

fn ready(service: &ServiceTrace<'_>) -> String {
    match service.ready {
        None => "its EndpointSlices are not known".to_owned(),
        Some(ready) => format!("{ready} addresses ready, {} not", service.not_ready),
    }
}

fn tls(trace: &Trace<'_>) -> Vec<Fact> {
    let tls = &trace.tls;
    if tls.encrypted != Some(true) {
        return vec![];
    }
    let mut all = vec![Fact::said(match tls.sni {
        Sni::None => "without SNI".to_owned(),
        Sni::Policy(name) | Sni::Own(name) => format!("SNI {name}"),
        Sni::Endpoint => "SNI is the name of each endpoint".to_owned(),
        Sni::Client => "SNI is the Host header of the client".to_owned(),
    })];
    if !tls.verified {
        all.push(Fact::said("the certificate is not checked (insecureSkipVerify)"));
        return all;
    }
    let names = tls.policy.map(|it| &it.spec.validation.subject_alt_names[..]).unwrap_or_default();
    if !names.is_empty() {
        let names: Vec<&str> =
            names.iter().filter_map(|it| it.hostname.as_deref().or(it.uri.as_deref())).collect();
        all.push(Fact::said(format!("the certificate must have one of {}", names.join(", "))));
    }
    if tls.system_ca {
        all.push(Fact::said("signed by a CA of Envoy's image (wellKnownCACertificates: System)"));
    }
    all.extend(tls.cas.iter().map(|ca| authority(ca, trace.world.now)));
    if let Some((key, secret)) = &tls.client_certificate {
        all.push(Fact::of(key, secret, |_| "holds the client certificate".to_owned()));
    }
    all
}

fn authority(ca: &Ca<'_>, now: Timestamp) -> Fact {
    let named =
        ca.key.clone().unwrap_or_else(|| Key::new(Kind::ConfigMap, &ca.owner.namespace, &ca.reference.name));
    let (seen, text) = match &ca.state {
        CaState::UnsupportedKind => (Seen::No, "is of a kind that holds no CA".to_owned()),
        CaState::Missing => (Seen::No, "does not exist".to_owned()),
        CaState::Unknown => (unknown(&named, Why::NotFetched), "holds the CA, and was not read".to_owned()),
        CaState::NoKey => (Seen::No, "has no key with a CA".to_owned()),
        CaState::Taken { key, pem, .. } => match pem.not_after.iter().max() {
            Some(end) => {
                let word = if pem.is_expired(now) { "expired" } else { "valid until" };
                (Seen::Yes, format!("the CA is its `{key}`, {word} {}", end.strftime("%Y-%m-%d")))
            }
            None => (Seen::No, format!("its `{key}` is no certificate")),
        },
    };
    Fact { object: Some(named), seen, text }
}

fn credential(trace: &Trace<'_>) -> Vec<Fact> {
    let credential = &trace.credential;
    let mut all = vec![];
    for it in &credential.policies {
        let object = Key::new(Kind::BackendSecurityPolicy, &it.policy.meta.namespace, &it.policy.meta.name);
        all.push(Fact { object: Some(object), seen: Seen::Yes, text: it.policy.spec.type_.to_string() });
    }
    let Some(policy) = credential.policy else { return all };
    if let Some(it) = &credential.secret {
        all.push(Fact::of(&it.key, &it.secret, |secret| value(it.entry, secret.data.get(it.entry))));
    }
    if let Some(it) = &credential.token {
        let until = it.expires.map_or(String::new(), |end| format!(", until {end}"));
        all.push(Fact::of(&it.key, &it.secret, |_| format!("the token that AI Gateway fetched{until}")));
    }
    if super::credential::is_of_pod(&policy.spec) {
        all.push(Fact::said("the identity of the Envoy pod, which no object shows"));
    }
    if policy.spec.credential_override.is_some() {
        all.push(Fact::said("requests may bring a credential of their own (credentialOverride)"));
    }
    all
}

fn value(entry: &str, value: Option<&SecretValue>) -> String {
    value.map_or_else(|| format!("has no key `{entry}`"), |it| format!("its `{entry}`, {} bytes", it.bytes))
}
