//! Each tier of rights: what is left out is named with the verb and the resource that are missing, and nothing is invented.

mod tier;

use std::{
    collections::BTreeSet,
    sync::{Mutex, Once},
};

use aigw_backend::model::Kind;
use serde_json::{Value, json};

pub(crate) use tier::rules_of_readme;
use tier::{Gap, Ran, allow, answer, are_denied, check, heal, of_readme, text, without};

/// The user of the README's ClusterRole.
fn full() -> &'static str {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| allow("role-full", "readme", None, &rules_of_readme("ClusterRole")));
    "role-full"
}

/// The namespace of the README's Role.
fn namespace() -> String {
    text(&of_readme("Role")["metadata"]["namespace"])
}

/// A run that left something out, and everything that then must hold.
fn holds(user: &str, args: &[&str]) -> Ran {
    let ran = check(user, args);
    assert_eq!(ran.err, "", "{user}");
    ran.says_no_more_than(&check(full(), args));
    are_denied(user, &ran.gaps());
    ran
}

#[test]
fn the_cluster_role_of_the_readme_leaves_nothing_out() {
    unless_skipped!();
    let ran = check(full(), &["-A"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert_eq!(ran.gaps(), BTreeSet::new());
    assert_eq!(ran.report["summary"]["complete"], true);
    assert_eq!(ran.said(), check("role-master", &["-A", "--as-group", "system:masters"]).said());
}

/// What the Role of the README cannot read.
fn beyond_one_namespace() -> BTreeSet<(String, String)> {
    let listed = Kind::all().filter(|it| !it.is_read_by_name()).map(|it| (it.to_string(), String::new()));
    listed.chain([("ConfigMap".to_owned(), "envoy-gateway-system".to_owned())]).collect()
}

fn places(gaps: &BTreeSet<Gap>) -> BTreeSet<(String, String)> {
    gaps.iter().map(|it| (it.kind.clone(), it.namespace.clone())).collect()
}

#[test]
fn the_role_of_the_readme_leaves_out_what_the_readme_says() {
    unless_skipped!();
    let (user, namespace) = ("role-namespace", namespace());
    let args = ["-n", namespace.as_str()];
    allow(user, "readme", Some(&namespace), &rules_of_readme("Role"));
    let ran = holds(user, &args);
    assert_eq!(ran.code, 0);
    assert_eq!(places(&ran.gaps()), beyond_one_namespace());
    // all of its own namespace is known
    assert_eq!(ran.health(), check(full(), &args).health());
    assert!(ran.table.contains("the controllers could not be looked at"), "{}", ran.table);
    assert_eq!(check(user, &["-n", &namespace, "--strict"]).code, 3);
    heal(user, &args);
}

#[test]
fn what_is_missing_at_home_stands_before_what_is_elsewhere() {
    unless_skipped!();
    let (user, namespace) = ("role-namespace-without-secrets", namespace());
    let args = ["-n", namespace.as_str()];
    allow(user, "readme", Some(&namespace), &without(&rules_of_readme("Role"), &[Kind::Secret]));
    let ran = holds(user, &args);
    assert_eq!(ran.code, 0);
    let mut expected = beyond_one_namespace();
    expected.insert(("Secret".to_owned(), namespace.clone()));
    assert_eq!(places(&ran.gaps()), expected);
    let own = ran.table.find(&format!("kubectl auth can-i get secrets -n {namespace}\n"));
    let elsewhere = ran.table.find("not checked: forbidden across all namespaces: AIServiceBackend,");
    assert!(own.is_some() && own < elsewhere, "{}", ran.table);
    assert_eq!(hop(&ran, "openai", "credential"), "unknown");
    heal(user, &args);
}

/// The state of a hop of a backend.
fn hop(ran: &Ran, name: &str, hop: &str) -> String {
    let rows = ran.report["backends"].as_array().unwrap();
    text(&rows.iter().find(|it| it["name"] == name).unwrap()["hops"][hop]["state"])
}

/// AIServiceBackends of one namespace and nothing else: that is enough to run.
#[test]
fn the_least_that_runs_knows_nothing_and_says_so() {
    unless_skipped!();
    let (user, args) = ("role-least", ["-n", "models"]);
    let rule = json!({"apiGroups": ["aigateway.envoyproxy.io"], "resources": ["aiservicebackends"], "verbs": ["list"]});
    allow(user, "least", Some("models"), &[rule]);
    let ran = holds(user, &args);
    assert_eq!((ran.code, ran.health().len()), (0, 2));
    assert!(ran.health().values().all(|it| it == "unknown"), "{:?}", ran.health());
    heal(user, &args);
}

/// What the kind costs when it is the only one that may not be read.
fn forbid(kind: Kind) {
    let user = format!("role-without-{}", kind.info().plural);
    allow(&user, "readme", None, &without(&rules_of_readme("ClusterRole"), &[kind]));
    if kind == Kind::AIServiceBackend {
        return fails(&user, &["-A"], "kubectl auth can-i list aiservicebackends.aigateway.envoyproxy.io -A");
    }
    let ran = holds(&user, &["-A"]);
    // the errors of other kinds are still there
    assert_eq!(ran.code, 1, "{kind}");
    let gaps = ran.gaps();
    // nothing there refers to a Namespace
    assert_eq!(gaps.is_empty(), kind == Kind::Namespace, "{kind}: {gaps:?}");
    let by_name = kind.is_read_by_name();
    let verb = if by_name && kind != Kind::EndpointSlice { "get" } else { "list" };
    let everywhere = format!("kubectl auth can-i {verb} {} -A", kind.resource());
    for gap in &gaps {
        let own = format!("kubectl auth can-i {verb} {} -n {}", kind.resource(), gap.namespace);
        let expected = if gap.namespace.is_empty() { &everywhere } else { &own };
        assert_eq!((&gap.kind, &gap.remedy), (&kind.to_string(), expected));
    }
    assert!(by_name || gaps.iter().any(|it| it.remedy == everywhere), "{kind}: {gaps:?}");
    let is_shown = |it: &Gap| ran.table.contains(&format!("{}\n", it.remedy));
    assert!(gaps.is_empty() || gaps.iter().any(is_shown), "{kind}: {}", ran.table);
    heal(&user, &["-A"]);
}

#[test]
fn a_kind_that_is_forbidden_is_the_only_gap() {
    unless_skipped!();
    full();
    // kubectl takes its time
    let kinds = Mutex::new(Kind::all());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some(kind) = { kinds.lock().unwrap().next() } {
                    forbid(kind);
                }
            });
        }
    });
}

