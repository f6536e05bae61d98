//! A name with a slash in a path of Azure.

use super::{
    super::{Check, Docs, Draft, Findings, Fix, Rule, Severity},
    models,
};
use crate::{
    model::{Kind, SchemaName},
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB534`.
pub static RULE: Rule = Rule {
    code: "AIB534",
    name: "slash-in-deployment",
    hop: Hop::Schema,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::AIServiceBackend],
    docs: Docs {
        what: "A route sends a model with a slash in its name to a backend of schema AzureOpenAI, by the \
              client's name or by modelNameOverride.",
        why: "The name is part of the path, as that of a deployment, and is written there as it is: the slash \
              divides it. Azure has no deployments with a slash in their name.",
        client: "404 from Azure for that model.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o yaml",
        fix: "Set modelNameOverride to the name of the deployment.",
        before: "backendRefs:\n\
              - {name: azure, modelNameOverride: team/gpt-4o}",
        after: "backendRefs:\n\
              - {name: azure, modelNameOverride: gpt-4o}",
    },
    refs: &["ai-gateway@v1.1.0 internal/translator/openai_azureopenai.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for (rule, it) in route.rules.iter().flat_map(|rule| rule.refs.iter().map(move |it| (rule, it))) {
            let azure = it.backend.found().is_some_and(|it| it.spec.schema.name == SchemaName::AzureOpenAI);
            if !azure {
                continue;
            }
            let renamed = models::renamed(it.reference);
            let own = rule.models().find(|model| renamed.is_none() && model.contains('/'));
            let Some(model) = renamed.filter(|model| model.contains('/')).or(own) else { continue };
            let path = format!("/spec/rules/{}/backendRefs/{}/modelNameOverride", rule.index, it.index);
            let message =
                format!("{} sends model `{model}` to {}, whose schema has it in the path", route.key, it.key);
            let mut draft = Draft::at(route.key.clone(), path.clone(), message)
                .effect(format!(
                    "404 for it: the path is /openai/deployments/{model}/…, divided by the slash"
                ))
                .because(it.key.clone(), "/spec/schema/name", "is AzureOpenAI")
                .hits([(it.key.namespace.clone(), it.key.name.clone())]);
            if let Some(last) = model.rsplit('/').next().filter(|it| !it.is_empty()) {
                let fix = Fix::review(format!("name deployment `{last}`")).set(&route.key, &path, last);
                draft = draft.fix(fix);
            }
            out.push(draft.fix(Fix::manual("set `modelNameOverride` to the name of the deployment")));
        }
    }
}
