//! What holds of all that a run prints, whatever it was given. The fuzzers assert the same.

use aigw_backend::cli::{self, Answer, Terminal};

/// Stands in Secrets; the start of it, so that a part is found too, and what base64 makes of it.
pub const CANARIES: [&str; 2] = ["canary7", "Y2FuYXJ5N3F4"];

/// Documents that hold it, under the names that the fixtures give to Secrets.
pub const SECRETS: &str = r#"
apiVersion: v1
kind: Secret
metadata: {name: key, namespace: ai, annotations: {note: canary7qx}}
data: {apiKey: Y2FuYXJ5N3F4, credentials: Y2FuYXJ5N3F4, client-secret: Y2FuYXJ5N3F4, ca.crt: Y2FuYXJ5N3F4}
---
apiVersion: v1
kind: Secret
metadata: {name: key, namespace: models}
stringData: {apiKey: "Bearer canary7qx", credentials: "[canary7qx", service_account.json: "{canary7qx"}
---
apiVersion: aigateway.envoyproxy.io/v1beta1
kind: AIServiceBackend
metadata: {name: canary, namespace: ai}
spec:
  schema: {name: OpenAI}
  backendRef: {group: gateway.envoyproxy.io, kind: Backend, name: canary}
  headerMutation: {set: [{name: Authorization, value: "Bearer canary7qx"}]}
"#;

/// Runs a command line, without the name of the program, as of a certain day.
pub fn run(args: &[String], terminal: &Terminal, stdin: &[u8]) -> Answer {
    let args = std::iter::once("kubectl-aigw_backend").chain(args.iter().map(String::as_str));
    let now = "2026-10-01T00:00:00Z".parse().expect("a time");
    cli::run(args.map(Into::into), terminal, now, &mut &*stdin)
}

/// Runs it twice: the same comes out, and it is tame.
pub fn steady(args: &[String], terminal: &Terminal, stdin: &[u8]) -> Result<Answer, String> {
    let answer = run(args, terminal, stdin);
    let again = run(args, terminal, stdin);
    for (one, other) in [
        (&answer.stdout, &again.stdout),
        (&answer.stderr, &again.stderr),
        (&answer.epilogue, &again.epilogue),
    ] {
        if one != other {
            return Err(format!("{args:?} says at first\n{one}\nand then\n{other}"));
        }
        tame(one).map_err(|flaw| format!("{args:?}: {flaw}"))?;
    }
    if answer.code != again.code {
        return Err(format!("{args:?} ends with {:?} and then {:?}", answer.code, again.code));
    }
    Ok(answer)
}

/// No sign that a terminal obeys, none that hides others, and nothing of a Secret.
pub fn tame(text: &str) -> Result<(), String> {
    let hides = |it| matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if let Some(at) = text.find(|it: char| hides(it) || it.is_control() && it != '\n') {
        let line = text.get(..at).unwrap_or_default().lines().count();
        return Err(format!("line {line} has a sign for terminals: {text:?}"));
    }
    match CANARIES.iter().find(|it| text.contains(**it)) {
        Some(canary) => Err(format!("`{canary}` of a Secret got out:\n{text}")),
        None => Ok(()),
    }
}
