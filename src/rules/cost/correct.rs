//! What an expression that is refused was meant to be.

use std::ops::Range;

use cel::{
    IdedExpr,
    common::ast::{Expr, LiteralValue},
};

use super::{
    check,
    fault::{Fault, What, mixes},
    names::Names,
    source::{Source, called, children},
    types::Type,
};

/// A text with one fault less, and whether it surely means the same.
pub(super) struct Step {
    pub text: String,
    pub safe: bool,
}

/// An expression that has a fault.
pub(super) struct Wrong<'a> {
    pub source: &'a Source,
    pub tree: &'a IdedExpr,
    pub names: Names,
}

impl<'a> Wrong<'a> {
    /// Takes one fault out, where it is plain how.
    pub fn step(&self, fault: &Fault<'a>) -> Option<Step> {
        let node = fault.node;
        let (part, safe) = match &fault.what {
            What::Undeclared(_, Some(meant)) => ((self.source.span(node), (*meant).to_owned()), false),
            What::Arguments(name, types) if mixes(name, types) => self.numbers(node, name, types)?,
            What::Result(Type::Double) => {
                ((self.source.span(self.tree), self.within("uint", self.tree)), false)
            }
            What::Zero => (self.guard_division(node)?, false),
            What::Underflow => (self.guard_subtraction(node)?, false),
            What::Undeclared(_, None)
            | What::Later(..)
            | What::NoFunction(_)
            | What::Arguments(..)
            | What::NoField(_)
            | What::NoRange(_)
            | What::Result(_)
            | What::Negative(_)
            | What::Failed(_) => return None,
        };
        Some(Step { text: self.replace(part), safe })
    }

    /// The whole text with a part of it replaced.
    fn replace(&self, part: (Range<usize>, String)) -> String {
        self.source.splice(self.source.all(), vec![part])
    }

    fn text(&self, node: &IdedExpr) -> String {
        self.source.slice(self.source.span(node))
    }

    fn within(&self, function: &str, node: &IdedExpr) -> String {
        format!("{function}({})", self.text(node))
    }

    fn kind(&self, node: &IdedExpr) -> Option<Type> {
        check::check(self.names, node).ok()?.remove(&node.id)
    }

    /// Makes operands numbers of one type.
    fn numbers(
        &self,
        node: &'a IdedExpr,
        name: &str,
        types: &[Type],
    ) -> Option<((Range<usize>, String), bool)> {
        let operands = children(node);
        let pairs: Vec<(&IdedExpr, &Type)> = operands.into_iter().zip(types).collect();
        let numbers = if name == "_?_:_" { pairs.get(1..)? } else { pairs.as_slice() };
        let of = |wanted: &Type| numbers.iter().find(|(_, it)| *it == wanted).map(|(node, _)| *node);
        if of(&Type::Double).is_some() {
            let part = if is_arithmetic(node) {
                self.counted(node)?
            } else if name == "_?_:_" {
                let double = of(&Type::Double)?;
                (self.source.span(double), self.within("uint", double))
            } else {
                let other = of(&Type::Uint).or(of(&Type::Int))?;
                (self.source.span(other), self.doubled(other)?)
            };
            return Some((part, false));
        }
        let int = of(&Type::Int)?;
        let literal = matches!(&int.expr, Expr::Literal(LiteralValue::Int(it)) if *it.inner() >= 0);
        let text = if literal { self.text(int) + "u" } else { self.within("uint", int) };
        Some(((self.source.span(int), text), literal))
    }

    /// The outermost calculation that a node is in, in doubles, and its result as a count.
    fn counted(&self, node: &'a IdedExpr) -> Option<(Range<usize>, String)> {
        let mut path = vec![];
        path_to(self.tree, node, &mut path);
        while path.len() > 1 && path.iter().nth_back(1).is_some_and(|it| is_arithmetic(it)) {
            path.pop();
        }
        let top = path.pop()?;
        let text = self.doubled(top)?;
        let converted = path
            .pop()
            .is_some_and(|it| ["uint", "int", "double"].iter().any(|name| called::<1>(it, name).is_some()));
        Some((self.source.span(top), if converted { text } else { format!("uint({text})") }))
    }

    /// A calculation in doubles.
    fn doubled(&self, node: &IdedExpr) -> Option<String> {
        if is_arithmetic(node) {
            let parts = children(node).into_iter();
            let parts =
                parts.map(|it| Some((self.source.span(it), self.doubled(it)?))).collect::<Option<_>>()?;
            return Some(self.source.splice(self.source.span(node), parts));
        }
        let text = self.text(node);
        let digits = text.trim_end_matches(['u', 'U']);
        if matches!(node.expr, Expr::Literal(_)) && digits.chars().all(|it| it.is_ascii_digit()) {
            return Some(format!("{digits}.0"));
        }
        match self.kind(node)? {
            Type::Double => Some(text),
            Type::Int | Type::Uint => Some(format!("double({text})")),
            _ => None,
        }
    }

    fn guard_division(&self, node: &IdedExpr) -> Option<(Range<usize>, String)> {
        let [_, by] = called(node, "_/_").or(called(node, "_%_"))?;
        let zero = match self.kind(by).filter(|_| !matches!(by.expr, Expr::Literal(_)))? {
            Type::Int => "0",
            Type::Uint => "0u",
            _ => return None,
        };
        let guarded = format!("{} == {zero} ? {zero} : {}", self.source.operand(by), self.text(node));
        Some(self.bracketed(node, guarded))
    }

    /// A subtraction that ends at zero.
    pub fn guard_subtraction(&self, node: &IdedExpr) -> Option<(Range<usize>, String)> {
        let [from, less] = called(node, "_-_")?;
        if matches!((&from.expr, &less.expr), (Expr::Literal(_), Expr::Literal(_))) {
            return None;
        }
        let (a, b) = (self.source.operand(from), self.source.operand(less));
        let guarded = format!("{a} > {b} ? {} : 0u", self.text(node));
        Some(self.bracketed(node, guarded))
    }

    /// The whole text with a subtraction that ends at zero.
    pub fn guarded(&self, node: &IdedExpr) -> Option<String> {
        Some(self.replace(self.guard_subtraction(node)?))
    }

    /// In brackets, except where it is the whole of the expression.
    fn bracketed(&self, node: &IdedExpr, text: String) -> (Range<usize>, String) {
        let whole = std::ptr::eq(node, self.tree);
        (self.source.span(node), if whole { text } else { format!("({text})") })
    }
}

fn is_arithmetic(node: &IdedExpr) -> bool {
    matches!(&node.expr, Expr::Call(call) if matches!(call.func_name.as_str(), "_+_" | "_-_" | "_*_" | "_/_"))
}

/// The nodes from the root to a node, both included; empty where it is not in the tree.
fn path_to<'a>(from: &'a IdedExpr, to: &IdedExpr, path: &mut Vec<&'a IdedExpr>) -> bool {
    path.push(from);
    if std::ptr::eq(from, to) || children(from).into_iter().any(|it| path_to(it, to, path)) {
        return true;
    }
    path.pop();
    false
}
