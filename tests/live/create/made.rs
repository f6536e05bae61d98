//! What is created, changed, extended, and left alone.

use aigw_backend::model::Kind;
use serde_json::Value;

use super::{CANARY, create, loud, namespace, server, spec, there, typed};

#[test]
fn every_shape_is_created_clean_and_as_kubectl_would() {
    unless_skipped!();
    let oidc = ["--oidc-issuer", "https://id.example.com", "--oidc-client-id", "gateway"];
    let aws = ["--provider", "aws-bedrock", "--region", "us-east-1"];
    let azure = ["--provider", "azure-openai", "--resource", "contoso"];
    let entra = [&azure[..], &["--auth", "azure", "--azure-tenant", "t", "--azure-client", "c"]].concat();
    let gcp = ["--provider", "gcp-vertex", "--region", "us-central1", "--gcp-project", "p"];
    let pool = [&gcp[..], &["--gcp-workload-identity", "1/pool/provider"], &oidc].concat();
    let role = [&aws[..], &["--aws-role", "arn:aws:iam::1:role/r"], &oidc].concat();
    let ini = "[default]\naws_access_key_id = A\naws_secret_access_key = sk-canary-4711\n";
    let json = "{\"type\": \"service_account\", \"private_key\": \"sk-canary-4711\"}";
    let stdin = ["--secret-stdin"];
    let changes = [
        "--set-header",
        "x-team=a",
        "--remove-header",
        "x-b",
        "--set-body",
        "service_tier=\"default\"",
        "--remove-body",
        "user",
    ];
    let shapes: [(Vec<&str>, &str); 18] = [
        ([&["--provider", "openai"][..], &stdin].concat(), CANARY),
        ([&["--provider", "anthropic"][..], &stdin].concat(), CANARY),
        ([&["--provider", "cohere"][..], &stdin].concat(), CANARY),
        ([&["--provider", "gemini"][..], &stdin].concat(), CANARY),
        ([&azure[..], &stdin].concat(), CANARY),
        ([&entra[..], &stdin].concat(), CANARY),
        ([&entra[..], &oidc, &stdin].concat(), CANARY),
        ([&aws[..], &stdin].concat(), ini),
        (aws.to_vec(), ""),
        ([&role[..], &stdin].concat(), CANARY),
        ([&aws[..], &["--schema", "AWSAnthropic"], &stdin].concat(), ini),
        ([&gcp[..], &stdin].concat(), json),
        (gcp.to_vec(), ""),
        ([&pool[..], &stdin].concat(), CANARY),
        ([&gcp[..], &["--schema", "GCPAnthropic"], &stdin].concat(), json),
        (vec!["--service", "models/vllm:8000"], ""),
        (vec!["--schema", "OpenAI", "--host", "10.1.2.3", "--port", "8080", "--tls", "none"], ""),
        ([&["--provider", "groq"][..], &changes, &stdin].concat(), CANARY),
    ];
    namespace("shapes");
    namespace("again");
    for (index, (args, stdin)) in shapes.iter().enumerate() {
        let name = format!("b{index}");
        let named = [&[name.as_str()], &args[..]].concat();
        let made = create(&[&named[..], &["-n", "shapes"]].concat(), stdin);
        assert_eq!(made.code, 0, "{args:?}: {}", made.err);
        assert!(made.out.lines().all(|it| it.ends_with(" created")), "{}", made.out);
        assert_eq!(loud("shapes", &name), [] as [Value; 0], "{args:?}");
        // the same from a file
        let file = create(&[&named[..], &["-n", "again", "--dry-run=client", "-o", "yaml"]].concat(), stdin);
        let mut kubectl = server().kubectl("admin");
        kubectl.args(["apply", "-f", "-"]);
        let applied = typed(kubectl, &file.out);
        assert_eq!(applied.code, 0, "{args:?}: {}{}", applied.err, file.err);
        for kind in
            [Kind::Backend, Kind::AIServiceBackend, Kind::BackendTLSPolicy, Kind::BackendSecurityPolicy]
        {
            if there("shapes").contains(&format!("{kind} {name}")) {
                let text = spec(kind, "again", &name).to_string().replace("again", "shapes");
                assert_eq!(spec(kind, "shapes", &name).to_string(), text, "{args:?}");
            }
        }
    }
}

