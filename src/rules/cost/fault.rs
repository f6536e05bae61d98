//! What keeps an expression from being a cost.

use cel::IdedExpr;

use super::{
    ops::{NO_FIT, NO_KEY},
    source::Source,
    types::Type,
};
use crate::trace::Version;

/// Why judging ends early.
#[derive(Debug)]
pub(super) enum Stop<'a> {
    /// The expression is refused.
    Fault(Fault<'a>),
    /// It holds something of which nothing is known here.
    Unknown,
}

impl<'a> From<Fault<'a>> for Stop<'a> {
    fn from(fault: Fault<'a>) -> Self {
        Stop::Fault(fault)
    }
}

/// What is wrong, and at which node.
#[derive(Debug)]
pub(super) struct Fault<'a> {
    pub node: &'a IdedExpr,
    pub what: What,
}

/// The ways to be wrong.
#[derive(Debug)]
pub(super) enum What {
    /// A name that there is not, with the one that may be meant.
    Undeclared(String, Option<&'static str>),
    /// A name that comes with a later AI Gateway.
    Later(String, Version),
    /// A function that there is not.
    NoFunction(String),
    /// A function or operator that does not take these.
    Arguments(String, Vec<Type>),
    /// A field of what has none.
    NoField(Type),
    /// A macro over what is no list or map.
    NoRange(Type),
    /// The result is no whole number.
    Result(Type),
    /// Below zero as an unsigned number.
    Underflow,
    /// Divided by zero.
    Zero,
    /// The result is below zero.
    Negative(i64),
    /// It ends in another error, in these words.
    Failed(&'static str),
}

/// What to write instead, where nothing better is known.
pub(super) const ADVICE: &str = "write an expression over unsigned numbers, such as `output_tokens * 2u`";

impl Fault<'_> {
    /// What is wrong, as the end of a sentence about the expression.
    pub fn words(&self, source: &Source) -> String {
        let text = source.quote(self.node);
        let trial = "in AI Gateway's trial run (all counts 0, model `dummy`)";
        match &self.what {
            What::Undeclared(name, _) => format!("has `{name}`, which is no name that AI Gateway knows"),
            What::Later(name, since) => format!("has `{name}`, which AI Gateway knows from {since} on"),
            What::NoFunction(name) => format!("calls `{name}`, which is no function of AI Gateway's CEL"),
            What::Arguments(name, types) => arguments(name, types, &text),
            What::NoField(it) => format!("asks for a field of a {it} in `{text}`"),
            What::NoRange(it) => format!("goes through a {it} in `{text}`"),
            What::Result(it) => format!("gives a {it} and no whole number"),
            What::Underflow => format!("goes below zero in `{text}` {trial}"),
            What::Zero => format!("divides by zero in `{text}` {trial}"),
            What::Negative(it) => format!("gives {it}, below zero, {trial}"),
            What::Failed(why) => format!("{why} in `{text}` {trial}"),
        }
    }

    /// What to write instead, in general.
    pub fn advice(&self) -> String {
        let advice = match &self.what {
            What::Undeclared(_, Some(meant)) => return format!("write `{meant}`"),
            What::Undeclared(_, None) | What::Later(..) => {
                "use counts such as `input_tokens` and `output_tokens`"
            }
            What::Arguments(name, types) if mixes(name, types) => {
                if types.contains(&Type::Double) {
                    "calculate in doubles and convert back: `uint(double(output_tokens) * 1.5)`"
                } else {
                    "write unsigned numbers: `1u`"
                }
            }
            What::Result(Type::Double) => "convert the result: `uint(double(output_tokens) * 1.5)`",
            What::Underflow | What::Negative(_) => {
                "guard it: `input_tokens > 100u ? input_tokens - 100u : 0u`"
            }
            What::Zero | What::Failed(NO_FIT) => {
                "guard it: `output_tokens == 0u ? 0u : input_tokens / output_tokens`"
            }
            What::Failed(NO_KEY) => "ask first: `model in {'a': 2u} ? {'a': 2u}[model] : 1u`",
            What::NoFunction(_)
            | What::Arguments(..)
            | What::NoField(_)
            | What::NoRange(_)
            | What::Result(_)
            | What::Failed(_) => ADVICE,
        };
        advice.to_owned()
    }
}

/// Whether an operator fails only as its numbers are of different types.
pub(super) fn mixes(name: &str, types: &[Type]) -> bool {
    let numbers = match (name, types) {
        ("_?_:_", [Type::Bool, branches @ ..]) => branches,
        ("_+_" | "_-_" | "_*_" | "_/_" | "_==_" | "_!=_" | "_<_" | "_<=_" | "_>_" | "_>=_", it) => it,
        _ => return false,
    };
    numbers.iter().all(Type::is_number)
}

/// Arguments that do not fit.
fn arguments(name: &str, types: &[Type], text: &str) -> String {
    let list = |types: &[Type]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    match (name, types) {
        ("_?_:_", [condition, ..]) if !condition.is_open() && *condition != Type::Bool => {
            format!("takes a {condition} for a condition in `{text}`")
        }
        ("_?_:_", [_, branches @ ..]) => format!("gives {} by turns in `{text}`", list(branches)),
        ("_==_" | "_!=_" | "_<_" | "_<=_" | "_>_" | "_>=_" | "@in", _) => {
            format!("compares {} in `{text}`", list(types))
        }
        ("_[_]", [of, key]) => format!("asks a {of} for a {key} in `{text}`"),
        (name, _) if name.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            format!("gives {} to `{name}` in `{text}`, which does not take it", list(types))
        }
        (_, [only]) => format!("puts a sign before a {only} in `{text}`"),
        _ => format!("combines {} in `{text}`", list(types)),
    }
}
