//! Formats for machines: what their readers rely on, whatever stands in a cluster.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test that fails may panic"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::LazyLock,
};

use aigw_backend::{
    cli::{self, Answer, Terminal},
    cluster::files::{Request, load_text},
    demo,
    render::{Format, Page, Style, render},
    report::{self, Source, SourceKind},
    rules::{self, Severity},
    trace::{AssumedVersions, World},
};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use quick_junit::{Report as Junit, TestCaseStatus};
use serde_json::{Value, json};

/// Runs a command line, with a text as standard input.
fn run(line: &str, stdin: &str) -> Answer {
    let args = std::iter::once("kubectl-aigw_backend").chain(line.split_whitespace()).map(Into::into);
    cli::run(args, &Terminal::PIPE, "2026-10-01T00:00:00Z".parse().unwrap(), &mut stdin.as_bytes())
}

fn tests(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path).display().to_string()
}

/// Checks of all sorts: with findings, without any, of nothing, of files that cannot be read, with much suppressed.
fn checks() -> Vec<String> {
    vec![
        "check --demo".into(),
        "check --demo openai".into(),
        "check --demo -n nowhere".into(),
        "check --demo --ignore AIB304:BackendTLSPolicy/default/claude-tls,AIB401".into(),
        format!("check -f {},/no/such/file", tests("cmd/check.in/plain.yaml")),
        format!("check -f {} --assume-complete", tests("cmd/check.in/plain.yaml")),
        format!("check -R -f {} --assume-complete", tests("rules")),
    ]
}

/// What people who mean no good call things.
const HOSTILE: [&str; 22] = [
    "@everyone",
    "#1",
    "![x](http://evil.example/x.png)",
    "[x](http://evil.example)",
    "<img src=x onerror=y>",
    "http://evil.example",
    "www.evil.example",
    "me@evil.example",
    "x` @admin `",
    "x\\| @admin |\n|---|",
    "```\n# head",
    "**b** ~~s~~ __u__",
    "<!-- ",
    "]]>&lt;b&gt;\"'",
    "$x$ $$y$$",
    ":tada:",
    "[^1] [[x]]",
    "\r\n::error::x",
    "##[error]x",
    "%0A::error::x",
    "a\u{0}\u{b}\u{1b}[31m\u{fffe}\u{ffff}\u{9b}",
    "\\",
];

/// A backend, a route beside it and a policy that misses it, called like that.
fn hostile(name: &str) -> String {
    let meta = json!({"name": name, "namespace": name, "annotations": {"aigw-backend/ignore": format!("AIB999 {name}")}});
    let list = json!({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIServiceBackend", "metadata": meta,
         "spec": {"schema": {"name": name, "prefix": name},
                  "backendRef": {"group": "gateway.envoyproxy.io", "kind": "Backend", "name": name}}},
        {"apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "Backend", "metadata": meta,
         "spec": {"endpoints": [{"fqdn": {"hostname": name, "port": 443}}]}},
        {"apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "BackendSecurityPolicy", "metadata": meta,
         "spec": {"type": "APIKey", "apiKey": {"secretRef": {"name": name}},
                  "targetRefs": [{"group": "aigateway.envoyproxy.io", "kind": "AIServiceBackend", "name": name},
                                 {"group": "aigateway.envoyproxy.io", "kind": "AIServiceBackend", "name": "no"}]}},
        {"apiVersion": "aigateway.envoyproxy.io/v1beta1", "kind": "AIGatewayRoute", "metadata": meta,
         "spec": {"parentRefs": [{"name": name}],
                  "rules": [{"matches": [{"headers": [{"name": "x-ai-eg-model", "value": name}]}],
                             "backendRefs": [{"name": name}, {"name": format!("{name}-")}]}]}},
    ]});
    list.to_string()
}

/// Every check, and one of each hostile cluster, in a format.
fn answers(format: &str) -> Vec<(&'static str, &'static str)> {
    static ALL: LazyLock<Vec<(String, BTreeMap<&str, String>)>> = LazyLock::new(|| {
        let ours = checks().into_iter().map(|line| (all_formats(&line, ""), line));
        let theirs = HOSTILE.into_iter().map(|name| {
            // JSON may say what YAML may not hold
            let text = hostile(name).replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff");
            (all_formats("check -f - --assume-complete", &text), name.to_owned())
        });
        ours.chain(theirs).map(|(texts, what)| (what, texts)).collect()
    });
    ALL.iter().map(|(what, texts)| (what.as_str(), texts[format].as_str())).collect()
}

/// One check in all formats.
fn all_formats(line: &str, stdin: &str) -> BTreeMap<&'static str, String> {
    let folder = tempfile::tempdir().unwrap();
    let formats = ["sarif", "junit", "github", "markdown"];
    let path = |format: &str| folder.path().join(format);
    let flags: Vec<String> = formats.iter().map(|it| format!("-o {it}={}", path(it).display())).collect();
    let answer = run(&format!("{line} {}", flags.join(" ")), stdin);
    assert_eq!(answer.stdout, "");
    let read = |format: &'static str| (format, std::fs::read_to_string(path(format)).expect(&answer.stderr));
    formats.into_iter().map(read).collect()
}

