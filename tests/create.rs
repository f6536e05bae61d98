//! `create` without a cluster: every provider by every credential, and all that can be typed wrong.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails may panic"
)]

use aigw_backend::{
    cli::{self, Answer, ExitCode, Terminal},
    provider::{PROVIDERS, Provider, Star},
};
use serde_json::Value;

/// What every key in these tests holds.
const CANARY: &str = "sk-canary-4711";

fn run(args: &[&str], stdin: &str) -> Answer {
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let all = ["kubectl-aigw_backend"].iter().chain(args).map(|it| (*it).into());
    // with a namespace no kubeconfig is looked at
    let namespace = ["-n", "default"].map(Into::into);
    let answer = cli::run(all.chain(namespace), &Terminal::PIPE, now, &mut stdin.as_bytes());
    for text in [&answer.stdout, &answer.stderr] {
        assert!(!text.contains("canary") && !text.contains("c2stY2FuYXJ5"), "{args:?}: {text}");
    }
    answer
}

fn create(args: &[&str], stdin: &str) -> Answer {
    run(&[&["create"], args, &["--dry-run=client", "-o", "yaml"]].concat(), stdin)
}

/// A provider as JSON has it, with every schema and credential.
fn listed() -> Vec<Value> {
    serde_json::from_str(&run(&["create", "--list-providers", "-o", "json"], "").stdout).unwrap()
}

/// Flags for its host.
fn host(provider: &Provider) -> Vec<&'static str> {
    match provider.star {
        Star::Region(sample) => vec!["--region", sample],
        Star::Resource => vec!["--resource", "contoso"],
        Star::None if provider.hosts.is_empty() => vec!["--service", "models/llm:8000"],
        Star::None => vec![],
    }
}

