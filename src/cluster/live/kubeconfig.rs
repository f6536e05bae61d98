//! kubeconfig files as kubectl reads them, and kubectl's flags laid over them.
//!
//! kube merges and decodes the files; kubectl's flags, and its patience with files that are not there, are added here.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use kube::config::{
    AuthInfo, Cluster, Context, ExecInteractiveMode, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext,
};

use super::{Connection, Failure};

/// The files, merged.
pub(super) struct Found {
    pub kubeconfig: Kubeconfig,
    pub looked_in: Vec<String>,
}

/// Reads `--kubeconfig`, else the files of `KUBECONFIG`, else the one in the home folder. Only the first must exist.
pub(super) fn read(connection: &Connection) -> Result<Found, Failure> {
    let mut found = Found { kubeconfig: Kubeconfig::default(), looked_in: vec![] };
    if let Some(path) = &connection.kubeconfig {
        found.add(path)?;
        return Ok(found);
    }
    // a list of paths, which need not be text: nothing that clap could read better
    let listed = std::env::var_os("KUBECONFIG").unwrap_or_default();
    let mut paths: Vec<PathBuf> =
        std::env::split_paths(&listed).filter(|it| !it.as_os_str().is_empty()).collect();
    if paths.is_empty() {
        paths.extend(std::env::home_dir().map(|home| home.join(".kube").join("config")));
    }
    for path in paths {
        if path.exists() {
            found.add(&path)?;
        } else {
            found.looked_in.push(path.display().to_string());
        }
    }
    Ok(found)
}

impl Found {
    fn add(&mut self, path: &Path) -> Result<(), Failure> {
        self.looked_in.push(path.display().to_string());
        if !path.exists() {
            let reason = format!("there is no file {}", path.display());
            return Err(Failure::Kubeconfig { reason });
        }
        let merged =
            Kubeconfig::read_from(path).and_then(|next| std::mem::take(&mut self.kubeconfig).merge(next));
        self.kubeconfig = merged.map_err(|error| {
            // what the parser quotes of the file may be a token
            let kube::config::KubeconfigError::Parse(error) = error else {
                return Failure::Kubeconfig { reason: error.to_string() };
            };
            let line = error.location().map_or(String::new(), |at| format!(":{}", at.line()));
            Failure::Kubeconfig { reason: format!("{}{line}: not a kubeconfig", path.display()) }
        })?;
        Ok(())
    }
}

/// A kubeconfig of one context with the flags laid over it, and that context's name; `None` when no cluster is named.
pub(super) fn choose(
    from: Kubeconfig,
    connection: &Connection,
) -> Result<Option<(Kubeconfig, Option<String>)>, Failure> {
    let current = from.current_context.filter(|it| !it.is_empty());
    let name = connection.context.clone().or(current);
    let context = match &name {
        None => Context::default(),
        Some(name) => {
            let Some(named) = from.contexts.iter().find(|it| it.name == *name) else {
                let mut contexts: Vec<String> = from.contexts.iter().map(|it| it.name.clone()).collect();
                contexts.sort();
                return Err(Failure::ContextNotFound { name: name.clone(), contexts });
            };
            named.context.clone().unwrap_or_default()
        }
    };
    let missing =
        |what: &str, name: &str| Failure::Kubeconfig { reason: format!("it has no {what} `{name}`") };
    let cluster = connection.cluster.as_deref().unwrap_or(&context.cluster);
    let cluster = match from.clusters.into_iter().find(|it| it.name == cluster) {
        Some(named) => named.cluster.unwrap_or_default(),
        None if connection.cluster.is_some() || !cluster.is_empty() => {
            return Err(missing("cluster", cluster));
        }
        None => Cluster::default(),
    };
    let user = connection.user.as_deref().or(context.user.as_deref()).unwrap_or_default();
    let user = match from.auth_infos.into_iter().find(|it| it.name == user) {
        Some(named) => named.auth_info.unwrap_or_default(),
        None if connection.user.is_some() => return Err(missing("user", user)),
        None => AuthInfo::default(), // like kubectl: anonymous
    };
    let (cluster, user) = (reach(cluster, connection), {
        let mut user = user;
        identify(&mut user, connection);
        if let Some(exec) = user.exec.as_mut().filter(|_| connection.unattended) {
            if exec.interactive_mode == Some(ExecInteractiveMode::Always) {
                return Err(Failure::Credential { reason: "its plugin wants a terminal".to_owned() });
            }
            exec.interactive_mode = Some(ExecInteractiveMode::Never);
        }
        user
    });
    if cluster.server.is_none() {
        return Ok(None);
    }
    let label = || "chosen".to_owned();
    let context = Context { cluster: label(), user: Some(label()), ..context };
    let kubeconfig = Kubeconfig {
        clusters: vec![NamedCluster { name: label(), cluster: Some(cluster), ..NamedCluster::default() }],
        auth_infos: vec![NamedAuthInfo { name: label(), auth_info: Some(user), ..NamedAuthInfo::default() }],
        contexts: vec![NamedContext { name: label(), context: Some(context), ..NamedContext::default() }],
        current_context: Some(label()),
        ..Kubeconfig::default()
    };
    Ok(Some((kubeconfig, name)))
}

