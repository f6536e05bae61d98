//! What functions and operators come to.

use std::cmp::Ordering;

use cel::IdedExpr;

use super::{
    eval::fail,
    fault::{Stop, What},
    value::{Unordered, Value},
};

/// Types that only the run knows, and that do not fit.
pub(super) const NO_OVERLOAD: &str = "combines what does not go together";
/// A map without that key.
pub(super) const NO_KEY: &str = "asks for a key that is not there";
const NO_INDEX: &str = "asks for an element that is not there";
const TOO_LARGE: &str = "comes to a number that is too large";
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
/// A number that the other type does not have.
pub(super) const NO_FIT: &str = "converts what does not fit";

/// Applies a function or operator whose operands are all needed.
pub(super) fn apply<'a>(node: &'a IdedExpr, name: &str, values: &[Value]) -> Result<Value, Stop<'a>> {
    let mismatch = || fail(node, What::Failed(NO_OVERLOAD));
    let ordered = |accept: fn(Ordering) -> bool, a: &Value, b: &Value| match a.order(b) {
        Ok(order) => Ok(Value::Bool(accept(order))),
        Err(Unordered::Mismatch) => mismatch(),
        // releases of cel-go think differently of it
        Err(Unordered::NoNumber) => Err(Stop::Unknown),
    };
    match (name, values) {
        ("_+_" | "_-_" | "_*_" | "_/_" | "_%_", [a, b]) => arithmetic(node, name, a, b),
        ("-_", [Value::Int(it)]) => match it.checked_neg() {
            Some(it) => Ok(Value::Int(it)),
            None => fail(node, What::Failed(TOO_LARGE)),
        },
        ("-_", [Value::Double(it)]) => Ok(Value::Double(-it)),
        ("!_", [Value::Bool(it)]) => Ok(Value::Bool(!it)),
        ("_==_", [a, b]) => Ok(Value::Bool(a.equals(b))),
        ("_!=_", [a, b]) => Ok(Value::Bool(!a.equals(b))),
        ("_<_", [a, b]) => ordered(Ordering::is_lt, a, b),
        ("_<=_", [a, b]) => ordered(Ordering::is_le, a, b),
        ("_>_", [a, b]) => ordered(Ordering::is_gt, a, b),
        ("_>=_", [a, b]) => ordered(Ordering::is_ge, a, b),
        ("@in", [it, Value::List(list)]) => Ok(Value::Bool(list.iter().any(|element| element.equals(it)))),
        ("@in", [it, Value::Map(map)]) => Ok(Value::Bool(map.iter().any(|(key, _)| key.equals(it)))),
        ("_[_]", [Value::List(list), Value::Int(at)]) => {
            let found = usize::try_from(*at).ok().and_then(|at| list.get(at));
            found.map_or_else(|| fail(node, What::Failed(NO_INDEX)), |it| Ok(it.clone()))
        }
        // a whole number of another type may do
        ("_[_]", [Value::List(_), Value::Uint(_) | Value::Double(_)]) => Err(Stop::Unknown),
        ("_[_]", [map @ Value::Map(_), key]) => entry(node, map, key),
        ("size", [it]) => size(node, it),
        ("startsWith", [Value::String(a), Value::String(b)]) => Ok(Value::Bool(a.starts_with(b))),
        ("endsWith", [Value::String(a), Value::String(b)]) => Ok(Value::Bool(a.ends_with(b))),
        ("contains", [Value::String(a), Value::String(b)]) => Ok(Value::Bool(a.contains(b))),
        // RE2 takes more than is known here: what does not compile here is not judged
        ("matches", [Value::String(text), Value::String(pattern)]) => {
            let pattern = regex_lite::Regex::new(pattern).map_err(|_| Stop::Unknown)?;
            Ok(Value::Bool(pattern.is_match(text)))
        }
        ("dyn", [it]) => Ok(it.clone()),
        ("type", [it]) => Ok(Value::Type(it.type_name())),
        ("int" | "uint" | "double" | "string" | "bytes" | "bool", [it]) => convert(node, name, it),
        // operators take what fits them; of what remains nothing is known
        (name, _) if name.contains('_') => mismatch(),
        _ => Err(Stop::Unknown),
    }
}

/// The value of a key of a map.
pub(super) fn entry<'a>(node: &'a IdedExpr, map: &Value, key: &Value) -> Result<Value, Stop<'a>> {
    let Value::Map(entries) = map else { return fail(node, What::Failed(NO_OVERLOAD)) };
    let found = entries.iter().find(|(it, _)| it.equals(key));
    found.map_or_else(|| fail(node, What::Failed(NO_KEY)), |(_, value)| Ok(value.clone()))
}

