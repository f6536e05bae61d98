//! Types of all parts of an expression, as cel-go's checker finds them.

use std::collections::BTreeMap;

use cel::{
    IdedExpr,
    common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, SelectExpr},
};

use super::{
    fault::{Fault, Stop, What, mixes},
    functions::{self, Function},
    names::{Name, Names},
    types::{Type, result},
};

/// How deep an expression may be nested to be judged; cel-go itself ends at 250.
const DEPTH: usize = 200;

/// The type of each node, by its id.
pub(super) type Types = BTreeMap<u64, Type>;

/// Finds the types of a tree, or the first fault in it.
pub(super) fn check(names: Names, tree: &IdedExpr) -> Result<Types, Stop<'_>> {
    let mut checker = Checker { names, scope: vec![], loose: false, depth: 0, types: Types::new() };
    checker.node(tree)?;
    Ok(checker.types)
}

struct Checker {
    names: Names,
    /// Variables of macros, the innermost last.
    scope: Vec<(String, Type)>,
    /// From the first macro on, cel-go lets numbers of different types be ordered, which it does not mean to.
    loose: bool,
    depth: usize,
    types: Types,
}

fn fault<T>(node: &IdedExpr, what: What) -> Result<T, Stop<'_>> {
    Err(Fault { node, what }.into())
}

impl Checker {
    fn node<'a>(&mut self, node: &'a IdedExpr) -> Result<Type, Stop<'a>> {
        if self.depth == DEPTH {
            return Err(Stop::Unknown);
        }
        self.depth += 1;
        let found = match &node.expr {
            Expr::Literal(literal) => Ok(of_literal(literal)),
            Expr::Ident(name) => self.ident(node, name),
            Expr::Select(select) => self.select(node, select),
            Expr::Call(call) => self.call(node, call),
            Expr::List(list) => self.join(&list.elements).map(Type::list),
            Expr::Map(map) => self.map(map.entries.iter().map(|it| &it.expr)),
            Expr::Comprehension(it) => self.comprehension(it),
            Expr::Struct(_) | Expr::Unspecified => Err(Stop::Unknown),
        };
        self.depth -= 1;
        let found = found?;
        self.types.insert(node.id, found.clone());
        Ok(found)
    }

    fn ident<'a>(&self, node: &'a IdedExpr, name: &str) -> Result<Type, Stop<'a>> {
        if let Some((_, it)) = self.scope.iter().rev().find(|(it, _)| it == name) {
            return Ok(it.clone());
        }
        let name = name.trim_start_matches('.');
        match self.names.find(name) {
            Name::Known(it) => Ok(it),
            _ if functions::TYPES.contains(&name) => Ok(Type::Meta),
            // names of messages and of what is in them
            _ if name == "google" => Err(Stop::Unknown),
            Name::Perhaps => Err(Stop::Unknown),
            Name::Undeclared(meant) => fault(node, What::Undeclared(name.to_owned(), meant)),
            Name::Later(since) => fault(node, What::Later(name.to_owned(), since)),
        }
    }

    fn select<'a>(&mut self, node: &'a IdedExpr, select: &'a SelectExpr) -> Result<Type, Stop<'a>> {
        let field = match self.node(&select.operand)? {
            Type::Map(_, value) => *value,
            it if it.is_open() => Type::Dyn,
            it => return fault(node, What::NoField(it)),
        };
        Ok(if select.test { Type::Bool } else { field })
    }

    fn call<'a>(&mut self, node: &'a IdedExpr, call: &'a CallExpr) -> Result<Type, Stop<'a>> {
        let arguments = call.target.iter().map(AsRef::as_ref).chain(&call.args);
        let arguments = arguments.map(|it| self.node(it)).collect::<Result<Vec<_>, _>>()?;
        let name = &call.func_name;
        match functions::find(name, call.target.is_some()) {
            Function::Known(overloads) => match result(overloads, &arguments) {
                Some(it) => Ok(it),
                None if self.loose && is_order(name) && mixes(name, &arguments) => Err(Stop::Unknown),
                None => fault(node, What::Arguments(name.clone(), arguments)),
            },
            Function::None if !self.names.may_be_newer() => fault(node, What::NoFunction(name.clone())),
            Function::None | Function::Beyond => Err(Stop::Unknown),
        }
    }

    /// The type of all elements; `dyn` where they differ.
    fn join<'a>(&mut self, nodes: impl IntoIterator<Item = &'a IdedExpr>) -> Result<Type, Stop<'a>> {
        nodes.into_iter().try_fold(Type::Free, |all, it| Ok(all.and(&self.node(it)?).unwrap_or(Type::Dyn)))
    }

    fn map<'a>(&mut self, entries: impl Iterator<Item = &'a EntryExpr>) -> Result<Type, Stop<'a>> {
        let (mut keys, mut values) = (vec![], vec![]);
        for it in entries {
            let EntryExpr::MapEntry(it) = it else { return Err(Stop::Unknown) };
            keys.push(&it.key);
            values.push(&it.value);
        }
        Ok(Type::Map(Box::new(self.join(keys)?), Box::new(self.join(values)?)))
    }

    /// A macro that goes through a list or through the keys of a map.
    fn comprehension<'a>(&mut self, it: &'a ComprehensionExpr) -> Result<Type, Stop<'a>> {
        if it.iter_var2.is_some() {
            return Err(Stop::Unknown);
        }
        let element = match self.node(&it.iter_range)? {
            Type::List(element) => *element,
            Type::Map(key, _) => *key,
            range if range.is_open() => Type::Dyn,
            range => return fault(&it.iter_range, What::NoRange(range)),
        };
        let start = self.node(&it.accu_init)?;
        self.loose = true;
        let outer = self.scope.len();
        self.scope.push((it.accu_var.clone(), start.clone()));
        self.scope.push((it.iter_var.clone(), element));
        self.node(&it.loop_cond)?;
        let step = self.node(&it.loop_step)?;
        self.scope.truncate(outer);
        let Some(end) = start.and(&step) else {
            return fault(&it.loop_step, What::Arguments("_?_:_".to_owned(), vec![Type::Bool, start, step]));
        };
        self.scope.push((it.accu_var.clone(), end));
        let found = self.node(&it.result);
        self.scope.truncate(outer);
        found
    }
}

fn is_order(name: &str) -> bool {
    matches!(name, "_<_" | "_<=_" | "_>_" | "_>=_")
}

fn of_literal(literal: &LiteralValue) -> Type {
    match literal {
        LiteralValue::Boolean(_) => Type::Bool,
        LiteralValue::Bytes(_) => Type::Bytes,
        LiteralValue::Double(_) => Type::Double,
        LiteralValue::Int(_) => Type::Int,
        LiteralValue::Null => Type::Null,
        LiteralValue::String(_) => Type::String,
        LiteralValue::UInt(_) => Type::Uint,
    }
}
