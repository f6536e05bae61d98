//! ext_proc ends again and again where a policy needs the identity of its pod.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{BackendSecurityPolicy, Kind, Pod, PolicyType, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB436`.
pub static RULE: Rule = Rule {
    code: "AIB436",
    name: "ext-proc-dies-for-want-of-identity",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Pod, Kind::Gateway, Kind::AIGatewayRoute],
    docs: Docs {
        what: "A BackendSecurityPolicy of type GCPCredentials uses the identity of the Envoy pod, and AI \
              Gateway's container in an Envoy pod of its Gateway is in CrashLoopBackOff.",
        why: "ext_proc looks for Google's application default credentials when it reads its configuration. \
              Without any it refuses all of it: one that runs keeps the old one, one that starts ends at \
              once. All statuses stay green.",
        client: "500 with an empty body for every backend of the Gateway.",
        confirm: "kubectl -n envoy-gateway-system logs -l gateway.envoyproxy.io/owning-gateway-name=GATEWAY -c \
              ai-gateway-extproc --previous | grep credentials",
        fix: "Give the ServiceAccount of the Envoy pods an identity (Workload Identity on GKE), or the \
              policy a service account in a Secret.",
        before: "type: GCPCredentials\n\
              gcpCredentials: {projectName: p, region: us-east5}",
        after: "type: GCPCredentials\n\
              gcpCredentials: {projectName: p, region: us-east5, credentialsFile: {secretRef: {name: gcp}}}",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/backendauth/gcp.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let of_pod =
        |it: &&BackendSecurityPolicy| it.spec.type_ == PolicyType::GCPCredentials && !it.spec.fetches_token();
    let Some(policy) = trace.credential.policy.filter(of_pod) else { return };
    let dies = |it: &&&Pod| {
        it.ext_proc().is_some_and(|container| {
            let told = container.env.iter().any(|it| it.name == "GOOGLE_APPLICATION_CREDENTIALS");
            !told && it.status.waits(&container.name) == Some("CrashLoopBackOff")
        })
    };
    for gateway in trace.gateways() {
        let Some(pod) = gateway.pods.iter().find(dies) else { continue };
        let key = policy.key();
        let message = format!("{key} needs an identity of the Envoy pod, whose ext_proc does not stay up");
        out.push(
            Draft::at(key, "/spec/gcpCredentials", message)
                .effect("500 with an empty body for the whole Gateway, if the pod has no Google identity")
                .because(pod.key(), "/status", "its ext_proc is in CrashLoopBackOff")
                .hits(trace.world.backends_on(&gateway.key))
                .fix(Fix::manual(
                    "give the ServiceAccount of the Envoy pods an identity, or the policy a service account",
                )),
        );
    }
}
