//! Where clients find the gateway's APIs (ai-gateway@v1.1.0 cmd/extproc/mainlib/main.go).

use super::{ClientApi, Controller};

/// The paths of the client endpoints, under the prefixes that AI Gateway's controller was started with.
#[derive(Debug, Clone)]
pub struct ClientPaths {
    /// The path under which everything is served.
    pub root: String,
    openai: String,
    cohere: String,
    anthropic: String,
}

impl Default for ClientPaths {
    fn default() -> Self {
        ClientPaths::from_flags("", "")
    }
}

impl ClientPaths {
    pub(super) fn of_controller(controller: Option<Controller<'_>>) -> Self {
        let flag = |name| controller.as_ref().and_then(|it| it.flag(name)).unwrap_or_default();
        ClientPaths::from_flags(flag("rootPrefix"), flag("endpointPrefixes"))
    }

    /// From the flags `rootPrefix` and `endpointPrefixes`, such as `openai:/,cohere:/cohere`.
    fn from_flags(root: &str, prefixes: &str) -> Self {
        let of = |api: &str, usual: &str| {
            let set = prefixes.split(',').find_map(|it| it.trim().strip_prefix(api)?.strip_prefix(':'));
            set.unwrap_or(usual).to_owned()
        };
        let (openai, cohere) = (of("openai", ""), of("cohere", "/cohere"));
        ClientPaths { root: absolute(&[root]), openai, cohere, anthropic: of("anthropic", "/anthropic") }
    }

    /// The path of an endpoint.
    pub fn path(&self, api: ClientApi) -> String {
        let usual = api.path();
        for (prefix, own) in [("/cohere", &self.cohere), ("/anthropic", &self.anthropic)] {
            if let Some(rest) = usual.strip_prefix(prefix) {
                return absolute(&[&self.root, own, rest]);
            }
        }
        absolute(&[&self.root, &self.openai, usual])
    }

    /// The endpoint that a path without query belongs to.
    pub fn endpoint(&self, path: &str) -> Option<ClientApi> {
        ClientApi::ALL.into_iter().find(|it| self.path(*it) == path)
    }

    /// A path that is served and may be meant: one that ends like it, else the most alike.
    pub fn near(&self, path: &str) -> Option<String> {
        let all = || ClientApi::ALL.into_iter().map(|it| self.path(it));
        let alike = |it: &String| strsim::normalized_damerau_levenshtein(it, path);
        all()
            .find(|it| it.ends_with(path) && path.len() > 1)
            .or_else(|| all().filter(|it| alike(it) > 0.7).max_by(|a, b| alike(a).total_cmp(&alike(b))))
    }

    /// The paths of the two listings of models, which the gateway answers itself.
    pub fn listings(&self) -> [String; 2] {
        [&self.openai, &self.anthropic].map(|own| absolute(&[&self.root, own, "/v1/models"]))
    }
}

/// The parts joined by single slashes.
fn absolute(parts: &[&str]) -> String {
    let segments = parts.iter().flat_map(|it| it.split('/')).filter(|it| !it.is_empty());
    let path = segments.fold(String::new(), |all, it| format!("{all}/{it}"));
    if path.is_empty() { "/".to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_stand_before_the_fixed_part() {
        let usual = ClientPaths::default();
        for api in ClientApi::ALL {
            assert_eq!(usual.path(api), api.path());
            assert_eq!(usual.endpoint(api.path()), Some(api));
        }
        assert_eq!(usual.listings(), ["/v1/models", "/anthropic/v1/models"]);
        let moved = ClientPaths::from_flags("/ai/", "openai:/,anthropic:/claude");
        assert_eq!(moved.root, "/ai");
        assert_eq!(moved.path(ClientApi::ChatCompletions), "/ai/v1/chat/completions");
        assert_eq!(moved.path(ClientApi::Messages), "/ai/claude/v1/messages");
        assert_eq!(moved.path(ClientApi::Rerank), "/ai/cohere/v2/rerank");
        assert_eq!(moved.endpoint("/v1/chat/completions"), None);
        assert_eq!(usual.near("/v1/messages").as_deref(), Some("/anthropic/v1/messages"));
        assert_eq!(usual.near("/v1/chat/completion").as_deref(), Some("/v1/chat/completions"));
        assert_eq!(usual.near("/healthz"), None);
    }
}
