//! Versions of the controllers, from the tags of their images.

use std::{fmt, str::FromStr};

/// `vMAJOR.MINOR.PATCH`; what follows a dash is kept out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u16, pub u16, pub u16);

impl Version {
    /// The version in an image's tag; `None` for digests, `latest` and forks with tags of their own.
    pub fn of_image(image: &str) -> Option<Self> {
        let image = image.split('@').next()?;
        image.rsplit_once(':')?.1.parse().ok()
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{text}` is not a version like v1.1.0");
        let bare = text.strip_prefix('v').unwrap_or(text);
        let core = bare.split(['-', '+']).next().unwrap_or(bare);
        let mut parts = core.split('.').map(|part| part.parse::<u16>().map_err(|_| wrong()));
        let mut next = || parts.next().unwrap_or_else(|| Err(wrong()));
        let (major, minor, patch) = (next()?, next()?, next().unwrap_or(0));
        if major == 0 && minor == 0 { Err(wrong()) } else { Ok(Version(major, minor, patch)) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_come_from_tags() {
        assert_eq!(Version::of_image("docker.io/envoyproxy/gateway:v1.8.1"), Some(Version(1, 8, 1)));
        assert_eq!(Version::of_image("localhost:5000/gateway"), None);
        assert_eq!(Version::of_image("gateway:latest"), None);
        assert_eq!(Version::of_image("gateway:v1.9.0-rc.1@sha256:00"), Some(Version(1, 9, 0)));
        assert_eq!("1.8".parse(), Ok(Version(1, 8, 0)));
    }
}
