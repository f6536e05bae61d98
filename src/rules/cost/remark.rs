//! What a cost that works may do all the same.

use cel::{
    IdedExpr,
    common::ast::{Expr, LiteralValue},
};

use super::{
    check::Types,
    correct::Wrong,
    names::is_part,
    source::{called, children},
    types::Type,
};

/// What is odd in an expression that works.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in crate::rules) struct Remarks {
    /// Comparisons of `backend` that have the same result for all backends.
    pub backends: Vec<BackendTest>,
    /// Subtractions that may go below zero.
    pub subtractions: Vec<Subtraction>,
}

/// A comparison of `backend` with names that no backend has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) struct BackendTest {
    /// As it stands there.
    pub text: String,
    /// The names.
    pub names: Vec<String>,
    /// Whether it is always true, as `!=` is; else it is always false.
    pub always: bool,
    /// The expression before and after it.
    pub around: (String, String),
}

/// A subtraction of counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) struct Subtraction {
    /// As it stands there.
    pub text: String,
    /// The expression with a subtraction that ends at zero.
    pub guarded: Option<String>,
}

/// Looks through an expression that works.
pub(super) fn remarks(expression: &Wrong<'_>, types: &Types) -> Remarks {
    let mut found = Remarks::default();
    look(expression, types, expression.tree, &mut vec![], &mut found);
    found
}

fn look<'a>(
    expression: &Wrong<'_>,
    types: &Types,
    node: &'a IdedExpr,
    conditions: &mut Vec<&'a IdedExpr>,
    found: &mut Remarks,
) {
    found.backends.extend(backend_test(expression, node));
    let mut parts = children(node);
    if let Some([from, less]) = called(node, "_-_") {
        let unsigned = types.get(&node.id) == Some(&Type::Uint);
        if unsigned && !is_covered(from, less) && !is_guarded(expression, conditions, from, less) {
            let guarded = expression.guarded(node);
            found.subtractions.push(Subtraction { text: expression.source.quote(node), guarded });
            // its own subtractions are part of what was said
            parts.clear();
        }
    }
    if let Some([condition, yes, no]) = called(node, "_?_:_") {
        look(expression, types, condition, conditions, found);
        conditions.push(condition);
        parts = vec![yes, no];
    }
    let inside = conditions.len();
    for part in parts {
        look(expression, types, part, conditions, found);
    }
    if called::<3>(node, "_?_:_").is_some() {
        conditions.truncate(inside.saturating_sub(1));
    }
}

/// A comparison with names that cannot be those of a backend.
fn backend_test(expression: &Wrong<'_>, node: &IdedExpr) -> Option<BackendTest> {
    let is_backend = |it: &IdedExpr| matches!(&it.expr, Expr::Ident(name) if name == "backend");
    let literal = |it: &IdedExpr| match &it.expr {
        Expr::Literal(LiteralValue::String(it)) => Some(it.inner().to_owned()),
        _ => None,
    };
    let differs = called(node, "_!=_");
    let [a, b] = called(node, "_==_").or(differs).or(called(node, "@in"))?;
    let (a, b) = if is_backend(b) { (b, a) } else { (a, b) };
    let names = match &b.expr {
        Expr::List(list) => list.elements.iter().map(literal).collect::<Option<Vec<_>>>()?,
        _ => vec![literal(b)?],
    };
    if !is_backend(a) || names.is_empty() || names.iter().any(|it| may_be_backend(it)) {
        return None;
    }
    let always = differs.is_some();
    let (source, span) = (expression.source, expression.source.span(node));
    let around = (source.slice(0..span.start), source.slice(span.end..source.all().end));
    Some(BackendTest { text: source.quote(node), names, always, around })
}

/// Whether it has the shape `namespace/name/route/route/rule/0/ref/0`.
fn may_be_backend(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    let is_number = |it: &str| it.parse::<u32>().is_ok();
    matches!(parts.as_slice(), [_, _, "route", _, "rule", rule, "ref", at] if is_number(rule) && is_number(at))
}

/// Whether what is taken away is part of what it is taken from: `a - b - c` with `b` and `c` apart, both in `a`.
fn is_covered(from: &IdedExpr, less: &IdedExpr) -> bool {
    let mut taken = vec![];
    let mut whole = from;
    if !counts(less, &mut taken) {
        return false;
    }
    while let Some([from, less]) = called(whole, "_-_") {
        if !counts(less, &mut taken) {
            return false;
        }
        whole = from;
    }
    let Expr::Ident(whole) = &whole.expr else { return false };
    let apart = taken.iter().enumerate().all(|(at, one)| {
        taken.iter().enumerate().all(|(other, it)| at == other || it != one && !is_part(it, one))
    });
    apart && taken.iter().all(|it| is_part(it, whole))
}

/// The counts of which something is the sum.
fn counts<'a>(node: &'a IdedExpr, found: &mut Vec<&'a str>) -> bool {
    if let Some([a, b]) = called(node, "_+_") {
        return counts(a, found) && counts(b, found);
    }
    let Expr::Ident(name) = &node.expr else { return false };
    found.push(name);
    true
}

/// Whether a condition compares the two.
fn is_guarded(expression: &Wrong<'_>, conditions: &[&IdedExpr], a: &IdedExpr, b: &IdedExpr) -> bool {
    let text = |it: &IdedExpr| expression.source.quote(it);
    let (a, b) = (text(a), text(b));
    let mut nodes = conditions.to_vec();
    while let Some(node) = nodes.pop() {
        let compared = ["_<_", "_<=_", "_>_", "_>=_"].iter().find_map(|it| called(node, it));
        if let Some([left, right]) = compared {
            let (left, right) = (text(left), text(right));
            if (left == a && right == b) || (left == b && right == a) {
                return true;
            }
        }
        nodes.extend(children(node));
    }
    false
}
