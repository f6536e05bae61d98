//! AWS credentials that the identity of the Envoy pod hides.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{BackendSecurityPolicy, Container, Kind, PolicyType, Resource as _},
    trace::{Hop, SecretTrace, Trace},
};

/// See `kubectl aigw-backend explain AIB435`.
pub static RULE: Rule = Rule {
    code: "AIB435",
    name: "pod-identity-beats-file",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Pod, Kind::Gateway, Kind::AIGatewayRoute],
    docs: Docs {
        what: "A BackendSecurityPolicy brings AWS credentials (credentialsFile, or oidcExchangeToken), and \
              the environment of ext_proc in the Envoy pod has credentials too: \
              AWS_WEB_IDENTITY_TOKEN_FILE, as IRSA sets it, or AWS_ACCESS_KEY_ID with its secret.",
        why: "AI Gateway hands the file to the AWS SDK as its shared credentials file, and asks for no \
              profile. The SDK looks at the environment first. EKS Pod Identity comes after the file, and \
              hides nothing.",
        client: "Requests are signed as the role of the pod: 403 where that lacks the right, else a bill and \
              an audit trail of somebody else.",
        confirm: "kubectl -n envoy-gateway-system get pods -l \
              gateway.envoyproxy.io/owning-gateway-name=GATEWAY -o yaml | grep -A1 'name: AWS_'",
        fix: "Use one of the two: take the credentials out of the policy, or use a Gateway whose Envoy has \
              no such environment.",
        before: "awsCredentials:   # and IRSA on the Envoy pod\n  \
              region: us-east-1\n  \
              credentialsFile: {secretRef: {name: aws}}",
        after: "awsCredentials:   # and IRSA on the Envoy pod\n  \
              region: us-east-1",
    },
    refs: &["ai-gateway@v1.1.0 internal/backendauth/aws.go", "aws-sdk-go-v2 config/resolve_credentials.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let is_aws = |it: &&BackendSecurityPolicy| it.spec.type_ == PolicyType::AWSCredentials;
    let Some(policy) = trace.credential.policy.filter(is_aws) else { return };
    let aws = policy.spec.aws_credentials.as_ref();
    let member = match aws.map(|it| (&it.credentials_file, &it.oidc_exchange_token)) {
        // with nothing in the file there is nothing to hide: aws-credentials-blank
        Some((Some(_), _))
            if facts::secret(trace).and_then(SecretTrace::value).is_some_and(|it| it.blank) =>
        {
            return;
        }
        Some((Some(_), _)) => "credentialsFile",
        Some((None, Some(_))) => "oidcExchangeToken",
        Some((None, None)) | None => return,
    };
    let mut pods = trace.gateways().into_iter().flat_map(|it| it.pods.iter().copied());
    let Some((pod, variable)) = pods.find_map(|it| Some((it, identity(it.ext_proc()?)?))) else {
        return;
    };
    let key = policy.key();
    let path = format!("/spec/awsCredentials/{member}");
    out.push(
        Draft::at(
            key.clone(),
            path,
            format!("{key} brings credentials that the Envoy pod's own identity hides"),
        )
        .effect("requests are signed as the role of the pod, not with the credentials of the policy")
        .because(pod.key(), "/spec", format!("ext_proc has `{variable}` in its environment"))
        .fix(Fix::manual(format!("remove `{member}`, or use a Gateway whose Envoy has no such environment"))),
    );
}

/// The variable by which the AWS SDK finds credentials before it looks at any file.
fn identity(ext_proc: &Container) -> Option<&'static str> {
    let has = |name: &str| ext_proc.env.iter().any(|it| it.name == name);
    if has("AWS_ACCESS_KEY_ID") && has("AWS_SECRET_ACCESS_KEY") {
        return Some("AWS_ACCESS_KEY_ID");
    }
    has("AWS_WEB_IDENTITY_TOKEN_FILE").then_some("AWS_WEB_IDENTITY_TOKEN_FILE")
}
