//! What a value is as PEM certificates. Envoy Gateway does not look; Envoy then rejects what is not one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use x509_parser::pem::Pem as Block;

/// A value read as PEM certificates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pem {
    /// Bytes in the value.
    pub bytes: usize,
    /// When each certificate in it expires.
    pub not_after: Vec<Timestamp>,
    /// Blocks that claim to be certificates and are not.
    pub broken: usize,
    /// What tells one certificate from another: their SHA-256. Certificates are public, and nothing else is counted here.
    pub fingerprints: BTreeSet<[u8; 32]>,
}

impl Pem {
    /// Reads a value; what is no PEM at all is an empty list.
    pub fn read(value: &[u8]) -> Self {
        let mut pem = Pem { bytes: value.len(), ..Pem::default() };
        for block in Block::iter_from_buffer(value) {
            let Ok(block) = block else {
                pem.broken += 1;
                break;
            };
            if block.label != "CERTIFICATE" {
                continue;
            }
            let not_after = block.parse_x509().ok().map(|cert| cert.validity().not_after.timestamp());
            // RFC 5280 writes "no end" as the last second of the year 9999, which is more than the clock can say
            let time = not_after.map(|seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX));
            match time {
                Some(time) => {
                    pem.not_after.push(time);
                    pem.fingerprints.insert(fingerprint(&block.contents));
                }
                None => pem.broken += 1,
            }
        }
        pem
    }

    /// Whether Envoy can load this as a set of CAs.
    pub fn is_certificates(&self) -> bool {
        !self.not_after.is_empty() && self.broken == 0
    }

    /// Whether every certificate in it has expired: one valid CA of a bundle is enough.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        !self.not_after.is_empty() && self.not_after.iter().all(|end| *end < now)
    }
}

fn fingerprint(der: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    let digest = ring::digest::digest(&ring::digest::SHA256, der);
    bytes.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_no_certificate() {
        assert!(!Pem::read(b"not a certificate").is_certificates());
        assert!(!Pem::read(b"").is_certificates());
    }

    #[test]
    fn a_broken_block_is_seen() {
        let pem = Pem::read(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assert_eq!((pem.broken, pem.is_certificates()), (1, false));
    }
}
