//! A profile of an AWS credentials file that nobody reads.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};

use crate::{
    model::{Kind, PolicyType, Resource as _},
    trace::{Hop, SecretTrace, Trace},
};

/// See `kubectl aigw-backend explain AIB417`.
pub static RULE: Rule = Rule {
    code: "AIB417",
    name: "aws-profile-ignored",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy],
    docs: Docs {
        what: "awsCredentials.credentialsFile.profile names another profile than default.",
        why: "Nothing in AI Gateway reads the field: the AWS SDK takes the profile default. Without one \
              in the file it goes on to the identity of the Envoy pod.",
        client: "500 with an empty body where neither is there, else requests are signed as somebody else: \
              403, or a bill in the wrong place.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o \
              jsonpath='{.spec.awsCredentials.credentialsFile}'",
        fix: "Put the credentials under [default] in a Secret of their own, and remove the profile.",
        before: "awsCredentials:\n  \
              credentialsFile: {secretRef: {name: aws}, profile: prod}",
        after: "awsCredentials:\n  \
              credentialsFile: {secretRef: {name: aws}}   # with [default]",
    },
    refs: &["ai-gateway@v1.1.0 internal/backendauth/aws.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(policy) = trace.credential.policy.filter(|it| it.spec.type_ == PolicyType::AWSCredentials)
    else {
        return;
    };
    let file = policy.spec.aws_credentials.as_ref().and_then(|it| it.credentials_file.as_ref());
    let Some(profile) =
        file.and_then(|it| it.profile.as_deref()).filter(|it| !it.is_empty() && *it != "default")
    else {
        return;
    };
    let key = policy.key();
    let path = "/spec/awsCredentials/credentialsFile/profile";
    let secret = trace.credential.secret.as_ref();
    let has_default = secret.and_then(SecretTrace::value).map(|it| it.aws_default_profile);
    let mut draft =
        Draft::at(key.clone(), path, format!("{key} names profile `{profile}`, and only `default` is read"));
    draft = match has_default {
        Some(false) => {
            draft.effect("500 with an empty body, or requests signed with the identity of the Envoy pod")
        }
        Some(true) | None => draft
            .effect("requests are signed with the profile `default`, or with the identity of the Envoy pod"),
    };
    if let (Some(secret), Some(false)) = (secret, has_default) {
        draft =
            draft.because(secret.key.clone(), "/data/credentials", "has no `[default]` with an access key");
    }
    out.push(draft.fix(Fix::manual("put the credentials under `[default]` and remove the profile")));
}
