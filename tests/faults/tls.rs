//! Certificates, good and bad.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

use crate::{
    cluster,
    run::{self, Ran, kubeconfig},
    server::{Gate, Server},
};

/// A name that no DNS has: only a proxy leads there.
pub(crate) const NAME: &str = "kube.test";

/// A server's side of TLS, and lines of a kubeconfig that trust it.
pub(crate) struct Identity {
    pub acceptor: TlsAcceptor,
    pub trust: String,
}

impl Identity {
    /// A certificate for some names that is valid, or was.
    pub(crate) fn new(names: &[&str], expired: bool) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);
        let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        if expired {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let own = params.signed_by(&key, &issuer).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
            .unwrap();
        let trust = format!(", certificate-authority-data: {}", STANDARD.encode(ca.pem()));
        Identity { acceptor: TlsAcceptor::from(Arc::new(config)), trust }
    }

    /// The example behind TLS.
    pub(crate) fn serve(&self, gate: Option<Gate>) -> Server {
        let documents = cluster::demo();
        Server::start_with(Some(self.acceptor.clone()), gate, move |asked| cluster::answer(&documents, asked))
    }

    /// A run against a server of this identity.
    pub(crate) fn check(&self, server: &Server, more: &str, args: &[&str]) -> Ran {
        let url = format!("https://{}", server.address());
        run::run(&kubeconfig(&url, &format!("{}{more}", self.trust)), args, &[])
    }
}

/// One error with these words, and not one request.
fn refused(ran: &Ran, server: &Server, words: &[&str]) {
    assert_eq!(ran.wrong(), Vec::<String>::new());
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    for word in words {
        assert!(ran.err.contains(word), "no `{word}`: {}", ran.err);
    }
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_good_certificate_works() {
    let good = Identity::new(&["127.0.0.1"], false);
    let ran = good.check(&good.serve(None), "", &[]);
    assert_eq!((&ran.said(), ran.skipped(), ran.err.as_str()), (run::healthy(), vec![], ""));
}

#[test]
fn an_expired_certificate_is_one_error() {
    let expired = Identity::new(&["127.0.0.1"], true);
    let server = expired.serve(None);
    let ran = expired.check(&server, "", &[]);
    refused(&ran, &server, &["no TLS connection to https://127.0.0.1", "expired", "clock"]);
    let ran = expired.check(&server, "", &["--insecure-skip-tls-verify"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
}

#[test]
fn a_certificate_of_another_name_is_one_error() {
    let other = Identity::new(&[NAME], false);
    let server = other.serve(None);
    refused(&other.check(&server, "", &[]), &server, &["no TLS connection", NAME, "--tls-server-name"]);
    let ran = other.check(&server, ", tls-server-name: kube.test", &[]);
    assert_eq!((&ran.said(), ran.skipped()), (run::healthy(), vec![]), "{}", ran.err);
}

#[test]
fn a_certificate_of_a_stranger_is_one_error() {
    let [own, stranger] = [(); 2].map(|()| Identity::new(&["127.0.0.1"], false));
    let server = stranger.serve(None);
    refused(&own.check(&server, "", &[]), &server, &["no TLS connection", "certificate-authority"]);
}

#[test]
fn a_port_without_tls_is_one_error() {
    let own = Identity::new(&["127.0.0.1"], false);
    let documents = cluster::demo();
    let server = Server::start(move |asked| cluster::answer(&documents, asked));
    let ran = own.check(&server, "", &[]);
    refused(&ran, &server, &["no TLS connection", "does that port speak TLS?"]);
}
