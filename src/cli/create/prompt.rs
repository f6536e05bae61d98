//! A question whose answer is not shown.

use zeroize::Zeroizing;

/// Asks on the terminal. Whoever presses Ctrl-C gets the terminal back as it was.
pub(super) fn ask(question: &str) -> std::io::Result<Zeroizing<String>> {
    guard();
    rpassword::prompt_password(question).map(Zeroizing::new)
}

/// What the terminal was like comes back before the process ends.
#[cfg(unix)]
fn guard() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(attributes) = rustix::termios::tcgetattr(std::io::stdin()) else { return };
    for kind in [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()] {
        let attributes = attributes.clone();
        let Ok(mut heard) = signal(kind) else { return };
        tokio::spawn(async move {
            heard.recv().await;
            let action = rustix::termios::OptionalActions::Now;
            let _ = rustix::termios::tcsetattr(std::io::stdin(), action, &attributes);
            // nothing is written yet, and the question cannot be taken back in any other way
            std::process::exit(128 + kind.as_raw_value());
        });
    }
}

#[cfg(not(unix))]
fn guard() {}
