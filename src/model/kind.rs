//! The table of kinds: everything that is read, and how the API server calls it.

use std::fmt;

/// A kind that this tool reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    AIServiceBackend,
    BackendSecurityPolicy,
    AIGatewayRoute,
    GatewayConfig,
    QuotaPolicy,
    Backend,
    EnvoyProxy,
    ClientTrafficPolicy,
    BackendTrafficPolicy,
    SecurityPolicy,
    EnvoyExtensionPolicy,
    HTTPRouteFilter,
    BackendTLSPolicy,
    Gateway,
    GatewayClass,
    HTTPRoute,
    ReferenceGrant,
    InferencePool,
    Namespace,
    Service,
    EndpointSlice,
    Secret,
    ConfigMap,
    Pod,
    Deployment,
    MutatingWebhookConfiguration,
}

/// Whether objects of a kind live in a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In a namespace.
    Namespaced,
    /// In the cluster.
    Cluster,
}

/// How the API server serves a kind.
#[derive(Debug, Clone, Copy)]
pub struct KindInfo {
    /// The kind.
    pub kind: Kind,
    /// Its name in `kind:`.
    pub name: &'static str,
    /// API group; empty for the core group.
    pub group: &'static str,
    /// Versions that this tool can read, the preferred one first.
    pub versions: &'static [&'static str],
    /// Name in URLs.
    pub plural: &'static str,
    /// Namespaced or not.
    pub scope: Scope,
    /// A cluster may rightly lack this kind: not installed then means that no object of it exists.
    pub optional: bool,
    /// Served by every API server; `--assume-complete` files that hold none of it did not capture it.
    pub core: bool,
}

const AIGW: &str = "aigateway.envoyproxy.io";
const ENVOY: &str = "gateway.envoyproxy.io";
const GWAPI: &str = "gateway.networking.k8s.io";

const BASE: KindInfo = KindInfo {
    kind: Kind::Namespace,
    name: "",
    group: "",
    versions: &["v1"],
    plural: "",
    scope: Scope::Namespaced,
    optional: false,
    core: false,
};

const fn aigw(kind: Kind, name: &'static str, plural: &'static str) -> KindInfo {
    KindInfo { kind, name, plural, group: AIGW, versions: &["v1beta1", "v1alpha1"], ..BASE }
}
const fn envoy(kind: Kind, name: &'static str, plural: &'static str) -> KindInfo {
    KindInfo { kind, name, plural, group: ENVOY, versions: &["v1alpha1"], ..BASE }
}
const fn gwapi(
    kind: Kind,
    name: &'static str,
    plural: &'static str,
    versions: &'static [&'static str],
) -> KindInfo {
    KindInfo { kind, name, plural, group: GWAPI, versions, ..BASE }
}
const fn core(kind: Kind, name: &'static str, group: &'static str, plural: &'static str) -> KindInfo {
    KindInfo { kind, name, plural, group, core: true, ..BASE }
}

/// One row per kind, in the order of [`Kind`].
const TABLE: [KindInfo; 26] = [
    aigw(Kind::AIServiceBackend, "AIServiceBackend", "aiservicebackends"),
    aigw(Kind::BackendSecurityPolicy, "BackendSecurityPolicy", "backendsecuritypolicies"),
    aigw(Kind::AIGatewayRoute, "AIGatewayRoute", "aigatewayroutes"),
    KindInfo { optional: true, ..aigw(Kind::GatewayConfig, "GatewayConfig", "gatewayconfigs") },
    KindInfo {
        optional: true,
        versions: &["v1alpha1", "v1beta1"],
        ..aigw(Kind::QuotaPolicy, "QuotaPolicy", "quotapolicies")
    },
    envoy(Kind::Backend, "Backend", "backends"),
    envoy(Kind::EnvoyProxy, "EnvoyProxy", "envoyproxies"),
    envoy(Kind::ClientTrafficPolicy, "ClientTrafficPolicy", "clienttrafficpolicies"),
    envoy(Kind::BackendTrafficPolicy, "BackendTrafficPolicy", "backendtrafficpolicies"),
    envoy(Kind::SecurityPolicy, "SecurityPolicy", "securitypolicies"),
    KindInfo {
        optional: true,
        ..envoy(Kind::EnvoyExtensionPolicy, "EnvoyExtensionPolicy", "envoyextensionpolicies")
    },
    envoy(Kind::HTTPRouteFilter, "HTTPRouteFilter", "httproutefilters"),
    gwapi(Kind::BackendTLSPolicy, "BackendTLSPolicy", "backendtlspolicies", &["v1", "v1alpha3"]),
    gwapi(Kind::Gateway, "Gateway", "gateways", &["v1", "v1beta1"]),
    KindInfo {
        scope: Scope::Cluster,
        ..gwapi(Kind::GatewayClass, "GatewayClass", "gatewayclasses", &["v1", "v1beta1"])
    },
    gwapi(Kind::HTTPRoute, "HTTPRoute", "httproutes", &["v1", "v1beta1"]),
    gwapi(Kind::ReferenceGrant, "ReferenceGrant", "referencegrants", &["v1beta1", "v1"]),
    KindInfo {
        kind: Kind::InferencePool,
        name: "InferencePool",
        group: "inference.networking.k8s.io",
        plural: "inferencepools",
        optional: true,
        ..BASE
    },
    KindInfo { scope: Scope::Cluster, ..core(Kind::Namespace, "Namespace", "", "namespaces") },
    core(Kind::Service, "Service", "", "services"),
    core(Kind::EndpointSlice, "EndpointSlice", "discovery.k8s.io", "endpointslices"),
    core(Kind::Secret, "Secret", "", "secrets"),
    core(Kind::ConfigMap, "ConfigMap", "", "configmaps"),
    core(Kind::Pod, "Pod", "", "pods"),
    core(Kind::Deployment, "Deployment", "apps", "deployments"),
    KindInfo {
        scope: Scope::Cluster,
        ..core(
            Kind::MutatingWebhookConfiguration,
            "MutatingWebhookConfiguration",
            "admissionregistration.k8s.io",
            "mutatingwebhookconfigurations",
        )
    },
];

