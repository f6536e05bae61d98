//! Values of CEL, and how they compare.

use std::cmp::Ordering;

/// What a part of an expression comes to.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    String(String),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
    /// A type, by its name.
    Type(&'static str),
}

/// How much a run may hold at a time, in characters and elements; more is left unjudged.
const MOST: usize = 1_000;

/// Why two values have no order.
pub(super) enum Unordered {
    /// They are of different types.
    Mismatch,
    /// One is NaN.
    NoNumber,
}

impl Value {
    /// The name of its type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null_type",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Uint(_) => "uint",
            Value::Double(_) => "double",
            Value::String(_) => "string",
            Value::Bytes(_) => "bytes",
            Value::List(_) => "list",
            Value::Map(_) => "map",
            Value::Type(_) => "type",
        }
    }

    /// Whether it is too large to go on with.
    pub fn is_large(&self) -> bool {
        self.weight() > MOST
    }

    fn weight(&self) -> usize {
        match self {
            Value::String(it) => it.len(),
            Value::Bytes(it) => it.len(),
            Value::List(it) => it.len() + it.iter().map(Value::weight).sum::<usize>(),
            Value::Map(it) => it.iter().map(|(key, value)| 2 + key.weight() + value.weight()).sum(),
            _ => 1,
        }
    }

    /// Whether two are equal: numbers of different types are when they are the same number; all else of different types
    /// never is.
    pub fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::Type(a), Value::Type(b)) => a == b,
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b))
            }
            (Value::Map(a), Value::Map(b)) => {
                let has =
                    |(key, value): &(Value, Value)| b.iter().any(|(k, v)| k.equals(key) && v.equals(value));
                a.len() == b.len() && a.iter().all(has)
            }
            _ => matches!(self.number(other), Ok(Ordering::Equal)),
        }
    }

    /// Which comes first.
    pub fn order(&self, other: &Value) -> Result<Ordering, Unordered> {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => Ok(a.cmp(b)),
            (Value::String(a), Value::String(b)) => Ok(a.cmp(b)),
            (Value::Bytes(a), Value::Bytes(b)) => Ok(a.cmp(b)),
            _ => self.number(other),
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "cel-go compares with doubles so too")]
    fn number(&self, other: &Value) -> Result<Ordering, Unordered> {
        let wide = |it: &Value| match it {
            Value::Int(it) => Some(i128::from(*it)),
            Value::Uint(it) => Some(i128::from(*it)),
            _ => None,
        };
        let real = |it: &Value| match it {
            Value::Double(it) => Ok(*it),
            it => wide(it).map(|it| it as f64).ok_or(Unordered::Mismatch),
        };
        match (wide(self), wide(other)) {
            (Some(a), Some(b)) => Ok(a.cmp(&b)),
            _ => real(self)?.partial_cmp(&real(other)?).ok_or(Unordered::NoNumber),
        }
    }
}
