//! Names that the controllers and their charts give: who reads a cluster and who judges it must mean the same.

use super::InCluster;

/// Namespace of Envoy Gateway where nothing says otherwise: its chart's default.
pub const ENVOY_GATEWAY_NAMESPACE: &str = "envoy-gateway-system";
/// The ConfigMap that Envoy Gateway's chart makes.
pub const ENVOY_GATEWAY_CONFIG: &str = "envoy-gateway-config";
/// Label on Envoy's pods and Deployment: the Gateway that they belong to.
pub const OWNER_NAME: &str = "gateway.envoyproxy.io/owning-gateway-name";
/// Label on Envoy's pods and Deployment: the namespace of that Gateway.
pub const OWNER_NAMESPACE: &str = "gateway.envoyproxy.io/owning-gateway-namespace";

/// Annotation of what kubectl applied: a copy of it.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Annotation of a Gateway: the GatewayConfig, beside it, that it uses.
pub const GATEWAY_CONFIG: &str = "aigateway.envoyproxy.io/gateway-config";
/// The header in which AI Gateway keeps the model of a request.
pub const MODEL_HEADER: &str = "x-ai-eg-model";
/// Metadata of a request that AI Gateway writes costs to.
pub const COST_METADATA: &str = "io.envoy.ai_gateway";
/// Flag of AI Gateway's controller: the rate limit service of QuotaPolicies.
pub const QUOTA_SERVICE_FLAG: &str = "quotaRateLimitServiceAddr";
/// The Secret with which AI Gateway's webhook serves, where its chart makes it.
pub const WEBHOOK_CERTIFICATE: &str = "self-signed-cert-for-mutating-webhook";

/// The last part of an image's name, without registry, tag and digest.
pub fn of_image(image: &str) -> &str {
    let last = image.split('@').next().and_then(|it| it.rsplit('/').next()).unwrap_or_default();
    last.split(':').next().unwrap_or_default()
}

/// The value of a flag written as `-name=value` or `--name=value`.
pub fn flag<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    arguments.iter().find_map(|it| it.trim_start_matches('-').strip_prefix(name)?.strip_prefix('='))
}

/// The rate limit service of QuotaPolicies, from the value of its flag if that is set; `None` where it is not in the
/// cluster.
pub fn quota_service(flag: Option<&str>) -> Option<InCluster> {
    let address = flag.unwrap_or("envoy-ai-gateway-ratelimit.envoy-gateway-system");
    InCluster::of(address.split(':').next()?)
}

/// The Secret beside a BackendSecurityPolicy in which the controller keeps a token that it fetched
/// (ai-gateway@v1.1.0 internal/controller/rotators/common.go).
pub fn token_secret(policy: &str) -> String {
    format!("ai-eg-bsp-{policy}")
}

/// The policy whose token a Secret of that name would hold.
pub fn policy_of_token(secret: &str) -> Option<&str> {
    secret.strip_prefix("ai-eg-bsp-")
}

/// The Secrets, where the Envoy pods are, in which a Gateway's Envoy finds backends and keys: the one of v1.1, which a
/// hash tells from that of a Gateway `b` in `c-a`, and the one before (ai-gateway@v1.1.0 internal/controller/secret_name.go).
pub fn filter_configs(namespace: &str, gateway: &str) -> [String; 2] {
    let digest = ring::digest::digest(&ring::digest::SHA256, format!("{namespace}/{gateway}").as_bytes());
    let hash = digest.as_ref().iter().take(6).fold(String::new(), |all, byte| format!("{all}{byte:02x}"));
    [format!("{gateway}-{namespace}-{hash}"), format!("{gateway}-{namespace}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_lose_registry_tag_and_digest() {
        for image in ["gateway", "docker.io/envoyproxy/gateway:v1.8.1", "h:5000/gateway@sha256:00"] {
            assert_eq!(of_image(image), "gateway");
        }
    }

    #[test]
    fn filter_configs_are_those_of_the_controller() {
        let [new, old] = filter_configs("models", "inference-gw");
        assert_eq!((new.as_str(), old.as_str()), ("inference-gw-models-03e3c57a6890", "inference-gw-models"));
    }
}
