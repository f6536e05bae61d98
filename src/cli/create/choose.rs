//! From flags to what is wanted: every choice that was not made is made here, from what is known of providers.

use super::{
    Create,
    credential::Known,
    flags::{EndpointFlags, MutationFlags},
    text::header,
    values::{PortName, TlsWish},
};
use crate::{
    cli::failure::{Failure, nearest},
    manifest::{Access, Address, Host, Mutations, RouteWanted, SchemaWanted, Tls, Wanted, WantedBackend},
    model::{InCluster, PolicyType, SchemaName},
    provider::{self, Dialect, PROVIDERS, Provider, Star},
};

/// A Service that was asked for, with the port that it has.
pub(super) struct Found {
    pub host: String,
    pub port: u16,
    /// What says that TLS is spoken there.
    pub tls: Option<String>,
    /// What is worth knowing of it.
    pub notes: Vec<String>,
}

impl Create {
    /// What is wanted in a namespace. `service` is what `--service` came to.
    pub(super) fn wanted(&self, namespace: &str, service: Option<Found>) -> Result<Wanted, Failure> {
        let name = self.name.clone().unwrap_or_default();
        let backend = if self.makes_backend() { Some(self.backend(&name, service)?) } else { None };
        let route = self.route_wanted(namespace);
        if backend.is_none() && route.is_none() {
            return Err(Failure::new("where is the backend?")
                .help("a known one: --provider openai (all of them: --list-providers)")
                .help("any other: --schema OpenAI --host llm.example.com, or --service vllm:8000"));
        }
        Ok(Wanted { name, namespace: namespace.to_owned(), backend, route })
    }

    /// Whether more is asked for than a route to a backend that is there.
    pub(super) fn makes_backend(&self) -> bool {
        let it = &self.endpoint;
        it.provider.is_some() || it.host.is_some() || it.service.is_some() || it.schema.is_some()
    }

    fn backend(&self, name: &str, service: Option<Found>) -> Result<WantedBackend, Failure> {
        let flags = &self.endpoint;
        let named = flags.provider.as_deref().map(by_id).transpose()?;
        let known = named.or_else(|| flags.host.as_ref().and_then(|it| provider::of_host(&it.to_string())));
        let tls_of_service = service.as_ref().and_then(|it| it.tls.clone());
        let is_service = service.is_some();
        let address = match service {
            Some(it) => Address { host: Host::Fqdn(it.host), port: it.port },
            None => flags.address(known)?,
        };
        flags.has_use_for_resource(known)?;
        let (schema, dialect) = flags.schema(known, is_service)?;
        let host = address.host.to_string();
        let inside = is_service || is_inside(&host);
        let tls = flags.tls(&address, inside, known, tls_of_service.as_deref())?;
        let known = Known {
            name,
            host: &host,
            schema: &schema.name,
            dialect,
            is_public: known.is_some_and(|it| it.tls),
        };
        let credential = self.credential.access(flags, &known)?;
        flags.has_use_for_region(named, &credential)?;
        Ok(WantedBackend { address, tls, schema, credential, mutations: mutations(&self.mutation) })
    }

    fn route_wanted(&self, namespace: &str) -> Option<RouteWanted> {
        let route = self.route.route.as_ref()?;
        let here = route.namespace.clone().unwrap_or_else(|| namespace.to_owned());
        let gateway = self.route.gateway.as_ref().map_or_else(
            || (here.clone(), String::new()),
            |it| (it.namespace.clone().unwrap_or_else(|| here.clone()), it.name.clone()),
        );
        Some(RouteWanted {
            namespace: here,
            name: route.name.clone(),
            gateway,
            models: self.route.model.clone(),
        })
    }
}

fn by_id(id: &str) -> Result<&'static Provider, Failure> {
    let lower = id.to_ascii_lowercase();
    PROVIDERS.iter().find(|it| it.id == lower || it.name.eq_ignore_ascii_case(id)).ok_or_else(|| {
        let near = nearest(id, PROVIDERS.iter().map(|it| it.id));
        let failure = Failure::new(format!("no provider `{id}` is known"));
        let failure = near.into_iter().fold(failure, |it, near| it.help(format!("did you mean `{near}`?")));
        failure
            .help("all of them: kubectl aigw-backend create --list-providers")
            .help("any other: --schema OpenAI --host HOST")
    })
}

