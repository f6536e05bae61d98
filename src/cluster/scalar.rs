//! Plain scalars that Go's YAML, and so kubectl, takes for text, where the parser here sees a number beyond all numbers.

use serde_json::Value;

use super::yaml::{Content, Node};

/// What the parser gives for a number that is too large for a float.
const INFINITE: [&str; 2] = [".inf", "-.inf"];

/// Gives the words back that stand in the text: the hash `6528e912` is a label, and no power of ten.
///
/// kubectl prints such a label without quotes, as ParseFloat refuses it, so that it is text when it is read again
/// (sigs.k8s.io/yaml goyaml.v2 resolve.go).
pub(super) fn restore(nodes: &mut [Node], text: &str) {
    // line by line: most texts have none
    let lines: Vec<&str> = text.lines().collect();
    for it in nodes {
        walk(it, &lines);
    }
}

fn walk(node: &mut Node, lines: &[&str]) {
    let place = node.place;
    match &mut node.content {
        Content::Scalar(Value::String(seen)) if INFINITE.contains(&seen.as_str()) => {
            if let Some(written) = written(lines, place) {
                *seen = written;
            }
        }
        Content::Scalar(_) => {}
        Content::List(items) => items.iter_mut().for_each(|it| walk(it, lines)),
        Content::Map(entries) => entries.iter_mut().for_each(|(_, it)| walk(it, lines)),
    }
}

/// The digits that stand at a place, if they are a number that is too large.
fn written(lines: &[&str], (line, column): (usize, usize)) -> Option<String> {
    let rest = lines.get(line.checked_sub(1)?)?.chars().skip(column.checked_sub(1)?);
    let is_part = |it: &char| it.is_ascii_digit() || matches!(it, '.' | 'e' | 'E' | '+' | '-');
    let digits: String = rest.take_while(is_part).collect();
    digits.parse::<f64>().is_ok_and(f64::is_infinite).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::super::yaml::read;

    #[test]
    fn a_hash_that_looks_like_a_huge_number_is_text() {
        let documents = read("a: 6528e912\nb: [-1e999999, \".inf\", .inf]\nc: {d: 1e5}\n").unwrap();
        let json = documents[0].json();
        assert_eq!(json["a"], "6528e912");
        assert_eq!(json["b"], serde_json::json!(["-1e999999", ".inf", ".inf"]));
        assert_eq!(json["c"]["d"], 1e5);
    }
}
