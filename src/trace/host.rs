//! What a host name is: in the cluster ([`InCluster`]), private or public.

use std::{collections::BTreeMap, fmt, net::IpAddr};

use super::Platform;
use crate::cluster::Cluster;

pub use crate::model::InCluster;

/// Where an address points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A DNS name.
    Name(String),
    /// An IP address.
    Ip(IpAddr),
    /// Something in `ip.address` that is no IP address.
    NotAnIp(String),
    /// A Unix domain socket.
    Unix(String),
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Name(text) | Host::NotAnIp(text) => f.write_str(text),
            Host::Ip(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Host::Ip(IpAddr::V4(address)) => address.fmt(f),
            Host::Unix(path) => write!(f, "unix:{path}"),
        }
    }
}

/// The domains of cluster DNS that names of Services use.
#[derive(Debug, Clone, Default)]
pub struct Domains {
    /// The one in the address of AI Gateway's extension server, which works if anything does.
    pub own: Option<String>,
    /// How many endpoints of Backends use each.
    pub used: BTreeMap<String, usize>,
}

impl Domains {
    pub(super) fn of(cluster: &Cluster, platform: &Platform<'_>) -> Self {
        let domain = |host: &str| InCluster::of(host).map(|it| it.domain).filter(|it| !it.is_empty());
        let service = platform.config().and_then(|it| it.extension_manager.as_ref()?.service.as_ref());
        let own = service.and_then(|it| {
            let host = it.fqdn.as_ref().map(|fqdn| &fqdn.hostname).or(it.host.as_ref())?;
            domain(host)
        });
        let mut used = BTreeMap::new();
        let endpoints = cluster.backends.iter().flat_map(|it| &it.spec.endpoints);
        for found in endpoints.filter_map(|it| domain(&it.fqdn.as_ref()?.hostname)) {
            *used.entry(found).or_default() += 1;
        }
        Domains { own, used }
    }

    /// The domain to write into new names.
    pub fn usual(&self) -> &str {
        self.own.as_deref().unwrap_or("cluster.local")
    }

    /// Whether names with this domain mean Services of this cluster: others may be those of another cluster, or of a
    /// set of clusters (`clusterset.local`).
    pub fn is_local(&self, domain: &str) -> bool {
        domain.is_empty() || domain == "cluster.local" || self.own.as_deref() == Some(domain)
    }

    /// Whether a name certainly means a Service of this cluster.
    pub fn is_service_name(&self, host: &str) -> bool {
        InCluster::of(host).is_some_and(|it| it.certain && self.is_local(&it.domain))
    }

    /// The domain that was meant, if this one looks like a slip of the hand: another one is in use and close to it.
    pub fn meant(&self, domain: &str) -> Option<&str> {
        if domain.is_empty() || self.own.as_deref() == Some(domain) {
            return None;
        }
        let count = |it: &str| self.used.get(it).copied().unwrap_or_default();
        let rivals = self.used.keys().filter(|it| count(it) > count(domain));
        let near = |it: &&str| (1..=2).contains(&strsim::damerau_levenshtein(it, domain));
        self.own.as_deref().into_iter().chain(rivals.map(String::as_str)).find(near)
    }
}

/// Whether a name can be resolved outside of a private network, as far as a name tells.
pub fn is_public(host: &str) -> bool {
    const PRIVATE: [&str; 16] = [
        "consul",
        "mesh",
        "local",
        "localhost",
        "localdomain",
        "internal",
        "intranet",
        "lan",
        "home",
        "corp",
        "private",
        "svc",
        "test",
        "invalid",
        "arpa",
        "cluster",
    ];
    let host = host.trim_end_matches('.');
    host.contains('.')
        && !host.split('.').any(|label| label == "svc")
        && !host.rsplit('.').next().is_some_and(|last| PRIVATE.contains(&last))
        && !host.split('.').any(|label| matches!(label, "internal" | "private" | "privatelink" | "vpce"))
        // an internal load balancer, a private network over the internet, an address in a name
        && !host.starts_with("internal-")
        && ![".ts.net", ".nip.io", ".sslip.io"].iter().any(|end| host.ends_with(end))
}

/// Whether a name is given by a cloud to a load balancer: nobody gets a certificate for it, so that another name is
/// verified by rights.
pub fn is_load_balancer(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let amazon = host.strip_suffix(".amazonaws.com").or(host.strip_suffix(".amazonaws.com.cn"));
    amazon.is_some_and(|it| it.split('.').any(|label| label == "elb"))
        || host.ends_with(".cloudapp.azure.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_needs_a_domain_that_is_in_use() {
        let domains = |own: Option<&str>, used: &[(&str, usize)]| Domains {
            own: own.map(str::to_owned),
            used: used.iter().map(|(domain, count)| ((*domain).to_owned(), *count)).collect(),
        };
        let one = domains(Some("cluster.local"), &[("cluster.locl", 1)]);
        assert_eq!(one.meant("cluster.locl"), Some("cluster.local"));
        assert_eq!(domains(None, &[("cluster.local", 2)]).meant("cluster.locl"), Some("cluster.local"));
        assert_eq!(domains(None, &[("cluster1.local", 3)]).meant("cluster1.local"), None);
        assert_eq!(domains(Some("k8s.corp"), &[]).meant("cluster.local"), None);
    }

    #[test]
    fn private_names_are_not_public() {
        assert!(is_public("api.openai.com"));
        let private = [
            "vllm.ai.svc.cluster.local",
            "gpu.corp",
            "llm.internal.acme.com",
            "vllm",
            "llm.service.consul",
            "gpu.tail1.ts.net",
        ];
        for host in private {
            assert!(!is_public(host), "{host}");
        }
    }
}
