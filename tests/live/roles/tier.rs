//! Users, what they may do, and what a run as one of them says.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    time::{Duration, Instant},
};

use aigw_backend::model::Kind;
use serde_json::{Value, json};

use crate::support::{Server, shared};

/// How a run went.
pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) report: Value,
    pub(super) table: String,
    pub(super) err: String,
}

/// An entry of `skipped`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gap {
    pub(super) kind: String,
    pub(super) namespace: String,
    pub(super) reason: String,
    pub(super) remedy: String,
}

/// `check` as a user that admin stands in for.
pub(super) fn check(user: &str, args: &[&str]) -> Ran {
    let table = tempfile::NamedTempFile::new().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_kubectl-aigw_backend"))
        .args(["check", "--as", user, "-o", "json", "-o"])
        .arg(format!("table={}", table.path().display()))
        .args(args)
        .env("KUBECONFIG", shared().kubeconfig("admin"))
        .env("COLUMNS", "1000")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap(),
        report: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        table: std::fs::read_to_string(table.path()).unwrap(),
        err: text(output.stderr),
    }
}

fn all<'a>(report: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    report[field].as_array().into_iter().flatten()
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Ran {
    pub(super) fn gaps(&self) -> BTreeSet<Gap> {
        let gap = |it: &Value| Gap {
            kind: text(&it["kind"]),
            namespace: text(&it["namespace"]),
            reason: text(&it["reason"]),
            remedy: text(&it["remedy"]),
        };
        all(&self.report, "skipped").map(gap).collect()
    }

    fn findings(&self) -> BTreeSet<String> {
        all(&self.report, "findings")
            .map(|it| format!("{} {} {}", it["code"], it["object"], it["path"]))
            .collect()
    }

    pub(super) fn health(&self) -> BTreeMap<String, String> {
        let name = |it: &Value| format!("{}/{}", text(&it["namespace"]), text(&it["name"]));
        all(&self.report, "backends").map(|it| (name(it), text(&it["health"]))).collect()
    }

    pub(super) fn said(&self) -> (BTreeSet<String>, BTreeMap<String, String>) {
        (self.findings(), self.health())
    }

    /// Whoever sees less says less: no finding and no good word that the full reader has not.
    pub(super) fn says_no_more_than(&self, full: &Ran) {
        let invented: Vec<String> = self.findings().difference(&full.findings()).cloned().collect();
        assert!(invented.is_empty(), "invented: {invented:?}");
        let known = full.health();
        for (name, health) in self.health() {
            let less = health == "unknown" || health == "warn" && known[&name] == "fail";
            assert!(health == known[&name] || less, "{name}: {health}, and {}", known[&name]);
        }
        let listed = self.table.contains("not checked: ");
        assert_eq!(listed, !self.gaps().is_empty(), "{}", self.table);
    }
}

/// The YAML of the README that holds a kind.
pub(super) fn of_readme(kind: &str) -> Value {
    let readme = include_str!("../../../README.md");
    let block = readme.split("```yaml\n").find(|it| it.contains(&format!("kind: {kind}\n"))).unwrap();
    serde_saphyr::from_str(block.split("```").next().unwrap()).unwrap()
}

/// The rules of a tier of the README.
pub(crate) fn rules_of_readme(kind: &str) -> Vec<Value> {
    of_readme(kind)["rules"].as_array().unwrap().clone()
}

/// Rules without some kinds; `*` becomes the kinds of the group.
pub(super) fn without(rules: &[Value], left_out: &[Kind]) -> Vec<Value> {
    let mut narrowed = vec![];
    for rule in rules {
        for group in rule["apiGroups"].as_array().unwrap() {
            let of_group = Kind::all().filter(|it| it.info().group == group);
            let named = of_group.filter(|it| {
                let listed = rule["resources"].as_array().unwrap();
                listed.iter().any(|name| name == "*" || name == it.info().plural)
            });
            let resources: Vec<&str> =
                named.filter(|it| !left_out.contains(it)).map(|it| it.info().plural).collect();
            if !resources.is_empty() {
                narrowed.push(json!({"apiGroups": [group], "resources": resources, "verbs": rule["verbs"]}));
            }
        }
    }
    narrowed
}