#[test]
fn what_this_tool_made_it_can_change() {
    unless_skipped!();
    namespace("mine");
    let plain = ["m", "-n", "mine", "--provider", "openai", "--secret", "m-key"];
    let first = ["m", "-n", "mine", "--provider", "openai", "--secret-stdin", "--set-header", "x-a=1"];
    assert_eq!(create(&first, CANARY).code, 0);
    // what is not wanted any more goes, without a word about conflicts
    let bare = create(&plain, "");
    assert!(bare.code == 2 && bare.err.contains("-  headerMutation:"), "{}", bare.err);
    let applied = create(&[&plain[..], &["--apply"]].concat(), "");
    assert_eq!(applied.code, 0, "{}", applied.err);
    assert!(spec(Kind::AIServiceBackend, "mine", "m").get("headerMutation").is_none());
    let rotated = create(&[&first[..6], &["--apply"]].concat(), "sk-canary-4712");
    assert!(rotated.out.contains("secret/m-key configured"), "{}{}", rotated.out, rotated.err);
    let other = ["m", "-n", "mine", "--provider", "anthropic", "--secret", "m-key", "--apply"];
    let other = create(&other, "");
    assert_eq!(other.code, 0, "{}", other.err);
    assert_eq!(spec(Kind::BackendSecurityPolicy, "mine", "m")["type"], "AnthropicAPIKey");
}

#[test]
fn what_is_there_is_never_written_over() {
    unless_skipped!();
    namespace("kept");
    let openai = ["b", "-n", "kept", "--provider", "openai", "--secret-stdin"];
    let existing = ["b", "-n", "kept", "--provider", "openai", "--secret", "b-key"];
    let groq = ["b", "-n", "kept", "--provider", "groq", "--secret", "b-key"];
    assert_eq!(create(&openai, CANARY).code, 0);
    let again = create(&existing, "");
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.lines().all(|it| it.ends_with(" unchanged")), "{}", again.out);
    let secret = create(&openai, CANARY);
    assert_eq!(secret.code, 2);
    assert!(secret.err.contains("Secret kept/b-key is there already"), "{}", secret.err);
    let before = spec(Kind::Backend, "kept", "b");
    let other = create(&groq, "");
    assert_eq!((other.code, spec(Kind::Backend, "kept", "b")), (2, before));
    assert!(other.err.contains("+      hostname: api.groq.com"), "{}", other.err);
    let rehearsed = create(&[&groq[..], &["--apply", "--dry-run=server"]].concat(), "");
    assert!(
        rehearsed.out.contains("backend.gateway.envoyproxy.io/b configured (server dry run)"),
        "{}",
        rehearsed.out
    );
    assert_eq!(create(&[&groq[..], &["--apply"]].concat(), "").code, 0);
    // a field that somebody else owns
    let mut kubectl = server().kubectl("admin");
    let set = r#""headerMutation":{"set":[{"name":"x-a","value":"secret-of-others"}]}"#;
    let patch = format!(r#"{{"spec":{{"schema":{{"prefix":"/mine"}},{set}}}}}"#);
    let patch = patch.as_str();
    kubectl.args(["-n", "kept", "patch", "aiservicebackend", "b", "--type=merge", "-p", patch]);
    assert_eq!(typed(kubectl, "").code, 0);
    let more = create(&groq, "");
    assert!(more.code == 2 && more.err.contains("-    prefix: /mine"), "{}", more.err);
    assert!(more.err.contains("bytes, not shown") && !more.err.contains("secret-of-others"), "{}", more.err);
    let conflict = create(&[&groq[..], &["--apply"]].concat(), "");
    assert_eq!(conflict.code, 2, "{}", conflict.out);
    assert!(
        conflict.err.contains(".spec.schema.prefix") && conflict.err.contains("kubectl-patch"),
        "{}",
        conflict.err
    );
    assert_eq!(spec(Kind::AIServiceBackend, "kept", "b")["schema"]["prefix"], "/mine");
    assert_eq!(create(&[&groq[..], &["--apply", "--force-conflicts"]].concat(), "").code, 0);
}

