//! A region in the policy that is not the region of the host.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::provider::{aws_region, gcp_region, meant};
use crate::{
    model::{Kind, PolicyType, Resource as _},
    trace::{Hop, Trace, release},
};

/// See `kubectl aigw-backend explain AIB420`.
pub static RULE: Rule = Rule {
    code: "AIB420",
    name: "region-differs-from-host",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Backend],
    docs: Docs {
        what: "awsCredentials.region or gcpCredentials.region differs from the region in the host name \
              that is called.",
        why: "For GCP the region becomes a part of the path, and a regional host only serves its own. \
              For AWS it is what requests are signed for; AI Gateway v1.1 takes the region of a Bedrock \
              host instead, older versions do not.",
        client: "404 or 400 from Vertex AI; 403 from Bedrock before AI Gateway v1.1, nothing since.",
        confirm: "kubectl -n NAMESPACE get backendsecuritypolicy NAME -o yaml | grep region\n\
              kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.endpoints}'",
        fix: "Use one region. A policy for backends of two regions cannot be right: make one for each.",
        before: "gcpCredentials: {region: us-central1}   # us-east5-aiplatform.googleapis.com",
        after: "gcpCredentials: {region: us-east5}   # us-east5-aiplatform.googleapis.com",
    },
    refs: &[
        "live",
        "ai-gateway@v1.1.0 internal/internalapi/internalapi.go",
        "ai-gateway@v1.1.0 internal/backendauth/gcp.go",
    ],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let Some(policy) = trace.credential.policy else { return };
    let spec = &policy.spec;
    let hosts = || trace.endpoint.addresses.iter().filter_map(|it| Some((it.index, it.name()?)));
    let (path, region, found) = match (&spec.type_, &spec.aws_credentials, &spec.gcp_credentials) {
        (PolicyType::AWSCredentials, Some(aws), _) => {
            let found = hosts().find_map(|(index, host)| Some((index, host, aws_region(host)?)));
            ("/spec/awsCredentials/region", &aws.region, found)
        }
        (PolicyType::GCPCredentials, _, Some(gcp)) => {
            let found = hosts().find_map(|(index, host)| Some((index, host, gcp_region(host)?)));
            ("/spec/gcpCredentials/region", &gcp.region, found)
        }
        _ => return,
    };
    let Some((index, host, there)) = found.filter(|(_, _, there)| there != region) else { return };
    // no cloud writes a region so: host-near-provider
    if meant(host).is_some() {
        return;
    }
    let platform = &trace.world.platform;
    let effect = if spec.type_ == PolicyType::GCPCredentials {
        "404 or 400 from the provider: the path names a region that this host does not serve".to_owned()
    } else if platform.likely(&release::SIGNED_FOR_HOST) {
        let text = "requests are signed for the region of the host, whatever the policy says";
        platform.scoped(&release::SIGNED_FOR_HOST, text)
    } else {
        "403 from the provider: the signature is for another region".to_owned()
    };
    let key = policy.key();
    let fix = if spec.target_refs.len() == 1 {
        Fix::review(format!("use region `{there}`")).set(&key, path, there)
    } else {
        Fix::manual("make a policy for each region")
    };
    out.push(
        Draft::at(key.clone(), path, format!("{key} has region `{region}`, and `{host}` is in `{there}`"))
            .effect(effect)
            .because(trace.reference.key.clone(), format!("/spec/endpoints/{index}"), format!("calls {host}"))
            .fix(fix),
    );
}
