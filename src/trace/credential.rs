//! Credential: which BackendSecurityPolicy applies, and where the key is really read from.

use jiff::Timestamp;

use super::{Gaps, World};
use crate::{
    cluster::{Cluster, Lookup},
    model::{AIServiceBackend, BackendSecurityPolicy, Key, Kind, Secret, SecretSource, SecretValue, names},
};

/// The credential of a backend.
#[derive(Debug, Clone)]
pub struct Credential<'a> {
    /// Policies that target this AIServiceBackend, by name.
    pub policies: Vec<Targeting<'a>>,
    /// Policies that target an InferencePool of the same name, which AI Gateway's index mixes up.
    pub pool_namesakes: Vec<&'a BackendSecurityPolicy>,
    /// The policy in force: there is exactly one, and it names the backend once.
    pub policy: Option<&'a BackendSecurityPolicy>,
    /// The Secret that the policy in force reads, if its type reads one.
    pub secret: Option<SecretTrace<'a>>,
    /// The Secret with the token that AI Gateway makes for the policy in force, if its type needs one.
    pub token: Option<TokenTrace<'a>>,
    /// Policies of the namespace with a target that does not exist.
    pub strays: Vec<&'a BackendSecurityPolicy>,
    /// Whether all policies of the namespace are known: only then "no policy" is certain.
    pub complete: bool,
    /// What could not be looked at.
    pub gaps: Gaps,
}

/// A policy that targets a backend.
#[derive(Debug, Clone)]
pub struct Targeting<'a> {
    /// The policy.
    pub policy: &'a BackendSecurityPolicy,
    /// Indexes in its `targetRefs`: more than one makes AI Gateway skip the backend.
    pub targets: Vec<usize>,
}

/// A Secret that a policy reads.
#[derive(Debug, Clone)]
pub struct SecretTrace<'a> {
    /// The policy.
    pub policy: &'a BackendSecurityPolicy,
    /// JSON pointer to the `secretRef` in the policy.
    pub pointer: &'static str,
    /// Where it is really read from.
    pub key: Key,
    /// The namespace that the reference names and that is ignored.
    pub ignored_namespace: Option<&'a str>,
    /// The key in it that is read.
    pub entry: &'static str,
    /// The Secret.
    pub secret: Lookup<'a, Secret>,
}

/// The Secret in which AI Gateway keeps a token that it fetched.
#[derive(Debug, Clone)]
pub struct TokenTrace<'a> {
    /// `ai-eg-bsp-<policy>`, beside the policy.
    pub key: Key,
    /// The Secret.
    pub secret: Lookup<'a, Secret>,
    /// When the token ends.
    pub expires: Option<Timestamp>,
}

impl<'a> TokenTrace<'a> {
    fn of(cluster: &'a Cluster, policy: &BackendSecurityPolicy) -> Self {
        let (namespace, name) = (&policy.meta.namespace, names::token_secret(&policy.meta.name));
        let secret = cluster.secrets.get(namespace, &name);
        let expires =
            secret.found().and_then(|it| it.meta.annotations.get("rotators/expiration-time")?.parse().ok());
        TokenTrace { key: Key::new(Kind::Secret, namespace, name), secret, expires }
    }
}

impl<'a> SecretTrace<'a> {
    /// The Secret that a policy reads, if its type reads one.
    pub fn of(cluster: &'a Cluster, policy: &'a BackendSecurityPolicy) -> Option<Self> {
        let own = &policy.meta.namespace;
        let source = policy.spec.secret()?;
        let SecretSource { reference, pointer, entry, local } = source;
        let key = Key::new(Kind::Secret, source.namespace(own), &reference.name);
        let secret = cluster.secrets.get(&key.namespace, &key.name);
        let ignored_namespace = reference.namespace.as_deref().filter(|it| local && it != own);
        Some(SecretTrace { policy, pointer, key, ignored_namespace, entry, secret })
    }

    /// The value that is read, when the Secret was found and has it.
    pub fn value(&self) -> Option<&'a SecretValue> {
        self.secret.found()?.data.get(self.entry)
    }
}

impl<'a> Credential<'a> {
    pub(super) fn trace(world: &World<'a>, backend: &'a AIServiceBackend) -> Self {
        let mut gaps = Gaps::default();
        let cluster = world.cluster;
        let (namespace, name) = (&backend.meta.namespace, &backend.meta.name);
        let gap = cluster.backend_security_policies.gap_in(namespace);
        gaps.listed(Kind::BackendSecurityPolicy, namespace, gap.as_ref());
        let mut policies = vec![];
        let mut pool_namesakes = vec![];
        let naming = world.credentials_of(&backend.meta);
        for policy in naming.iter().copied() {
            let named = |kind: &str| -> Vec<usize> {
                let refs = policy.spec.target_refs.iter().enumerate();
                refs.filter(|(_, it)| it.kind() == kind && it.name == *name).map(|(index, _)| index).collect()
            };
            let targets = named("AIServiceBackend");
            if !targets.is_empty() {
                policies.push(Targeting { policy, targets });
            } else if !named("InferencePool").is_empty() {
                pool_namesakes.push(policy);
            }
        }
        let is_other = |it: &&BackendSecurityPolicy| {
            let mut others = policies.iter().map(|it| it.policy).chain(pool_namesakes.iter().copied());
            others.all(|other| !std::ptr::eq(other, *it))
        };
        let strays = world.stray_credentials(namespace).iter().copied().filter(is_other).collect();
        let policy = match policies.as_slice() {
            [Targeting { policy, targets }] if targets.len() == 1 => Some(*policy),
            _ => None,
        };
        let secret = policy.and_then(|policy| SecretTrace::of(cluster, policy));
        let secret = secret.map(|it| SecretTrace { secret: gaps.seen(&it.key, it.secret), ..it });
        let token = policy.filter(|it| it.spec.fetches_token()).map(|policy| TokenTrace::of(cluster, policy));
        let complete = gap.is_none();
        Credential { policies, pool_namesakes, policy, secret, token, strays, complete, gaps }
    }
}
