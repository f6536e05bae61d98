//! Whatever stands in a Secret, or instead of one: no output holds it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may panic")]

use aigw_backend::cli::{self, Terminal};

const WORD: &str = "canary7qx";
const NUMBER: &str = "99887766554433";
const BASE64: &str = "Y2FuYXJ5N3F4";

/// A backend with a policy that takes its key from Secret `key`.
const CHAIN: &str = "\
apiVersion: aigateway.envoyproxy.io/v1beta1
kind: AIServiceBackend
metadata: {name: openai}
spec: {schema: {name: OpenAI}, backendRef: {name: openai, kind: Backend, group: gateway.envoyproxy.io}}
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: Backend
metadata: {name: openai}
spec: {endpoints: [{fqdn: {hostname: api.openai.com, port: 443}}]}
---
apiVersion: aigateway.envoyproxy.io/v1beta1
kind: BackendSecurityPolicy
metadata: {name: openai}
spec:
  type: APIKey
  apiKey: {secretRef: {name: key}}
  targetRefs: [{group: aigateway.envoyproxy.io, kind: AIServiceBackend, name: openai}]
---
";

fn silent(document: &str) {
    let files =
        "-o sarif=DIR/sarif -o junit=DIR/junit -o github=DIR/github -o markdown --write-baseline DIR/new";
    for flags in [
        "-o table",
        "-o wide",
        "-o json",
        "-o yaml",
        "-o name",
        "--assume-complete -v 9",
        &format!("--assume-complete {files}"),
        "--baseline DIR/old",
        "--save DIR/saved",
    ] {
        let text = format!("{CHAIN}{document}");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("old"), &text).unwrap();
        let flags = flags.replace("DIR", &folder.path().display().to_string());
        let line = format!("kubectl-aigw_backend check -f - {flags}");
        let args = line.split_whitespace().map(Into::into);
        let now = "2026-10-01T00:00:00Z".parse().unwrap();
        let answer = cli::run(args, &Terminal::PIPE, now, &mut text.as_bytes());
        let mut all = answer.stdout + &answer.stderr;
        for file in ["sarif", "junit", "github", "new", "saved"] {
            all += &std::fs::read_to_string(folder.path().join(file)).unwrap_or_default();
        }
        for canary in [WORD, NUMBER, BASE64] {
            assert!(!all.contains(canary), "{flags}\n{document}\n{all}");
        }
    }
}

#[test]
fn of_a_secret() {
    let fields = [
        format!("data: {{apiKey: {BASE64}}}"),
        format!("data: {{apiKey: \"{WORD}!!\"}}"),
        format!("data: {{apiKey: {NUMBER}}}"),
        format!("data: {{apiKey: [{WORD}]}}"),
        format!("data: {{apiKey: {{a: {WORD}}}}}"),
        format!("data: {WORD}"),
        format!("data: [{WORD}]"),
        format!("stringData: {{apiKey: \"Bearer {WORD}\\n\"}}"),
        format!("stringData: {{apiKey: {NUMBER}}}"),
        format!("stringData: {WORD}"),
        format!("type: [{WORD}]\nstringData: {{apiKey: \"\"}}"),
        // not YAML
        format!("stringData:\n  apiKey: \"{WORD}\n  x: y"),
        format!("stringData:\n  apiKey: *{WORD}"),
        format!("stringData:\n  apiKey: !!int {WORD}"),
        format!("stringData:\n  apiKey: !!binary {WORD}"),
        format!("stringData:\n  apiKey: %{WORD}"),
        format!("stringData:\n  apiKey: {WORD}: {WORD}"),
        format!("stringData:\n\tapiKey: {WORD}"),
        format!("stringData:\n  apiKey: \"\\{WORD}\""),
        format!("stringData:\n  apiKey: {WORD}\n  apiKey: {WORD}"),
        format!("stringData: {{apiKey: {WORD}"),
    ];
    for field in fields {
        for kind in ["Secret", "secret"] {
            silent(&format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: key}}\n{field}\n"));
        }
        silent(&format!("metadata: {{name: key}}\n{field}\n"));
    }
    for meta in [
        format!("{{name: key, annotations: {{kubectl.kubernetes.io/last-applied-configuration: '{WORD}'}}}}"),
        format!("{{name: key, annotations: {{rotators/expiration-time: {WORD}}}}}"),
        format!("{{name: key, labels: [{WORD}]}}"),
        WORD.to_owned(),
    ] {
        silent(&format!("apiVersion: v1\nkind: Secret\nmetadata: {meta}\ndata: {{apiKey: \"\"}}\n"));
    }
}

