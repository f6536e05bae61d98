//! Prompts and answers stand in the log.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB735`.
pub static RULE: Rule = Rule {
    code: "AIB735",
    name: "bodies-in-debug-log",
    hop: Hop::Platform,
    severity: Severity::Info,
    needs: &[Kind::Deployment],
    docs: Docs {
        what: "AI Gateway's controller has the container in Envoy's pods log at level debug, and not redact \
               what it logs.",
        why: "At that level the container writes the bodies of requests and answers into its log, where more \
               people may read them than should.",
        client: "Nothing.",
        confirm: "kubectl -n envoy-ai-gateway-system get deployment ai-gateway-controller -o \
               jsonpath='{.spec.template.spec.containers[*].args}'",
        fix: "Set the chart value extProc.logLevel to info, or extProc.enableRedaction to true.",
        before: "args: [--extProcLogLevel=debug]",
        after: "args: [--extProcLogLevel=info]",
    },
    refs: &["ai-gateway@v1.1.0 internal/extproc/server.go"],
    check: Check::World(check),
};

const LEVEL: &str = "extProcLogLevel";

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    let Some(controller) = &world.platform.ai_gateway else { return };
    let redacts = controller.flag("extProcEnableRedaction").is_some_and(|it| it == "true");
    if controller.flag(LEVEL) != Some("debug") || redacts {
        return;
    }
    let key = controller.deployment.key();
    let (path, _) = super::flag_pointer(controller, LEVEL);
    out.push(
        Draft::at(key.clone(), path.clone(), format!("{key} has AI Gateway's container log at level debug"))
            .effect("prompts and answers stand in the log of every Envoy pod")
            .hits([])
            .fix(Fix::review("log at level info").set(&key, &path, format!("--{LEVEL}=info"))),
    );
}
