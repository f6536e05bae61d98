//! Which releases were tried with each other.

use super::Version;

/// What a release of AI Gateway was tried with, by its authors.
#[derive(Debug)]
pub struct Tried {
    /// AI Gateway from this release on.
    pub ai_gateway: Version,
    /// The least Envoy Gateway; a newer one than those that were tried is not wrong.
    pub envoy_gateway: Version,
    /// The Gateway API.
    pub gateway_api: &'static str,
}

const fn tried(ai_gateway: Version, envoy_gateway: Version, gateway_api: &'static str) -> Tried {
    Tried { ai_gateway, envoy_gateway, gateway_api }
}

/// AI Gateway's compatibility matrix, newest first (ai-gateway@v1.1.0 site/docs/compatibility.md, go.mod of each tag).
pub static MATRIX: [Tried; 8] = [
    tried(Version(1, 0, 0), Version(1, 8, 1), "v1.5"),
    tried(Version(0, 7, 0), Version(1, 8, 0), "v1.5"),
    tried(Version(0, 6, 0), Version(1, 7, 0), "v1.4"),
    tried(Version(0, 5, 0), Version(1, 6, 0), "v1.4"),
    tried(Version(0, 4, 0), Version(1, 5, 0), "v1.4"),
    tried(Version(0, 3, 0), Version(1, 5, 0), "v1.3"),
    tried(Version(0, 2, 0), Version(1, 4, 0), "v1.3"),
    tried(Version(0, 1, 0), Version(1, 3, 0), "v1.2"),
];
