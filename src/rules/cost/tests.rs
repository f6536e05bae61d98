use proptest::prelude::*;

use super::{Broken, Verdict, judge};
use crate::trace::Version;

const NOW: Option<Version> = Some(Version(1, 1, 0));

fn broken(cel: &str) -> Broken {
    match judge(cel, NOW) {
        Verdict::Broken(it) => it,
        it => panic!("{cel}: {it:?}"),
    }
}

fn works(cel: &str) -> super::Remarks {
    match judge(cel, NOW) {
        Verdict::Works(it) => it,
        it => panic!("{cel}: {it:?}"),
    }
}

/// What it is to be, and whether that surely means the same.
fn correction(cel: &str) -> Option<(String, bool)> {
    broken(cel).correction.map(|it| (it.cel, it.safe))
}

#[test]
fn verdicts_are_those_of_cel_go() {
    let recorded = include_str!("../../../tests/cost/verdicts.txt");
    let mut unknown = 0;
    for line in recorded.lines().filter(|it| !it.starts_with('#')) {
        let (verdict, cel) = line.split_at(8);
        match judge(cel, NOW) {
            Verdict::Works(_) => assert_eq!(verdict.trim(), "works", "{cel}"),
            Verdict::Broken(it) => assert_eq!(verdict.trim(), "refused", "{cel}: {}", it.words),
            Verdict::Unknown => unknown += 1,
        }
    }
    assert!(unknown < 16, "{unknown} are not judged");
}

#[test]
fn words_name_the_part_at_fault() {
    for (cel, words) in [
        ("input_tokens + output_tokens * 1.5", "combines uint and double in `output_tokens * 1.5`"),
        ("output_tokens  + (1)", "combines uint and int in `output_tokens + (1)`"),
        ("output_token * 2u", "has `output_token`, which is no name that AI Gateway knows"),
        ("math.greatest(input_tokens, 1u)", "has `math`, which is no name that AI Gateway knows"),
        ("ceil(input_tokens)", "calls `ceil`, which is no function of AI Gateway's CEL"),
        ("input_tokens > 100 ? 1u : 2u", "compares uint and int in `input_tokens > 100`"),
        (
            "model == 'a' ? input_tokens : 0",
            "gives uint and int by turns in `model == 'a' ? input_tokens : 0`",
        ),
        ("double(input_tokens) * 1.5", "gives a double and no whole number"),
        ("input_tokens +", "does not parse at column 15"),
        ("  ", "is empty"),
        (
            "input_tokens / output_tokens",
            "divides by zero in `input_tokens / output_tokens` in AI Gateway's trial run (all counts 0, model `dummy`)",
        ),
    ] {
        assert_eq!(broken(cel).words, words, "{cel}");
    }
}

#[test]
fn corrections_are_what_was_meant() {
    for (cel, correct, safe) in [
        ("output_tokens * 2", "output_tokens * 2u", true),
        ("input_tokens * 2 > 100 ? 1 : 2", "input_tokens * 2u > 100u ? 1 : 2", true),
        ("model == 'a' ? input_tokens : 0", "model == 'a' ? input_tokens : 0u", true),
        ("output_token * 2u", "output_tokens * 2u", false),
        ("prompt_tokens + completion_tokens", "input_tokens + output_tokens", false),
        ("output_tokens * 1.5", "uint(double(output_tokens) * 1.5)", false),
        ("uint(output_tokens * 1.5)", "uint(double(output_tokens) * 1.5)", false),
        (
            "model == 'llama' ? input_tokens + output_token * 0.5 : total_tokens",
            "model == 'llama' ? uint(double(input_tokens) + double(output_tokens) * 0.5) : total_tokens",
            false,
        ),
        ("(input_tokens + 2) * 0.5", "uint((double(input_tokens) + 2.0) * 0.5)", false),
        (
            "(input_tokens + 5u) / (output_tokens) * 2u",
            "((output_tokens) == 0u ? 0u : (input_tokens + 5u) / (output_tokens)) * 2u",
            false,
        ),
        ("total_tokens - 1", "total_tokens > 1u ? total_tokens - 1u : 0u", false),
    ] {
        assert_eq!(correction(cel), Some((correct.to_owned(), safe)), "{cel}");
    }
    for cel in ["model", "1 / 0", "input_tokens +", "price * 2u", "int(input_tokens) - 5"] {
        assert_eq!(correction(cel), None, "{cel}");
    }
}