#[test]
fn of_a_list_on_one_line() {
    let backend = "{apiVersion: gateway.envoyproxy.io/v1alpha1, kind: Backend, metadata: {name: openai}, \
                   spec: {endpoints: [{fqdn: {hostname: 'http://h', port: 443}}]}}";
    let secret = format!("stringData: {{apiKey: \"first\n  {WORD}\"}}");
    for start in ["apiVersion: v1, kind: Secret, metadata: {name: key}", "metadata: {name: key}"] {
        silent(&format!("apiVersion: v1\nkind: List\nitems: [{{{start}, {secret}}}, {backend}]\n"));
        silent(&format!("apiVersion: v1\nkind: List\nitems: [{backend}, {{{start}, {secret}}}]\n"));
    }
}

#[test]
fn of_a_header_that_is_set() {
    let annotation = "kubectl.kubernetes.io/last-applied-configuration";
    for mutation in [
        format!("{{set: [{{name: Authorization, value: \"Bearer {WORD}\"}}]}}"),
        format!("{{set: [{{name: Authorization, value: {NUMBER}}}]}}"),
        format!(
            "\n    set:\n    - name: x-api-key\n      value: >-\n        {WORD}\n    - {{name: api-key, value: {WORD}}}"
        ),
        format!("{{set: {WORD}}}"),
        format!("{{set: [{WORD}]}}"),
        WORD.to_owned(),
    ] {
        silent(&format!(
            "apiVersion: aigateway.envoyproxy.io/v1beta1\nkind: AIServiceBackend\n\
             metadata: {{name: other, annotations: {{{annotation}: '{WORD}'}}}}\n\
             spec:\n  schema: {{name: OpenAI}}\n  backendRef: {{name: openai}}\n  headerMutation: {mutation}\n"
        ));
    }
}

#[test]
fn of_a_configuration_that_does_not_parse() {
    for line in [
        format!("extensionApis: \"{WORD}\""),
        format!("extensionManager: {WORD}: {WORD}"),
        format!("provider: *{WORD}"),
    ] {
        silent(&format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: envoy-gateway-config, namespace: envoy-gateway-system}}\n\
             data:\n  envoy-gateway.yaml: |\n    kind: EnvoyGateway\n    {line}\n"
        ));
    }
}

/// What `--save` writes of a text.
fn saved(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("saved");
    let line = format!("kubectl-aigw_backend check -f - --assume-complete --save {}", file.display());
    let now = "2026-10-01T00:00:00Z".parse().unwrap();
    let answer =
        cli::run(line.split_whitespace().map(Into::into), &Terminal::PIPE, now, &mut text.as_bytes());
    assert!(!answer.stderr.contains("error:"), "{}\n{text}", answer.stderr);
    std::fs::read_to_string(&file).unwrap()
}

/// Documents, and what of each is to stay.
fn nothing_is_saved(cases: &[(String, &str)]) {
    for (document, kept) in cases {
        let text = saved(&format!("{CHAIN}{document}"));
        for canary in [WORD, NUMBER, BASE64] {
            assert!(!text.contains(canary), "{document}\n{text}");
        }
        assert!(text.contains(kept), "{kept}\n{text}");
        assert_eq!(saved(&text), text, "saved again");
    }
}

