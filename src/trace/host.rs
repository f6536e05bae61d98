//! What a host name is: in the cluster ([`InCluster`]), private or public.

use std::{fmt, net::IpAddr};

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

/// Whether a name certainly means a Service of the cluster.
pub fn is_service_name(host: &str) -> bool {
    InCluster::of(host).is_some_and(|it| it.certain)
}

/// Whether a name can be resolved outside of a private network, as far as a name tells.
pub fn is_public(host: &str) -> bool {
    const PRIVATE: [&str; 14] = [
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_names_are_not_public() {
        assert!(is_public("api.openai.com"));
        for host in ["vllm.ai.svc.cluster.local", "gpu.corp", "llm.internal.acme.com", "vllm"] {
            assert!(!is_public(host), "{host}");
        }
    }
}