fn arithmetic<'a>(node: &'a IdedExpr, sign: &str, a: &Value, b: &Value) -> Result<Value, Stop<'a>> {
    let zero = matches!(b, Value::Int(0) | Value::Uint(0)) && matches!(sign, "_/_" | "_%_");
    let value = match (a, b) {
        (Value::Int(_), Value::Int(_)) | (Value::Uint(_), Value::Uint(_)) if zero => {
            return fail(node, What::Zero);
        }
        (Value::Int(a), Value::Int(b)) => {
            let done = match sign {
                "_+_" => a.checked_add(*b),
                "_-_" => a.checked_sub(*b),
                "_*_" => a.checked_mul(*b),
                "_/_" => a.checked_div(*b),
                _ => a.checked_rem(*b),
            };
            done.map(Value::Int)
        }
        (Value::Uint(a), Value::Uint(b)) => {
            let done = match sign {
                "_+_" => a.checked_add(*b),
                "_-_" if a < b => return fail(node, What::Underflow),
                "_-_" => a.checked_sub(*b),
                "_*_" => a.checked_mul(*b),
                "_/_" => a.checked_div(*b),
                _ => a.checked_rem(*b),
            };
            done.map(Value::Uint)
        }
        (Value::Double(a), Value::Double(b)) => match sign {
            "_+_" => Some(Value::Double(a + b)),
            "_-_" => Some(Value::Double(a - b)),
            "_*_" => Some(Value::Double(a * b)),
            "_/_" => Some(Value::Double(a / b)),
            _ => return fail(node, What::Failed(NO_OVERLOAD)),
        },
        (Value::String(a), Value::String(b)) if sign == "_+_" => Some(Value::String(format!("{a}{b}"))),
        (Value::Bytes(a), Value::Bytes(b)) if sign == "_+_" => Some(Value::Bytes([a.as_slice(), b].concat())),
        (Value::List(a), Value::List(b)) if sign == "_+_" => Some(Value::List([a.as_slice(), b].concat())),
        _ => return fail(node, What::Failed(NO_OVERLOAD)),
    };
    value.map_or_else(|| fail(node, What::Failed(TOO_LARGE)), Ok)
}

fn size<'a>(node: &'a IdedExpr, it: &Value) -> Result<Value, Stop<'a>> {
    let size = match it {
        Value::String(it) => it.chars().count(),
        Value::Bytes(it) => it.len(),
        Value::List(it) => it.len(),
        Value::Map(it) => it.len(),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Double(_) | Value::Type(_) => {
            return fail(node, What::Failed(NO_OVERLOAD));
        }
    };
    i64::try_from(size).map(Value::Int).map_err(|_| Stop::Unknown)
}

/// Conversions; how doubles are written and read as text is cel-go's own business, and not judged.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "bounds are checked first; a count as a double loses nothing that a cost needs"
)]
fn convert<'a>(node: &'a IdedExpr, to: &str, it: &Value) -> Result<Value, Stop<'a>> {
    let fits = |it: f64, from: f64, below: f64| it > from && it < below;
    let plain = |it: &str| !it.is_empty() && it.len() < 16 && it.chars().all(|it| it.is_ascii_digit());
    let value = match (to, it) {
        ("int", Value::Int(_)) | ("uint", Value::Uint(_)) | ("double", Value::Double(_)) => Some(it.clone()),
        ("string", Value::String(_)) | ("bytes", Value::Bytes(_)) | ("bool", Value::Bool(_)) => {
            Some(it.clone())
        }
        ("int", Value::Uint(it)) => i64::try_from(*it).ok().map(Value::Int),
        ("int", Value::Double(it)) => fits(*it, -TWO_TO_63, TWO_TO_63).then_some(Value::Int(*it as i64)),
        ("uint", Value::Int(it)) => u64::try_from(*it).ok().map(Value::Uint),
        ("uint", Value::Double(it)) => {
            (*it == 0.0 || fits(*it, 0.0, 2.0 * TWO_TO_63)).then_some(Value::Uint(*it as u64))
        }
        ("double", Value::Int(it)) => Some(Value::Double(*it as f64)),
        ("double", Value::Uint(it)) => Some(Value::Double(*it as f64)),
        ("int", Value::String(it)) if plain(it) => it.parse().ok().map(Value::Int),
        ("uint", Value::String(it)) if plain(it) => it.parse().ok().map(Value::Uint),
        ("double", Value::String(it)) if plain(it) => it.parse().ok().map(Value::Double),
        ("string", Value::Int(it)) => Some(Value::String(it.to_string())),
        ("string", Value::Uint(it)) => Some(Value::String(it.to_string())),
        ("string", Value::Bool(it)) => Some(Value::String(it.to_string())),
        ("bytes", Value::String(it)) => Some(Value::Bytes(it.clone().into_bytes())),
        ("bool", Value::String(it)) if it == "true" || it == "false" => Some(Value::Bool(it == "true")),
        (_, Value::String(_) | Value::Bytes(_)) | ("string", Value::Double(_)) => return Err(Stop::Unknown),
        _ => return fail(node, What::Failed(NO_OVERLOAD)),
    };
    value.map_or_else(|| fail(node, What::Failed(NO_FIT)), Ok)
}