impl Kind {
    /// All kinds, in a fixed order.
    pub fn all() -> impl Iterator<Item = Kind> {
        TABLE.iter().map(|row| row.kind)
    }

    /// How the API server serves this kind.
    pub fn info(self) -> &'static KindInfo {
        TABLE.iter().find(|row| row.kind == self).expect("the table has a row for every kind")
    }

    /// The kind behind `apiVersion` and `kind`, whatever the version; `None` for kinds that are not ours.
    pub fn of(api_version: &str, kind: &str) -> Option<Kind> {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        TABLE.iter().find(|row| row.group == group && row.name == kind).map(|row| row.kind)
    }

    /// The kind that a reference means by group and kind.
    pub fn of_group(group: &str, kind: &str) -> Option<Kind> {
        TABLE.iter().find(|row| row.group == group && row.name == kind).map(|row| row.kind)
    }

    /// The kind of that name, in any case.
    pub fn named(name: &str) -> Option<Kind> {
        TABLE.iter().find(|row| row.name.eq_ignore_ascii_case(name)).map(|row| row.kind)
    }

    /// `group/version` for the preferred version.
    pub fn api_version(self) -> String {
        let info = self.info();
        info.api_version(info.versions.first().copied().unwrap_or("v1"))
    }

    /// What kubectl takes as a resource name, with the group where the short name would be ambiguous.
    pub fn resource(self) -> String {
        let info = self.info();
        match info.group {
            "" | "apps" | "discovery.k8s.io" => info.plural.to_owned(),
            group => format!("{}.{group}", info.plural),
        }
    }

    /// Whether objects of this kind are read one by one, as something refers to them, and never as a whole.
    pub fn is_read_by_name(self) -> bool {
        matches!(self, Kind::Namespace | Kind::Service | Kind::EndpointSlice | Kind::Secret | Kind::ConfigMap)
    }

    /// Whether objects of this kind live in a namespace.
    pub fn is_namespaced(self) -> bool {
        self.info().scope == Scope::Namespaced
    }
}

impl KindInfo {
    /// `group/version`, or the bare version in the core group.
    pub fn api_version(&self, version: &str) -> String {
        if self.group.is_empty() { version.to_owned() } else { format!("{}/{version}", self.group) }
    }

    /// URL of the collection, in one namespace or in all.
    pub fn url(&self, version: &str, namespace: Option<&str>) -> String {
        let root = if self.group.is_empty() { "/api".to_owned() } else { format!("/apis/{}", self.group) };
        match namespace {
            Some(namespace) if self.scope == Scope::Namespaced => {
                format!("{root}/{version}/namespaces/{namespace}/{}", self.plural)
            }
            _ => format!("{root}/{version}/{}", self.plural),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_one_row_per_kind_in_order() {
        let mut kinds: Vec<Kind> = Kind::all().collect();
        let listed = kinds.clone();
        kinds.sort();
        kinds.dedup();
        assert_eq!(kinds, listed);
        assert!(Kind::all().all(|kind| kind.info().kind == kind && kind.to_string() == format!("{kind:?}")));
    }

    #[test]
    fn urls_follow_the_api_server() {
        assert_eq!(Kind::Secret.info().url("v1", Some("default")), "/api/v1/namespaces/default/secrets");
        assert_eq!(
            Kind::BackendTLSPolicy.info().url("v1", None),
            "/apis/gateway.networking.k8s.io/v1/backendtlspolicies"
        );
    }
}
