//! Edits of texts of all layouts.

#![allow(clippy::needless_pass_by_value)] // values are made where they are used

use serde_json::{Value, json};

use super::text::{Draft, Refusal};

fn patch(text: &str, address: &[usize], operations: &[Value]) -> Result<String, Refusal> {
    let mut draft = Draft::read(text)?;
    draft.change(draft.plan(address, operations)?);
    draft.finish()
}

fn append(name: &str, text: &str, object: &Value) -> Result<String, Refusal> {
    let mut draft = Draft::read(text)?;
    draft.takes_objects(name)?;
    draft.add(object.clone());
    draft.finish()
}

fn set(path: &str, value: Value) -> Value {
    json!({"op": "add", "path": path, "value": value})
}

fn remove(path: &str) -> Value {
    json!({"op": "remove", "path": path})
}

fn patched(text: &str, operations: &[Value]) -> String {
    patch(text, &[0], operations).unwrap_or_else(|why| panic!("{why}\n{text}"))
}

#[test]
fn a_value_changes_where_it_stands() {
    for (before, value, after) in [
        ("a:\n  b: x # c\n  d: y\n", json!("z"), "a:\n  b: z # c\n  d: y\n"),
        ("a:\n  b: 'x'   # c\n", json!("it's"), "a:\n  b: 'it''s'   # c\n"),
        ("a:\n  b: \"x\"\n", json!("yes"), "a:\n  b: \"yes\"\n"),
        ("a:\n  b: x\n", json!("yes"), "a:\n  b: \"yes\"\n"),
        ("a:\n  b: x\n", json!(8), "a:\n  b: 8\n"),
        ("a: {b: x, d: y} # c\n", json!("z z"), "a: {b: \"z z\", d: y} # c\n"),
        ("{\"a\": {\"b\": \"x\", \"d\": [1]}}\n", json!("z"), "{\"a\": {\"b\": \"z\", \"d\": [1]}}\n"),
        ("a:\n  b: |\n    x\n    y\n\n  # c\n  d: y\n", json!("z"), "a:\n  b: z\n\n  # c\n  d: y\n"),
        ("a:\n  b: # c\n  d: y\n", json!("z"), "a:\n  b: z # c\n  d: y\n"),
        ("a:\n  b: &n x\n", json!("z"), "a:\n  b: &n z\n"),
        ("a:\n  b:\n    c: 1\n  d: y\n", json!("z"), "a:\n  b: z\n  d: y\n"),
        ("a:\n  b: {}\n", json!({"c": {"e": 1}}), "a:\n  b: {c: {e: 1}}\n"),
        ("a:\n  b:\n  d: y\n", json!({"c": {"e": 1}}), "a:\n  b:\n    c:\n      e: 1\n  d: y\n"),
        ("a:\n  b:\n  - x\n  d: y\n", json!([]), "a:\n  b: []\n  d: y\n"),
    ] {
        assert_eq!(patched(before, &[set("/a/b", value)]), after);
    }
}

#[test]
fn a_key_comes_after_the_last_one() {
    for (before, after) in [
        ("a:\n  b: x # c\n# d\n", "a:\n  b: x # c\n  z: v1\n# d\n"),
        ("a:\n    b:\n    - c: |\n        x\n", "a:\n    b:\n    - c: |\n        x\n    z: v1\n"),
        ("a:\n  b: x", "a:\n  b: x\n  z: v1"),
        ("a:\r\n  b: x\r\nc: 1\r\n", "a:\r\n  b: x\r\n  z: v1\r\nc: 1\r\n"),
        ("a: {b: x} # c\n", "a: {b: x, z: v1} # c\n"),
        ("a: {b: x,}\n", "a: {b: x, z: v1,}\n"),
        ("a: {}\n", "a: {z: v1}\n"),
        ("a: {\n  b: x # c\n}\n", "a: {\n  b: x, # c\n  z: v1\n}\n"),
        ("a: {\n  b: x, # c\n}\n", "a: {\n  b: x, # c\n  z: v1,\n}\n"),
        (
            "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n",
            "{\n  \"a\": {\n    \"b\": 1,\n    \"z\": \"v1\"\n  }\n}\n",
        ),
        ("{\"a\": {\"b\": 1}}", "{\"a\": {\"b\": 1, \"z\": \"v1\"}}"),
    ] {
        assert_eq!(patched(before, &[set("/a/z", json!("v1"))]), after);
    }
    let list = patched("a:\n- b: x\n", &[set("/a/0/z", json!({"c": ["d", {"e": 1}]}))]);
    assert_eq!(list, "a:\n- b: x\n  z:\n    c:\n    - d\n    - e: 1\n");
}

