//! The table of what came and went.

use super::{Fact, Product, Version};

const fn ai(what: &'static str, source: &'static str) -> Fact {
    Fact { of: Product::AiGateway, what, since: None, until: None, except: &[], source }
}

const fn envoy(what: &'static str, source: &'static str) -> Fact {
    Fact { of: Product::EnvoyGateway, ..ai(what, source) }
}

/// Declares the facts, and the list of them all.
macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident: $fact:expr;)*) => {
        $($(#[$doc])* pub static $name: Fact = $fact;)*
        /// All facts.
        pub static FACTS: &[&Fact] = &[$(&$name),*];
    };
}

facts! {
    /// Schema OpenAI has `prefix`.
    OPENAI_PREFIX: ai(
        "the prefix of schema OpenAI is the path that endpoints hang on",
        "ai-gateway@v1.1.0 internal/controller/gateway.go").since(0, 5, 0);
    /// Schema OpenAI takes its path from `version`, where no prefix is in force.
    OPENAI_VERSION_AS_PREFIX: ai(
        "the version of schema OpenAI is a path where no prefix is in force",
        "ai-gateway@v0.5.0 internal/controller/gateway.go").until(0, 6, 0);
    /// Nothing reads `version` of schema OpenAI.
    OPENAI_VERSION_IGNORED: ai(
        "the version of schema OpenAI is ignored",
        "ai-gateway@v1.1.0 internal/controller/gateway.go").since(0, 6, 0);
    /// Schema Anthropic has `prefix`, and nothing reads its `version`.
    ANTHROPIC_PREFIX: ai(
        "the prefix of schema Anthropic is the path that endpoints hang on, and its version is ignored",
        "ai-gateway@v1.1.0 internal/controller/gateway.go").since(0, 7, 0);
    /// Requests in schema GCPVertexAI have a whole URL for a path.
    VERTEX_PATH_IS_URL: ai(
        "requests of schema GCPVertexAI have a whole URL for a path, which breaks HTTP/2",
        "envoyproxy/ai-gateway issue 1615").since(0, 4, 0).until(0, 4, 1);
    /// Policies find their backends by targetRefs alone.
    TARGET_REFS_ALONE: ai(
        "a BackendSecurityPolicy applies to what its targetRefs name, and nothing else refers to it",
        "ai-gateway@v1.1.0 api/v1beta1/ai_service_backend.go").since(0, 4, 0);
    /// A backend whose key is missing costs only itself.
    BACKENDS_SKIPPED: ai(
        "a backend whose credential is missing is left out; before, the whole Gateway kept its old configuration",
        "ai-gateway@v0.3.0 internal/controller/gateway.go").since(0, 4, 0);
    /// A route may name backends of other namespaces.
    CROSS_NAMESPACE_BACKENDS: ai(
        "backendRefs have a namespace, which needs two ReferenceGrants",
        "ai-gateway@v1.1.0 internal/controller/referencegrant.go").since(0, 4, 0);
    /// An AIGatewayRoute has 15 rules at most by its own CRD.
    FIFTEEN_RULES: ai(
        "the CRD of AIGatewayRoute takes 15 rules; before, it took 128, of which an HTTPRoute had room for 15",
        "ai-gateway@v1.1.0 api/v1beta1/ai_gateway_route.go").since(0, 7, 0);
    /// Clusters of IP addresses get an ext_proc.
    ADDRESSES_PROCESSED: ai(
        "requests to IP addresses are translated and given a credential",
        "ai-gateway@v1.1.0 internal/extensionserver/post_translate_modify.go").since(0, 6, 0);
    /// Clusters of one backend each get an ext_proc.
    SPLIT_RULES_PROCESSED: ai(
        "requests are translated and given a credential where a rule has a cluster for each backend",
        "envoyproxy/ai-gateway issue 2135").since(1, 1, 0);
    /// AWS signatures are for the host that is called.
    SIGNED_FOR_HOST: ai(
        "AWS signatures are for the host that is called; before, for bedrock-runtime.REGION.amazonaws.com",
        "ai-gateway@v1.1.0 internal/backendauth/aws.go").since(1, 1, 0);
    /// The variable `backend` of costs is a long name.
    LONG_BACKEND_NAMES: ai(
        "costs know backends as NAMESPACE/NAME/route/…; older releases were not looked up",
        "ai-gateway@v1.1.0 internal/extproc/processor_impl.go").since(0, 5, 0);
    /// QuotaPolicies have an effect.
    QUOTAS_ENFORCED: ai(
        "QuotaPolicies are enforced; before, they were only stored",
        "ai-gateway@v0.7.0 internal/controller/gateway.go").since(0, 7, 0);
    /// `credentialOverride` exists.
    CREDENTIAL_OVERRIDE: ai(
        "a BackendSecurityPolicy has credentialOverride",
        "ai-gateway@v1.1.0 api/v1beta1/backendsecurity_policy.go").since(1, 1, 0);
    /// Dynamic metadata does not reach ext_proc.
    METADATA_NOT_FORWARDED: ai(
        "Envoy does not send dynamic metadata to ext_proc",
        "envoyproxy/ai-gateway pull request 2540").since(1, 1, 0).until(1, 2, 0);
    /// Endpoints are labelled by their place in the AIGatewayRoute.
    LABELLED_BY_PLACE: ai(
        "endpoints are labelled by their place in the AIGatewayRoute, whatever the HTTPRoute says",
        "envoyproxy/ai-gateway pull request 2480").since(0, 5, 0).until(1, 2, 0);
    /// Where the filter config is: its name has no hash.
    PLAIN_FILTER_CONFIG: ai(
        "the filter config is in one Secret that is called after the Gateway",
        "ai-gateway@v1.0.0 internal/controller/gateway.go").until(1, 1, 0);
    /// Where the filter config is: its name ends with a hash. Later releases were not tried.
    HASHED_FILTER_CONFIG: ai(
        "the filter config is in Secrets that are called after the Gateway and a hash",
        "ai-gateway@v1.1.0 internal/controller/secret_name.go").since(1, 1, 0).until(1, 2, 0);
    /// Rules get a time limit.
    TIME_LIMITS_WRITTEN: ai(
        "every rule of a generated HTTPRoute has a time limit, 60s where the route sets none",
        "ai-gateway@v1.1.0 api/v1beta1/ai_gateway_route_helper.go").since(0, 3, 0);
    /// Routes have host names.
    ROUTE_HOSTNAMES: ai(
        "an AIGatewayRoute has hostnames",
        "ai-gateway@v1.1.0 api/v1beta1/ai_gateway_route.go").since(0, 7, 0);
    /// Endpoints of tokens: `/tokenize`, `count_tokens`, `input_tokens`.
    TOKENS_COUNTED: ai(
        "clients can count tokens: /tokenize, /anthropic/v1/messages/count_tokens, /v1/responses/input_tokens",
        "ai-gateway@v1.1.0 internal/endpointspec/endpointspec.go").since(1, 1, 0);
    /// Costs are kept under the route's name too.
    COSTS_BY_ROUTE: ai(
        "costs carry the name of their route; before, those of different routes overwrite each other",
        "ai-gateway@v0.6.0 internal/controller/gateway.go").since(0, 6, 0);
    /// A quota for a whole service counts nothing. Later releases were not tried.
    SERVICE_QUOTA_IGNORED: ai(
        "serviceQuota of a QuotaPolicy is accepted and not enforced",
        "ai-gateway@v1.1.0 internal/controller/gateway.go").until(1, 2, 0);
    /// The header with the model is AI Gateway's own, and not a mutation's. Later releases were not tried.
    MODEL_HEADER_RESERVED: ai(
        "headerMutation leaves x-ai-eg-model alone",
        "ai-gateway@v1.1.0 internal/headermutator/header_mutator.go").until(1, 2, 0);

    /// Of the policies for a backend, that for its section is in force.
    SECTION_BEATS_WHOLE: Fact {
        except: &[Version(1, 8, 0)],
        ..envoy(
        "a BackendTLSPolicy for a section beats one for the whole; before, the oldest is in force",
        "gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go").since(1, 7, 4)
    };
    /// A policy whose CA is missing turns requests off.
    CA_MISSING_REFUSED: envoy(
        "a BackendTLSPolicy without its CA makes requests fail; before, they went out in clear text",
        "envoyproxy/gateway issue 4087").since(1, 3, 0);
    /// A CA may have any key, where it is the only one.
    ONLY_KEY_AS_CA: envoy(
        "a CA reference takes the only key where there is no ca.crt",
        "gateway@v1.6.0 internal/gatewayapi/backendtlspolicy.go").since(1, 6, 0);
    /// `tls.crt` counts as a CA.
    TLS_CRT_AS_CA: envoy(
        "a CA reference takes tls.crt where there is no ca.crt",
        "gateway@v1.9.0 internal/gatewayapi/backendtlspolicy.go").since(1, 9, 0);
    /// BackendTLSPolicy is read as v1.
    TLS_POLICY_V1: envoy(
        "BackendTLSPolicy is read as v1; before, as v1alpha3",
        "gateway@v1.6.0 internal/provider/kubernetes/controller.go").since(1, 6, 0);
    /// BackendTLSPolicy is read as v1alpha3.
    TLS_POLICY_V1ALPHA3: envoy(
        "BackendTLSPolicy is read as v1alpha3",
        "gateway@v1.6.0 internal/provider/kubernetes/controller.go").until(1, 6, 0);
    /// A cluster that does not serve BackendTLSPolicy v1 stops Envoy Gateway instead of being passed over.
    TLS_POLICY_REQUIRED: envoy(
        "Envoy Gateway does not start where BackendTLSPolicy v1 is not served",
        "live").since(1, 8, 0).until(1, 9, 0);
    /// `Backend.spec.tls` without sni checks the chain alone.
    CHAIN_ALONE: envoy(
        "Backend.spec.tls without sni checks the chain of the certificate and no name",
        "gateway@v1.5.0 internal/xds/translator/translator.go").since(1, 5, 0).until(1, 6, 0);
    /// `Backend.spec.tls` without sni verifies the name that the client called.
    NAME_FROM_CLIENT: envoy(
        "Backend.spec.tls without sni verifies the name that the client called",
        "live").since(1, 6, 0);
    /// Names in subjectAltNames replace the hostname.
    ALT_NAMES_REPLACE: envoy(
        "subjectAltNames of a BackendTLSPolicy replace its hostname in the check of the certificate",
        "live").since(1, 6, 0);
    /// Host names in subjectAltNames are compared with nothing.
    ALT_HOSTNAMES_IGNORED: envoy(
        "subjectAltNames of type Hostname are ignored",
        "gateway@v1.5.0 release notes").since(1, 4, 0).until(1, 5, 0);
    /// A rule with a broken reference gets a cluster for each of its backends.
    RULES_SPLIT: envoy(
        "a rule with a backend that cannot be called has a cluster for each of its backends",
        "gateway@v1.8.1 internal/ir/xds.go").since(1, 7, 0);
    /// A rule of Backends with different protocols gets a cluster for each of them.
    PROTOCOLS_SPLIT: envoy(
        "a rule with a Backend of protocol h2c and one of ws or wss has a cluster for each of its backends",
        "gateway@v1.9.0 internal/ir/xds.go").since(1, 7, 0);
    /// A rule in which some Backends take the SNI from their endpoints gets a cluster for each of them.
    SERVER_NAMES_SPLIT: envoy(
        "a rule in which some Backends alone have autoSNIFromEndpointHostname has a cluster for each of its backends",
        "gateway@v1.9.0 internal/ir/xds.go").since(1, 9, 0);
    /// Hooks get what they include, and nothing else.
    HOOKS_INCLUDE: envoy(
        "the Translation hook passes on what it includes: listeners and routes only where includeAll says so",
        "gateway@v1.8.1 api/v1alpha1/envoygateway_helpers.go").since(1, 5, 0);
}
