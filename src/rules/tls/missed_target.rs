//! A policy that misses the Backend it was meant for: what the two rules of it have in common.

use serde_json::json;

use super::{
    super::{Draft, Fix},
    facts,
};
use crate::{
    model::{ObjectReference, Resource as _},
    trace::{Address, MissReason, Missed, Trace},
};

/// The finding at the targetRef that was meant for the Backend of `trace`.
pub(super) fn draft(trace: &Trace<'_>, missed: &Missed<'_>, address: &Address<'_>, effect: &str) -> Draft {
    let policy = missed.policy.key();
    let backend = trace.reference.key.clone();
    let path = format!("/spec/targetRefs/{}", missed.target);
    let target = missed.policy.spec.target_refs.get(missed.target);
    let named =
        target.map(|it| (it.kind().to_owned(), it.name.clone(), it.group().to_owned())).unwrap_or_default();
    let (kind, name, group) = named;
    let message = match missed.reason {
        MissReason::Kind if kind == "Backend" => {
            format!(
                "{policy} targets Backend `{name}` of group `{group}`, and Backends are of `gateway.envoyproxy.io`"
            )
        }
        MissReason::Kind => format!("{policy} targets {kind} `{name}`, and not {backend}, which Envoy calls"),
        MissReason::Namespace => {
            format!("{policy} targets Backend `{name}` of its own namespace, and not {backend}")
        }
        MissReason::Name | MissReason::Section => {
            format!("{policy} targets Backend `{name}`, which does not exist, and not {backend}")
        }
    };
    let index = address.index;
    Draft::at(policy, path, message)
        .effect(effect)
        .because(
            backend,
            format!("/spec/endpoints/{index}"),
            format!("calls {address} and has no TLS of its own"),
        )
        .fix(fix(trace, missed, target))
}

fn fix(trace: &Trace<'_>, missed: &Missed<'_>, target: Option<&ObjectReference>) -> Fix {
    let policy = missed.policy.key();
    let backend = &trace.reference.key;
    let title = format!("point the policy at {backend}");
    let path = format!("/spec/targetRefs/{}", missed.target);
    let validation = &missed.policy.spec.validation;
    if missed.reason == MissReason::Namespace {
        let mut spec = json!({"targetRefs": [facts::target(trace)]});
        let fresh = facts::policy_key(backend);
        let taken = trace.world.cluster.has(&fresh);
        // a CA reference is local, so only a policy with the CAs of the system can be copied as it is
        return if validation.well_known_ca_certificates.is_some() && !taken {
            let rest = json!({"wellKnownCACertificates": "System", "hostname": validation.hostname});
            if let Some(spec) = spec.as_object_mut() {
                spec.insert("validation".to_owned(), rest);
            }
            Fix::review(format!("create the policy beside {backend}")).create(json!({
                "apiVersion": trace.world.cluster.api_version(fresh.kind),
                "kind": "BackendTLSPolicy",
                "metadata": {"name": fresh.name, "namespace": fresh.namespace},
                "spec": spec,
            }))
        } else {
            Fix::manual(format!("create the policy and its CA in namespace `{}`", backend.namespace))
        };
    }
    let others =
        missed.policy.spec.target_refs.iter().any(|it| it.name == backend.name && Some(it) != target);
    let hosts: Vec<&str> =
        trace.endpoint.addresses.iter().filter(|it| facts::is_public(it)).filter_map(Address::name).collect();
    let fix = if others {
        return Fix::manual(title);
    } else if hosts.iter().all(|host| facts::checks(validation, host)) {
        // to turn on TLS on a port that may well be plain is for a person to decide
        if missed.reason == MissReason::Kind && facts::on_443(trace).is_some() {
            Fix::safe(title)
        } else {
            Fix::review(title)
        }
    } else if let ([host], true) = (hosts.as_slice(), facts::is_sole_target(missed.policy)) {
        Fix::review(format!("{title}, and verify `{host}`")).set(&policy, "/spec/validation/hostname", *host)
    } else {
        return Fix::manual(title);
    };
    // "add" would insert into the list
    fix.remove(&policy, &path).set(&policy, &path, facts::target(trace))
}
