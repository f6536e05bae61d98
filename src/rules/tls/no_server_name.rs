//! TLS of a Backend without a name to verify: what the two rules of it have in common.

use super::{
    super::{Draft, Fix},
    facts,
};
use crate::trace::{Sni, Trace, Use, release};

/// How the rules that lead to a backend use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Uses {
    /// Some rule has only backends like this one, or no rule is known.
    Alike,
    /// Every rule also has a backend with a name of its own, or without TLS.
    Mixed,
}

/// `None` where a name is known, or none is needed, or not enough could be read to tell.
pub(super) fn uses(trace: &Trace<'_>) -> Option<Uses> {
    let tls = &trace.tls;
    let relevant = tls.verified && tls.complete && tls.unread.is_none() && tls.sni == Sni::Client;
    if !relevant
        || trace.endpoint.addresses.is_empty()
        || !trace.world.platform.likely(&release::NAME_FROM_CLIENT)
    {
        return None;
    }
    // without a CA the Backend is refused as a whole: tls-without-ca
    if tls.cas.is_empty() && !tls.system_ca {
        return None;
    }
    if trace.route.uses.is_empty() {
        let known = trace.world.cluster.ai_gateway_routes.gap().is_none();
        return known.then_some(Uses::Alike);
    }
    let mut mixed = false;
    let mut unknown = false;
    for it in trace.route.uses.iter().filter(|it| !is_called_by_name(trace, it)) {
        match is_mixed(trace, it) {
            Some(false) => return Some(Uses::Alike),
            Some(true) => mixed = true,
            None => unknown = true,
        }
    }
    (mixed && !unknown).then_some(Uses::Mixed)
}

/// Whether clients can only call this route by the name of the endpoint itself.
fn is_called_by_name(trace: &Trace<'_>, it: &Use<'_>) -> bool {
    let names = &it.route.route.spec.hostnames;
    !names.is_empty()
        && names.iter().all(|name| trace.endpoint.host().is_some_and(|host| facts::same(name, host)))
}

fn is_mixed(trace: &Trace<'_>, it: &Use<'_>) -> Option<bool> {
    let rule = it.route.rules.iter().find(|rule| rule.index == it.rule)?;
    let mut unknown = false;
    for sibling in &rule.refs {
        let Some(backend) = sibling.backend.found() else {
            unknown |= !sibling.backend.is_absent();
            continue;
        };
        let tls = trace.world.trace(backend).tls;
        match (tls.encrypted, tls.sni) {
            (Some(true), Sni::Client) => {}
            (Some(_), _) => return Some(true),
            (None, _) => unknown = true,
        }
    }
    if unknown { None } else { Some(false) }
}

/// The finding at `spec.tls`, with the only host name as the fix: safe where requests fail anyway.
pub(super) fn draft(trace: &Trace<'_>, uses: Uses, what: &str, effect: &str) -> Draft {
    let backend = trace.reference.key.clone();
    let addresses = &trace.endpoint.addresses;
    let mut names: Vec<&str> = addresses.iter().filter_map(|it| it.name().or(it.hostname)).collect();
    names.dedup();
    let fix = match names.as_slice() {
        [name] => {
            let title = format!("verify `{name}`");
            let fix = if uses == Uses::Alike { Fix::safe(title) } else { Fix::review(title) };
            fix.set(&backend, "/spec/tls/sni", *name)
        }
        _ => Fix::manual("set `spec.tls.sni` to the name in the certificate of the server"),
    };
    let effect = trace.world.platform.scoped(&release::NAME_FROM_CLIENT, effect);
    Draft::at(backend.clone(), "/spec/tls/sni", format!("{backend} {what}")).effect(effect).fix(fix)
}
