//! Every command that a page or `--help` shows is typed into a shell, in a cluster in which it makes sense.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};

use crate::support::{Crds, Server, cluster_files, documents, folder};

/// Pages for users, from the root of the repository.
const PAGES: [&str; 4] =
    ["README.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md", "plugin-manifest/aigw-backend.yaml"];
/// Commands with a page of `--help` to themselves.
const COMMANDS: [&str; 4] = ["check", "create", "explain", "completion"];

/// A command, and where it stands.
struct Shown {
    place: String,
    line: String,
}

/// Lines of a text that begin like something to type. What only a release makes is not there to be typed.
fn shown(place: &str, text: &str) -> Vec<Shown> {
    let text = text.replace("\\\n", " ");
    let code = text.lines().filter(|it| it.starts_with("  ") || it.starts_with("$ "));
    let lines = code.map(|it| it.trim_start().trim_start_matches("$ "));
    let typed = lines.filter(|it| it.starts_with("kubectl ") || it.starts_with("source <(kubectl "));
    let here = typed.filter(|it| !it.starts_with("kubectl krew "));
    here.map(|it| Shown { place: place.to_owned(), line: it.to_owned() }).collect()
}

fn namespace(server: &Server, name: &str) {
    server.apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}));
}

fn secret(server: &Server, namespace: &str, name: &str) {
    server.apply(
        &json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace},
                          "stringData": {"apiKey": "sk-example"}}),
    );
}

/// What the demo shows in namespace `default`, on a platform that a server takes; its OpenAI in `models` as well.
fn cluster(demo: &Path) -> Server {
    let server = Server::start();
    server.install(&Crds::All);
    let routes =
        |it: &Value| ["Gateway", "AIGatewayRoute", "HTTPRoute"].iter().any(|kind| it["kind"] == *kind);
    for object in documents(&cluster_files()[0]).into_iter().filter(|it| !routes(it)) {
        server.apply(&object);
    }
    let is_shown = |it: &Value| {
        let group = it["apiVersion"].as_str().unwrap_or_default();
        let custom = group.contains("envoyproxy.io/") || group.contains("networking.k8s.io/");
        it["metadata"]["namespace"] == "default"
            && (custom || it["kind"] == "Secret" || it["kind"] == "Service")
    };
    for mut object in documents(demo).into_iter().filter(is_shown) {
        object.as_object_mut().unwrap().remove("status");
        server.apply(&object);
    }
    server
}

fn bash(server: &Server, at: &Path, line: &str) -> Output {
    let mut command: Command = server.shell("admin", "exec bash -c \"$LINE\"");
    command.current_dir(at).env("LINE", line).env("GITHUB_STEP_SUMMARY", "summary.md").output().unwrap()
}

#[test]
fn every_command_that_is_shown_works() {
    unless_skipped!();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let demo = folder("../src/demo/cluster.yaml");
    let server = cluster(&demo);
    let at = tempfile::tempdir().unwrap();
    for folder in ["manifests", "DIR"] {
        fs::create_dir(at.path().join(folder)).unwrap();
    }
    fs::copy(&demo, at.path().join("manifests/cluster.yaml")).unwrap();
    for file in ["key.txt", "FILE"] {
        fs::write(at.path().join(file), "sk-example").unwrap();
    }
    let mut all: Vec<Shown> = vec![];
    for page in PAGES {
        all.extend(shown(page, &fs::read_to_string(root.join(page)).unwrap()));
    }
    for command in COMMANDS {
        let help = bash(&server, at.path(), &format!("kubectl aigw-backend {command} --help"));
        all.extend(shown(command, &String::from_utf8(help.stdout).unwrap()));
    }
    let mut typed = BTreeSet::new();
    all.retain(|it| typed.insert(it.line.split(" #").next().unwrap_or_default().trim_end().to_owned()));
    assert!(all.len() > 35, "{}", all.len());
    let made = bash(
        &server,
        at.path(),
        "mkdir -p ~/.local/bin ~/.local/share/man/man1 && kubectl config set-context --current --namespace default",
    );
    assert!(made.status.success());
    let mut broken: Vec<String> = vec![];
    for (number, Shown { place, line }) in all.iter().enumerate() {
        // each backend is made where there is none of its name yet
        let own = format!("docs-{number}");
        let is_made = line.contains("aigw-backend create ") && !line.contains("--list-providers");
        // a route is made for a backend that is there
        let line = if is_made && !line.contains("--route") {
            namespace(&server, &own);
            for name in ["openai-key", "azure-key", "other-key", "groq-key"] {
                secret(&server, &own, name);
            }
            let (command, comment) = line.split_once(" #").unwrap_or((line, ""));
            format!("{} -n {own} #{comment}", command.trim_end())
        } else {
            line.clone()
        };
        let Output { status, stdout, stderr } = bash(&server, at.path(), &line);
        let said = String::from_utf8_lossy(&stderr);
        let works = status.code().is_some_and(|it| it == 0 || it == 1 && !said.contains("error:"));
        if !works {
            broken.push(format!("{place}: {line}: {status}\n{}{said}", String::from_utf8_lossy(&stdout)));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
