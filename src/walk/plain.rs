//! What becomes of a request that a hand-written HTTPRoute takes.

use super::{
    Map,
    request::{Answer, Body, Certainty, Question, Upstream},
};
use crate::model::{HTTPRoute, Resource as _};

/// A hand-written route takes the request: it goes there as it is.
pub(super) fn serve(map: &Map<'_>, answer: &mut Answer, question: &Question, route: &HTTPRoute, rule: usize) {
    answer.rule = Some((route.key(), rule));
    answer.step(
        "rule",
        Some(&route.key()),
        format!("rule {rule} of a hand-written HTTPRoute takes the path"),
    );
    let target = route.spec.rules.get(rule).and_then(|it| it.backend_refs.first()).map(|it| &it.target);
    let namespace =
        |it: &crate::model::ObjectReference| it.namespace.clone().unwrap_or(route.meta.namespace.clone());
    let endpoint = target.and_then(|it| match it.kind() {
        "Backend" => {
            let backend = map.world.cluster.backends.get(&namespace(it), &it.name).found()?;
            let fqdn = backend.spec.endpoints.first()?.fqdn.as_ref()?;
            Some(format!("{}:{}", fqdn.hostname, fqdn.port))
        }
        _ => Some(format!("{}.{}.svc.cluster.local:{}", it.name, namespace(it), it.port.unwrap_or_default())),
    });
    let upstream = endpoint.map(|endpoint| Upstream {
        endpoint,
        tls: Some(false),
        sni: None,
        authority: question.host.clone(),
        method: question.method.clone(),
        path: question.path.clone(),
        model: question.model.clone(),
        credential: Some(super::credential::of_client(question)),
    });
    answer.expected.status = Some(200);
    answer.expected.body = Body::Upstream;
    answer.expected.certainty = Certainty::Provider;
    answer.expected.upstream = upstream;
    answer.expected.codes = vec!["AIB613"];
}
