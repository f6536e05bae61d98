//! Lines that no excerpt may show: Secrets, and values beside them that may be credentials.

use crate::{
    cluster::{
        source::Places,
        yaml::{Content, Node},
    },
    model::Kind,
};

/// Where the place of a node is told by its children too.
type Start = (usize, usize);

/// Forgets the lines of a document up to its end: all of a Secret and of what is not known, and else the values that
/// may be credentials.
pub(super) fn forget(places: &mut Places, file: usize, node: &Node, kind: Option<Kind>, end: usize) {
    let Some(kind) = kind.filter(|it| *it != Kind::Secret) else {
        return places.forget(file, node.place.0, end);
    };
    let mut values = vec![];
    sensitive(node, kind == Kind::ConfigMap, &mut vec![], &mut values);
    if values.is_empty() {
        return;
    }
    let mut starts = vec![];
    all(node, &mut starts);
    starts.sort_unstable();
    for value in values {
        let (line, _) = value.place;
        let whole = value.text().is_none_or(|text| !text.is_empty() && places.holds(file, line, text));
        let next = starts.iter().find(|start| **start > value.place).map_or(end, |(line, _)| *line);
        places.forget(file, line, if whole { line } else { next });
    }
}

/// The last line of an item of a list: the one before the next item, unless they share it.
pub(super) fn end(places: &Places, file: usize, next: &Node) -> usize {
    let (line, column) = next.place;
    let alone = places.is_first(file, line, column);
    if alone { line.saturating_sub(1) } else { line }
}

/// Whether what stands there is the value of a header or body field that is set, or of an environment.
pub(in crate::cluster) fn may_be_credential(path: &[&str]) -> bool {
    path.last() == Some(&"value") && path.iter().any(|it| ["set", "add", "env"].contains(it))
}

/// Headers that are set, environments, data of ConfigMaps, and the copy of the object that kubectl keeps.
fn sensitive<'a>(node: &'a Node, config: bool, path: &mut Vec<&'a str>, found: &mut Vec<&'a Node>) {
    match &node.content {
        Content::Scalar(_) => {
            let within = |names: &[&str]| path.iter().any(|it| names.contains(it));
            let copy = path.last().is_some_and(|it| it.ends_with("/last-applied-configuration"));
            if may_be_credential(path) || copy || config && within(&["data", "binaryData"]) {
                found.push(node);
            }
        }
        Content::List(items) => items.iter().for_each(|it| sensitive(it, config, path, found)),
        Content::Map(entries) => {
            for (key, it) in entries {
                path.push(key);
                sensitive(it, config, path, found);
                path.pop();
            }
        }
    }
}

fn all(node: &Node, starts: &mut Vec<Start>) {
    starts.push(node.place);
    match &node.content {
        Content::Scalar(_) => {}
        Content::List(items) => items.iter().for_each(|it| all(it, starts)),
        Content::Map(entries) => entries.iter().for_each(|(_, it)| all(it, starts)),
    }
}

#[cfg(test)]
mod tests {
    use crate::cluster::{
        Place,
        files::{Request, load_text},
    };

    /// The lines that may be shown.
    fn shown(text: &str) -> Vec<usize> {
        let loaded = load_text(&Request::default(), "x", text);
        let place = |line| Place { file: "x".into(), line, column: 1 };
        (1..=text.lines().count()).filter(|line| loaded.places.line(&place(*line)).is_some()).collect()
    }

    #[test]
    fn a_secret_that_shares_a_line_with_others_hides_it() {
        let backend = "{apiVersion: gateway.envoyproxy.io/v1alpha1, kind: Backend, metadata: {name: a}}";
        for secret in [
            "{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {k: \"first\n  canary\"}}",
            "{apiVersion: v1, kind: secret, metadata: {name: a}, stringData: {k: \"first\n  canary\"}}",
            "{metadata: {name: a}, stringData: {k: \"first\n  canary\"}}",
        ] {
            let text = format!("apiVersion: v1\nkind: List\nitems: [{secret}, {backend}]\n");
            assert_eq!(shown(&text), [1, 2], "{text}");
        }
    }

    #[test]
    fn a_secret_in_a_list_hides_its_own_lines() {
        let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: a}\n  \
                    stringData:\n    k: |\n      canary\n      more\n- apiVersion: v1\n  kind: Service\n  \
                    metadata: {name: a}\n";
        assert_eq!(shown(text), [1, 2, 3, 11, 12, 13]);
    }

    #[test]
    fn values_that_may_be_credentials_are_hidden() {
        let text = "apiVersion: aigateway.envoyproxy.io/v1beta1\nkind: AIServiceBackend\nmetadata:\n  name: a\n  \
                    annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      canary\nspec:\n  \
                    headerMutation:\n    set:\n    - name: x\n      value: canary\n    - name: y\n      \
                    value: >-\n        canary\n        more\n  schema:\n    name: OpenAI\n";
        assert_eq!(shown(text), [1, 2, 3, 4, 5, 6, 9, 10, 11, 13, 14, 18]);
        let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: canary\n";
        assert_eq!(shown(text), [1, 2, 3, 4]);
    }
}
