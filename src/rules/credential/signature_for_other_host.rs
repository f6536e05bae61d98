//! An AWS signature that is for another host than the one in the request.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use super::facts;
use crate::{
    model::{BackendSecurityPolicy, Kind, PolicyType, Resource as _},
    provider::aws_region,
    trace::{Hop, Host, Trace, release},
};

/// See `kubectl aigw-backend explain AIB434`.
pub static RULE: Rule = Rule {
    code: "AIB434",
    name: "signature-for-other-host",
    hop: Hop::Credential,
    severity: Severity::Warning,
    needs: &[Kind::BackendSecurityPolicy, Kind::Backend],
    docs: Docs {
        what: "A backend with AWSCredentials has an IP address without the Bedrock host name beside it; or, \
              before AI Gateway v1.1, a FIPS or VPC endpoint of Bedrock.",
        why: "A signature covers the Host header. AI Gateway signs for the name that is called since v1.1; \
              for an address, and before v1.1 for any host, it signs for \
              bedrock-runtime.REGION.amazonaws.com. Envoy sends the name of the endpoint, and for an \
              address without `hostname` that of the gateway.",
        client: "403 from AWS: the signature does not match.",
        confirm: "kubectl -n NAMESPACE get backend NAME -o jsonpath='{.spec.endpoints}'\n\
              kubectl -n NAMESPACE get backendsecuritypolicy NAME -o jsonpath='{.spec.awsCredentials.region}'",
        fix: "Use the host name as fqdn, or set `hostname` beside the address; for FIPS and VPC endpoints \
              upgrade AI Gateway.",
        before: "endpoints:\n\
              - ip: {address: 10.0.1.7, port: 443}",
        after: "endpoints:\n\
              - ip: {address: 10.0.1.7, port: 443}\n  \
              hostname: bedrock-runtime.us-east-1.amazonaws.com",
    },
    refs: &["ai-gateway@v1.1.0 internal/backendauth/aws.go"],
    check: Check::Backend(check),
};

fn check(trace: &Trace<'_>, out: &mut Findings<'_>) {
    let is_aws = |it: &&BackendSecurityPolicy| it.spec.type_ == PolicyType::AWSCredentials;
    let Some(policy) = trace.credential.policy.filter(is_aws) else { return };
    let Some(aws) = &policy.spec.aws_credentials else { return };
    let Some((_, backend)) = trace.reference.found() else { return };
    // a signature that never fits is policy-cannot-work-with-schema
    if facts::misfit(trace, policy).is_some() {
        return;
    }
    let signed = format!("bedrock-runtime.{}.amazonaws.com", aws.region);
    let default_only = trace.world.platform.holds(&release::SIGNED_FOR_HOST) == Some(false);
    for address in &trace.endpoint.addresses {
        let path = format!("/spec/endpoints/{}", address.index);
        let (sent, path, fix) = match &address.host {
            Host::Ip(ip) if !ip.to_canonical().is_loopback() => {
                let path = format!("{path}/hostname");
                let fix = Fix::review(format!("call it `{signed}`")).set(&backend, &path, signed.as_str());
                (address.hostname, path, fix)
            }
            // of another region is region-differs-from-host
            Host::Name(name) if default_only && aws_region(name) == Some(aws.region.as_str()) => {
                let fix = Fix::manual(format!("call {signed}, or upgrade AI Gateway to v1.1"));
                (Some(name.as_str()), format!("{path}/fqdn/hostname"), fix)
            }
            Host::Name(_) | Host::Ip(_) | Host::NotAnIp(_) | Host::Unix(_) => continue,
        };
        if sent.is_some_and(|it| it.eq_ignore_ascii_case(&signed)) {
            continue;
        }
        let sent = sent.map_or("the client's own Host header".to_owned(), |it| format!("`{it}`"));
        let message = format!("{backend} gets {sent}, and requests are signed for `{signed}`");
        out.push(
            Draft::at(backend.clone(), path, message)
                .effect("403 if AWS answers there: the signature does not match the Host header")
                .because(policy.key(), "/spec/awsCredentials/region", format!("is `{}`", aws.region))
                .fix(fix),
        );
        return;
    }
}
