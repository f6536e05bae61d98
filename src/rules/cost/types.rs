//! Types of CEL, and what functions and operators make of them.

use std::fmt;

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    Null,
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    /// The type of types.
    Meta,
    List(Box<Type>),
    Map(Box<Type>, Box<Type>),
    /// Known when it runs.
    Dyn,
    /// Whatever is asked for: an element of an empty list.
    Free,
}

impl Type {
    pub fn list(element: Type) -> Type {
        Type::List(Box::new(element))
    }

    /// Whether only the run tells what it is.
    pub fn is_open(&self) -> bool {
        matches!(self, Type::Dyn | Type::Free)
    }

    pub fn is_number(&self) -> bool {
        matches!(self, Type::Int | Type::Uint | Type::Double)
    }

    /// The type of two that have to be of one.
    pub fn and(&self, other: &Type) -> Option<Type> {
        match (self, other) {
            (Type::Free, it) | (it, Type::Free) => Some(it.clone()),
            (Type::Dyn, _) | (_, Type::Dyn) => Some(Type::Dyn),
            (Type::List(a), Type::List(b)) => a.and(b).map(Type::list),
            (Type::Map(a, b), Type::Map(c, d)) => Some(Type::Map(Box::new(a.and(c)?), Box::new(b.and(d)?))),
            (a, b) => (a == b).then(|| a.clone()),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Null => f.write_str("null"),
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Uint => f.write_str("uint"),
            Type::Double => f.write_str("double"),
            Type::String => f.write_str("string"),
            Type::Bytes => f.write_str("bytes"),
            Type::Meta => f.write_str("type"),
            Type::List(element) => write!(f, "list({element})"),
            Type::Map(key, value) => write!(f, "map({key}, {value})"),
            Type::Dyn | Type::Free => f.write_str("dyn"),
        }
    }
}

/// A parameter or result of a function; `A` and `B` stand for any type, the same one at each place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slot {
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    Meta,
    Dyn,
    A,
    B,
    ListA,
    MapAB,
}

/// What `A` and `B` stand for.
struct Bound {
    a: Type,
    b: Type,
}

impl Bound {
    fn take(&mut self, slot: Slot, actual: &Type) -> Option<()> {
        let simple = |it: Type| (actual.is_open() || *actual == it).then_some(());
        match slot {
            Slot::A => self.a = self.a.and(actual)?,
            Slot::B => self.b = self.b.and(actual)?,
            Slot::ListA => match actual {
                Type::List(element) => self.a = self.a.and(element)?,
                it => it.is_open().then_some(())?,
            },
            Slot::MapAB => match actual {
                Type::Map(key, value) => {
                    self.a = self.a.and(key)?;
                    self.b = self.b.and(value)?;
                }
                it => it.is_open().then_some(())?,
            },
            Slot::Dyn => {}
            Slot::Bool | Slot::Int | Slot::Uint | Slot::Double | Slot::String | Slot::Bytes | Slot::Meta => {
                simple(self.of(slot))?;
            }
        }
        Some(())
    }

    fn of(&self, slot: Slot) -> Type {
        match slot {
            Slot::Bool => Type::Bool,
            Slot::Int => Type::Int,
            Slot::Uint => Type::Uint,
            Slot::Double => Type::Double,
            Slot::String => Type::String,
            Slot::Bytes => Type::Bytes,
            Slot::Meta => Type::Meta,
            Slot::Dyn => Type::Dyn,
            Slot::A => self.a.clone(),
            Slot::B => self.b.clone(),
            Slot::ListA => Type::list(self.a.clone()),
            Slot::MapAB => Type::Map(Box::new(self.a.clone()), Box::new(self.b.clone())),
        }
    }
}

/// One way to call a function: its parameters and its result.
pub(super) type Overload = (&'static [Slot], Slot);

/// What a call results in; `None` where no overload takes the arguments.
pub(super) fn result(overloads: &[Overload], arguments: &[Type]) -> Option<Type> {
    let mut results =
        overloads.iter().filter(|(slots, _)| slots.len() == arguments.len()).filter_map(|(slots, result)| {
            let mut bound = Bound { a: Type::Free, b: Type::Free };
            slots
                .iter()
                .zip(arguments)
                .try_for_each(|(slot, actual)| bound.take(*slot, actual).ok_or(()))
                .ok()?;
            Some(bound.of(*result))
        });
    let first = results.next()?;
    Some(if results.all(|it| it == first) { first } else { Type::Dyn })
}
