//! An AWS credentials file without a character in it.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB405`.
pub static RULE: Rule = Rule {
    code: "AIB405",
    name: "aws-credentials-blank",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The value that is read as AWS credentials file is empty or nothing but blanks.",
        why: "AI Gateway then uses the default chain of the AWS SDK in the Envoy pod: environment, IRSA, \
              pod identity, the node's role. Requests may succeed as somebody else.",
        client: "Nothing, or 500 with an empty body where the pod has no identity, or 403 where its \
              identity lacks the right.",
        confirm: "kubectl -n NAMESPACE get secret NAME -o jsonpath='{.data.credentials}' | base64 -d | wc -c",
        fix: "Fill in the file, or remove credentialsFile if the identity of the pod is meant.",
        before: "kind: Secret\n\
              stringData: {credentials: ''}",
        after: "kind: Secret\n\
              stringData:\n  \
              credentials: |\n    \
              [default]\n    \
              aws_access_key_id = …\n    \
              aws_secret_access_key = …",
    },
    refs: &["ai-gateway@v1.1.0 internal/backendauth/aws.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace).filter(|it| it.entry == "credentials") else { return };
    if !secret.value().is_some_and(|it| it.blank) {
        return;
    }
    let key = &secret.key;
    out.push(
        Draft::at(key.clone(), "/data/credentials", format!("{key} has nothing in `credentials`"))
            .effect(
                "requests are signed with the identity of the Envoy pod, or fail with 500 where it has none",
            )
            .because(secret.policy.key(), secret.pointer, "reads it")
            .fix(Fix::manual(
                "put the credentials file into `credentials`, or remove `credentialsFile` from the policy",
            )),
    );
}
