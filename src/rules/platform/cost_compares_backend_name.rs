//! A cost compares `backend` with a name that no backend has.

use std::collections::BTreeSet;

use super::{
    super::{Check, Docs, Findings, Fix, Rule, Severity, cost::BackendTest},
    cost::{self, Place},
};
use crate::{
    model::Kind,
    trace::{Hop, World, release},
};

/// See `kubectl aigw-backend explain AIB721`.
pub static RULE: Rule = Rule {
    code: "AIB721",
    name: "cost-compares-backend-name",
    hop: Hop::Platform,
    severity: Severity::Warning,
    needs: &[Kind::AIGatewayRoute, Kind::Gateway, Kind::GatewayConfig, Kind::QuotaPolicy],
    docs: Docs {
        what: "The expression of a cost compares `backend` with a name such as openai.default.",
        why: "AI Gateway's API page says that `backend` is name.namespace. It is the long name of a reference: \
              namespace of the route, name of the backend, route, rule and place, as in \
              default/openai/route/models/rule/0/ref/0. So the comparison has the same result for every \
              backend, and one side of the condition is never taken.",
        client: "Wrong costs, and rate limits and quotas that count wrongly.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.spec.llmRequestCosts}'",
        fix: "Compare the beginning: backend.startsWith('default/openai/route/'), with the namespace of the \
              route. The namespace is the route's even where the backend is in another one.",
        before: "llmRequestCosts: [{metadataKey: cost, type: CEL, cel: \"backend == 'openai.default' ? 2u : 1u\"}]",
        after: "llmRequestCosts:\n\
                - {metadataKey: cost, type: CEL, cel: \"backend.startsWith('default/openai/route/') ? 2u : 1u\"}",
    },
    refs: &["ai-gateway@v1.1.0 internal/extproc/processor_impl.go"],
    check: Check::World(check),
};

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    if !world.platform.likely(&release::LONG_BACKEND_NAMES) {
        return;
    }
    for place in cost::costs(world).iter().chain(&cost::quotas(world)) {
        for test in place.remarks(world).backends {
            let always = if test.always { "true" } else { "false" };
            let says = format!("`{}` in {} is {always} for every backend", test.text, place.what);
            let fix = match rewritten(place, &test) {
                Some(cel) => {
                    Fix::review("compare the beginning of the long name").set(&place.key, &place.path, cel)
                }
                None => Fix::manual("compare the beginning: `backend.startsWith('NAMESPACE/NAME/route/')`"),
            };
            out.push(
                place
                    .draft(&place.path, &says)
                    .effect("one side of the condition is never taken: costs are wrong, and limits that count them")
                    .evidence("`backend` is like `default/openai/route/models/rule/0/ref/0`")
                    .fix(fix),
            );
        }
    }
}

/// The expression with a comparison of what the long name begins with.
fn rewritten(place: &Place<'_>, test: &BackendTest) -> Option<String> {
    let tests = test.names.iter().map(|it| {
        let (namespace, name) = meant(place, it)?;
        Some(format!("backend.startsWith('{namespace}/{name}/route/')"))
    });
    let tests = tests.collect::<Option<BTreeSet<_>>>()?;
    let several = tests.len() > 1;
    let tests = tests.into_iter().collect::<Vec<_>>().join(" || ");
    let tests = if several { format!("({tests})") } else { tests };
    let (before, after) = &test.around;
    Some(format!("{before}{}{tests}{after}", if test.always { "!" } else { "" }))
}

/// The namespace and name that the long name of the backend begins with.
fn meant(place: &Place<'_>, text: &str) -> Option<(String, String)> {
    let is_it = |namespace: &str, name: &str| {
        [format!("{name}.{namespace}"), format!("{namespace}/{name}"), name.to_owned()]
            .iter()
            .any(|it| it == text)
    };
    if let Some(route) = place.route {
        let mut refs = route.rules.iter().flat_map(|it| &it.refs);
        let it = refs.find(|it| is_it(&it.key.namespace, &it.key.name))?;
        return Some((route.key.namespace.clone(), it.key.name.clone()));
    }
    // routes of other namespaces take no part in a quota; of a Gateway's there may be several
    let of_quota = place.key.kind == Kind::QuotaPolicy;
    place.hits().into_iter().find(|(namespace, name)| of_quota && is_it(namespace, name))
}
