//! A cost by an expression that does not compile.

use super::super::{Check, Docs, Draft, Findings, Fix, Rule, Severity};
use crate::{
    model::Kind,
    trace::{Hop, World},
};

/// See `kubectl aigw-backend explain AIB719`.
pub static RULE: Rule = Rule {
    code: "AIB719",
    name: "cost-expression-broken",
    hop: Hop::Platform,
    severity: Severity::Error,
    needs: &[Kind::AIGatewayRoute],
    docs: Docs {
        what: "The expression of an llmRequestCosts entry has a name that AI Gateway does not know, such as \
              output_token, or combines a count of tokens with a number that is not unsigned.",
        why: "Counts are unsigned, and CEL converts nothing by itself. AI Gateway fails to compile the \
              expression, and then to write the filter config of the whole Gateway: changes and new keys of \
              all of its routes stay out of Envoy, and only the log of the controller says so.",
        client: "Old behaviour goes on; where the Gateway never worked, 500 with an empty body for all models.",
        confirm: "kubectl -n NAMESPACE get aigatewayroute NAME -o jsonpath='{.spec.llmRequestCosts}'\n\
              kubectl -n envoy-ai-gateway-system logs deployment/ai-gateway-controller | grep \
              LLMRequestCosts",
        fix: "Use model, backend, route_name, input_tokens, cached_input_tokens, cache_creation_input_tokens, \
              output_tokens, reasoning_tokens and total_tokens; write 1u for 1, and \
              uint(double(output_tokens) * 1.5) for fractions.",
        before: "llmRequestCosts: [{metadataKey: cost, type: CEL, cel: output_token * 2}]",
        after: "llmRequestCosts: [{metadataKey: cost, type: CEL, cel: output_tokens * 2u}]",
    },
    refs: &["live", "ai-gateway@v1.1.0 internal/llmcostcel/cel.go"],
    check: Check::World(check),
};

/// Names that AI Gateway declares, and CEL's own that a cost may need. All that ends with `_tokens` is let pass: a later
/// AI Gateway may count more.
const KNOWN: [&str; 17] = [
    "model",
    "backend",
    "route_name",
    "uint",
    "int",
    "double",
    "string",
    "bool",
    "size",
    "true",
    "false",
    "null",
    "in",
    "has",
    "type",
    "dyn",
    "math",
];

fn check(world: &World<'_>, out: &mut Findings<'_>) {
    for route in &world.routes {
        for (index, cost) in route.route.spec.llm_request_costs.iter().enumerate() {
            let Some(cel) = cost.cel.as_deref().filter(|_| cost.type_ == "CEL") else { continue };
            let Some(wrong) = wrong(cel) else { continue };
            let gateways = route.parents.iter().flat_map(|it| world.backends_on(&it.key));
            out.push(
                Draft::at(
                    route.key.clone(),
                    format!("/spec/llmRequestCosts/{index}/cel"),
                    format!("{}: the expression of cost `{}` {wrong}", route.key, cost.metadata_key),
                )
                .effect(
                    "changes and new keys of the whole Gateway do not reach Envoy; 500 if it never worked",
                )
                .hits(gateways.chain(route.backends()))
                .fix(Fix::manual("write an expression over unsigned numbers, such as `output_tokens * 2u`")),
            );
        }
    }
}

/// What certainly keeps an expression from compiling. Expressions with macros or literals in other notations are left
/// alone rather than understood by half.
fn wrong(cel: &str) -> Option<String> {
    let tokens = tokens(cel)?;
    let text = |at: Option<usize>| at.and_then(|it| tokens.get(it)).map_or("", String::as_str);
    let is_count = |it: &str| it.ends_with("_tokens");
    let is_signed = |it: &str| it.starts_with(|c: char| c.is_ascii_digit()) && !it.ends_with(['u', 'U']);
    for (at, token) in tokens.iter().enumerate() {
        let (before, after) = (text(at.checked_sub(1)), text(Some(at + 1)));
        let is_name = token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if is_name && before != "." && !is_count(token) && !KNOWN.contains(&token.as_str()) {
            return Some(format!("has `{token}`, which is no name that AI Gateway knows"));
        }
        let arithmetic = matches!(after, "+" | "-" | "*" | "/" | "%");
        let next = text(Some(at + 2));
        if arithmetic && ((is_count(token) && is_signed(next)) || (is_signed(token) && is_count(next))) {
            return Some(format!("combines unsigned and other numbers in `{token} {after} {next}`"));
        }
    }
    None
}

/// Names, numbers and signs; `None` for what is more than a formula.
fn tokens(cel: &str) -> Option<Vec<String>> {
    let mut found: Vec<String> = vec![];
    let mut rest = cel.chars().peekable();
    while let Some(c) = rest.next() {
        let mut token = String::from(c);
        if c.is_whitespace() {
            continue;
        }
        if c == '"' || c == '\'' {
            if found.last().is_some_and(|it| matches!(it.as_str(), "r" | "b" | "R" | "B")) {
                return None;
            }
            loop {
                match rest.next()? {
                    '\\' => return None,
                    it if it == c => break,
                    _ => {}
                }
            }
        } else if c.is_ascii_alphanumeric() || c == '_' {
            let number = c.is_ascii_digit();
            while let Some(it) =
                rest.next_if(|it| it.is_ascii_alphanumeric() || *it == '_' || (number && *it == '.'))
            {
                token.push(it);
            }
        } else if matches!(c, '[' | '{') {
            return None;
        }
        found.push(token);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::wrong;

    #[test]
    fn only_what_cannot_compile_is_wrong() {
        for good in [
            "input_tokens + output_tokens * 3u",
            "uint(double(output_tokens) * 1.5)",
            "model == 'gpt-4o' ? input_tokens : total_tokens",
            "model.startsWith(\"o\") ? 2u * output_tokens : 0u",
            "int(input_tokens) * 2 > 10 ? 1u : 0u",
            "backend in ['a', 'b'] ? 1u : 0u",
        ] {
            assert_eq!(wrong(good), None, "{good}");
        }
        for bad in [
            "output_token * 2u",
            "output_tokens * 1.5",
            "input_tokens + 1",
            "2 * total_tokens",
            "input / output",
        ] {
            assert!(wrong(bad).is_some(), "{bad}");
        }
    }
}
