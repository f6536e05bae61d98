//! The Secrets in which AI Gateway hands its configuration to a Gateway's Envoy.

/// Their names: the one of v1.1, and the one before, which Gateway `a-b` in `c` and Gateway `b` in `c-a` have in common
/// (ai-gateway@v1.1.0 internal/controller/secret_name.go).
pub fn filter_config_names(namespace: &str, name: &str) -> [String; 2] {
    let digest = ring::digest::digest(&ring::digest::SHA256, format!("{namespace}/{name}").as_bytes());
    let hash = digest.as_ref().iter().take(6).fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    [format!("{name}-{namespace}-{hash}"), format!("{name}-{namespace}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_the_controller() {
        let [new, old] = filter_config_names("models", "inference-gw");
        assert_eq!(new, "inference-gw-models-03e3c57a6890");
        assert_eq!(old, "inference-gw-models");
    }
}