/// Lets a user do something, in a namespace or everywhere, and waits until the server knows.
pub(super) fn allow(user: &str, label: &str, namespace: Option<&str>, rules: &[Value]) {
    let server = shared();
    let name = format!("{user}-{label}");
    let prefix = if namespace.is_some() { "" } else { "Cluster" };
    let mut meta = json!({"name": name});
    if let Some(namespace) = namespace {
        meta["namespace"] = json!(namespace);
    }
    let group = "rbac.authorization.k8s.io";
    let api_version = format!("{group}/v1");
    server.apply(&json!({"apiVersion": api_version, "kind": format!("{prefix}Role"), "metadata": meta, "rules": rules}));
    server.apply(&json!({
        "apiVersion": api_version, "kind": format!("{prefix}RoleBinding"), "metadata": meta,
        "roleRef": {"apiGroup": group, "kind": format!("{prefix}Role"), "name": name},
        "subjects": [{"apiGroup": group, "kind": "User", "name": user}],
    }));
    let Some(last) = rules.last() else { return };
    let until = Instant::now() + Duration::from_secs(60);
    while !may(server, user, namespace, last) {
        assert!(Instant::now() < until, "{name} has no effect");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Whether a rule has come to count.
fn may(server: &Server, user: &str, namespace: Option<&str>, rule: &Value) -> bool {
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
        "spec": {"user": user, "resourceAttributes": {
            "namespace": namespace.unwrap_or_default(), "verb": rule["verbs"][0], "group": rule["apiGroups"][0],
            "resource": rule["resources"][0],
        }},
    });
    let request = http::Request::post("/apis/authorization.k8s.io/v1/subjectaccessreviews")
        .header("content-type", "application/json")
        .body(review.to_string().into_bytes())
        .unwrap();
    let answer: Value = serde_json::from_str(&server.send(request).unwrap()).unwrap();
    answer["status"]["allowed"] == true
}

/// What a remedy of a right that is missing asks for: the rule that grants it, and where.
fn right(remedy: &str) -> (Value, Option<String>) {
    let words: Vec<&str> = remedy.split(' ').collect();
    let ["kubectl", "auth", "can-i", verb, resource, place @ ..] = words.as_slice() else {
        panic!("no question about a right: {remedy}")
    };
    let kind = Kind::all().find(|it| it.resource() == *resource).unwrap_or_else(|| panic!("{remedy}"));
    let namespace = match place {
        ["-A"] => None,
        ["-n", namespace] => Some((*namespace).to_owned()),
        _ => panic!("{remedy}"),
    };
    (json!({"apiGroups": [kind.info().group], "resources": [kind.info().plural], "verbs": [verb]}), namespace)
}

/// What kubectl answers to a remedy.
pub(super) fn answer(user: &str, remedy: &str) -> String {
    let output = shared().shell("admin", &format!("{remedy} --as {user}")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{remedy}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Every remedy is a question that kubectl answers with no.
pub(super) fn are_denied(user: &str, gaps: &BTreeSet<Gap>) {
    for remedy in gaps.iter().map(|it| &it.remedy).collect::<BTreeSet<_>>() {
        assert_eq!(answer(user, remedy), "no", "{remedy} as {user}");
    }
}

/// Grants what the remedies name, time after time, as what is seen then may lead to more. What was granted is no gap any
/// more, and in the end there is none.
pub(super) fn heal(user: &str, args: &[&str]) {
    let mut granted: BTreeSet<Gap> = BTreeSet::new();
    for step in 0..6 {
        let gaps = check(user, args).gaps();
        assert!(gaps.iter().all(|it| it.reason == "forbidden"), "{gaps:?}");
        let again: Vec<&Gap> = gaps.intersection(&granted).collect();
        assert!(again.is_empty(), "granted in vain: {again:?}");
        if gaps.is_empty() {
            return;
        }
        let mut rules: BTreeMap<Option<String>, Vec<Value>> = BTreeMap::new();
        for gap in &gaps {
            let (rule, namespace) = right(&gap.remedy);
            let rules = rules.entry(namespace).or_default();
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        for (namespace, rules) in rules {
            allow(user, &format!("more-{step}"), namespace.as_deref(), &rules);
        }
        granted.extend(gaps);
    }
    panic!("{user} has rights enough, and yet: {:?}", check(user, args).gaps());
}
