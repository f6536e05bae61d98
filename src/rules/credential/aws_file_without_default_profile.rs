//! An AWS credentials file without the profile that is read.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{Kind, Resource as _},
    trace::{Hop, Trace},
};

/// See `kubectl aigw-backend explain AIB430`.
pub static RULE: Rule = Rule {
    code: "AIB430",
    name: "aws-file-without-default-profile",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Secret],
    docs: Docs {
        what: "The credentials file has no [default] section with an aws_access_key_id.",
        why: "The AWS SDK reads the profile default. Without one it goes on to the identity of the Envoy \
              pod.",
        client: "500 with an empty body where the pod has no identity, else requests are signed as somebody \
              else.",
        confirm: "kubectl -n NAMESPACE get secret NAME -o jsonpath='{.data.credentials}' | base64 -d | grep \
              '^\\['",
        fix: "Put the credentials under [default].",
        before: "[prod]\n\
              aws_access_key_id = …\n\
              aws_secret_access_key = …",
        after: "[default]\n\
              aws_access_key_id = …\n\
              aws_secret_access_key = …",
    },
    refs: &["ai-gateway@v1.1.0 internal/backendauth/aws.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(secret) = facts::secret(trace).filter(|it| it.entry == "credentials") else { return };
    // an empty file is aws-credentials-blank
    if secret.value().is_none_or(|it| it.blank || it.aws_default_profile) {
        return;
    }
    // the profile that the policy names explains it: aws-profile-ignored
    let file = secret.policy.spec.aws_credentials.as_ref().and_then(|it| it.credentials_file.as_ref());
    if file.and_then(|it| it.profile.as_deref()).is_some_and(|it| !it.is_empty() && it != "default") {
        return;
    }
    let key = &secret.key;
    out.push(
        Draft::at(
            key.clone(),
            "/data/credentials",
            format!("{key} has no `[default]` with an access key in `credentials`"),
        )
        .effect("500 with an empty body, or requests signed with the identity of the Envoy pod")
        .because(secret.policy.key(), secret.pointer, "reads it")
        .fix(Fix::manual("put the access key under `[default]`")),
    );
}
