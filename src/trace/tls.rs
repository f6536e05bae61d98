//! TLS as Envoy Gateway decides it: which BackendTLSPolicy applies, how it merges with `Backend.spec.tls`, which CA and
//! which name are checked (gateway@v1.8.1 internal/gatewayapi/backendtlspolicy.go, route.go; live).

use jiff::Timestamp;

use super::{Ca, Endpoint, Gaps, MissReason, Missed, Platform, Reference, World, ca, missed, release};
use crate::{
    cluster::{Cluster, Lookup},
    model::{AIServiceBackend, BackendTLSPolicy, BackendTls, Key, Kind, Resource as _, Secret},
};

/// TLS of a backend.
#[derive(Debug, Clone)]
pub struct Tls<'a> {
    /// `Backend.spec.tls`.
    pub own: Option<&'a BackendTls>,
    /// The policy in force.
    pub policy: Option<&'a BackendTLSPolicy>,
    /// The policy that would be in force, had Envoy Gateway's version of BackendTLSPolicy been installed.
    pub unread: Option<&'a BackendTLSPolicy>,
    /// Policies that match and lose to an older one with the same target.
    pub conflicts: Vec<Conflict<'a>>,
    /// Policies that look meant for this backend and do not match it.
    pub missed: Vec<Missed<'a>>,
    /// Whether Envoy speaks TLS; `None` when that could not be found out.
    pub encrypted: Option<bool>,
    /// Whether the peer's certificate is checked.
    pub verified: bool,
    /// The CA references in force.
    pub cas: Vec<Ca<'a>>,
    /// Whether the CAs of Envoy's image are used.
    pub system_ca: bool,
    /// The Secret with the client certificate that `Backend.spec.tls` names, if it is where it must be: beside the Backend.
    pub client_certificate: Option<(Key, Lookup<'a, Secret>)>,
    /// The name sent as SNI, and checked where `verified`.
    pub sni: Sni<'a>,
    /// Whether all policies of the Backend's namespace are known: only then "no policy" is certain.
    pub complete: bool,
    /// What could not be looked at.
    pub gaps: Gaps,
}

/// Where the name in the TLS handshake comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sni<'a> {
    /// No TLS.
    None,
    /// The hostname of the BackendTLSPolicy.
    Policy(&'a str),
    /// `Backend.spec.tls.sni`.
    Own(&'a str),
    /// Each endpoint's own host name (Envoy Gateway ≥ v1.9, opt in).
    Endpoint,
    /// The Host header that the client sent.
    Client,
}

/// A policy that loses to another one.
#[derive(Debug, Clone, Copy)]
pub struct Conflict<'a> {
    /// The one without effect.
    pub loser: &'a BackendTLSPolicy,
    /// Index of its target.
    pub target: usize,
    /// The one in force.
    pub winner: &'a BackendTLSPolicy,
}

impl<'a> Tls<'a> {
    /// Whether the peer is to be verified and nothing says by which CA: Envoy Gateway refuses such a Backend.
    pub fn is_unverifiable(&self) -> bool {
        self.encrypted == Some(true) && self.verified && self.cas.is_empty() && !self.system_ca
    }

    pub(super) fn trace(
        world: &World<'a>,
        from: &'a AIServiceBackend,
        reference: &Reference<'a>,
        endpoint: &Endpoint<'a>,
    ) -> Self {
        let (cluster, platform) = (world.cluster, &world.platform);
        let mut tls = Tls {
            own: reference.backend.found().and_then(|backend| backend.spec.tls.as_ref()),
            policy: None,
            unread: None,
            conflicts: vec![],
            missed: vec![],
            encrypted: None,
            verified: false,
            cas: vec![],
            system_ca: false,
            client_certificate: None,
            sni: Sni::None,
            complete: false,
            // what is behind a Backend that could not be read is unknown as well
            gaps: reference.gaps.clone(),
        };
        let Some((_, backend)) = reference.found() else { return tls };
        let gap = cluster.backend_tls_policies.gap_in(&backend.namespace);
        tls.gaps.listed(Kind::BackendTLSPolicy, &backend.namespace, gap.as_ref());
        tls.complete = gap.is_none();
        let named = world.tls_policies_of(&backend.namespace, &backend.name).iter().copied();
        tls.choose(named, &backend, from.spec.backend_ref.port, platform);
        if platform.ignores_tls_policies {
            tls.unread = tls.policy.take();
            tls.conflicts.clear();
            tls.missed.clear();
        }
        tls.encrypted = match (tls.policy.is_some() || tls.own.is_some(), gap) {
            (true, _) => Some(true),
            (false, None) => Some(false),
            (false, Some(_)) => None,
        };
        if tls.policy.is_none() && !platform.ignores_tls_policies {
            tls.missed.extend(missed::meant(world, from, &backend, endpoint));
        }
        tls.merge(cluster, &backend, platform);
        let client = tls.own.and_then(|own| own.client_certificate_ref.as_ref());
        let local = client.filter(|it| it.namespace.as_ref().is_none_or(|it| *it == backend.namespace));
        tls.client_certificate = local.map(|it| {
            let key = Key::new(Kind::Secret, &backend.namespace, &it.name);
            let secret = tls.gaps.seen(&key, cluster.secrets.get(&key.namespace, &key.name));
            (key, secret)
        });
        tls
    }

