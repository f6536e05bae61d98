//! Host names that mean a Service.

/// A name that cluster DNS resolves to a Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InCluster {
    /// The Service.
    pub service: String,
    /// Its namespace.
    pub namespace: String,
    /// What follows `.svc`, such as `cluster.local`; empty for `name.ns.svc` and `name.ns`.
    pub domain: String,
    /// Whether the name has the label `svc`: without it, it may as well be a public name.
    pub certain: bool,
}

impl InCluster {
    /// Reads `[pod.]service.namespace.svc[.domain]`, or `service.namespace` as a guess.
    pub fn of(host: &str) -> Option<Self> {
        let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
        // a namespace may have that name too
        let at = labels.iter().skip(2).position(|label| *label == "svc").map(|at| at + 2);
        let at = at.or_else(|| labels.iter().position(|label| *label == "svc"));
        match (at, labels.as_slice()) {
            (Some(at @ 2..), all) => Some(InCluster {
                service: (*all.get(at - 2)?).to_owned(),
                namespace: (*all.get(at - 1)?).to_owned(),
                domain: all.get(at + 1..)?.join("."),
                certain: true,
            }),
            (None, [service, namespace]) => Some(InCluster {
                service: (*service).to_owned(),
                namespace: (*namespace).to_owned(),
                domain: String::new(),
                certain: false,
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_services_are_taken_apart() {
        let name = |host| InCluster::of(host).map(|it| (it.service, it.namespace, it.domain, it.certain));
        let owned = |s: &str, n: &str, d: &str, c| Some((s.to_owned(), n.to_owned(), d.to_owned(), c));
        assert_eq!(name("vllm.ai.svc.cluster.local"), owned("vllm", "ai", "cluster.local", true));
        assert_eq!(name("vllm-0.vllm.ai.svc"), owned("vllm", "ai", "", true));
        assert_eq!(name("vllm.svc.svc.cluster.local"), owned("vllm", "svc", "cluster.local", true));
        assert_eq!(name("svc.ai.svc"), owned("svc", "ai", "", true));
        assert_eq!(name("vllm.ai"), owned("vllm", "ai", "", false));
        assert_eq!(name("api.openai.com"), None);
        assert_eq!(name("svc.example.com"), None);
    }
}