/// Flags that say which server, and how to know it.
fn reach(mut cluster: Cluster, connection: &Connection) -> Cluster {
    if let Some(server) = &connection.server {
        // like kubectl: without a scheme it is plain HTTP
        let bare = !server.contains("://");
        cluster.server = Some(if bare { format!("http://{server}") } else { server.clone() });
    }
    if let Some(path) = &connection.certificate_authority {
        cluster.certificate_authority = Some(path.display().to_string());
        cluster.certificate_authority_data = None;
    }
    if connection.insecure_skip_tls_verify {
        cluster.insecure_skip_tls_verify = Some(true);
        cluster.certificate_authority = None;
        cluster.certificate_authority_data = None;
    }
    if let Some(name) = &connection.tls_server_name {
        cluster.tls_server_name = Some(name.clone());
    }
    cluster
}

/// Flags that say who asks.
pub(super) fn identify(user: &mut AuthInfo, connection: &Connection) {
    if let Some(token) = &connection.token {
        *user = AuthInfo { token: Some(token.clone().into()), ..without_token(std::mem::take(user)) };
    }
    if let Some(path) = &connection.client_certificate {
        user.client_certificate = Some(path.display().to_string());
        user.client_certificate_data = None;
    }
    if let Some(path) = &connection.client_key {
        user.client_key = Some(path.display().to_string());
        user.client_key_data = None;
    }
}

/// A token on the command line beats every other way to get one.
fn without_token(user: AuthInfo) -> AuthInfo {
    AuthInfo { username: None, password: None, token_file: None, auth_provider: None, exec: None, ..user }
}

/// `--as` and its company.
pub(super) fn impersonate(user: &mut AuthInfo, connection: &Connection) {
    if let Some(name) = &connection.impersonate {
        user.impersonate = Some(name.clone());
    }
    if let Some(uid) = &connection.impersonate_uid {
        user.impersonate_uid = Some(uid.clone());
    }
    if !connection.impersonate_groups.is_empty() {
        user.impersonate_groups = Some(connection.impersonate_groups.clone());
    }
    let mut extra: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, value) in connection.impersonate_extra.iter().filter_map(|it| it.split_once('=')) {
        extra.entry(key.to_owned()).or_default().push(value.to_owned());
    }
    if !extra.is_empty() {
        user.impersonate_user_extra = Some(extra.into_iter().collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_contexts() -> Kubeconfig {
        Kubeconfig::from_yaml(
            "current-context: a\n\
             clusters:\n- {name: one, cluster: {server: 'https://one', certificate-authority-data: eA==}}\n\
             contexts:\n- {name: b, context: {cluster: one, user: u, namespace: team}}\n- {name: a, context: {cluster: one}}\n\
             users:\n- {name: u, user: {exec: {command: login}}}\n",
        )
        .unwrap()
    }

    fn chosen(connection: &Connection) -> (Cluster, AuthInfo, Context) {
        let (config, _) = choose(two_contexts(), connection).unwrap().unwrap();
        let cluster = config.clusters[0].cluster.clone().unwrap();
        (
            cluster,
            config.auth_infos[0].auth_info.clone().unwrap(),
            config.contexts[0].context.clone().unwrap(),
        )
    }

    #[test]
    fn flags_beat_the_file() {
        let connection = Connection {
            context: Some("b".into()),
            token: Some("t".into()),
            server: Some("https://two".into()),
            insecure_skip_tls_verify: true,
            ..Connection::default()
        };
        let (cluster, user, context) = chosen(&connection);
        assert_eq!(cluster.server.as_deref(), Some("https://two"));
        assert_eq!(cluster.certificate_authority_data, None);
        assert!(user.token.is_some() && user.exec.is_none());
        assert_eq!(context.namespace.as_deref(), Some("team"));
    }

    #[test]
    fn a_context_that_is_not_there_is_told_with_those_that_are() {
        let connection = Connection { context: Some("c".into()), ..Connection::default() };
        let failure = choose(two_contexts(), &connection).unwrap_err();
        assert_eq!(
            failure,
            Failure::ContextNotFound { name: "c".into(), contexts: vec!["a".into(), "b".into()] }
        );
    }

    #[test]
    fn without_a_server_there_is_no_cluster() {
        assert!(choose(Kubeconfig::default(), &Connection::default()).unwrap().is_none());
        let connection = Connection { server: Some("127.0.0.1:8080".into()), ..Connection::default() };
        let (config, context) = choose(Kubeconfig::default(), &connection).unwrap().unwrap();
        assert_eq!(
            config.clusters[0].cluster.as_ref().unwrap().server.as_deref(),
            Some("http://127.0.0.1:8080")
        );
        assert_eq!(context, None);
    }
}