impl EndpointFlags {
    fn address(&self, known: Option<&'static Provider>) -> Result<Address, Failure> {
        let host = match (&self.host, known) {
            (Some(host), _) => host.clone(),
            (None, Some(provider)) => Host::Fqdn(self.host_of(provider)?),
            (None, None) => {
                return Err(Failure::new("where is the backend?").help("--host HOST, or --service NAME:PORT"));
            }
        };
        let usual = if is_inside(&host.to_string()) { 80 } else { 443 };
        Ok(Address { host, port: self.port.or(known.map(|it| it.port)).unwrap_or(usual) })
    }

    /// A region is for the host, or for the credential.
    fn has_use_for_region(&self, named: Option<&Provider>, credential: &Access) -> Result<(), Failure> {
        let Some(region) = &self.region else { return Ok(()) };
        let by_host = self.host.is_none()
            && self.service.is_none()
            && named.is_some_and(|it| matches!(it.star, Star::Region(_)));
        let by_credential = match credential {
            Access::Own(it) => matches!(it.policy(), PolicyType::AWSCredentials | PolicyType::GCPCredentials),
            Access::Client | Access::Shared(_) => false,
        };
        if by_host || by_credential {
            return Ok(());
        }
        Err(Failure::new(format!("--region {region} is of no use here: neither host nor credential has one")))
    }

    fn has_use_for_resource(&self, known: Option<&Provider>) -> Result<(), Failure> {
        let by_host = self.host.is_none() && self.service.is_none();
        match (&self.resource, known.map(|it| it.star)) {
            (Some(resource), star) if !by_host || star != Some(Star::Resource) => Err(Failure::new(format!(
                "--resource {resource} is of no use here: it is a part of Azure's host names"
            ))),
            _ => Ok(()),
        }
    }

    /// The host of a provider, in the region or of the resource that is asked for.
    fn host_of(&self, provider: &'static Provider) -> Result<String, Failure> {
        let (flag, said) = match provider.star {
            Star::Region(_) => ("--region", &self.region),
            Star::Resource => ("--resource", &self.resource),
            Star::None => ("", &None),
        };
        if let (Star::Region(sample), Some(region)) = (provider.star, said)
            && !provider.has_region(region)
        {
            return Err(Failure::new(format!("{} has no region `{region}`", provider.name))
                .help(format!("write it like {sample}: --region {sample}")));
        }
        let missing = || match provider.star {
            Star::Region(sample) => Failure::new(format!("{} is called by region", provider.name))
                .help(format!("add {flag} {sample}")),
            Star::Resource => {
                Failure::new(format!("{} is called by the name of your resource", provider.name))
                    .help(format!("add {flag} NAME, the first label of its host"))
            }
            Star::None => Failure::new(format!("{} is wherever you run it", provider.name))
                .help(format!("add --service NAME:{0}, or --host HOST --port {0}", provider.port)),
        };
        provider.host(said.as_deref()).ok_or_else(missing)
    }

    /// The schema, and how the provider speaks it.
    fn schema(
        &self,
        known: Option<&'static Provider>,
        is_service: bool,
    ) -> Result<(SchemaWanted, Option<&'static Dialect>), Failure> {
        let usual = known.and_then(|it| it.dialects.first()).map(|it| it.schema.clone());
        let name = self.schema.clone().or(usual).or(is_service.then_some(SchemaName::OpenAI));
        let name = name.ok_or_else(|| {
            let names: Vec<String> = SchemaName::ALL.iter().map(ToString::to_string).collect();
            Failure::new("what does it speak?").help(format!("--schema, one of {}", names.join(", ")))
        })?;
        let dialect = known.and_then(|it| it.speaking(&name).next());
        if let (Some(provider), None) = (known, dialect) {
            let mut spoken: Vec<String> = provider.dialects.iter().map(|it| it.schema.to_string()).collect();
            spoken.dedup();
            return Err(Failure::new(format!("{} does not speak {name}", provider.name)).help(format!(
                "it speaks {}: --schema {}",
                spoken.join(", "),
                spoken.first().map_or("", String::as_str)
            )));
        }
        let usual_prefix = dialect
            .and_then(Dialect::written_prefix)
            .filter(|it| *it != "v1")
            .map(|it| format!("/{}", it.trim_start_matches('/')));
        let has_prefix = matches!(name, SchemaName::OpenAI | SchemaName::Anthropic);
        if self.prefix.is_some() && !has_prefix {
            return Err(Failure::new(format!("schema {name} has no prefix: its paths are fixed")));
        }
        let mainly = || PROVIDERS.iter().filter_map(|it| it.dialects.first()).find(|it| it.schema == name);
        let anyone = || mainly().or_else(|| PROVIDERS.iter().find_map(|it| it.speaking(&name).next()));
        let usual_version = dialect.or_else(anyone).and_then(|it| it.version);
        if let (Some(version), SchemaName::OpenAI | SchemaName::Anthropic | SchemaName::GCPVertexAI) =
            (&self.schema_version, &name)
        {
            let failure = Failure::new(format!("schema {name} has no version"));
            return Err(if has_prefix {
                failure.help(format!("a part of the path is a prefix: --prefix /{version}"))
            } else {
                failure
            });
        }
        let version = self.schema_version.clone().or(usual_version.map(str::to_owned));
        Ok((SchemaWanted { prefix: self.prefix.clone().or(usual_prefix), version, name }, dialect))
    }

