//! The endpoint picker of a pool does not exist.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity, near::nearest};
use crate::{
    cluster::Lookup,
    model::{Key, Kind, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB119`.
pub static RULE: Rule = Rule {
    code: "AIB119",
    name: "endpoint-picker-missing",
    hop: Hop::Reference,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute, Kind::InferencePool, Kind::Service],
    docs: Docs {
        what: "An InferencePool that a route uses names a Service as its endpoint picker that does not exist, \
              and its failureMode is FailClose, which is the default.",
        why: "Envoy asks the endpoint picker which pod of the pool gets a request, and with FailClose gives the \
              request up without its answer. The AIGatewayRoute stays Accepted; only the pool itself says \
              ResolvedRefs=False.",
        client: "500 or 503 for all requests of the pool.",
        confirm: "kubectl -n NAMESPACE get inferencepool NAME -o jsonpath='{.spec}{.status}'\n\
              kubectl -n NAMESPACE get services",
        fix: "Install the endpoint picker, or correct its name.",
        before: "kind: InferencePool\n\
              spec:\n  \
              endpointPickerRef: {name: qwen-ep, port: {number: 9002}}",
        after: "kind: InferencePool\n\
              spec:\n  \
              endpointPickerRef: {name: qwen-epp, port: {number: 9002}}",
    },
    refs: &["ai-gateway@v1.1.0 internal/controller/inference_pool.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for (rule, it) in route.rules.iter().flat_map(|rule| rule.refs.iter().map(move |it| (rule, it))) {
            let Some(pool) = it.pool.as_ref().and_then(Lookup::found) else { continue };
            let Some(picker) = &pool.spec.endpoint_picker_ref else { continue };
            let is_service = picker.kind.as_deref().is_none_or(|kind| kind == "Service")
                && picker.group.as_deref().is_none_or(str::is_empty);
            let closes = picker.failure_mode.as_deref().is_none_or(|it| it == "FailClose");
            let namespace = &pool.meta.namespace;
            let service = Key::new(Kind::Service, namespace, &picker.name);
            if !is_service || !closes || !world.cluster.services.get(namespace, &picker.name).is_absent() {
                continue;
            }
            let there = world.cluster.services.in_namespace(namespace).items;
            let near = nearest(&picker.name, there.iter().map(|it| it.meta.name.as_str()));
            let fix = match near {
                Some(name) => Fix::manual(format!("name Service `{name}` in the pool, if that is meant")),
                None => Fix::manual("install the endpoint picker of the pool"),
            };
            let path = format!("/spec/rules/{}/backendRefs/{}", rule.index, it.index);
            let mut draft = Draft::missing(service.clone(), format!("{service} does not exist"))
                .effect("500 or 503 for the requests of the pool: nothing says which pod gets them")
                .because(pool.key(), "/spec", "has it choose the pod of each request, and fails without it")
                .because(route.key.clone(), path, "refers to the pool")
                .hits([])
                .fix(fix);
            let said = pool.status.parents.iter().flat_map(|it| &it.conditions);
            for it in said.filter(|it| it.type_ == "ResolvedRefs" && it.status == "False") {
                draft = draft.evidence(format!("{}: {}", it.reason, it.message.trim_end_matches('.')));
            }
            out.push(draft);
        }
    }
}
