//! A field of Envoy's own set-up that nobody reads.

use super::super::{Check, Docs, Findings, Rule, Severity, lost_field};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB720`.
pub static RULE: Rule = Rule {
    code: "AIB720",
    name: "proxy-field-not-known",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: KINDS,
    docs: Docs {
        what: "An EnvoyProxy, GatewayConfig or GatewayClass has a field that the installed release does not \
              know: misspelt, in the wrong place, moved, taken out, or of a newer release.",
        why: "The API server drops what the CRD does not list. kubectl refuses such an object before that \
              (--validate=strict, its default); Helm, Argo CD, Flux and most libraries only get a warning, \
              and no status says that something is missing.",
        client: "The field has no effect: with the ServiceAccount of a cloud identity missing, 500 or 403 from \
              the provider.",
        confirm: "kubectl apply --dry-run=server --validate=strict -f FILE",
        fix: "Write it as the finding says: a slip of the hand has the right name beside it, and a field \
              that has moved the place where it is now. A field of a release that is newer than this tool is \
              not one: name that release with --assume-version.",
        before: "kind: EnvoyProxy\n\
              spec:\n  \
              provider:\n    \
              type: Kubernetes\n    \
              kubernetes: {envoyDeployment: {pod: {serviceAccountName: bedrock}}}",
        after: "kind: EnvoyProxy\n\
              spec:\n  \
              provider:\n    \
              type: Kubernetes\n    \
              kubernetes: {envoyServiceAccount: {name: bedrock}}",
    },
    refs: &[
        "live",
        "ai-gateway@v1.1.0 manifests/charts/ai-gateway-crds-helm",
        "gateway@v1.8.1 charts/gateway-crds-helm",
    ],
    check: Check::World(check),
};

const KINDS: &[Kind] = &[Kind::EnvoyProxy, Kind::GatewayConfig, Kind::GatewayClass];

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for lost in lost_field::all(world, KINDS) {
        out.push(lost.draft(world));
    }
}