    /// Picks the policy in force: a matching sectionName beats the whole object, then the oldest, then the first by name.
    fn choose(
        &mut self,
        policies: impl Iterator<Item = &'a BackendTLSPolicy>,
        backend: &Key,
        port: Option<u16>,
        platform: &Platform<'_>,
    ) {
        let port = port.map(|it| it.to_string());
        let specific_first = platform.likely(&release::SECTION_BEATS_WHOLE);
        let mut matching = vec![];
        for policy in policies {
            for (index, target) in policy.spec.target_refs.iter().enumerate() {
                if !target.is("gateway.envoyproxy.io", "Backend") || target.name != backend.name {
                    continue;
                }
                if target.section_name.is_none() || target.section_name == port {
                    let whole = specific_first && target.section_name.is_none();
                    let age = policy.meta.creation_timestamp.unwrap_or(Timestamp::MAX);
                    matching.push(((whole, age, policy.key()), policy, index));
                } else {
                    self.missed.push(Missed {
                        policy,
                        target: index,
                        reason: MissReason::Section,
                        certain: true,
                    });
                }
            }
        }
        matching.sort_by(|a, b| a.0.cmp(&b.0));
        let Some((_, winner, _)) = matching.first() else { return };
        self.policy = Some(winner);
        for (at, (_, loser, target)) in matching.iter().enumerate() {
            let section = |policy: &BackendTLSPolicy, index: usize| {
                policy.spec.target_refs.get(index).and_then(|it| it.section_name.clone())
            };
            let rival =
                matching.iter().take(at).find(|(_, it, i)| section(it, *i) == section(loser, *target));
            if let Some((_, winner, _)) = rival.filter(|(_, it, _)| it.key() != loser.key()) {
                self.conflicts.push(Conflict { loser, target: *target, winner });
            }
        }
    }

    /// Merges the policy over `Backend.spec.tls`: CA and name come from the policy, skipping verification survives.
    fn merge(&mut self, cluster: &'a Cluster, backend: &Key, platform: &Platform<'_>) {
        if self.encrypted != Some(true) {
            return;
        }
        self.verified = !self.own.is_some_and(|own| own.insecure_skip_verify);
        let (owner, pointer, refs, well_known) = if let Some(policy) = self.policy {
            let validation = &policy.spec.validation;
            self.sni = Sni::Policy(&validation.hostname);
            (
                policy.key(),
                "/spec/validation/caCertificateRefs",
                &validation.ca_certificate_refs,
                &validation.well_known_ca_certificates,
            )
        } else {
            let Some(own) = self.own else { return };
            self.sni = match &own.sni {
                Some(name) => Sni::Own(name),
                None if own.auto_sni_from_endpoint_hostname => Sni::Endpoint,
                None => Sni::Client,
            };
            let refs = &own.ca_certificate_refs;
            (backend.clone(), "/spec/tls/caCertificateRefs", refs, &own.well_known_ca_certificates)
        };
        self.system_ca = well_known.as_ref().is_some_and(|it| !it.is_empty());
        for (index, reference) in refs.iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            let ca = ca::resolve(cluster, &mut self.gaps, owner.clone(), pointer, reference, platform);
            self.cas.push(ca);
        }
    }
}
