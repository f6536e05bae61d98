//! Costs, judged as AI Gateway judges them: parse, check the types, run once with all counts zero.
//!
//! What cannot be decided here is not decided: a verdict is only given where AI Gateway's own is certain.

#![allow(clippy::wildcard_enum_match_arm, reason = "of CEL's many types and forms, each place takes few")]

mod check;
mod correct;
mod eval;
mod fault;
mod functions;
mod names;
mod ops;
mod remark;
mod source;
mod types;
mod value;

#[cfg(test)]
mod tests;

use std::thread;

use cel::{IdedExpr, parser::Parser};

pub(super) use remark::{BackendTest, Remarks};

use self::{
    correct::Wrong,
    fault::{Fault, Stop, What},
    names::Names,
    source::Source,
    types::Type,
    value::Value,
};
use crate::trace::Version;

/// What AI Gateway makes of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A cost.
    Works(Remarks),
    /// Refused.
    Broken(Broken),
    /// Not known here.
    Unknown,
}

/// Why an expression is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// As the end of a sentence about the expression.
    pub words: String,
    /// What to write instead, in general.
    pub advice: String,
    /// What was meant.
    pub correction: Option<Correction>,
}

/// An expression that works in place of one that does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Correction {
    /// The expression.
    pub cel: String,
    /// Whether it surely means the same.
    pub safe: bool,
}

/// Longer and deeper expressions are left unjudged, so that none can exhaust the stack.
const LENGTH: usize = 8_000;
const DEPTH: usize = 100;
/// The parser takes much of it for each bracket; what is not used is never there.
const STACK: usize = 64 << 20;

/// Where cel-go's parser gives up.
const RECURSION: u16 = 250;

/// Steps from a wrong expression to a right one.
const STEPS: usize = 8;

/// Judges an expression as an AI Gateway of that version does.
pub(super) fn judge(cel: &str, version: Option<Version>) -> Verdict {
    let judged = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK);
        let judging = thread.spawn_scoped(scope, || with_names(cel, Names::of(version))).ok()?;
        judging.join().ok()
    });
    judged.unwrap_or(Verdict::Unknown)
}

fn with_names(cel: &str, names: Names) -> Verdict {
    match once(cel, names) {
        Once::Works(remarks) => Verdict::Works(remarks),
        Once::Unknown => Verdict::Unknown,
        Once::Broken { words, advice, step } => {
            let correction = step.and_then(|it| corrected(it, names));
            Verdict::Broken(Broken { words, advice, correction })
        }
    }
}

/// Goes on correcting until it works.
fn corrected(first: correct::Step, names: Names) -> Option<Correction> {
    let mut now = first;
    for _ in 0..STEPS {
        match once(&now.text, names) {
            Once::Works(_) => return Some(Correction { cel: now.text, safe: now.safe }),
            Once::Broken { step: Some(next), .. } => {
                now = correct::Step { safe: now.safe && next.safe, ..next }
            }
            Once::Broken { step: None, .. } | Once::Unknown => return None,
        }
    }
    None
}

/// One look at an expression.
enum Once {
    Works(Remarks),
    Broken { words: String, advice: String, step: Option<correct::Step> },
    Unknown,
}

fn once(cel: &str, names: Names) -> Once {
    let broken = |words: String| Once::Broken { words, advice: fault::ADVICE.to_owned(), step: None };
    if cel.trim().is_empty() {
        return broken("is empty".to_owned());
    }
    // the parser takes it for a macro, cel-go does not
    let newer = cel.contains("existsOne");
    if newer || cel.len() > LENGTH || depth(cel) > DEPTH {
        return Once::Unknown;
    }
    let (tree, info) = match Parser::new().max_recursion_depth(RECURSION).parse_with_source_info(cel) {
        Ok(parsed) => parsed,
        Err(errors) if errors.errors.iter().any(|it| it.msg.contains("recursion")) => return Once::Unknown,
        Err(errors) => return broken(syntax(errors.errors.first().map(|it| it.pos))),
    };
    let source = Source::new(cel, &tree, info);
    let expression = Wrong { source: &source, tree: &tree, names };
    let types = match check::check(names, &tree).and_then(|types| run(&tree, &types).map(|()| types)) {
        Ok(types) => types,
        Err(Stop::Unknown) => return Once::Unknown,
        Err(Stop::Fault(fault)) => {
            let (words, advice) = (fault.words(&source), fault.advice());
            return Once::Broken { words, advice, step: expression.step(&fault) };
        }
    };
    Once::Works(remark::remarks(&expression, &types))
}

/// Whether a run with zeros ends in a cost.
fn run<'a>(tree: &'a IdedExpr, types: &check::Types) -> Result<(), Stop<'a>> {
    let fault = |what| Err(Fault { node: tree, what }.into());
    let kind = types.get(&tree.id).cloned().unwrap_or(Type::Dyn);
    if !kind.is_open() && !matches!(kind, Type::Int | Type::Uint) {
        return fault(What::Result(kind));
    }
    match eval::run(tree)? {
        Value::Int(it) if it < 0 => fault(What::Negative(it)),
        Value::Int(_) | Value::Uint(_) => Ok(()),
        Value::Double(_) => fault(What::Result(Type::Double)),
        Value::Bool(_) => fault(What::Result(Type::Bool)),
        Value::String(_) => fault(What::Result(Type::String)),
        Value::Null | Value::Bytes(_) | Value::List(_) | Value::Map(_) | Value::Type(_) => Err(Stop::Unknown),
    }
}

/// How deep brackets, signs and conditions are nested at most.
fn depth(cel: &str) -> usize {
    let mut open = 0_usize;
    let mut most = 0;
    for it in cel.chars() {
        match it {
            '(' | '[' | '{' | '?' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}

fn syntax(at: Option<(isize, isize)>) -> String {
    match at {
        Some((1, column)) => format!("does not parse at column {column}"),
        Some((line, column)) => format!("does not parse at line {line}, column {column}"),
        None => "does not parse".to_owned(),
    }
}