#[test]
fn what_is_part_of_the_whole_may_be_taken_away() {
    for cel in [
        "input_tokens - cached_input_tokens",
        "input_tokens - (cached_input_tokens + cache_creation_input_tokens)",
        "input_tokens - cached_input_tokens - cache_creation_input_tokens",
        "output_tokens > input_tokens ? output_tokens - input_tokens : 0u",
        "int(output_tokens) - int(input_tokens)",
    ] {
        assert_eq!(works(cel).subtractions, [], "{cel}");
    }
    for (cel, guarded) in [
        ("output_tokens - input_tokens", "output_tokens > input_tokens ? output_tokens - input_tokens : 0u"),
        (
            "1u + total_tokens - input_tokens",
            "1u + total_tokens > input_tokens ? 1u + total_tokens - input_tokens : 0u",
        ),
        (
            "2u * (input_tokens - 2u * cached_input_tokens)",
            "2u * ((input_tokens > 2u * cached_input_tokens ? input_tokens - 2u * cached_input_tokens : 0u))",
        ),
    ] {
        let found = works(cel).subtractions;
        assert_eq!(found.len(), 1, "{cel}");
        assert_eq!(found[0].guarded.as_deref(), Some(guarded));
    }
}

#[test]
fn a_backend_has_a_long_name() {
    let found = works("backend == 'openai.default' ? 1u : 2u").backends;
    assert_eq!(found[0].text, "backend == 'openai.default'");
    assert_eq!(found[0].names, ["openai.default"]);
    assert_eq!(found[0].around, (String::new(), " ? 1u : 2u".to_owned()));
    assert!(works("'x' != backend ? 1u : 2u").backends[0].always);
    assert_eq!(works("backend in ['a.b', 'c.d'] ? 1u : 2u").backends[0].names, ["a.b", "c.d"]);
    for cel in [
        "backend == 'default/openai/route/models/rule/0/ref/0' ? 1u : 2u",
        "backend.startsWith('default/openai/') ? 1u : 2u",
        "model == 'openai.default' ? 1u : 2u",
    ] {
        assert_eq!(works(cel).backends, [], "{cel}");
    }
}

#[test]
fn what_is_newer_than_this_tool_is_not_judged() {
    let later = Some(Version(1, 2, 0));
    assert_eq!(judge("audio_tokens * 2u", later), Verdict::Unknown);
    assert_eq!(judge("ceil(1.5)", later), Verdict::Unknown);
    assert!(matches!(judge("output_token * 2u", later), Verdict::Broken(_)));
    assert!(matches!(judge("audio_tokens * 2u", NOW), Verdict::Broken(_)));
}

#[test]
fn no_nesting_exhausts_the_stack() {
    for count in [10, 100, 250, 2_600, 10_000] {
        for (before, inside, after) in [
            ("(", "1u", ")"),
            ("[", "1u", "]"),
            ("!", "true", ""),
            ("-", "1", ""),
            ("- ", "1", ""),
            ("1u+", "1u", ""),
            ("", "a", ".b"),
            ("", "a", "[0]"),
            ("true?1u:", "1u", ""),
            ("size(", "model", ")"),
            ("{1:", "1u", "}"),
            ("true&&", "true", ""),
            ("(", "", ""),
            ("", "[1]", ".map(x, x + x)"),
            ("", "['a']", ".map(x, x + x)"),
            ("", "[1]", ".map(x, [x, x])"),
        ] {
            judge(&(before.repeat(count) + inside + &after.repeat(count)), NOW);
        }
    }
}

const WORDS: &[&str] = &[
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "model",
    "backend",
    "price",
    "x",
    "1",
    "1u",
    "0x1F",
    "1.5",
    "1e3",
    "'a'",
    "\"b\"",
    "r'\\d'",
    "b'x'",
    "'\\n'",
    "true",
    "null",
    "in",
    "+",
    "-",
    "*",
    "/",
    "%",
    "&&",
    "||",
    "!",
    "?",
    ":",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "==",
    "!=",
    "<",
    ">=",
    "uint(",
    "int(",
    "double(",
    "size(",
    "string(",
    "has(",
    ".all(",
    ".map(",
    ".filter(",
    ".exists_one(",
    ".startsWith(",
    ".matches(",
    " ",
    "//c",
    "\n",
    "`",
    "$",
    "\\",
    "é",
    "😀",
    "9223372036854775808",
    "-9223372036854775808",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_judged(text in "\\PC{0,60}") {
        judge(&text, NOW);
    }

    #[test]
    fn any_words_are_judged_and_corrections_work(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 1..12),
        space in proptest::bool::ANY,
    ) {
        let text = words.join(if space { " " } else { "" });
        if let Verdict::Broken(Broken { words, correction, .. }) = judge(&text, NOW) {
            prop_assert!(!words.contains('\n'), "{text}: {words}");
            if let Some(correction) = correction {
                prop_assert!(matches!(judge(&correction.cel, NOW), Verdict::Works(_)), "{text}: {}", correction.cel);
            }
        }
    }
}
