//! `explain --model`: one request, from flags to a question.

use std::collections::BTreeMap;

use clap::Args;

use super::failure::{Failure, nearest};
use crate::{
    model::{Key, Kind},
    render::some,
    trace::{GatewayTrace, RouteTrace, World},
    walk::Question,
};

/// Names that an error lists.
const LISTED: usize = 10;

/// One request.
#[derive(Args)]
#[command(next_help_heading = "One request")]
pub(super) struct RequestFlags {
    /// Walk a request for this model through the gateway
    #[arg(long, value_name = "MODEL")]
    pub(super) model: Option<String>,
    /// Through this AIGatewayRoute alone
    #[arg(long, value_name = "[NS/]ROUTE")]
    pub(super) route: Option<String>,
    /// Models against backends: what is listed, what works
    #[arg(long, conflicts_with_all = ["model", "route"])]
    pub(super) matrix: bool,
    /// To this Gateway [default: the only one with AI routes]
    #[arg(long, value_name = "[NS/]GATEWAY")]
    pub(super) gateway: Option<String>,
    /// Path on the gateway
    #[arg(long, default_value = "/v1/chat/completions")]
    path: String,
    /// Method
    #[arg(long, default_value = "POST")]
    method: String,
    /// Host header [default: a host name of the route or listener]
    #[arg(long)]
    host: Option<String>,
    /// Port of the listener [default: that of the first]
    #[arg(long)]
    port: Option<u16>,
    /// A header, as name=value; repeatable
    #[arg(long, value_name = "K=V", value_parser = header)]
    header: Vec<(String, String)>,
    /// The body asks for a stream
    #[arg(long)]
    stream: bool,
    /// Size of the body
    #[arg(long, value_name = "N")]
    body_bytes: Option<u64>,
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it like name=value")?;
    Ok((name.to_lowercase(), value.to_owned()))
}

impl RequestFlags {
    /// Whether a request is asked about.
    pub(super) fn are_given(&self) -> bool {
        self.matrix || self.model.is_some() || self.route.is_some() || self.gateway.is_some()
    }

    /// The question, with what was not said filled in from the objects.
    pub(super) fn question(&self, world: &World<'_>, namespace: Option<&str>) -> Result<Question, Failure> {
        let route = self.route.as_deref().map(|it| find_route(world, it, namespace)).transpose()?;
        let gateway = self.find_gateway(world, route, namespace)?;
        let listeners = &gateway.gateway.spec.listeners;
        let port = self.port.or(listeners.first().map(|it| it.port)).unwrap_or(80);
        let listener = listeners.iter().find(|it| it.port == port);
        let names =
            route.into_iter().chain(world.routes_on(&gateway.key)).flat_map(|it| &it.route.spec.hostnames);
        let named = names.chain(listener.and_then(|it| it.hostname.as_ref())).next();
        let host = self.host.clone().or(named.map(|it| it.replacen('*', "any", 1)));
        Ok(Question {
            gateway: gateway.key.clone(),
            route: route.map(|it| it.key.clone()),
            port,
            host: host.unwrap_or_else(|| "localhost".to_owned()),
            method: self.method.to_uppercase(),
            path: self.path.clone(),
            model: self.model.clone(),
            headers: self.header.iter().cloned().collect::<BTreeMap<_, _>>(),
            stream: self.stream,
            body_bytes: self.body_bytes,
        })
    }

    fn find_gateway<'w, 'a>(
        &self,
        world: &'w World<'a>,
        route: Option<&RouteTrace<'_>>,
        namespace: Option<&str>,
    ) -> Result<&'w GatewayTrace<'a>, Failure> {
        if let Some(wanted) = &self.gateway {
            let all: Vec<&GatewayTrace<'_>> = world.gateways.values().collect();
            return pick(Kind::Gateway, wanted, namespace, &all, |it| &it.key);
        }
        let with_routes: Vec<&GatewayTrace<'_>> =
            world.ai_gateways().filter(|it| route.is_none_or(|route| route.names(&it.key))).collect();
        match with_routes.as_slice() {
            [only] => Ok(only),
            [] => Err(Failure::new("no Gateway with AI routes was found")
                .help("name one: --gateway NAMESPACE/NAME; all of them: kubectl get gateways -A")),
            several => {
                let names: Vec<String> = several.iter().map(|it| it.key.path()).collect();
                Err(Failure::new("several Gateways have AI routes")
                    .help(format!("name one of them with --gateway: {}", some(&names, LISTED))))
            }
        }
    }
}

fn find_route<'w, 'a>(
    world: &'w World<'a>,
    wanted: &str,
    namespace: Option<&str>,
) -> Result<&'w RouteTrace<'a>, Failure> {
    let all: Vec<&RouteTrace<'_>> = world.routes.iter().collect();
    pick(Kind::AIGatewayRoute, wanted, namespace, &all, |it| &it.key)
}

/// The object of that name, in that namespace if one is said; with what may have been meant otherwise.
fn pick<'t, T>(
    kind: Kind,
    wanted: &str,
    namespace: Option<&str>,
    all: &[&'t T],
    key: impl Fn(&T) -> &Key,
) -> Result<&'t T, Failure> {
    let (namespace, name) = wanted.split_once('/').map_or((namespace, wanted), |(ns, name)| (Some(ns), name));
    let fits: Vec<&T> = (all.iter().copied())
        .filter(|it| key(it).name == name && namespace.is_none_or(|ns| key(it).namespace == ns))
        .collect();
    match fits.as_slice() {
        [only] => Ok(only),
        [] => {
            let failure = Failure::new(format!("no {kind} `{wanted}`"));
            let paths: Vec<String> = all.iter().map(|it| key(it).path()).collect();
            let near = nearest(name, all.iter().map(|it| key(it).name.as_str()));
            let failure =
                near.into_iter().fold(failure, |it, near| it.help(format!("did you mean `{near}`?")));
            Err(if paths.is_empty() {
                failure
            } else {
                failure.help(format!("there are: {}", some(&paths, LISTED)))
            })
        }
        several => {
            let paths: Vec<String> = several.iter().map(|it| key(it).path()).collect();
            Err(Failure::new(format!("several are called `{wanted}`: {}", some(&paths, LISTED)))
                .help("write NAMESPACE/NAME"))
        }
    }
}
