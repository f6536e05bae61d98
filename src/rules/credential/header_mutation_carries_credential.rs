//! A credential in clear text in headerMutation.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{HeaderMutation, Key, Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB425`.
pub static RULE: Rule = Rule {
    code: "AIB425",
    name: "header-mutation-carries-credential",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::AIServiceBackend, Kind::AIGatewayRoute],
    docs: Docs {
        what: "headerMutation.set gives authorization, api-key, x-api-key or the like a literal value, in \
              an AIServiceBackend or in a reference of an AIGatewayRoute.",
        why: "Whoever may read these objects can read the key, and it goes into backups, Git and audit \
              logs. With a BackendSecurityPolicy that sets the same header, the mutation is without \
              effect.",
        client: "Nothing: requests work.",
        confirm: "kubectl -n NAMESPACE get aiservicebackend NAME -o \
              jsonpath='{.spec.headerMutation.set[*].name}'",
        fix: "Put the key into a Secret, use a BackendSecurityPolicy, and replace the key with a new \
              one.",
        before: "kind: AIServiceBackend\n\
              spec:\n  \
              headerMutation:\n    \
              set: [{name: authorization, value: Bearer sk-…}]",
        after: "kind: BackendSecurityPolicy\n\
              spec:\n  \
              type: APIKey\n  \
              apiKey: {secretRef: {name: key}}",
    },
    refs: &["ai-gateway@v1.1.0 api/v1beta1/shared_types.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let owner = trace.backend.key();
    report(&owner, "/spec/headerMutation", trace.backend.spec.header_mutation.as_ref(), out);
    for it in &trace.route.uses {
        let reference = it.reference;
        let path = format!("/spec/rules/{}/backendRefs/{}/headerMutation", it.rule, reference.index);
        report(&it.route.key, &path, reference.reference.header_mutation.as_ref(), out);
    }
}

fn report(object: &Key, path: &str, mutation: Option<&HeaderMutation>, out: &mut Findings<'_>) {
    for (index, header) in mutation.iter().flat_map(|it| &it.set).enumerate() {
        if !facts::is_credential(&header.name) || !header.may_be_secret() {
            continue;
        }
        let message = format!("{object} holds a credential in clear text, for the header `{}`", header.name);
        out.push(
            Draft::at(object.clone(), format!("{path}/set/{index}/value"), message)
                .effect("whoever may read the object can read the key; requests work")
                .fix(Fix::manual(
                    "move the key to a Secret with a BackendSecurityPolicy, and replace it with a new one",
                )),
        );
    }
}
