//! The functions and operators that AI Gateway's CEL has: cel-go's standard library, without extensions.

use super::types::{
    Overload,
    Slot::{A, B, Bool, Bytes, Double, Dyn, Int, ListA, MapAB, Meta, String, Uint},
};

/// Where the first argument stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// In the brackets, or around the sign.
    Global,
    /// Before the dot.
    Member,
    /// Either.
    Both,
}

const ORDER: &[Overload] = &[
    (&[Bool, Bool], Bool),
    (&[Int, Int], Bool),
    (&[Uint, Uint], Bool),
    (&[Double, Double], Bool),
    (&[String, String], Bool),
    (&[Bytes, Bytes], Bool),
];
const NUMBERS: &[Overload] = &[(&[Int, Int], Int), (&[Uint, Uint], Uint), (&[Double, Double], Double)];
const LOGIC: &[Overload] = &[(&[Bool, Bool], Bool)];
const SAME: &[Overload] = &[(&[A, A], Bool)];
const TEXTS: &[Overload] = &[(&[String, String], Bool)];

const FUNCTIONS: &[(&str, Style, &[Overload])] = &[
    (
        "_+_",
        Style::Global,
        &[
            (&[Int, Int], Int),
            (&[Uint, Uint], Uint),
            (&[Double, Double], Double),
            (&[String, String], String),
            (&[Bytes, Bytes], Bytes),
            (&[ListA, ListA], ListA),
        ],
    ),
    ("_-_", Style::Global, NUMBERS),
    ("_*_", Style::Global, NUMBERS),
    ("_/_", Style::Global, NUMBERS),
    ("_%_", Style::Global, &[(&[Int, Int], Int), (&[Uint, Uint], Uint)]),
    ("-_", Style::Global, &[(&[Int], Int), (&[Double], Double)]),
    ("!_", Style::Global, &[(&[Bool], Bool)]),
    ("@not_strictly_false", Style::Global, &[(&[Bool], Bool)]),
    ("_&&_", Style::Global, LOGIC),
    ("_||_", Style::Global, LOGIC),
    ("_?_:_", Style::Global, &[(&[Bool, A, A], A)]),
    ("_==_", Style::Global, SAME),
    ("_!=_", Style::Global, SAME),
    ("_<_", Style::Global, ORDER),
    ("_<=_", Style::Global, ORDER),
    ("_>_", Style::Global, ORDER),
    ("_>=_", Style::Global, ORDER),
    ("@in", Style::Global, &[(&[A, ListA], Bool), (&[A, MapAB], Bool)]),
    ("_[_]", Style::Global, &[(&[ListA, Int], A), (&[MapAB, A], B)]),
    ("size", Style::Both, &[(&[String], Int), (&[Bytes], Int), (&[ListA], Int), (&[MapAB], Int)]),
    ("startsWith", Style::Member, TEXTS),
    ("endsWith", Style::Member, TEXTS),
    ("contains", Style::Member, TEXTS),
    ("matches", Style::Both, TEXTS),
    ("int", Style::Global, &[(&[Int], Int), (&[Uint], Int), (&[Double], Int), (&[String], Int)]),
    ("uint", Style::Global, &[(&[Uint], Uint), (&[Int], Uint), (&[Double], Uint), (&[String], Uint)]),
    (
        "double",
        Style::Global,
        &[(&[Double], Double), (&[Int], Double), (&[Uint], Double), (&[String], Double)],
    ),
    (
        "string",
        Style::Global,
        &[
            (&[String], String),
            (&[Bool], String),
            (&[Int], String),
            (&[Uint], String),
            (&[Double], String),
            (&[Bytes], String),
        ],
    ),
    ("bytes", Style::Global, &[(&[Bytes], Bytes), (&[String], Bytes)]),
    ("bool", Style::Global, &[(&[Bool], Bool), (&[String], Bool)]),
    ("dyn", Style::Global, &[(&[A], Dyn)]),
    ("type", Style::Global, &[(&[A], Meta)]),
];

/// Functions over times: no cost needs one, and none is judged here.
const OF_TIME: [&str; 12] = [
    "timestamp",
    "duration",
    "getFullYear",
    "getMonth",
    "getDayOfYear",
    "getDayOfMonth",
    "getDate",
    "getDayOfWeek",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
];

/// Names that stand for a type where a value is expected.
pub(super) const TYPES: [&str; 10] =
    ["bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint"];

/// What is known of a function.
pub(super) enum Function {
    /// The ways to call it.
    Known(&'static [Overload]),
    /// There is one, of which nothing more is known here.
    Beyond,
    /// There is none of that name that can be called so.
    None,
}

/// The function of that name.
pub(super) fn find(name: &str, member: bool) -> Function {
    let wrong = if member { Style::Global } else { Style::Member };
    let known = FUNCTIONS.iter().find(|(it, style, _)| *it == name && *style != wrong);
    match known {
        Some((_, _, overloads)) => Function::Known(overloads),
        None if OF_TIME.contains(&name) => Function::Beyond,
        None => Function::None,
    }
}
