//! Arguments of `explain` over the example cluster, a line each.
#![no_main]

use invariants::{run, words};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(data) else { return Corpus::Reject };
    // never a cluster: the example excludes files too
    let mut args = words("explain --demo");
    args.extend(text.split('\n').map(str::to_owned));
    // colour and talk of requests are asked for by flags
    if args.iter().any(|it| it.starts_with("--color") || it.starts_with("--c")) {
        return Corpus::Reject;
    }
    run(&args, data, b"");
    Corpus::Keep
});
