//! The places that a request passes on its way to a provider.

use std::fmt;

/// One place: the field of the trace, the folder of rules, the first digit of codes and the column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Hop {
    /// Does every pointer resolve, and is it permitted?
    Reference,
    /// Is the address something Envoy can dial?
    Endpoint,
    /// Will the peer be verified, under the right name?
    Tls,
    /// Is there a key, of the right type, in the right place?
    Credential,
    /// Does the API dialect fit the provider?
    Schema,
    /// Does traffic come here, and under which limits?
    Route,
    /// Are the controllers themselves set up to act?
    Platform,
}

impl Hop {
    /// All hops, in the order of the table.
    pub const ALL: [Hop; 7] =
        [Hop::Reference, Hop::Endpoint, Hop::Tls, Hop::Credential, Hop::Schema, Hop::Route, Hop::Platform];

    /// The hops that belong to one backend: all but the platform.
    pub const OF_BACKEND: [Hop; 6] =
        [Hop::Reference, Hop::Endpoint, Hop::Tls, Hop::Credential, Hop::Schema, Hop::Route];

    /// The word for it: in JSON, and the folder of its rules.
    pub fn word(self) -> &'static str {
        match self {
            Hop::Reference => "reference",
            Hop::Endpoint => "endpoint",
            Hop::Tls => "tls",
            Hop::Credential => "credential",
            Hop::Schema => "schema",
            Hop::Route => "route",
            Hop::Platform => "platform",
        }
    }

    /// First digit of its codes.
    pub fn digit(self) -> char {
        match self {
            Hop::Reference => '1',
            Hop::Endpoint => '2',
            Hop::Tls => '3',
            Hop::Credential => '4',
            Hop::Schema => '5',
            Hop::Route => '6',
            Hop::Platform => '7',
        }
    }

    /// Heading of its column; the platform has a banner instead.
    pub fn column(self) -> &'static str {
        match self {
            Hop::Reference => "BACKEND",
            Hop::Endpoint => "ENDPOINT",
            Hop::Tls => "TLS",
            Hop::Credential => "AUTH",
            Hop::Schema => "SCHEMA",
            Hop::Route => "ROUTES",
            Hop::Platform => "PLATFORM",
        }
    }

    /// The question it answers.
    pub fn question(self) -> &'static str {
        match self {
            Hop::Reference => "does every pointer resolve, and is it permitted?",
            Hop::Endpoint => "is the address something Envoy can dial?",
            Hop::Tls => "will the peer be verified, under the right name?",
            Hop::Credential => "is there a key, of the right type, in the right place?",
            Hop::Schema => "does the API dialect fit the provider?",
            Hop::Route => "does traffic come here, and under which limits?",
            Hop::Platform => "are the controllers themselves set up to act?",
        }
    }
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
