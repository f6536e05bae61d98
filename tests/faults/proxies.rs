//! A proxy in between.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{
    run::{self, Ran, kubeconfig},
    server::Server,
    tls::{Identity, NAME},
};

/// What a proxy does with a CONNECT.
#[derive(Clone, Copy)]
enum Does {
    Connect,
    Refuse(&'static str),
    Hang,
}

/// A proxy that leads to one server, whatever name it is given.
struct Proxy {
    port: u16,
    connects: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start(to: SocketAddr, does: Does) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connects = Arc::new(Mutex::new(vec![]));
        let heard = Arc::clone(&connects);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let heard = Arc::clone(&heard);
                std::thread::spawn(move || lead(stream, to, does, &heard));
            }
        });
        Proxy { port, connects }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn connects(&self) -> Vec<String> {
        self.connects.lock().unwrap().clone()
    }
}

/// One connection.
fn lead(mut client: TcpStream, to: SocketAddr, does: Does, heard: &Mutex<Vec<String>>) -> Option<()> {
    let mut head = BufReader::new(client.try_clone().ok()?).lines().map_while(Result::ok);
    heard.lock().unwrap().push(head.next()?);
    head.by_ref().take_while(|it| !it.is_empty()).for_each(drop);
    match does {
        Does::Refuse(status) => {
            write!(client, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").ok()?;
        }
        Does::Hang => std::thread::sleep(Duration::from_secs(30)),
        Does::Connect => {
            let mut server = TcpStream::connect(to).ok()?;
            write!(client, "HTTP/1.1 200 Connection established\r\n\r\n").ok()?;
            let (mut from, mut back) = (client.try_clone().ok()?, server.try_clone().ok()?);
            std::thread::spawn(move || {
                std::io::copy(&mut from, &mut back).ok();
                back.shutdown(std::net::Shutdown::Write).ok();
            });
            std::io::copy(&mut server, &mut client).ok();
            client.shutdown(std::net::Shutdown::Write).ok();
        }
    }
    Some(())
}

/// A server that only a proxy can reach, as this machine does not know its name.
fn behind(does: Does) -> (Identity, Server, Proxy) {
    let identity = Identity::new(&[NAME], false);
    let server = identity.serve(None);
    let proxy = Proxy::start(server.address(), does);
    (identity, server, proxy)
}

fn run_through(identity: &Identity, more: &str, args: &[&str], variables: &[(&str, String)]) -> Ran {
    let ran = run::run(
        &kubeconfig(&format!("https://{NAME}:6443"), &format!("{}{more}", identity.trust)),
        args,
        variables,
    );
    assert_eq!(ran.wrong(), Vec::<String>::new());
    ran
}

fn assert_well(ran: &Ran) {
    assert_eq!((&ran.said(), ran.skipped(), ran.err.as_str()), (run::healthy(), vec![], ""));
}

#[test]
fn the_proxy_of_the_environment_or_the_kubeconfig_leads_to_the_server() {
    let (identity, _server, proxy) = behind(Does::Connect);
    for name in ["HTTPS_PROXY", "https_proxy"] {
        assert_well(&run_through(&identity, "", &[], &[(name, proxy.url())]));
    }
    let before = proxy.connects().len();
    assert!(before >= 2);
    assert_well(&run_through(&identity, &format!(", proxy-url: '{}'", proxy.url()), &[], &[]));
    let connects = proxy.connects();
    assert!(connects.len() > before);
    assert!(connects.iter().all(|it| it == "CONNECT kube.test:6443 HTTP/1.1"), "{connects:?}");
}

#[test]
fn no_proxy_keeps_the_proxy_out() {
    let (identity, _server, proxy) = behind(Does::Connect);
    let variables = [("HTTPS_PROXY", proxy.url()), ("NO_PROXY", ".test".to_owned())];
    let ran = run_through(&identity, "", &[], &variables);
    assert_eq!((ran.code, proxy.connects().len()), (Some(2), 0), "{}", ran.err);
    assert!(ran.err.contains("cannot connect to https://kube.test:6443"), "{}", ran.err);
}

#[test]
fn a_proxy_that_refuses_is_one_error() {
    for (status, code) in [("407 Proxy Authentication Required", "407"), ("502 Bad Gateway", "502")] {
        let (identity, server, proxy) = behind(Does::Refuse(status));
        for args in [&[][..], &["--timeout", "5s"]] {
            let ran = run_through(&identity, "", args, &[("HTTPS_PROXY", proxy.url())]);
            assert_eq!(ran.code, Some(2), "{}", ran.err);
            assert!(ran.err.contains("cannot connect to https://kube.test:6443"), "{}", ran.err);
            assert!(ran.err.contains("proxy"), "{code}: {}", ran.err);
        }
        assert_eq!(server.asked().len(), 0);
    }
}

#[test]
fn a_proxy_that_never_answers_is_one_error() {
    let (identity, _server, proxy) = behind(Does::Hang);
    let ran = run_through(&identity, "", &["--timeout", "1s"], &[("HTTPS_PROXY", proxy.url())]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("in time"), "{}", ran.err);
}

/// A proxy that is not there.
#[test]
fn a_proxy_that_is_down_is_one_error() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let identity = Identity::new(&[NAME], false);
    let proxy = format!("http://127.0.0.1:{port}");
    let ran = run_through(&identity, "", &[], &[("HTTPS_PROXY", proxy)]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("Connection refused") && ran.err.contains("proxy"), "{}", ran.err);
}
