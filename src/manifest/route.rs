//! AIGatewayRoute and the ReferenceGrants that it takes.

use serde_json::{Value, json};

use super::{Manifest, RouteWanted, Wanted, backend::target};
use crate::model::{Kind, names};

impl Wanted {
    /// The route, where there is none yet.
    pub(super) fn ai_gateway_route(&self, route: &RouteWanted) -> Manifest {
        let (namespace, name) = &route.gateway;
        let parent = json!({
            "group": Kind::Gateway.info().group,
            "kind": Kind::Gateway.to_string(),
            "namespace": (*namespace != route.namespace).then_some(namespace),
            "name": name,
        });
        let spec = json!({"parentRefs": [parent], "rules": [self.rule(route)]});
        Manifest::new(Kind::AIGatewayRoute, &route.namespace, &route.name, spec)
            .note("no limit to the whole time, as 60s would cut streams; Envoy ends those that stand still")
    }

    /// The rule that sends the models here.
    fn rule(&self, route: &RouteWanted) -> Value {
        let model =
            |it: &String| json!({"headers": [{"type": "Exact", "name": names::MODEL_HEADER, "value": it}]});
        let namespace = (self.namespace != route.namespace).then_some(&self.namespace);
        super::without_nulls(json!({
            "matches": route.models.iter().map(model).collect::<Vec<_>>(),
            "backendRefs": [{"name": self.name, "namespace": namespace}],
            "timeouts": {"request": "0s"},
        }))
    }
}

/// Two grants where the route is in another namespace, as two controllers look: AI Gateway's and Envoy Gateway's.
pub(super) fn grants(wanted: &Wanted, route: &RouteWanted) -> Vec<Manifest> {
    if route.namespace == wanted.namespace {
        return vec![];
    }
    let pairs = [(Kind::AIGatewayRoute, Kind::AIServiceBackend), (Kind::HTTPRoute, Kind::Backend)];
    let grant = |(from, to): (Kind, Kind)| {
        let name = format!("{}-{}-from-{}", wanted.name, to.to_string().to_lowercase(), route.namespace);
        let spec = json!({
            "from": [{"group": from.info().group, "kind": from.to_string(), "namespace": route.namespace}],
            "to": [target(to, &wanted.name)],
        });
        Manifest::new(Kind::ReferenceGrant, &wanted.namespace, &name, spec)
            .note(format!("lets {from}s of {} refer to {to} {}", route.namespace, wanted.name))
    };
    pairs.map(grant).to_vec()
}

/// What is to be added to a route that is there: a rule at its end, as a JSON patch that fails where somebody else has
/// changed the route since. `None` where all the models are led here already.
pub fn widened(wanted: &Wanted, route: &RouteWanted, there: &Value) -> Option<Value> {
    let rules = there.pointer("/spec/rules").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let here: Vec<&Value> = rules.iter().filter(|it| is_here(wanted, route, it)).collect();
    let is_led = |model: &String| here.iter().any(|rule| takes(rule, model));
    let models: Vec<String> = route.models.iter().filter(|it| !is_led(it)).cloned().collect();
    if models.is_empty() {
        return None;
    }
    let rule = wanted.rule(&RouteWanted { models, ..route.clone() });
    let version = there.pointer("/metadata/resourceVersion").cloned().unwrap_or_default();
    Some(json!([
        {"op": "test", "path": "/metadata/resourceVersion", "value": version},
        {"op": "add", "path": "/spec/rules/-", "value": rule},
    ]))
}

/// Whether a rule sends anything to this backend.
fn is_here(wanted: &Wanted, route: &RouteWanted, rule: &Value) -> bool {
    list(rule, "backendRefs").iter().any(|it| {
        let text = |field: &str| it.get(field).and_then(Value::as_str);
        text("name") == Some(&wanted.name)
            && text("namespace").unwrap_or(&route.namespace) == wanted.namespace
            && text("kind").is_none()
            && it.get("weight").is_none_or(|it| *it != 0)
    })
}

/// Whether a rule takes every request for a model: nothing else may be asked for.
fn takes(rule: &Value, model: &str) -> bool {
    list(rule, "matches").iter().any(|it| {
        let [header] = list(it, "headers") else { return false };
        let text = |field: &str| header.get(field).and_then(Value::as_str);
        text("name").is_some_and(|it| it.eq_ignore_ascii_case(names::MODEL_HEADER))
            && text("type").is_none_or(|it| it == "Exact")
            && text("value") == Some(model)
    })
}

fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
