//! A backend as its trace alone shows it: what is there, and what could not be looked at.

use super::{Cell, Hops, Row, State, health};
use crate::{
    rules::Hop,
    trace::{Gap, Sni, Trace, World},
};

/// A row before any finding, and the gaps on the way of its backend and of the Gateways that its routes are on.
#[derive(Debug)]
pub struct Outline {
    pub(super) row: Row,
    pub(super) gaps: Vec<Gap>,
}

impl Outline {
    /// What goes from a trace into the report.
    pub fn of(trace: &Trace<'_>) -> Self {
        let gateways = trace.gateways().into_iter().flat_map(|it| &it.gaps.0);
        let gaps = Hop::OF_BACKEND.into_iter().flat_map(|hop| trace.gaps(hop)).chain(gateways);
        Outline { row: row(trace), gaps: gaps.cloned().collect() }
    }

    /// Of all backends.
    pub fn all(world: &World<'_>) -> impl Iterator<Item = Self> {
        world.traces().map(|it| Outline::of(&it))
    }
}

fn row(trace: &Trace<'_>) -> Row {
    let cell = |hop| Cell { state: health::before(trace, hop), detail: detail(trace, hop) };
    let mut models: Vec<String> = (trace.route.uses.iter())
        .filter_map(|it| it.route.rules.get(it.rule))
        .flat_map(|rule| rule.models().map(str::to_owned))
        .collect();
    models.sort();
    models.dedup();
    let (namespace, name) = trace.id();
    Row {
        namespace,
        name,
        schema: trace.schema.name.to_string(),
        host: trace.endpoint.summary(),
        health: State::Ok,
        hops: Hops {
            reference: cell(Hop::Reference),
            endpoint: cell(Hop::Endpoint),
            tls: cell(Hop::Tls),
            credential: cell(Hop::Credential),
            schema: cell(Hop::Schema),
            route: cell(Hop::Route),
        },
        routes: trace.route.routes().count(),
        models,
    }
}

/// What is there on a hop, in a few words.
fn detail(trace: &Trace<'_>, hop: Hop) -> String {
    match hop {
        Hop::Reference => trace.reference.key.to_string(),
        Hop::Endpoint => trace.endpoint.summary().unwrap_or_default(),
        Hop::Tls => match (trace.tls.encrypted, trace.tls.policy, trace.tls.sni) {
            (None, ..) => String::new(),
            (Some(false), ..) => "plain HTTP".to_owned(),
            (Some(true), Some(policy), _) => format!("BackendTLSPolicy {}", policy.meta.name),
            (Some(true), None, Sni::Own(name)) => format!("Backend.spec.tls as {name}"),
            (Some(true), None, Sni::None | Sni::Policy(_) | Sni::Endpoint | Sni::Client) => {
                "Backend.spec.tls".to_owned()
            }
        },
        Hop::Credential => {
            let names: Vec<String> = (trace.credential.policies.iter())
                .map(|it| format!("{} {}", it.policy.spec.type_, it.policy.meta.name))
                .collect();
            let secret = trace.credential.secret.as_ref().map(|it| format!(", Secret {}", it.key.name));
            names.join(", ") + &secret.unwrap_or_default()
        }
        Hop::Schema => match (trace.schema.prefix, trace.schema.version) {
            (Some(prefix), _) => format!("{}, prefix {prefix}", trace.schema.name),
            (None, Some(version)) => format!("{}, version {version}", trace.schema.name),
            (None, None) => trace.schema.name.to_string(),
        },
        Hop::Route => {
            let names: Vec<String> = trace.route.routes().map(|it| it.key.path()).collect();
            names.join(", ")
        }
        Hop::Platform => String::new(),
    }
}
