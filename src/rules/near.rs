//! Did you mean: names that a slip of the hand apart.

/// The name that is close enough to be what was meant; of several, the closest, then the first.
pub(super) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let distances = names.into_iter().map(|it| (strsim::damerau_levenshtein(it, wanted), it));
    distances.filter(|(distance, _)| (1..=2).contains(distance)).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_closest_name_is_meant() {
        assert_eq!(nearest("vlm", ["ollama", "vllm", "vll"]), Some("vll"));
        assert_eq!(nearest("opnai", ["openai"]), Some("openai"));
        assert_eq!(nearest("openai", ["openai", "anthropic"]), None);
    }
}
