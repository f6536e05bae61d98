//! The name that is verified against the names that are called: what the two rules of it have in common.

use serde_json::json;

use super::{
    super::{Draft, Findings, Fix},
    facts,
};
use crate::{
    model::{BackendTLSPolicy, Key, ObjectReference, Resource as _},
    trace::{Address, Sni, Trace},
};

/// Reports the first address whose host is not the one that is verified, if that certainly fails, or
/// else if it may be meant so.
pub(super) fn report(trace: &Trace<'_>, out: &mut Findings<'_>, certain: bool) {
    if !trace.tls.verified {
        return;
    }
    let (Sni::Policy(name) | Sni::Own(name)) = trace.tls.sni else { return };
    let Some((_, backend)) = trace.reference.found() else { return };
    let policy = trace.tls.policy;
    // then the host is what is wrong: host-near-provider
    let slip = |host: &str| crate::provider::meant(host).is_some_and(|(_, right)| facts::same(&right, name));
    // whoever says the same other name twice means it
    let meant = policy.is_some_and(|it| {
        let names = &it.spec.validation.subject_alt_names;
        names.iter().any(|it| it.hostname.as_deref() == Some(name))
    });
    if meant && !certain {
        return;
    }
    // one certificate may cover several hosts of a provider, and only a provider's is known not to cover others
    let concerns = |host: &str| {
        certain == (crate::provider::of_host(host).is_some() && !facts::are_siblings(host, name))
            && !slip(host)
    };
    let passes = |host: &str| match policy {
        Some(policy) => facts::checks(&policy.spec.validation, host),
        None => facts::same(name, host),
    };
    let named =
        |it: &&Address<'_>| facts::is_public(it) && !it.name().is_some_and(crate::trace::is_load_balancer);
    let addresses = trace.endpoint.addresses.iter().filter(named);
    let called: Vec<_> = addresses.filter_map(|it| Some((it, it.name()?))).collect();
    let Some((address, host)) = called.iter().find(|(_, host)| !passes(host) && concerns(host)) else {
        return;
    };
    let (object, path) = match policy {
        Some(policy) if !policy.spec.validation.subject_alt_names.is_empty() => {
            (policy.key(), "/spec/validation/subjectAltNames")
        }
        Some(policy) => (policy.key(), "/spec/validation/hostname"),
        None => (backend.clone(), "/spec/tls/sni"),
    };
    let checked = policy.map_or_else(|| name.to_owned(), |it| facts::names(&it.spec.validation));
    let message = format!("{object} verifies `{checked}`, and {backend} calls `{host}`");
    let effect = if certain {
        format!("503 with CERTIFICATE_VERIFY_FAILED: {host} has a certificate for its own name")
    } else {
        format!(
            "503 with CERTIFICATE_VERIFY_FAILED unless the certificate of {host} is good for `{checked}` too"
        )
    };
    let mut draft = Draft::at(object.clone(), path, message).effect(effect).because(
        backend,
        format!("/spec/endpoints/{}", address.index),
        format!("calls {address}"),
    );
    let one_host =
        called.iter().all(|(_, it)| facts::same(it, host)) && called.len() == trace.endpoint.addresses.len();
    let right = facts::right_loser(trace, host);
    if let Some(right) = right {
        draft = draft.because(
            right.key(),
            "/spec/targetRefs",
            "verifies the right name, and is not in force, as it is younger",
        );
    }
    draft = match policy {
        // it is left over: the younger one was to take its place
        Some(policy) if right.is_some() && facts::is_sole_target(policy) => {
            let key = policy.key();
            let fix = Fix::manual("delete the older policy, so that the younger one is in force");
            draft.fix(
                fix.command(format!("kubectl -n {} delete backendtlspolicy {}", key.namespace, key.name)),
            )
        }
        Some(policy) if right.is_some() => draft.fix(leave(policy, &trace.reference.key)),
        _ if !one_host => draft.fix(Fix::manual("give each host a Backend and a policy of its own")),
        Some(policy) if !facts::is_sole_target(policy) => draft.fix(own_policy(trace, policy, host)),
        Some(policy) if !policy.spec.validation.subject_alt_names.is_empty() => {
            let names = json!([{"type": "Hostname", "hostname": host}]);
            draft.fix(Fix::review(format!("verify `{host}`")).set(&object, path, names))
        }
        _ if certain => draft.fix(Fix::safe(format!("verify `{host}`")).set(&object, path, *host)),
        _ => draft.fix(Fix::review(format!("verify `{host}`")).set(&object, path, *host)),
    };
    out.push(draft);
}

/// Takes a Backend out of a policy that targets others too.
fn leave(policy: &BackendTLSPolicy, backend: &Key) -> Fix {
    let fix = Fix::review("take the Backend out of the older policy, so that the younger one is in force");
    let index = policy.spec.target_refs.iter().position(|it| is_this(it, backend));
    index.map_or(fix.clone(), |index| fix.remove(&policy.key(), &format!("/spec/targetRefs/{index}")))
}

fn is_this(target: &ObjectReference, backend: &Key) -> bool {
    target.is("gateway.envoyproxy.io", "Backend") && target.name == backend.name
}

/// A policy can verify one name only: this Backend leaves the one that it shares with others.
fn own_policy(trace: &Trace<'_>, policy: &BackendTLSPolicy, host: &str) -> Fix {
    let backend = &trace.reference.key;
    let fresh = facts::policy_key(backend);
    let fix = Fix::review(format!("give {backend} a policy of its own that verifies `{host}`"));
    let index = policy.spec.target_refs.iter().position(|it| is_this(it, backend));
    let taken: Vec<Key> = trace.world.cluster.keys(crate::model::Kind::BackendTLSPolicy);
    match index {
        Some(index)
            if policy.spec.validation.well_known_ca_certificates.is_some() && !taken.contains(&fresh) =>
        {
            fix.remove(&policy.key(), &format!("/spec/targetRefs/{index}"))
                .create(facts::system_policy(trace, &fresh, host))
        }
        _ => Fix::manual(fix.title),
    }
}