/// Services are listed where one is missing: without that right it is still missing.
#[test]
fn the_list_of_services_is_only_for_the_name_that_was_meant() {
    unless_skipped!();
    let mut rules = rules_of_readme("ClusterRole");
    let services = rules.iter_mut().find(|it| it["resources"][0] == "services").unwrap();
    services["verbs"] = json!(["get"]);
    allow("role-services", "readme", None, &rules);
    let ran = holds("role-services", &["-A"]);
    assert_eq!(ran.said(), check(full(), &["-A"]).said());
    heal("role-services", &["-A"]);
}

/// One error that names the right, which kubectl denies too.
fn fails(user: &str, args: &[&str], remedy: &str) {
    let ran = check(user, args);
    assert_eq!((ran.code, &ran.report), (2, &Value::Null), "{user} {args:?}: {}", ran.err);
    assert!(ran.err.lines().any(|it| it.trim() == remedy), "{user} {args:?}: {}", ran.err);
    assert_eq!(ran.err.lines().filter(|it| it.starts_with("error:")).count(), 1, "{}", ran.err);
    assert_eq!(answer(user, remedy), "no");
}

#[test]
fn without_lists_there_is_one_error() {
    unless_skipped!();
    let mut rules = rules_of_readme("ClusterRole");
    for rule in &mut rules {
        rule["verbs"] = json!(["get"]);
    }
    allow("role-gets", "readme", None, &rules);
    for user in ["role-gets", "role-nobody"] {
        let list = "kubectl auth can-i list aiservicebackends.aigateway.envoyproxy.io";
        fails(user, &["-A"], &format!("{list} -A"));
        fails(user, &["-n", "models"], &format!("{list} -n models"));
        fails(user, &["-n", "models", "openai"], &format!("{list} -n models"));
    }
}
