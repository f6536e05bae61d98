//! Plain HTTP to a public host.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts::{self, Speaks};
use crate::{
    model::Kind,
    trace::{Address, Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB320`.
pub static RULE: Rule = Rule {
    code: "AIB320",
    name: "plaintext-to-public-host",
    hop: Hop::Tls,
    severity: Severity::Warning,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy],
    docs: Docs {
        what: "Neither a BackendTLSPolicy nor Backend.spec.tls applies, the host is public and the port \
              is not 443; and a credential goes along, or the host is a known provider.",
        why: "Envoy speaks plain HTTP: the API key and the prompts cross the internet in clear text. \
              Providers answer on port 80 with a redirect to https at best.",
        client: "A redirect (301 or 308) or a hang-up (503) from most providers.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.endpoints}{.spec.tls}'",
        fix: "Use port 443 and a BackendTLSPolicy that verifies the host name.",
        before: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: api.openai.com, port: 80}",
        after: "kind: Backend\n\
              spec:\n  \
              endpoints:\n  \
              - fqdn: {hostname: api.openai.com, port: 443}   # and a BackendTLSPolicy",
    },
    refs: &["live"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    // a policy that misses the backend is the better culprit
    if !facts::is_plain(trace) || facts::on_443(trace).is_some() || facts::blamed(trace).is_some() {
        return;
    }
    let Some((_, backend)) = trace.reference.found() else { return };
    let sends_key = trace.credential.policy.is_some();
    let concerns = |it: &&Address<'_>| {
        let known = it.name().and_then(crate::provider::of_host).is_some();
        // a port that looks like TLS is plaintext-to-likely-tls-port
        facts::is_public(it) && (known || sends_key) && facts::speaks(it) != Some(Speaks::Tls)
    };
    let Some(address) = trace.endpoint.addresses.iter().find(concerns) else { return };
    let Some(host) = address.name() else { return };
    let path = format!("/spec/endpoints/{}/fqdn/port", address.index);
    let policy = facts::policy_key(&backend);
    let taken = trace.world.cluster.has(&policy) || trace.endpoint.addresses.len() > 1;
    let fix = if taken {
        Fix::manual("use port 443 and a BackendTLSPolicy that verifies the host name")
    } else {
        Fix::review(format!("speak TLS to {host}:443"))
            .set(&backend, &path, 443)
            .create(facts::system_policy(trace, &policy, host))
    };
    out.push(
        Draft::at(backend.clone(), path, format!("{backend} speaks plain HTTP to the public host {address}"))
            .effect("the API key crosses the internet in clear text; most providers redirect or hang up")
            .fix(fix),
    );
}
