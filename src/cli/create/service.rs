//! `--service`: the Service as it is in the cluster.

use super::{
    choose::{Found, in_cluster, unseen},
    values::{PortName, ServicePort},
};
use crate::{
    cli::failure::{Failure, nearest},
    cluster::{Lookup, live::Session},
    model::{Key, Kind},
};

impl ServicePort {
    /// Looks the Service and its port up; what is not there is answered with what is.
    pub(super) async fn find(&self, session: &Session) -> Result<Found, Failure> {
        let namespace = self.service.namespace.as_deref().unwrap_or(session.namespace());
        let key = Key::new(Kind::Service, namespace, &self.service.name);
        let cluster = session.service(&key).await;
        let service = match cluster.services.get(namespace, &key.name) {
            Lookup::Found(service) => service,
            Lookup::Unreadable(why) => {
                let note = format!("{key} was not looked at: {why}");
                return unseen(namespace, self).map(|it| Found { notes: vec![note], ..it });
            }
            Lookup::Absent => {
                let names: Vec<&str> = cluster
                    .services
                    .in_namespace(namespace)
                    .items
                    .iter()
                    .map(|it| it.meta.name.as_str())
                    .collect();
                let failure = Failure::new(format!("no Service `{}` in namespace {namespace}", key.name));
                let near = nearest(&key.name, names.iter().copied());
                let failure =
                    near.into_iter().fold(failure, |it, near| it.help(format!("did you mean `{near}`?")));
                return Err(failure.help(if names.is_empty() {
                    format!("what there is: kubectl get services -n {namespace}")
                } else {
                    format!("there are: {}", names.join(", "))
                }));
            }
        };
        if service.spec.type_.as_deref() == Some("ExternalName") {
            let host = service.spec.external_name.clone().unwrap_or_default();
            return Err(Failure::new(format!("{key} stands for another host"))
                .help(format!("name that one: --host {host}")));
        }
        let ports = service.spec.ports.iter().flatten();
        let is_it = |it: &&k8s_openapi::api::core::v1::ServicePort| match &self.port {
            PortName::Number(number) => it.port == i32::from(*number),
            PortName::Name(name) => it.name.as_deref() == Some(name),
        };
        let Some(port) = ports.clone().find(is_it) else {
            let shown: Vec<String> = ports
                .map(|it| {
                    it.name.as_ref().map_or(it.port.to_string(), |name| format!("{} ({name})", it.port))
                })
                .collect();
            let asked = match &self.port {
                PortName::Number(number) => number.to_string(),
                PortName::Name(name) => format!("`{name}`"),
            };
            let failure = Failure::new(format!("{key} has no port {asked}"));
            return Err(failure.help(if shown.is_empty() {
                "it has none at all".to_owned()
            } else {
                format!("there are: {}", shown.join(", "))
            }));
        };
        let named = port.name.as_deref().filter(|it| *it == "https" || it.starts_with("https-"));
        let protocol = port.app_protocol.as_deref().filter(|it| it.eq_ignore_ascii_case("https"));
        let tls = named.map(|it| format!("port {} of {key} is named {it}", port.port));
        let tls = tls.or(protocol.map(|it| format!("port {} of {key} has appProtocol {it}", port.port)));
        let number = u16::try_from(port.port).map_err(|_| Failure::new(format!("{key} has no such port")))?;
        Ok(Found { host: in_cluster(&key.name, namespace), port: number, tls, notes: vec![] })
    }
}
