//! The run with all counts zero that AI Gateway makes of each cost.

use cel::{
    IdedExpr,
    common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue},
};

use super::{
    fault::{Fault, Stop, What},
    functions, ops,
    source::children,
    value::Value,
};

/// How many nodes a run may visit; what takes longer is left unjudged.
const STEPS: usize = 5_000;

/// How AI Gateway calls model, backend and route in that run.
const DUMMY: &str = "dummy";

/// Runs an expression whose types are right.
pub(super) fn run(tree: &IdedExpr) -> Result<Value, Stop<'_>> {
    Run { scope: vec![], steps: 0 }.node(tree)
}

/// Ends a run that can only fail at this node.
pub(super) fn fail<T>(node: &IdedExpr, what: What) -> Result<T, Stop<'_>> {
    Err(Fault { node, what }.into())
}

struct Run {
    /// Variables of macros, the innermost last.
    scope: Vec<(String, Value)>,
    steps: usize,
}

impl Run {
    fn node<'a>(&mut self, node: &'a IdedExpr) -> Result<Value, Stop<'a>> {
        self.steps += 1;
        if self.steps > STEPS {
            return Err(Stop::Unknown);
        }
        let value = match &node.expr {
            Expr::Literal(literal) => of_literal(literal),
            Expr::Ident(name) => self.ident(name)?,
            Expr::Select(select) => {
                let map = self.node(&select.operand)?;
                let field = Value::String(select.field.clone());
                match (ops::entry(node, &map, &field), select.test) {
                    (Ok(_), true) => Value::Bool(true),
                    (Err(Stop::Fault(Fault { what: What::Failed(ops::NO_KEY), .. })), true) => {
                        Value::Bool(false)
                    }
                    (found, _) => found?,
                }
            }
            Expr::Call(call) => self.call(node, call)?,
            Expr::List(list) => {
                Value::List(list.elements.iter().map(|it| self.node(it)).collect::<Result<_, _>>()?)
            }
            Expr::Map(map) => {
                let mut entries: Vec<(Value, Value)> = vec![];
                for it in &map.entries {
                    let EntryExpr::MapEntry(it) = &it.expr else { return Err(Stop::Unknown) };
                    let key = self.node(&it.key)?;
                    let simple =
                        matches!(key, Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::String(_));
                    if !simple || entries.iter().any(|(known, _)| known.equals(&key)) {
                        return Err(Stop::Unknown);
                    }
                    entries.push((key, self.node(&it.value)?));
                }
                Value::Map(entries)
            }
            Expr::Comprehension(it) => self.comprehension(node, it)?,
            Expr::Struct(_) | Expr::Unspecified => return Err(Stop::Unknown),
        };
        if value.is_large() { Err(Stop::Unknown) } else { Ok(value) }
    }

    fn ident<'a>(&self, name: &str) -> Result<Value, Stop<'a>> {
        if let Some((_, value)) = self.scope.iter().rev().find(|(it, _)| it == name) {
            return Ok(value.clone());
        }
        let name = name.trim_start_matches('.');
        match name {
            "model" | "backend" | "route_name" => Ok(Value::String(DUMMY.to_owned())),
            _ if name.ends_with("_tokens") => Ok(Value::Uint(0)),
            _ => {
                functions::TYPES.iter().find(|it| **it == name).map(|it| Value::Type(it)).ok_or(Stop::Unknown)
            }
        }
    }

    fn call<'a>(&mut self, node: &'a IdedExpr, call: &'a CallExpr) -> Result<Value, Stop<'a>> {
        let operands = children(node);
        match (call.func_name.as_str(), operands.as_slice()) {
            ("_&&_", [a, b]) => self.decide(node, a, b, false),
            ("_||_", [a, b]) => self.decide(node, a, b, true),
            ("_?_:_", [condition, yes, no]) => match self.node(condition)? {
                Value::Bool(true) => self.node(yes),
                Value::Bool(false) => self.node(no),
                _ => fail(node, What::Failed(ops::NO_OVERLOAD)),
            },
            // what fails goes on: a later element may decide
            ("@not_strictly_false", [it]) => match self.node(it) {
                Err(Stop::Fault(_)) => Ok(Value::Bool(true)),
                it => it,
            },
            (name, operands) => {
                let values = operands.iter().map(|it| self.node(it)).collect::<Result<Vec<_>, _>>()?;
                ops::apply(node, name, &values)
            }
        }
    }

    /// Logic: one side that decides is enough, even where the other fails.
    fn decide<'a>(
        &mut self,
        node: &'a IdedExpr,
        a: &'a IdedExpr,
        b: &'a IdedExpr,
        decisive: bool,
    ) -> Result<Value, Stop<'a>> {
        let a = self.node(a);
        if matches!(a, Ok(Value::Bool(it)) if it == decisive) {
            return a;
        }
        let b = self.node(b);
        match (a, b) {
            (_, Ok(Value::Bool(b))) if b == decisive => Ok(Value::Bool(b)),
            (Err(stop), _) | (_, Err(stop)) => Err(stop),
            (Ok(Value::Bool(_)), Ok(Value::Bool(_))) => Ok(Value::Bool(!decisive)),
            _ => fail(node, What::Failed(ops::NO_OVERLOAD)),
        }
    }

    fn comprehension<'a>(
        &mut self,
        node: &'a IdedExpr,
        it: &'a ComprehensionExpr,
    ) -> Result<Value, Stop<'a>> {
        let elements = match self.node(&it.iter_range)? {
            Value::List(elements) => elements,
            Value::Map(entries) => entries.into_iter().map(|(key, _)| key).collect(),
            _ => return fail(node, What::Failed(ops::NO_OVERLOAD)),
        };
        // an error in one step is overruled by a later one that decides, so it is carried along
        let mut state = self.node(&it.accu_init);
        let outer = self.scope.len();
        for element in elements {
            let Ok(value) = &state else { return Err(Stop::Unknown) };
            self.scope.push((it.accu_var.clone(), value.clone()));
            self.scope.push((it.iter_var.clone(), element));
            let goes_on = self.node(&it.loop_cond);
            if matches!(goes_on, Ok(Value::Bool(true))) {
                state = self.node(&it.loop_step);
            }
            self.scope.truncate(outer);
            if !matches!(goes_on?, Value::Bool(true)) {
                break;
            }
        }
        self.scope.push((it.accu_var.clone(), state?));
        let result = self.node(&it.result);
        self.scope.truncate(outer);
        result
    }
}

fn of_literal(literal: &LiteralValue) -> Value {
    match literal {
        LiteralValue::Boolean(it) => Value::Bool(*it.inner()),
        LiteralValue::Bytes(it) => Value::Bytes(it.inner().to_vec()),
        LiteralValue::Double(it) => Value::Double(*it.inner()),
        LiteralValue::Int(it) => Value::Int(*it.inner()),
        LiteralValue::Null => Value::Null,
        LiteralValue::String(it) => Value::String(it.inner().to_owned()),
        LiteralValue::UInt(it) => Value::Uint(*it.inner()),
    }
}