#[test]
fn of_a_backend_that_is_saved() {
    let applied = |object: &str| format!("kubectl.kubernetes.io/last-applied-configuration: '{object}'");
    let header = |value: &str| format!("headerMutation: {{set: [{{name: x-any, value: {value}}}]}}");
    let body = |value: &str| format!("bodyMutation: {{set: [{{path: user, value: '{value}'}}]}}");
    let ours = "apiVersion: aigateway.envoyproxy.io/v1beta1\nkind: AIServiceBackend\n";
    let backend = |meta: &str, spec: &str| {
        format!("{ours}metadata: {{name: x{meta}}}\nspec: {{schema: {{name: OpenAI}}, {spec}}}\n")
    };
    let cases = [
        (backend(&format!(", annotations: {{example.com/key: {WORD}}}"), ""), "name: x"),
        (backend("", &header(&format!("Bearer {WORD}"))), "value: Bearer redacted-1"),
        (backend("", &header(&format!("\" bearer  {WORD}\""))), "bearer redacted-1"),
        (backend("", &header(&format!("BearerOf{WORD}"))), "value: Bearerredacted-1"),
        (backend("", &header("EMPTY")), "value: EMPTY"),
        (backend("", &body(WORD)), "value: redacted-1"),
        (backend("", &body(&format!("[{WORD}]"))), "{redacted-1}"),
        (backend("", &body(&format!("{{\"a\": \"{WORD}\"}}"))), r#"value: "\"redacted-1\"""#),
        (backend("", &body(NUMBER)), r#"value: "\"redacted-1\"""#),
        (backend("", &body("0.7")), "0.7"),
        (backend("", &format!("apiKey: {{inline: {WORD}}}")), "inline: redacted-1"),
        (backend(&format!(", annotations: {{{}}}", applied(WORD)), ""), "name: x"),
        (
            backend(
                &format!(
                    ", uid: u, annotations: {{{}}}",
                    applied(&format!(
                        r#"{{"spec": {{"gone": "{WORD}", "headerMutation": {{"set": [{{"name": "a", "value": "{WORD}"}}]}}}}}}"#
                    ))
                ),
                "",
            ),
            "redacted-1",
        ),
    ];
    nothing_is_saved(&cases);
}

#[test]
fn of_other_objects_that_are_saved() {
    let applied = format!("kubectl.kubernetes.io/last-applied-configuration: '{WORD}'");
    let container = format!(
        "{{name: c, image: 'x/ai-gateway-controller:v1.1.0', command: [{WORD}], env: [{{name: KEY, value: {WORD}}}],\n     \
         args: ['--logLevel=info', '--apiKey={WORD}', '--password', {WORD}],\n     \
         livenessProbe: {{httpGet: {{httpHeaders: [{{name: a, value: {WORD}}}]}}}}}}"
    );
    let envoy = "apiVersion: gateway.envoyproxy.io/v1alpha1\n";
    let cases = [
        (
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: x}}\nspec: {{containers: [{container}]}}\n"
            ),
            "name: KEY",
        ),
        (
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: x}}\nspec:\n  template:\n    metadata: \
                 {{annotations: {{a: {WORD}}}}}\n    spec: {{containers: [{container}]}}\n"
            ),
            "--logLevel=info",
        ),
        (
            format!(
                "{envoy}kind: EnvoyProxy\nmetadata: {{name: x}}\nspec: {{bootstrap: {{type: Merge, value: 'a: {WORD}'}}, \
                 provider: {{kubernetes: {{envoyDeployment: {{container: {{env: [{{name: A, value: {WORD}}}]}}, patch: \
                 {{value: {{spec: {{a: {WORD}}}}}}}}}}}}}}}\n"
            ),
            "type: Merge",
        ),
        (
            format!(
                "{envoy}kind: EnvoyExtensionPolicy\nmetadata: {{name: x}}\nspec: {{lua: [{{type: Inline, inline: 'k = \
                 {WORD}'}}], wasm: [{{config: {{key: {WORD}}}}}]}}\n"
            ),
            "type: Inline",
        ),
        (
            format!(
                "{envoy}kind: Backend\nmetadata: {{name: x}}\nspec: {{endpoints: [{{fqdn: {{hostname: \
                 'https://me:{WORD}@h.example.com/v1', port: 443}}}}]}}\n"
            ),
            "https://redacted@h.example.com/v1",
        ),
        (
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\ndata: {{any: {WORD}}}\n"),
            "bytes: 9",
        ),
        (
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x}}\ndata:\n  envoy-gateway.yaml: |\n    \
                 # {WORD}\n    rateLimit: {{backend: {{redis: {{url: 'redis://:{WORD}@redis:6379'}}}}}}\n    provider: \
                 {{kubernetes: {{rateLimitDeployment: {{container: {{env: [{{name: A, value: {WORD}}}]}}}}}}}}\n"
            ),
            "redis://redacted@redis:6379",
        ),
        (
            format!(
                "apiVersion: v1\nkind: Secret\ntype: {WORD}\nmetadata: {{name: x, labels: {{a: {WORD}}}, annotations: \
                 {{rotators/note: {WORD}, {applied}}}}}\nstringData: {{apiKey: {WORD}}}\n"
            ),
            "bytes: 9",
        ),
    ];
    nothing_is_saved(&cases);
}