#[test]
fn what_is_removed_takes_its_line_and_no_other() {
    for (before, path, after) in [
        (
            "a:\n  b: x\n  # of c\n  c: y # gone\n  # after\nd: 1\n",
            "/a/c",
            "a:\n  b: x\n  # of c\n  # after\nd: 1\n",
        ),
        ("a:\n- b: x\n  c: y\n- d\n", "/a/0/b", "a:\n- c: y\n- d\n"),
        ("a:\n- b: x\n  c: y\n- d\n", "/a/0", "a:\n- d\n"),
        ("a:\n- b\n# why d\n- d\n- e", "/a/2", "a:\n- b\n# why d\n- d\n"),
        ("a: [b, c, d]\n", "/a/0", "a: [c, d]\n"),
        ("a: [b, c, d]\n", "/a/2", "a: [b, c]\n"),
        ("a: [b]\n", "/a/0", "a: []\n"),
        ("a:\n  b: x\nc: 1\n", "/a/b", "a: {}\nc: 1\n"),
        ("{\"a\": {\"b\": 1, \"c\": 2}}", "/a/c", "{\"a\": {\"b\": 1}}"),
    ] {
        assert_eq!(patched(before, &[remove(path)]), after);
    }
}

#[test]
fn what_takes_the_place_of_another_keeps_the_layout() {
    let item = json!({"group": "g", "kind": "Backend", "name": "x"});
    let operations = [remove("/a/0"), set("/a/0", item)];
    assert_eq!(
        patched("a:\n- {group: \"\", kind: Service, name: x} # why\n- b\n", &operations),
        "a:\n- {group: \"g\", kind: Backend, name: x} # why\n- b\n"
    );
    assert_eq!(
        patched("a:\n- group: \"\" # g\n  kind: Service\n  name: x\n", &operations),
        "a:\n- group: \"g\" # g\n  kind: Backend\n  name: x\n"
    );
    let operations = [set("/a/0/ip", json!({"address": "::1", "port": 1})), remove("/a/0/fqdn")];
    assert_eq!(
        patched("a:\n- fqdn: # c\n    hostname: \"::1\"\n    port: 1\n", &operations),
        "a:\n- ip: # c\n    address: \"::1\"\n    port: 1\n"
    );
}

#[test]
fn items_are_added_at_the_end_of_a_list() {
    let item = json!({"b": 1, "c": [2]});
    assert_eq!(
        patched("a:\n  - x # c\nd: 1\n", &[set("/a/-", item.clone())]),
        "a:\n  - x # c\n  - b: 1\n    c:\n    - 2\nd: 1\n"
    );
    assert_eq!(patched("a: [x]\n", &[set("/a/-", item)]), "a: [x, {b: 1, c: [2]}]\n");
}

#[test]
fn items_of_lists_and_later_documents_are_found() {
    let text = "# a\nx: 1\n---\n# nothing\n---\nkind: List\nitems:\n- a: 1\n- a: 2 # c\n";
    assert_eq!(patch(text, &[1, 1], &[set("/a", json!(3))]).unwrap(), text.replace("a: 2", "a: 3"));
    let json = "{\"kind\": \"List\", \"items\": [{\"a\": 1}, {\"a\": 2}]}";
    assert_eq!(patch(json, &[0, 1], &[set("/a", json!(3))]).unwrap(), json.replace("\"a\": 2", "\"a\": 3"));
    assert_eq!(patch("{\"a\": 1}\n{\"a\": 2}\n", &[1], &[set("/a", json!(3))]), Err(Refusal::Parts));
}

#[test]
fn what_would_spread_is_refused() {
    for (text, path, why) in [
        ("a: &n {b: 1}\nc: *n\n", "/a/b", Refusal::Spreads),
        ("a: &n {b: 1}\nc: *n\n", "/c/b", Refusal::Alias),
        ("a: &n 1\nc: *n\n", "/c", Refusal::Alias),
        ("a:\n  b: 1\n", "/x/y", Refusal::Misfit),
    ] {
        assert_eq!(patch(text, &[0], &[set(path, json!(2))]), Err(why), "{text}");
    }
    let text = "a: [x, # why x\n  y]\n";
    assert_eq!(patch(text, &[0], &[remove("/a/1")]), Err(Refusal::Comment));
}

#[test]
fn objects_are_added_as_documents() {
    let object = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}});
    let shown = "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n";
    for (before, between) in
        [("a: 1\n", "---\n"), ("a: 1", "\n---\n"), ("a: 1\n---\n", ""), ("a: 1\n...\n", "---\n")]
    {
        assert_eq!(append("x.yaml", before, &object).unwrap(), format!("{before}{between}{shown}"));
    }
    let crlf = append("x.yaml", "a: 1\r\n", &object).unwrap();
    assert_eq!(crlf, format!("a: 1\n---\n{shown}").replace('\n', "\r\n"));
    assert_eq!(append("x.json", "{}\n", &object), Err(Refusal::Json("x.json".to_owned())));
}