#[test]
fn routes_and_policies_are_extended_and_the_rest_stays() {
    unless_skipped!();
    namespace("grown");
    let to = ["--route", "r", "--gateway", "models/ai"];
    for (name, host) in [("one", "a.example.com"), ("two", "b.example.com")] {
        let host = ["--schema", "OpenAI", "--host", host, "-n", "grown"];
        let secret: &[&str] =
            if name == "one" { &["--secret-stdin"] } else { &["--policy", "one", "--apply"] };
        let model = ["--model", name];
        let made = create(&[&[name], &host[..], secret, &to, &model].concat(), CANARY);
        assert_eq!(made.code, 0, "{}", made.err);
    }
    let rules = spec(Kind::AIGatewayRoute, "grown", "r")["rules"].clone();
    let names = |rule: &Value| rule["backendRefs"][0]["name"].as_str().unwrap().to_owned();
    assert_eq!(rules.as_array().unwrap().iter().map(names).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(spec(Kind::BackendSecurityPolicy, "grown", "one")["targetRefs"].as_array().unwrap().len(), 2);
    let third = [&["one", "-n", "grown"], &to[..], &["--model", "three"]].concat();
    let shown = create(&[&third[..], &["--apply", "--dry-run=server", "-o", "yaml"]].concat(), "");
    assert!(
        shown.out.contains("value: three") && shown.out.starts_with("apiVersion:"),
        "{}{}",
        shown.out,
        shown.err
    );
    assert!(
        ["status", "managedFields", "uid", "null"].iter().all(|it| !shown.out.contains(it)),
        "{}",
        shown.out
    );
    let refused = create(&third, "");
    assert!(refused.code == 2 && refused.err.contains("--apply"), "{}", refused.err);
}

#[test]
fn services_are_looked_up() {
    unless_skipped!();
    namespace("inside");
    for (name, port) in [("llm", "http"), ("tls", "https")] {
        let port = serde_json::json!({"name": port, "port": 8000});
        server().apply(&serde_json::json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "inside"}, "spec": {"ports": [port]},
        }));
    }
    let of = |service: &str| {
        create(&["s", "-n", "inside", "--dry-run=server", "-o", "json", "--force", "--service", service], "")
    };
    let found = of("llm:http");
    assert!(
        found.out.contains("\"llm.inside.svc.cluster.local\"") && found.out.contains("8000"),
        "{}",
        found.err
    );
    for (service, said) in [
        ("lm:http", "did you mean `llm`?"),
        ("llm:9000", "there are: 8000 (http)"),
        ("nowhere/llm:80", "kubectl get services -n nowhere"),
        ("tls:https", "is named https"),
    ] {
        let refused = of(service);
        assert!(refused.code == 2 && refused.err.contains(said), "{service}: {}", refused.err);
    }
}

#[test]
fn kubectl_finds_it_as_a_kind_to_create() {
    unless_skipped!();
    namespace("alias");
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("kubectl-create-aiservicebackend");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_kubectl-aigw_backend"), link).unwrap();
    let mut kubectl = server().kubectl("admin");
    let path = std::env::join_paths([folder.path().to_owned(), "/usr/bin".into(), "/bin".into()]).unwrap();
    kubectl.env("PATH", path).args([
        "create",
        "aiservicebackend",
        "v",
        "-n",
        "alias",
        "--service",
        "models/vllm:8000",
    ]);
    let made = typed(kubectl, "");
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.contains("aiservicebackend.aigateway.envoyproxy.io/v created"), "{}", made.out);
}

#[test]
fn what_is_being_deleted_is_not_there() {
    unless_skipped!();
    namespace("going");
    let args = ["g", "-n", "going", "--schema", "OpenAI", "--host", "a.example.com"];
    assert_eq!(create(&args, "").code, 0);
    let kubectl = |args: &[&str]| {
        let mut kubectl = server().kubectl("admin");
        kubectl.args(["-n", "going"]).args(args);
        assert_eq!(typed(kubectl, "").code, 0, "{args:?}");
    };
    let finalizers = r#"{"metadata":{"finalizers":["example.com/stays"]}}"#;
    kubectl(&["patch", "aiservicebackend", "g", "--type=merge", "-p", finalizers]);
    kubectl(&["delete", "aiservicebackend", "g", "--wait=false"]);
    let going = create(&args, "");
    assert!(
        going.code == 2 && going.err.contains("AIServiceBackend going/g is being deleted"),
        "{}",
        going.err
    );
    let nowhere = create(&["g", "-n", "no-such-namespace", "--provider", "openai", "--secret", "k"], "");
    assert!(
        nowhere.code == 2 && nowhere.err.contains("kubectl get namespace no-such-namespace"),
        "{}",
        nowhere.err
    );
}

#[test]
fn who_may_not_write_is_told_the_verb() {
    unless_skipped!();
    server().load(&crate::support::rights_file());
    let mut command = server().kubectl("viewer");
    command.args(["aigw-backend", "create", "x", "-n", "models", "--service", "models/vllm:8000"]);
    let refused = typed(command, "");
    assert_eq!(refused.code, 2, "{}", refused.out);
    assert!(
        refused.err.contains("kubectl auth can-i create backends.gateway.envoyproxy.io -n models"),
        "{}",
        refused.err
    );
}

#[test]
fn the_controllers_are_waited_for() {
    unless_skipped!();
    namespace("waited");
    let args = ["w", "-n", "waited", "--schema", "OpenAI", "--host", "a.example.com", "--wait=2s"];
    let silent = create(&args, "");
    assert_eq!(silent.code, 3, "{}", silent.err);
    assert!(silent.err.contains("no controller has said anything yet"), "{}", silent.err);
}
