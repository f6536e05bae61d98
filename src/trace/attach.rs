//! How a route attaches to a Gateway's listeners, computed from the specs as Envoy Gateway does it.

use super::{Gaps, RouteTrace};
use crate::{
    cluster::{Cluster, Lookup},
    model::{Gateway, HTTPRoute, Key, Kind, Listener, ParentReference, Resource as _},
};

/// How a route attaches to a Gateway.
#[derive(Debug)]
pub enum Attachment<'a> {
    /// To these listeners.
    Listeners(Vec<&'a Listener>),
    /// The reference names something that Envoy Gateway does not take for a Gateway.
    NotAGateway,
    /// There is no such Gateway.
    NoGateway,
    /// No listener has that sectionName or port.
    NoListener,
    /// The listeners that match refuse the route's namespace.
    NamespaceRefused(Vec<&'a Listener>),
    /// The listeners that match do not take HTTPRoutes.
    KindRefused(Vec<&'a Listener>),
    /// The listeners that match have other host names.
    NoHostname(Vec<&'a Listener>),
    /// Something on the way could not be read.
    Unknown,
}

impl RouteTrace<'_> {
    /// Whether some request can come to both routes: a listener and a host name in common. Envoy picks the virtual
    /// host by its most specific name alone, so `*` does not meet `a.example.com`.
    pub fn meets(&self, listeners: &[(Key, &Listener)], hostnames: &[String]) -> bool {
        self.listeners().any(|(gateway, listener)| {
            let there = listeners.iter().any(|(key, it)| key == gateway && it.name == listener.name);
            let mine = effective_hosts(listener, &self.route.spec.hostnames);
            there && effective_hosts(listener, hostnames).iter().any(|host| mine.contains(host))
        })
    }
}

/// The part of a route that decides where it attaches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attaching<'a> {
    pub(super) namespace: &'a str,
    pub(super) hostnames: &'a [String],
}

/// An HTTPRoute that AI Gateway did not make, and the listeners that it attaches to.
#[derive(Debug)]
pub struct PlainRoute<'a> {
    /// The route.
    pub route: &'a HTTPRoute,
    /// Its listeners, with their Gateway's key.
    pub listeners: Vec<(Key, &'a Listener)>,
}

impl<'a> PlainRoute<'a> {
    /// All of them.
    pub(super) fn all(cluster: &'a Cluster) -> Vec<Self> {
        let plain = cluster.http_routes.iter().filter(|http| {
            // MCPRoutes make HTTPRoutes too
            let made =
                |it: &crate::model::OwnerReference| it.kind == "AIGatewayRoute" || it.kind == "MCPRoute";
            !http.meta.annotations.contains_key("gateway.envoyproxy.io/ai-gateway-generated")
                && !http.meta.owner_references.iter().any(made)
                && cluster.ai_gateway_routes.get(&http.meta.namespace, &http.meta.name).found().is_none()
        });
        plain.map(|route| PlainRoute { route, listeners: listeners(cluster, route) }).collect()
    }
}

fn listeners<'a>(cluster: &'a Cluster, http: &'a HTTPRoute) -> Vec<(Key, &'a Listener)> {
    let route = Attaching { namespace: &http.meta.namespace, hostnames: &http.spec.hostnames };
    let mut found = vec![];
    for reference in http.spec.parent_refs.iter().filter(|it| it.is_gateway()) {
        let namespace = reference.namespace.as_deref().unwrap_or(route.namespace);
        let Lookup::Found(gateway) = cluster.gateways.get(namespace, &reference.name) else { continue };
        // what could not be read here is no more than an alarm that is not raised
        let attachment = attach(cluster, &mut Gaps::default(), route, reference, gateway);
        if let Attachment::Listeners(listeners) = attachment {
            found.extend(listeners.into_iter().map(|it| (gateway.key(), it)));
        }
    }
    found
}

