//! Tags of releases.

/// A semantic version with a leading `v`, as krew wants it.
pub fn parse(text: &str) -> Result<String, String> {
    let number = text.strip_prefix('v').ok_or_else(|| format!("`{text}` has no leading `v`: v0.1.0"))?;
    semver::Version::parse(number)
        .map_err(|error| format!("`{text}` is not a semantic version like v0.1.0: {error}"))?;
    Ok(text.to_owned())
}
