//! A field of a route that nobody reads.

use super::super::{Check, Docs, Findings, Rule, Severity, lost_field};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB631`.
pub static RULE: Rule = Rule {
    code: "AIB631",
    name: "route-field-not-known",
    hop: Hop::Route,
    severity: Severity::Warning,
    needs: KINDS,
    docs: Docs {
        what: "A route, a Gateway or a policy on them has a field that the installed release does not know: \
              misspelt, in the wrong place, moved, taken out, or of a newer release.",
        why: "The API server drops what the CRD does not list. kubectl refuses such an object before that \
              (--validate=strict, its default); Helm, Argo CD, Flux and most libraries only get a warning, \
              and no status says that something is missing.",
        client: "The field has no effect: 404 where a route is on no Gateway, other timeouts, other weights.",
        confirm: "kubectl apply --dry-run=server --validate=strict -f FILE",
        fix: "Write it as the finding says: a slip of the hand has the right name beside it, and a field \
              that has moved the place where it is now. A field of a release that is newer than this tool is \
              not one: name that release with --assume-version.",
        before: "kind: AIGatewayRoute\n\
              spec:\n  \
              targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: gw}]   # gone since v0.4",
        after: "kind: AIGatewayRoute\n\
              spec:\n  \
              parentRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: gw}]",
    },
    refs: &[
        "live",
        "ai-gateway@v1.1.0 manifests/charts/ai-gateway-crds-helm",
        "gateway@v1.8.1 charts/gateway-crds-helm",
        "gateway-api@v1.5.1 config/crd/experimental",
    ],
    check: Check::World(check),
};

const KINDS: &[Kind] = &[
    Kind::AIGatewayRoute,
    Kind::QuotaPolicy,
    Kind::Gateway,
    Kind::HTTPRoute,
    Kind::HTTPRouteFilter,
    Kind::ReferenceGrant,
    Kind::ClientTrafficPolicy,
    Kind::BackendTrafficPolicy,
    Kind::SecurityPolicy,
];

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for lost in lost_field::all(world, KINDS) {
        out.push(lost.draft(world));
    }
}