/// The order of Envoy Gateway's checks: sectionName and port, then kinds and namespaces, then host names
/// (gateway@v1.8.1 internal/gatewayapi/route.go).
pub(super) fn attach<'a>(
    cluster: &'a Cluster,
    gaps: &mut Gaps,
    route: Attaching<'_>,
    reference: &ParentReference,
    gateway: &'a Gateway,
) -> Attachment<'a> {
    let named: Vec<&Listener> = (gateway.spec.listeners.iter())
        .filter(|it| reference.section_name.as_ref().is_none_or(|name| *name == it.name))
        .filter(|it| reference.port.is_none_or(|port| port == it.port))
        .collect();
    if named.is_empty() {
        return Attachment::NoListener;
    }
    let kind: Vec<&Listener> = named.iter().copied().filter(|it| takes_http_routes(it)).collect();
    if kind.is_empty() {
        return Attachment::KindRefused(named);
    }
    let mut unknown = false;
    let mut allowed = vec![];
    for listener in &kind {
        match takes_namespace(cluster, gaps, route, gateway, listener) {
            Some(true) => allowed.push(*listener),
            Some(false) => {}
            None => unknown = true,
        }
    }
    let matching: Vec<&Listener> =
        allowed.iter().copied().filter(|it| hosts_meet(it.hostname.as_deref(), route.hostnames)).collect();
    match (matching.is_empty(), allowed.is_empty(), unknown) {
        (false, _, _) => Attachment::Listeners(matching),
        (true, _, true) => Attachment::Unknown,
        (true, true, false) => Attachment::NamespaceRefused(kind),
        (true, false, false) => Attachment::NoHostname(allowed),
    }
}

fn takes_http_routes(listener: &Listener) -> bool {
    let kinds = &listener.allowed_routes.kinds;
    if kinds.is_empty() {
        return matches!(listener.protocol.as_str(), "HTTP" | "HTTPS" | "");
    }
    kinds.iter().any(|it| {
        it.kind == "HTTPRoute" && it.group.as_deref().is_none_or(|group| group == "gateway.networking.k8s.io")
    })
}

fn takes_namespace(
    cluster: &Cluster,
    gaps: &mut Gaps,
    route: Attaching<'_>,
    gateway: &Gateway,
    listener: &Listener,
) -> Option<bool> {
    let from = route.namespace;
    match listener.allowed_routes.namespaces.from.as_deref().unwrap_or("Same") {
        "Same" => Some(from == gateway.meta.namespace),
        "All" => Some(true),
        "None" => Some(false),
        "Selector" => {
            let selector = listener.allowed_routes.namespaces.selector.as_ref()?;
            let key = Key::new(Kind::Namespace, "", from);
            let namespace = gaps.seen(&key, cluster.namespaces.get("", from)).found()?;
            let mut labels = namespace.meta.labels.clone();
            // the API server sets this label on every namespace
            labels.insert("kubernetes.io/metadata.name".into(), from.to_owned());
            selector.matches(&labels)
        }
        _ => None,
    }
}

/// Whether a listener's host name and a route's have one in common; unset means all.
fn hosts_meet(listener: Option<&str>, route: &[String]) -> bool {
    let listener = listener.unwrap_or_default();
    listener.is_empty() || route.is_empty() || route.iter().any(|it| host_meets(listener, it))
}

/// The host names under which a route's virtual hosts stand on a listener; `*` for all.
pub fn effective_hosts(listener: &Listener, route: &[String]) -> Vec<String> {
    let own = listener.hostname.as_deref().filter(|it| !it.is_empty()).unwrap_or("*");
    if route.is_empty() {
        return vec![own.to_owned()];
    }
    let narrow = |it: &String| {
        if own != "*" && it.starts_with('*') && !own.starts_with('*') { own } else { it }.to_owned()
    };
    route.iter().filter(|it| own == "*" || host_meets(own, it)).map(narrow).collect()
}

fn host_meets(listener: &str, route: &str) -> bool {
    let under = |name: &str, pattern: &str| {
        pattern.strip_prefix('*').is_some_and(|suffix| name.len() > suffix.len() && name.ends_with(suffix))
    };
    listener == route || under(route, listener) || under(listener, route)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcard_hosts_meet_names_below_them() {
        assert!(hosts_meet(None, &["a.example.com".into()]));
        assert!(hosts_meet(Some("*.example.com"), &["a.b.example.com".into()]));
        assert!(hosts_meet(Some("a.example.com"), &["*.example.com".into()]));
        assert!(!hosts_meet(Some("*.example.com"), &["example.com".into()]));
        assert!(!hosts_meet(Some("a.example.com"), &["b.example.com".into()]));
    }

    #[test]
    fn virtual_hosts_have_the_narrower_name() {
        let listener =
            |host: Option<&str>| Listener { hostname: host.map(str::to_owned), ..Listener::default() };
        let hosts = |own: Option<&str>, route: &[&str]| {
            let route: Vec<String> = route.iter().map(|it| (*it).to_owned()).collect();
            effective_hosts(&listener(own), &route)
        };
        assert_eq!(hosts(None, &[]), ["*"]);
        assert_eq!(hosts(Some("*.example.com"), &[]), ["*.example.com"]);
        assert_eq!(hosts(Some("*.example.com"), &["a.example.com", "a.example.org"]), ["a.example.com"]);
        assert_eq!(hosts(Some("a.example.com"), &["*.example.com"]), ["a.example.com"]);
    }
}
