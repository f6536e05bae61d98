//! A fix as commands to copy.

use crate::rules::{Fix, Patch};

/// The commands that carry a fix out; objects to create are applied from YAML instead.
pub fn commands(fix: &Fix) -> Vec<String> {
    fix.patches.iter().map(patch).chain(fix.commands.iter().cloned()).collect()
}

fn patch(patch: &Patch) -> String {
    let object = &patch.object;
    let namespace =
        if object.namespace.is_empty() { String::new() } else { format!(" -n {}", object.namespace) };
    let operations = serde_json::Value::from(patch.operations.clone()).to_string();
    format!(
        "kubectl{namespace} patch {} {} --type=json -p {}",
        object.kind.to_string().to_lowercase(),
        object.name,
        quote(&operations)
    )
}

/// One word for a POSIX shell.
pub(crate) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Key, Kind};

    #[test]
    fn patches_are_quoted_for_a_shell() {
        let key = Key::new(Kind::Backend, "a", "b");
        let fix = Fix::safe("x").set(&key, "/spec/tls/sni", "it's");
        assert_eq!(
            commands(&fix),
            [
                r#"kubectl -n a patch backend b --type=json -p '[{"op":"add","path":"/spec/tls/sni","value":"it'\''s"}]'"#
            ]
        );
    }
}
