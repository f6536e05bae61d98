//! Paths as URIs: relative ones stay relative, to the root of the repository.

use std::fmt::Write as _;

/// The URI of a path with slashes.
pub(super) fn of(path: &str) -> String {
    let mut uri = match path.as_bytes() {
        [b'/', ..] => "file://".to_owned(),
        [drive, b':', b'/', ..] if drive.is_ascii_alphabetic() => "file:///".to_owned(),
        _ => String::new(),
    };
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(byte.into()),
            byte if byte.is_ascii_alphanumeric() => uri.push(byte.into()),
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn paths_become_uris() {
        for (path, uri) in [
            ("manifests/a-b_1.yaml", "manifests/a-b_1.yaml"),
            ("../a.yaml", "../a.yaml"),
            ("a b/ü%#?.yaml", "a%20b/%C3%BC%25%23%3F.yaml"),
            ("a:b.yaml", "a%3Ab.yaml"),
            ("/etc/a.yaml", "file:///etc/a.yaml"),
            ("C:/a.yaml", "file:///C%3A/a.yaml"),
        ] {
            assert_eq!(of(path), uri);
        }
    }
}