#[test]
fn sarif_is_sarif() {
    let schema: Value = serde_json::from_str(include_str!("schema/sarif.schema.json")).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for (what, text) in answers("sarif") {
        let log: Value = serde_json::from_str(text).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new(), "{what}");
        let run = &log["runs"][0];
        let all = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert!(all.iter().map(|it| it["id"].as_str().unwrap()).eq(rules::all().map(|it| it.code)));
        let mut fingerprints = BTreeSet::new();
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(all[index]["id"], result["ruleId"]);
            assert_eq!(all[index]["defaultConfiguration"]["level"], result["level"]);
            let print = result["partialFingerprints"]["codeObjectPath/v1"].as_str().unwrap();
            assert!(fingerprints.insert(print.to_owned()), "{what}: {print} twice");
            assert!(!result["message"]["text"].as_str().unwrap().contains("]("), "{what}: a link");
        }
    }
}

#[test]
fn sarif_says_what_was_not_done_and_what_does_not_count() {
    let of = |line: &str| -> Value {
        let log: Value = serde_json::from_str(&run(line, "").stdout).unwrap();
        log["runs"][0].clone()
    };
    let clean = of("check --demo openai -o sarif");
    assert_eq!(clean["results"], json!([]));
    assert_eq!(
        clean["invocations"],
        json!([{"executionSuccessful": true, "toolExecutionNotifications": []}])
    );
    let checks = checks();
    let failed = of(&format!("{} -o sarif", checks[4]));
    assert_eq!(failed["invocations"][0]["executionSuccessful"], false);
    let notes = failed["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notes[0]["level"], "error");
    assert!(notes[0]["message"]["text"].as_str().unwrap().contains("/no/such/file"));
    assert!(notes.iter().any(|it| it["message"]["text"].as_str().unwrap().starts_with("not checked: ")));
    let suppressed = of(&format!("{} -o sarif", checks[3]));
    let kinds: Vec<&Value> =
        suppressed["results"].as_array().unwrap().iter().map(|it| &it["suppressions"]).collect();
    let by_flag = |what: &str| json!([{"kind": "external", "status": "accepted", "justification": what}]);
    assert_eq!(
        kinds,
        [
            &json!([]),
            &by_flag("--ignore AIB304:BackendTLSPolicy/default/claude-tls"),
            &by_flag("--ignore AIB401")
        ]
    );
    let missing = &suppressed["results"][2]["locations"][0];
    assert_eq!(missing["logicalLocations"][0]["fullyQualifiedName"], "Secret/default/mistral-key");
    assert_eq!(missing["physicalLocation"]["region"]["startLine"], 341, "where it is referred to");
}

#[test]
fn junit_is_junit() {
    for (what, text) in answers("junit") {
        let forbidden = |it: char| it.is_control() && it != '\n' || matches!(it, '\u{fffe}' | '\u{ffff}');
        assert!(!text.contains(forbidden), "{what}");
        let junit = Junit::deserialize_from_str(text).unwrap_or_else(|error| panic!("{what}: {error}"));
        let cases: Vec<_> = junit.test_suites.iter().flat_map(|it| &it.test_cases).collect();
        assert_eq!(junit.tests, cases.len(), "{what}");
        let names: BTreeSet<_> = cases.iter().map(|it| (&it.classname, &it.name)).collect();
        assert_eq!(names.len(), cases.len(), "{what}: each case has a name of its own");
    }
}

/// Cases by what became of them, as `classname name`.
fn cases(line: &str) -> [Vec<String>; 3] {
    let junit = Junit::deserialize_from_str(&run(line, "").stdout).unwrap();
    let mut all = [vec![], vec![], vec![]];
    for case in junit.test_suites.iter().flat_map(|it| &it.test_cases) {
        let of = match case.status {
            TestCaseStatus::Success { .. } => 0,
            TestCaseStatus::NonSuccess { .. } => 1,
            TestCaseStatus::Skipped { .. } => 2,
        };
        all[of].push(format!("{} {}", case.classname.as_deref().unwrap(), &*case.name));
    }
    all
}

#[test]
fn junit_fails_where_the_exit_code_does() {
    let own = "aigw-backend everything was looked at".to_owned();
    let of = |names: &[&str]| -> Vec<String> {
        names.iter().map(|it| format!("aigw-backend.default {it}")).collect()
    };
    let with_own = |names: &[&str]| [vec![own.clone()], of(names)].concat();
    let ok = ["bedrock", "openai", "vllm"];
    assert_eq!(
        cases("check --demo -o junit"),
        [with_own(&[&["azure"][..], &ok].concat()), of(&["claude", "mistral"]), vec![]]
    );
    assert_eq!(
        cases("check --demo -o junit --fail-on warning"),
        [with_own(&ok), of(&["claude", "mistral", "azure"]), vec![]]
    );
    assert_eq!(cases("check --demo -o junit --fail-on never")[1], Vec::<String>::new());
    let plain = tests("cmd/check.in/plain.yaml");
    let [fine, failed, skipped] = cases(&format!("check -f {plain} -o junit"));
    assert_eq!((fine, failed), (vec![], vec![]), "unknown is neither");
    assert_eq!(skipped, [own.as_str(), "aigw-backend.models openai"]);
    assert_eq!(cases(&format!("check -f {plain},/no/such/file -o junit"))[1], [own]);
}

#[test]
fn github_gets_a_command_a_line() {
    let levels = ["error", "warning", "notice"];
    for (what, text) in answers("github") {
        assert!(text.lines().count() > 0, "{what}: never silent");
        for line in text.split_terminator('\n') {
            assert!(!line.contains(char::is_control), "{what}: {line}");
            let (head, _) = line.strip_prefix("::").and_then(|it| it.split_once("::")).expect(line);
            let (level, properties) = head.split_once(' ').expect(line);
            assert!(levels.contains(&level), "{what}: {line}");
            for property in properties.split(',') {
                let (name, value) = property.split_once('=').expect(line);
                assert!(["file", "line", "col", "title"].contains(&name), "{what}: {line}");
                assert!(!value.contains(':'), "{what}: {line}");
            }
        }
    }
}

#[test]
fn markdown_holds_nothing_but_ours() {
    let options = Options::all() - Options::ENABLE_SMART_PUNCTUATION;
    for (what, text) in answers("markdown") {
        let mut in_block = false;
        for event in Parser::new_ext(text, options) {
            match event {
                Event::Start(Tag::CodeBlock(_)) => in_block = true,
                Event::End(TagEnd::CodeBlock) => in_block = false,
                Event::Text(text) if !in_block => {
                    let bad = text.contains(['@', '#', '<', '$', '[', '\\', '~', '_']);
                    assert!(!bad && !text.contains("http") && !text.contains("www"), "{what}: {text}");
                }
                Event::Text(_)
                | Event::Code(_)
                | Event::SoftBreak
                | Event::End(_)
                | Event::Start(
                    Tag::Paragraph
                    | Tag::Heading { .. }
                    | Tag::List(None)
                    | Tag::Item
                    | Tag::Strong
                    | Tag::Table(_)
                    | Tag::TableHead
                    | Tag::TableRow
                    | Tag::TableCell,
                ) => {}
                other => panic!("{what}: {other:?}\n{text}"),
            }
        }
        for row in text.lines().take_while(|it| !it.starts_with("####")).filter(|it| it.starts_with('|')) {
            assert_eq!(row.matches('|').count(), 10, "{what}: {row}");
        }
    }
}

#[test]
fn markdown_fits_into_a_comment() {
    let one = |at: usize| {
        include_str!("cmd/check.in/plain.yaml").replace("name: openai", &format!("name: openai-{at}"))
    };
    let many: Vec<String> = (0..200).map(one).collect();
    let text = run("check -f - --assume-complete -o markdown", &many.join("---\n")).stdout;
    assert!(text.len() < 65_536, "{}", text.len());
    assert!(text.contains("and 100 backends more, fail at worst") && text.contains("findings more: "));
}

#[test]
fn what_was_there_before_does_not_fail_and_what_is_gone_is_not_there() {
    let request = Request { complete: true, ..Request::default() };
    let loaded = load_text(&request, demo::NAME, demo::CLUSTER);
    let world = World::new(&loaded.cluster, demo::now(), &AssumedVersions::default());
    // AIB304, AIB401, AIB503: introduced, unchanged, fixed
    let findings = rules::run(&world);
    let request = report::Request {
        source: Source { kind: SourceKind::Overlay, context: None },
        places: &loaded.places,
        before: Some(&findings[1..]),
        suppressed: &[],
    };
    let report = report::build(&world, report::Outline::all(&world), &findings[..2], &request);
    let page = Page {
        style: Style::PLAIN,
        places: &loaded.places,
        assumed_complete: true,
        fail_on: Some(Severity::Warning),
        failures: &[],
    };
    let of = |format| render(format, &report, &page);
    let sarif: Value = serde_json::from_str(&of(Format::Sarif)).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let states: Vec<_> = results.iter().map(|it| (&it["ruleId"], &it["baselineState"])).collect();
    assert_eq!(states, [(&json!("AIB304"), &json!("new")), (&json!("AIB401"), &json!("unchanged"))]);
    let github = of(Format::Github);
    let levels: Vec<_> = github.lines().map(|it| it.split(' ').next().unwrap()).collect();
    assert_eq!(levels, ["::error", "::notice", "::notice"], "{github}");
    let junit = Junit::deserialize_from_str(&of(Format::Junit)).unwrap();
    assert_eq!((junit.tests, junit.failures), (7, 1));
    let markdown = of(Format::Markdown);
    assert!(markdown.contains("with these files: 1 introduced, 1 fixed, 1 unchanged"), "{markdown}");
    assert!(
        markdown.contains("**AIB503** fixed") && markdown.contains("| `default/azure` | ✔ |"),
        "{markdown}"
    );
}
