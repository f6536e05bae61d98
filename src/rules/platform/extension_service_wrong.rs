//! Envoy Gateway asks at the wrong address.

use k8s_openapi::{api::core::v1::ServicePort, apimachinery::pkg::util::intstr::IntOrString};

use super::super::{Check, Docs, Findings, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{ExtensionTrace, Hop, World},
};

/// See `kubectl aigw-backend explain AIB702`.
pub static RULE: Rule = Rule {
    code: "AIB702",
    name: "extension-service-wrong",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Service],
    docs: Docs {
        what: "The address in Envoy Gateway's extensionManager is not that of AI Gateway's extension server: \
              no such Service, or a port that is for something else.",
        why: "Every translation ends in an error, and Envoy Gateway then publishes nothing: Envoy keeps its \
              last configuration, and a new Envoy gets none. Every status is green.",
        client: "Changes have no effect; where nothing worked before, 404 or a refused connection.",
        confirm: "kubectl -n envoy-gateway-system get configmap envoy-gateway-config -o \
              jsonpath='{.data.envoy-gateway\\.yaml}'\n\
              kubectl -n envoy-ai-gateway-system get service ai-gateway-controller",
        fix: "Write the Service of AI Gateway's controller and its gRPC port, 1063 by default, and restart \
              Envoy Gateway.",
        before: "service: {fqdn: {hostname: ai-gateway-controller.envoy-ai-gateway-system.svc.cluster.local, \
              port: 9443}}",
        after: "service: {fqdn: {hostname: ai-gateway-controller.envoy-ai-gateway-system.svc.cluster.local, \
              port: 1063}}",
    },
    refs: &[
        "ai-gateway@v1.1.0 manifests/charts/ai-gateway-helm/templates/service.yaml",
        "gateway@v1.8.1 internal/xds/runner/runner.go",
    ],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let Some(ExtensionTrace { host, port, certain, key, service }) = &world.platform.extension else {
        return;
    };
    if super::config(world).is_none() {
        return;
    }
    let effect =
        "Envoy Gateway publishes nothing any more: Envoy keeps its last configuration, a new one has none";
    let wrong_port = || {
        let message = format!("port {port} of `{host}` is not that of the extension server");
        super::misconfigured(world, &message).effect(effect).fix(super::install_values(world))
    };
    if let Some(found) = service.found() {
        let ports = found.spec.ports.as_deref().unwrap_or_default();
        if !serves(ports, *port) {
            let there: Vec<String> = ports.iter().map(describe).collect();
            out.push(wrong_port().because(key.clone(), "/spec/ports", format!("has {}", there.join(", "))));
        }
    } else if service.is_absent() && *certain {
        let message = format!("`{host}` is the name of no Service");
        let mut draft =
            super::misconfigured(world, &message).effect(effect).fix(super::install_values(world));
        draft = draft.because(key.clone(), "", "does not exist");
        if let Some(controller) = world.platform.ai_gateway {
            let meta = &controller.deployment.meta;
            if let Some(service) = world.cluster.services.get(&meta.namespace, &meta.name).found() {
                draft = draft.because(service.key(), "/spec/ports", "is where AI Gateway's controller is");
            }
        }
        out.push(draft);
    } else if key.name == "ai-gateway-controller" && [9443, 8080, 18002].contains(port) {
        // the webhook, metrics and rate limits of the chart's Service
        out.push(wrong_port());
    }
}

/// Whether a port may be the extension server's: by number, by name, or because nothing else is known of the Service.
fn serves(ports: &[ServicePort], port: u16) -> bool {
    let is_grpc = |it: &&ServicePort| {
        let named = it.name.as_deref().is_some_and(|name| name.contains("grpc") || name.contains("ext"));
        named || it.port == 1063 || it.target_port == Some(IntOrString::Int(1063))
    };
    let is_it = |it: &ServicePort| it.port == i32::from(port);
    let mut grpc = ports.iter().filter(is_grpc).peekable();
    if grpc.peek().is_some() { grpc.any(is_it) } else { ports.iter().any(is_it) }
}

fn describe(port: &ServicePort) -> String {
    port.name.as_ref().map_or_else(|| port.port.to_string(), |name| format!("{} ({name})", port.port))
}
