//! kubectl's connection flags.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::duration;
use crate::{cluster::live, render::clean};

/// kubectl's connection flags, with kubectl's names and meaning.
#[derive(Args, Default, Clone)]
#[command(next_help_heading = "Connection (these and all others of `kubectl options`)")]
pub(super) struct ConnectionFlags {
    /// Namespace
    #[arg(short, long, global = true, value_name = "NS")]
    pub namespace: Option<String>,
    /// Context of the kubeconfig
    #[arg(long, global = true, value_name = "NAME")]
    context: Option<String>,
    /// The kubeconfig, instead of those that KUBECONFIG names
    #[arg(long, global = true, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Cluster of the kubeconfig
    #[arg(long, global = true, value_name = "NAME", hide_short_help = true)]
    cluster: Option<String>,
    /// User of the kubeconfig
    #[arg(long, global = true, value_name = "NAME", hide_short_help = true)]
    user: Option<String>,
    /// User to impersonate
    #[arg(long = "as", global = true, value_name = "USER", hide_short_help = true)]
    as_user: Option<String>,
    /// Group to impersonate; repeatable
    #[arg(long, global = true, value_name = "GROUP", hide_short_help = true)]
    as_group: Vec<String>,
    /// UID to impersonate
    #[arg(long, global = true, value_name = "UID", hide_short_help = true)]
    as_uid: Option<String>,
    /// Extra of the user to impersonate; repeatable
    #[arg(long, global = true, value_name = "KEY=VALUE", hide_short_help = true)]
    as_user_extra: Vec<String>,
    /// URL of the API server
    #[arg(short, long, global = true, value_name = "URL", hide_short_help = true)]
    server: Option<String>,
    /// Bearer token
    #[arg(long, global = true, value_name = "TOKEN", hide_short_help = true)]
    token: Option<String>,
    /// CA of the API server
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    certificate_authority: Option<PathBuf>,
    /// Client certificate
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    client_certificate: Option<PathBuf>,
    /// Key of the client certificate
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    client_key: Option<PathBuf>,
    /// Do not verify the API server's certificate
    #[arg(
        long, global = true, hide_short_help = true, value_name = "BOOL",
        num_args = 0..=1, require_equals = true, default_value_t = false, default_missing_value = "true",
        action = clap::ArgAction::Set, hide_default_value = true, hide_possible_values = true
    )]
    insecure_skip_tls_verify: bool,
    /// Name to verify the API server's certificate by
    #[arg(long, global = true, value_name = "NAME", hide_short_help = true)]
    tls_server_name: Option<String>,
    /// How long one request may take; 0 is for ever
    #[arg(long, global = true, value_name = "D", value_parser = duration::parse, hide_short_help = true)]
    request_timeout: Option<Duration>,
    /// How much to tell; from 6 on, each request
    #[arg(short, long = "v", global = true, value_name = "LEVEL", default_value_t = 0)]
    #[arg(hide_default_value = true, hide_short_help = true)]
    v: u8,
}

impl ConnectionFlags {
    /// The flags that say which cluster and who, as they are to be typed again.
    pub(super) fn typed(&self) -> String {
        let file = self.kubeconfig.as_ref().map(|it| it.display().to_string());
        let flags = [
            ("context", self.context.as_ref()),
            ("kubeconfig", file.as_ref()),
            ("cluster", self.cluster.as_ref()),
            ("user", self.user.as_ref()),
            ("as", self.as_user.as_ref()),
            ("server", self.server.as_ref()),
        ];
        let said = flags.iter().filter_map(|(flag, value)| Some((flag, (*value)?)));
        said.map(|(flag, value)| format!(" --{flag} {}", clean(value))).collect()
    }

    /// Whether more is to be told than is asked for by most.
    pub(super) fn is_verbose(&self) -> bool {
        self.v > 0
    }
}

impl From<ConnectionFlags> for live::Connection {
    fn from(flags: ConnectionFlags) -> Self {
        live::Connection {
            kubeconfig: flags.kubeconfig,
            context: flags.context,
            cluster: flags.cluster,
            user: flags.user,
            namespace: flags.namespace,
            server: flags.server,
            token: flags.token,
            certificate_authority: flags.certificate_authority,
            client_certificate: flags.client_certificate,
            client_key: flags.client_key,
            insecure_skip_tls_verify: flags.insecure_skip_tls_verify,
            tls_server_name: flags.tls_server_name,
            impersonate: flags.as_user,
            impersonate_groups: flags.as_group,
            impersonate_uid: flags.as_uid,
            impersonate_extra: flags.as_user_extra,
            request_timeout: flags.request_timeout,
            verbosity: flags.v,
            unattended: false,
        }
    }
}
