//! BackendTLSPolicies in a version that this Envoy Gateway does not read.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace, Version},
};

/// See `kubectl aigw-backend explain AIB325`.
pub static RULE: Rule = Rule {
    code: "AIB325",
    name: "tls-policy-version-unread",
    hop: Hop::Tls,
    severity: Severity::Error,
    needs: &[Kind::Backend, Kind::BackendTLSPolicy, Kind::Deployment],
    docs: Docs {
        what: "The cluster serves BackendTLSPolicy as v1alpha3 alone, as Gateway API did up to v1.3, and \
              Envoy Gateway is v1.6 or later, which reads v1. v1.8 does not even start there.",
        why: "Envoy Gateway writes a line into its log and passes over all BackendTLSPolicies. They get no \
              status, and backends without TLS of their own are called by plain HTTP.",
        client: "400 from the provider (plain HTTP request sent to HTTPS port), or 503; the API key crosses \
              the network in clear text.",
        confirm: "kubectl get crd backendtlspolicies.gateway.networking.k8s.io -o jsonpath='{.spec.versions[*].name}'\n\
              kubectl -n envoy-gateway-system logs deploy/envoy-gateway | grep BackendTLSPolicy",
        fix: "Upgrade the CRDs of Gateway API to the version that this Envoy Gateway asks for.",
        before: "apiVersion: gateway.networking.k8s.io/v1alpha3\n\
              kind: BackendTLSPolicy",
        after: "apiVersion: gateway.networking.k8s.io/v1\n\
              kind: BackendTLSPolicy",
    },
    refs: &["envoyproxy/gateway issue 7709", "gateway@v1.9.0 internal/provider/kubernetes/controller.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let (tls, platform) = (&trace.tls, &trace.world.platform);
    let Some(policy) = tls.unread.filter(|_| tls.own.is_none()) else { return };
    let version = trace.world.cluster.api_version(Kind::BackendTLSPolicy);
    let Some((_, backend)) = trace.reference.found() else { return };
    let host = trace.endpoint.summary().unwrap_or_default();
    let key = policy.key();
    let mut draft = Draft::at(
        key.clone(),
        "/apiVersion",
        format!("{key} is served as {version}, which this Envoy Gateway does not read"),
    )
    .effect(format!("the policy is ignored: Envoy speaks plain HTTP to {host}, API key included"))
    .because(backend, "/spec", "has no TLS of its own")
    .fix(upgrade(platform.envoy_gateway_version));
    if let Some(controller) = platform.envoy_gateway {
        draft = draft.because(controller.deployment.key(), controller.pointer(), "reads v1 alone");
    }
    out.push(draft);
}

/// Envoy Gateway, and the release of Gateway API that it is built for, newest first.
const CRDS: [(Version, &str); 2] = [(Version(1, 9, 0), "v1.6.1"), (Version(1, 6, 0), "v1.4.1")];

fn upgrade(envoy_gateway: Option<Version>) -> Fix {
    let crds = CRDS.iter().find(|(from, _)| envoy_gateway.is_some_and(|it| it >= *from));
    let crds = crds.map_or("VERSION", |(_, crds)| crds);
    Fix::manual("upgrade the CRDs of Gateway API").command(format!(
        "kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/{crds}/experimental-install.yaml"
    ))
}