    /// TLS: what is said, and it must not contradict the port.
    fn tls(
        &self,
        address: &Address,
        inside: bool,
        known: Option<&'static Provider>,
        hint: Option<&str>,
    ) -> Result<Tls, Failure> {
        let port = address.port;
        let by_default = match known.filter(|_| self.port.is_none() && self.service.is_none()) {
            Some(provider) => provider.tls,
            None => !inside && port != 80,
        };
        let wish = self.tls.clone().unwrap_or(if by_default { TlsWish::System } else { TlsWish::None });
        let plain = wish == TlsWish::None;
        let is_said = self.tls.is_some();
        if plain && (port == 443 && !(inside && is_said) || hint.is_some() && !is_said) {
            let why = hint.map_or_else(|| format!("port {port} is for TLS"), str::to_owned);
            return Err(Failure::new(format!("{why}, and the backend would be called in clear text"))
                .help("verify it by a CA of your own: --tls ca=configmap/NAME")
                .help("or say that it is meant: --tls none, with a port other than 443"));
        }
        if !plain && port == 80 {
            return Err(Failure::new("port 80 is for clear text, and TLS is asked for")
                .help("--port 443, or --tls none"));
        }
        if plain {
            return match self.tls_hostname {
                Some(_) => Err(Failure::new("--tls-hostname is of no use without TLS")),
                None => Ok(Tls::Plain),
            };
        }
        let hostname = match (&self.tls_hostname, &address.host) {
            (Some(hostname), _) => hostname.clone(),
            (None, Host::Fqdn(host)) => host.clone(),
            (None, Host::Ip(address)) => {
                return Err(Failure::new(format!("the certificate of {address} is verified by a name"))
                    .help("--tls-hostname NAME, the one that it was made for"));
            }
        };
        Ok(match wish {
            TlsWish::Ca(kind, name) => Tls::Own { kind, name, hostname },
            TlsWish::System | TlsWish::None => Tls::System(hostname),
        })
    }
}

fn mutations(flags: &MutationFlags) -> Mutations {
    Mutations {
        // those that cannot be read were refused before
        set_headers: flags.set_header.iter().filter_map(|it| header(it).ok()).collect(),
        remove_headers: flags.remove_header.clone(),
        set_body: flags.set_body.clone(),
        remove_body: flags.remove_body.clone(),
    }
}

/// Whether a name is that of a Service.
fn is_inside(host: &str) -> bool {
    InCluster::of(host).is_some_and(|it| it.certain)
}

/// The host of a Service, and its port by number; without a cluster.
pub(super) fn unseen(namespace: &str, port: &super::values::ServicePort) -> Result<Found, Failure> {
    let PortName::Number(number) = port.port else {
        return Err(Failure::new("a port is looked up by its name in a cluster alone")
            .help("write its number: --service NAME:8000"));
    };
    let namespace = port.service.namespace.as_deref().unwrap_or(namespace);
    Ok(Found { host: in_cluster(&port.service.name, namespace), port: number, tls: None, notes: vec![] })
}

/// The name by which cluster DNS knows a Service.
pub(super) fn in_cluster(service: &str, namespace: &str) -> String {
    format!("{service}.{namespace}.svc.cluster.local")
}
