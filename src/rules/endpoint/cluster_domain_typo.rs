//! A cluster domain with a typo.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    place,
};
use crate::{
    model::Kind,
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB210`.
pub static RULE: Rule = Rule {
    code: "AIB210",
    name: "cluster-domain-typo",
    hop: Hop::Endpoint,
    severity: Severity::Warning,
    needs: &[Kind::Backend],
    docs: Docs {
        what: "An endpoint of a Backend has a Service's name under a domain that is one or two letters away \
              from the one that is in use.",
        why: "Cluster DNS serves one domain, mostly `cluster.local`. Under any other the name does not \
              resolve, and no status says so. Another domain that is used throughout is left alone.",
        client: "503 (no healthy upstream).",
        confirm: "kubectl run --rm -it --image=busybox dns --restart=Never -- nslookup HOST",
        fix: "Correct the domain; `SERVICE.NAMESPACE.svc` without one works as well.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.locl, port: 8000}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: vllm.models.svc.cluster.local, port: 8000}",
    },
    refs: &["live"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some((_, backend)) = trace.reference.found() else { return };
    for address in &trace.endpoint.addresses {
        let (Some(host), Some(service)) = (address.name(), &address.service) else { continue };
        let seen = &service.name.domain;
        let Some(meant) = trace.world.domains.meant(seen) else { continue };
        let path = place::host(address);
        let full =
            host.trim_end_matches('.').strip_suffix(seen.as_str()).map(|start| format!("{start}{meant}"));
        let mut draft = Draft::at(
            backend.clone(),
            path.clone(),
            format!("{backend} has cluster domain `{seen}`, where `{meant}` is in use"),
        )
        .effect("503 if cluster DNS does not serve that domain: the name does not resolve");
        if let Some(full) = full {
            draft = draft.fix(Fix::review(format!("write `{full}`")).set(&backend, &path, full));
        }
        out.push(draft);
    }
}
