//! AI Gateway's container in Envoy is of another version than its controller.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Container, Kind, Pod, Resource as _, names},
    trace::{Controller, GatewayTrace, Hop, Version, World},
};

/// See `kubectl aigw-backend explain AIB730`.
pub static RULE: Rule = Rule {
    code: "AIB730",
    name: "sidecar-of-other-version",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::Pod, Kind::Deployment, Kind::Gateway, Kind::AIGatewayRoute, Kind::GatewayConfig],
    docs: Docs {
        what: "The container ai-gateway-extproc in an Envoy pod is of another release than AI Gateway's \
               controller; mostly because a GatewayConfig, or a flag of the controller, pins its image.",
        why: "The configuration that the controller writes carries its version, and the container refuses one \
               of another version than its own. It goes on with what it has; a new pod has nothing.",
        client: "Changes of routes and keys have no effect; 500 from new Envoy pods.",
        confirm: "kubectl get pods -A -l gateway.envoyproxy.io/owning-gateway-name=NAME -o \
               jsonpath='{.items[*].spec.initContainers[*].image}'\n\
               kubectl -n ENVOY_NAMESPACE logs POD -c ai-gateway-extproc | grep 'config version mismatch'",
        fix: "Take the image out of the GatewayConfig, or give it the controller's version; restart Envoy's \
               Deployment where its pods are merely old.",
        before: "kind: GatewayConfig\n\
               spec: {extProc: {kubernetes: {image: mirror.example.com/ai-gateway-extproc:v1.0.0}}}",
        after: "kind: GatewayConfig\n\
               spec: {extProc: {kubernetes: {image: mirror.example.com/ai-gateway-extproc:v1.1.0}}}",
    },
    refs: &["ai-gateway@v1.1.0 internal/filterapi/watcher.go"],
    check: Check::World(check),
};

const FLAG: &str = "extProcImage";

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let Some(controller) = &world.platform.ai_gateway else { return };
    let Some(version) = Version::of_image(&controller.container.image) else { return };
    for gateway in world.ai_gateways() {
        // one that could not be read may be what pins it
        if gateway.config.as_ref().is_some_and(|(_, it)| it.unreadable().is_some()) {
            continue;
        }
        let pinned = pinned(gateway, controller, version);
        let old = gateway
            .pods
            .iter()
            .filter(|it| it.meta.deletion_timestamp.is_none())
            .find_map(|it| Some((it, other(it, version)?)));
        let draft = match (pinned, old) {
            (Some(draft), Some((pod, seen))) => {
                draft.because(pod.key(), "/spec/containers", format!("runs {seen}"))
            }
            (Some(draft), None) => draft,
            (None, Some((pod, seen))) => of_pod(gateway, pod, seen, version),
            (None, None) => continue,
        };
        out.push(
            draft
                .effect(
                    "AI Gateway's container refuses configurations of another version: changes may not reach it",
                )
                .because(
                    controller.deployment.key(),
                    format!("{}/image", controller.pointer()),
                    format!("is {version}"),
                )
                .hits(world.backends_on(&gateway.key)),
        );
    }
}

/// Who gives the container an image of another version than the controller's: the GatewayConfig, or else a flag.
fn pinned(gateway: &GatewayTrace<'_>, controller: &Controller<'_>, version: Version) -> Option<Draft> {
    let config = gateway.config.as_ref().and_then(|(_, it)| it.found());
    let (key, path, image, value) =
        if let Some((config, image)) = config.and_then(|it| Some((it, it.spec.image()?))) {
            (config.key(), "/spec/extProc/kubernetes/image".to_owned(), image, retag(image, version))
        } else {
            let image = controller.flag(FLAG)?;
            let (path, _) = super::flag_pointer(controller, FLAG);
            (controller.deployment.key(), path, image, format!("--{FLAG}={}", retag(image, version)))
        };
    let seen = Version::of_image(image).filter(|it| *it != version)?;
    let message =
        format!("{key} gives Envoy's pods AI Gateway's container {seen}, and the controller is {version}");
    let draft = Draft::at(key.clone(), path.clone(), message).evidence(image.to_owned());
    Some(draft.fix(Fix::review(format!("make it {version}")).set(&key, &path, value)))
}

/// The same image of another version.
fn retag(image: &str, version: Version) -> String {
    let bare = image.split('@').next().unwrap_or(image);
    let name = bare.rsplit_once(':').map_or(bare, |(name, _)| name);
    format!("{name}:{version}")
}

/// The version of AI Gateway's container in a pod, if it is another one.
fn other(pod: &Pod, version: Version) -> Option<Version> {
    let is_it = |it: &&Container| names::of_image(&it.image) == "ai-gateway-extproc";
    Version::of_image(&pod.spec.all().find(is_it)?.image).filter(|it| *it != version)
}

fn of_pod(gateway: &GatewayTrace<'_>, pod: &Pod, seen: Version, version: Version) -> Draft {
    let key = pod.key();
    let message = format!("{key} runs AI Gateway's container {seen}, and the controller is {version}");
    Draft::at(key.clone(), "/spec/containers", message).fix(
        Fix::manual("make new pods, into which the webhook puts the right one").command(format!(
            "kubectl -n {} rollout restart deployment -l {}={},{}={}",
            key.namespace,
            names::OWNER_NAME,
            gateway.key.name,
            names::OWNER_NAMESPACE,
            gateway.key.namespace
        )),
    )
}
