//! Bytes as a file: read, traced, judged and shown in every format.
#![no_main]

use invariants::{has_canary, output::SECRETS, report};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    if has_canary(data) {
        return Corpus::Reject;
    }
    let complete = data.len() % 2 == 0;
    match std::str::from_utf8(data) {
        Ok(text) if data.len() % 4 > 1 => {
            report(data, format!("{text}\n---\n{SECRETS}").as_bytes(), complete);
        }
        _ => report(data, data, complete),
    }
    Corpus::Keep
});
