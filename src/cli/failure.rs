//! What could not be done: a title, help, and the next thing to type.

use crate::{
    cluster::live,
    render::{Style, clean},
};

/// Ends the run with exit code 2, or this part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    title: String,
    help: Vec<String>,
}

impl Failure {
    /// A failure, in one line.
    pub(super) fn new(title: impl Into<String>) -> Self {
        Failure { title: title.into(), help: vec![] }
    }

    /// A line of help.
    #[must_use]
    pub(super) fn help(mut self, line: impl Into<String>) -> Self {
        self.help.push(line.into());
        self
    }

    /// The failure alone.
    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// As lines for stderr.
    pub(super) fn show(&self, style: Style) -> String {
        let mut text = format!("{} {}\n", style.bad("error:"), clean(&self.title));
        for line in &self.help {
            text += &format!("  {}\n", clean(line));
        }
        text
    }
}

impl From<live::Failure> for Failure {
    fn from(failure: live::Failure) -> Self {
        let this = Failure::new(failure.to_string());
        let files = "without a cluster: kubectl aigw-backend check -f FILE, or check --demo";
        match failure {
            live::Failure::NoCluster { .. } => {
                this.help("name a kubeconfig with --kubeconfig or KUBECONFIG").help(files)
            }
            live::Failure::Kubeconfig { .. } => this.help("look at it: kubectl config view"),
            live::Failure::ContextNotFound { name, contexts } => {
                let near = nearest(&name, contexts.iter().map(String::as_str));
                let this = near.into_iter().fold(this, |it, near| it.help(format!("did you mean `{near}`?")));
                if contexts.is_empty() {
                    this.help("the kubeconfig has no contexts: kubectl config view")
                } else {
                    this.help(format!("contexts: {}", contexts.join(", ")))
                }
            }
            live::Failure::Credential { .. } | live::Failure::Unauthorized { .. } => {
                this.help("it may have expired: log in again, then try: kubectl auth whoami")
            }
            live::Failure::Connect { .. } => this
                .help("is it up, and does the way there (VPN, proxy) work? kubectl version")
                .help("another cluster: --context NAME, see kubectl config get-contexts"),
            live::Failure::Tls { reason, .. } => this.help(tls(&reason)),
            live::Failure::NotInstalled { .. } => this
                .help("Envoy AI Gateway's CRDs: kubectl get crd aiservicebackends.aigateway.envoyproxy.io")
                .help("another cluster: --context NAME, see kubectl config get-contexts"),
            live::Failure::Forbidden { namespace, reason } => {
                let scope = namespace.map_or("-A".to_owned(), |it| format!("-n {it}"));
                let resource = "aiservicebackends.aigateway.envoyproxy.io";
                let this = this.help(reason).help(format!("kubectl auth can-i list {resource} {scope}"));
                if scope == "-A" { this.help("one namespace may be permitted: -n NAMESPACE") } else { this }
            }
            live::Failure::Timeout { status: Some(_), .. } => this
                .help("is it overloaded, or is something before it down? kubectl get --raw /readyz")
                .help("give it more time: --timeout 10m --request-timeout 5m"),
            live::Failure::Timeout { status: None, .. } => {
                this.help("give it more time: --timeout 10m --request-timeout 5m")
            }
            live::Failure::Other { .. } => this.help("what kubectl says: kubectl get aiservicebackends"),
        }
    }
}

/// What to look at, by the words of the TLS library.
fn tls(reason: &str) -> &'static str {
    let says = |words: &str| reason.contains(words);
    if says("certificate expired") || says("certificate not valid yet") {
        "its certificate must be renewed, unless the clock here is wrong: date"
    } else if says("not valid for name") {
        "one of its names, if it is the right server: --tls-server-name NAME"
    } else if says("corrupt message") || says("handshake eof") {
        "does that port speak TLS? look at `server`: kubectl config view"
    } else {
        "does certificate-authority in the kubeconfig fit this server? kubectl version"
    }
}

/// The nearest of some names, if it is near enough to be a slip.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|it| (strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &it.to_lowercase()), it))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, it)| it)
}
