//! One API server with its etcd: on this machine only, on free ports, gone with the test process.

use std::{
    io::Write as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use aigw_backend::cluster::live::Connection;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use kube::{Client, Config, config::KubeConfigOptions};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};

use super::assets::{self, Assets};

/// Who may log in: each user's token is its name and `-token`. `admin` may do everything.
const USERS: [&str; 9] =
    ["admin", "viewer", "counted", "lister", "tenant", "blind", "tls-blind", "nobody", "plugin"];

/// Runs both until its input ends, which it does with the test process, however that ends.
const KEEPER: &str = r#"
trap '' INT TERM
"$ETCD" --data-dir="$DIR/etcd" --listen-client-urls="$ETCD_URL" --advertise-client-urls="$ETCD_URL" \
    --listen-peer-urls="$PEER_URL" --initial-advertise-peer-urls="$PEER_URL" --initial-cluster="default=$PEER_URL" \
    --unsafe-no-fsync --log-level=error >"$DIR/etcd.log" 2>&1 &
etcd=$!
"$APISERVER" --etcd-servers="$ETCD_URL" --bind-address=127.0.0.1 --secure-port="$PORT" --cert-dir="$DIR/certs" \
    --service-cluster-ip-range=10.0.0.0/24 --endpoint-reconciler-type=none --disable-admission-plugins=ServiceAccount \
    --authorization-mode=RBAC --token-auth-file="$DIR/tokens.csv" --service-account-issuer=https://aigw.test \
    --service-account-key-file="$DIR/sa.pub" --service-account-signing-key-file="$DIR/sa.key" \
    --audit-log-path="$DIR/audit.log" --audit-policy-file="$DIR/audit.yaml" >"$DIR/apiserver.log" 2>&1 &
apiserver=$!
read -r _
kill -9 "$apiserver" "$etcd" 2>/dev/null
wait
rm -rf "$DIR"
"#;

const AUDIT: &str =
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n- level: Metadata\n";

/// What comes before the point in the DER of a public key on P-256.
const SPKI_P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// An API server.
pub(crate) struct Server {
    keeper: Child,
    dir: PathBuf,
    port: u16,
    kubectl: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Server {
    /// Starts one and waits until it answers.
    pub(crate) fn start() -> Self {
        let assets = assets::find();
        // another process may take a port between its choice and its use
        for _ in 0..3 {
            let server = Server::spawn(&assets);
            if server.is_ready() {
                return server;
            }
            eprintln!("{}", server.last_words());
        }
        panic!("the API server does not come up");
    }

    fn spawn(assets: &Assets) -> Self {
        let dir = tempfile::tempdir().unwrap().keep();
        let [port, etcd, peer] = ports();
        let mut tokens = String::new();
        for user in USERS {
            let group = if user == "admin" { ",system:masters" } else { "" };
            tokens += &[user, "-token,", user, ",", user, group, "\n"].concat();
        }
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let private = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, private.as_ref(), &random).unwrap();
        let public = [SPKI_P256, pair.public_key().as_ref()].concat();
        write(&dir, "tokens.csv", &tokens);
        write(&dir, "audit.yaml", AUDIT);
        write(&dir, "sa.key", &pem("PRIVATE KEY", private.as_ref()));
        write(&dir, "sa.pub", &pem("PUBLIC KEY", &public));
        let keeper = Command::new("sh")
            .args(["-c", KEEPER])
            .env("DIR", &dir)
            .env("ETCD", &assets.etcd)
            .env("APISERVER", &assets.apiserver)
            .env("ETCD_URL", format!("http://127.0.0.1:{etcd}"))
            .env("PEER_URL", format!("http://127.0.0.1:{peer}"))
            .env("PORT", port.to_string())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let server = Server { keeper, dir, port, kubectl: assets.kubectl.clone() };
        for user in USERS {
            write(&server.dir, &format!("{user}.kubeconfig"), &server.kubeconfig_text(user));
        }
        server
    }

    fn kubeconfig_text(&self, user: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
             clusters:\n- {{name: test, cluster: {{server: '{}', certificate-authority: certs/apiserver.crt}}}}\n\
             users:\n- {{name: {user}, user: {{token: {user}-token}}}}\n\
             contexts:\n- {{name: test, context: {{cluster: test, user: {user}, namespace: shop}}}}\n",
            self.url()
        )
    }

    fn is_ready(&self) -> bool {
        let until = Instant::now() + Duration::from_secs(60);
        while Instant::now() < until {
            if self.dir.join("certs/apiserver.crt").exists() && self.get("/readyz").is_ok() {
                return true;
            }
            if std::fs::read_to_string(self.dir.join("apiserver.log"))
                .is_ok_and(|it| it.contains("command failed"))
            {
                return false;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        false
    }

    fn last_words(&self) -> String {
        let last = |log: &str| {
            let text = std::fs::read_to_string(self.dir.join(log)).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            format!("{log}:\n{}", lines[lines.len().saturating_sub(5)..].join("\n"))
        };
        ["etcd.log", "apiserver.log"].map(last).join("\n")
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// A user's kubeconfig, whose context is in namespace `shop`.
    pub(crate) fn kubeconfig(&self, user: &str) -> PathBuf {
        self.dir.join(format!("{user}.kubeconfig"))
    }

    /// The flags for a user; without a namespace, the context's counts.
    pub(crate) fn connection(&self, user: &str, namespace: &str) -> Connection {
        let namespace = (!namespace.is_empty()).then(|| namespace.to_owned());
        Connection { kubeconfig: Some(self.kubeconfig(user)), namespace, ..Connection::default() }
    }

    /// The audit log so far.
    pub(crate) fn audit(&self) -> String {
        std::fs::read_to_string(self.dir.join("audit.log")).unwrap()
    }

    /// kubectl as a user, with the plugin on its path.
    pub(crate) fn kubectl(&self, user: &str) -> Command {
        self.at_home(user, Command::new(&self.kubectl))
    }

    /// A command as it is printed, run as a user by a shell.
    pub(crate) fn shell(&self, user: &str, script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        self.at_home(user, command)
    }

    /// Finds the plugin and kubectl on its path, and the user's kubeconfig.
    fn at_home(&self, user: &str, mut command: Command) -> Command {
        let plugin = Path::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend")).parent().unwrap().to_owned();
        let kubectl = self.kubectl.parent().unwrap().to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path =
            std::env::join_paths([plugin, kubectl].into_iter().chain(std::env::split_paths(&path))).unwrap();
        command.env("PATH", path).env("KUBECONFIG", self.kubeconfig(user)).env("HOME", &self.dir);
        command
    }

    /// Sends a request as admin.
    pub(crate) fn send(&self, request: http::Request<Vec<u8>>) -> Result<String, kube::Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let kubeconfig = kube::config::Kubeconfig::read_from(self.kubeconfig("admin")).unwrap();
            let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
            Client::try_from(config)?.request_text(request).await
        })
    }

    /// Sends a GET as admin.
    pub(crate) fn get(&self, path: &str) -> Result<String, kube::Error> {
        self.send(http::Request::get(path).body(vec![]).unwrap())
    }
}

fn write(dir: &Path, name: &str, text: &str) {
    std::fs::File::create(dir.join(name)).unwrap().write_all(text.as_bytes()).unwrap();
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

fn ports() -> [u16; 3] {
    let all = [0; 3].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    all.map(|it| it.local_addr().unwrap().port())
}
