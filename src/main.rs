//! Parse, run, print, exit.
#![allow(clippy::disallowed_methods)] // the one place that asks for the time

use std::io::{self, Write};

use aigw_backend::cli::{self, Answer, ExitCode, Terminal};

/// What is read is many small strings, for which musl's own is slow.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let terminal = Terminal::detect();
    let answer = cli::run(std::env::args_os(), &terminal, jiff::Timestamp::now(), &mut io::stdin());
    print(&answer).into()
}

/// Talk first, so that the answer ends the screen, or what to type next. Whoever closes the pipe has read enough.
fn print(answer: &Answer) -> ExitCode {
    let _ = io::stderr().write_all(answer.stderr.as_bytes());
    let mut stdout = io::stdout().lock();
    match stdout.write_all(answer.stdout.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => {
            let _ = io::stderr().write_all(answer.epilogue.as_bytes());
            answer.code
        }
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => answer.code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: cannot write the answer: {error}");
            ExitCode::Failure
        }
    }
}