/// Flags for a kind of credential, each way that it can be had, and what is typed for a new Secret.
fn ways(auth: &str) -> Vec<(Vec<&'static str>, &'static str)> {
    let oidc = ["--oidc-issuer", "https://id.example.com", "--oidc-client-id", "gateway"];
    let both = |flags: &[&'static str], value: &'static str| {
        vec![([flags, &["--secret", "there"]].concat(), ""), ([flags, &["--secret-stdin"]].concat(), value)]
    };
    let aws = "[default]\naws_access_key_id = A\naws_secret_access_key = sk-canary-4711\n";
    let gcp = "{\"type\": \"service_account\", \"private_key\": \"sk-canary-4711\"}\n";
    match auth {
        "aws" => {
            let role = [&["--aws-role", "arn:aws:iam::1:role/r"], &oidc[..]].concat();
            [both(&[], aws), both(&role, CANARY), vec![(vec![], "")]].concat()
        }
        "azure" => {
            let app = ["--azure-tenant", "t", "--azure-client", "c"];
            [both(&app, CANARY), both(&[&app, &oidc[..]].concat(), CANARY)].concat()
        }
        "gcp" => {
            let project = ["--gcp-project", "p"];
            let pool = ["--gcp-workload-identity", "1/pool/provider", "--gcp-service-account", "a"];
            [
                both(&project, gcp),
                both(&[&project, &pool[..], &oidc[..]].concat(), CANARY),
                vec![(project.to_vec(), "")],
            ]
            .concat()
        }
        _ => both(&[], CANARY),
    }
}

#[test]
fn every_provider_with_every_credential_is_clean() {
    let route = ["--route", "edge/chat", "--gateway", "edge/gw", "--model", "m-1,m-2"];
    let mut made = 0;
    for (provider, row) in PROVIDERS.iter().zip(listed()) {
        for dialect in row["dialects"].as_array().unwrap() {
            let schema = dialect["schema"].as_str().unwrap();
            for auth in dialect["auth"].as_array().unwrap() {
                let auth = auth.as_str().unwrap();
                for (way, stdin) in ways(auth) {
                    for route in [&[][..], &route] {
                        let named = ["b", "--provider", provider.id, "--schema", schema, "--auth", auth];
                        let args = [&named, &host(provider)[..], &way, route].concat();
                        let answer = create(&args, stdin);
                        assert_eq!(answer.code, ExitCode::Fine, "{args:?}: {}", answer.stderr);
                        is_clean(&args, &answer.stdout);
                        made += 1;
                    }
                }
            }
        }
    }
    assert!(made > 300, "{made}");
}

/// `check` says nothing about it above info.
fn is_clean(args: &[&str], yaml: &str) {
    let checked = run(&["check", "-f", "-", "-o", "json"], yaml);
    let report: Value = serde_json::from_str(&checked.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let loud: Vec<&Value> = findings.iter().filter(|it| it["severity"] != "info").collect();
    assert!(loud.is_empty(), "{args:?}: {loud:#?}");
    assert_eq!(report["backends"].as_array().unwrap().len(), 1, "{args:?}");
}

#[test]
fn what_is_typed_wrong_is_answered_with_what_is_right() {
    let long = "a".repeat(64);
    let cases: [(&[&str], &str, &str); 33] = [
        (&["My_Backend", "--provider", "openai"], "", "try `my-backend`"),
        (&[&long, "--provider", "openai"], "", "63 characters"),
        (&["b"], "", "--list-providers"),
        (&["b", "--provider", "opnai"], "", "did you mean `openai`?"),
        (
            &["b", "--host", "https://llm.example.com:8443/api/v1"],
            "",
            "--host llm.example.com --port 8443 --prefix /api/v1",
        ),
        (&["b", "--host", "llm.example.com"], "", "--schema, one of OpenAI"),
        (&["b", "--host", "vllm", "--schema", "OpenAI"], "", "--service"),
        (
            &["b", "--schema", "OpenAI", "--host", "a.b", "--port", "443", "--tls", "none"],
            "",
            "in clear text",
        ),
        (&["b", "--schema", "OpenAI", "--host", "a.b", "--port", "80", "--tls", "system"], "", "--port 443"),
        (&["b", "--schema", "OpenAI", "--host", "a.b", "--port", "0"], "", "0 is not in 1..=65535"),
        (&["b", "--schema", "OpenAI", "--host", "10.0.0.1"], "", "--tls-hostname"),
        (&["b", "--schema", "Bard", "--host", "a.b"], "", "there are OpenAI"),
        (&["b", "--provider", "groq", "--schema", "Anthropic"], "", "does not speak Anthropic"),
        (&["b", "--provider", "aws-bedrock"], "", "--region us-east-1"),
        (&["b", "--provider", "aws-bedrock", "--region", "us-east1"], "", "no region `us-east1`"),
        (&["b", "--provider", "gcp-vertex", "--region", "us-east-1"], "", "no region `us-east-1`"),
        (&["b", "--provider", "groq", "--region", "eu"], "", "--region eu is of no use here"),
        (&["b", "--provider", "azure-openai"], "", "--resource NAME"),
        (&["b", "--provider", "vllm"], "", "--service NAME:8000"),
        (&["b", "--provider", "gcp-vertex", "--region", "europe-west4"], "", "--gcp-project"),
        (&["b", "--provider", "openai", "--prefix", "/v1/chat/completions"], "", "--prefix /v1"),
        (&["b", "--provider", "cohere", "--prefix", "/v2"], "", "has no prefix"),
        (&["b", "--provider", "openai", "--schema-version", "v1"], "", "--prefix /v1"),
        (&["b", "--service", "vllm:http"], "", "write its number"),
        (&["b", "--service", "vllm"], "", "the port is missing"),
        (
            &["b", "--provider", "openai", "--secret-stdin"],
            "Bearer sk-canary",
            "which the gateway adds by itself",
        ),
        (&["b", "--provider", "openai", "--secret-stdin"], "sk-canary\n", "a newline"),
        (&["b", "--provider", "openai", "--secret-stdin"], "", "is empty"),
        (&["b", "--provider", "openai", "--secret-file", "/"], "", "it is a folder"),
        (
            &["b", "--provider", "openai", "--secret-file", "/nonexistent/key"],
            "",
            "cannot read /nonexistent/key",
        ),
        (&["b", "--provider", "openai", "--secret-file", "k", "--secret-stdin"], "", "cannot be used with"),
        (&["b", "--provider", "openai", "--auth", "none", "--secret", "k"], "", "of no use with --auth none"),
        (&["b", "--provider", "openai", "--set-body", "n={x}"], "", r#"'n="{x}"'"#),
    ];
    for (args, stdin, said) in cases {
        let answer = create(args, stdin);
        assert_eq!((answer.code, answer.stdout.as_str()), (ExitCode::Failure, ""), "{args:?}");
        let flat: String = answer.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(said), "{args:?}: {}", answer.stderr);
    }
}

#[test]
fn objects_that_would_not_work_are_not_shown_as_if_they_did() {
    let host = "us-central1-aiplatform.googleapis.com";
    let args = ["b", "--schema", "GCPVertexAI", "--host", host, "--auth", "api-key"];
    let answer = create(&args, "");
    assert_eq!(answer.code, ExitCode::Findings, "{}", answer.stderr);
    assert!(answer.stderr.contains("--force"), "{}", answer.stderr);
    let forced = create(&[&args[..], &["--force"]].concat(), "");
    assert_eq!(forced.code, ExitCode::Fine, "{}", forced.stderr);
}

#[test]
fn a_pipe_is_never_asked() {
    let answer = run(&["create", "b", "--provider", "openai", "--dry-run=client"], "");
    assert_eq!(answer.code, ExitCode::Fine, "{}", answer.stderr);
    assert!(
        answer.stdout.starts_with("backend.gateway.envoyproxy.io/b created (dry run)\n"),
        "{}",
        answer.stdout
    );
}

#[test]
fn every_format_holds_the_same_objects() {
    let args = ["create", "b", "--provider", "gemini", "--dry-run=client", "-o"];
    let of = |format| run(&[&args[..], &[format]].concat(), "").stdout;
    let list: Value = serde_json::from_str(&of("json")).unwrap();
    let items = list["items"].as_array().unwrap();
    let documents: Vec<Value> = serde_saphyr::from_multiple(&of("yaml")).unwrap();
    assert_eq!(items, &documents);
    assert_eq!(of("name").lines().count(), items.len());
    assert!(!of("yaml").contains("null") && !of("yaml").contains("status"));
}
