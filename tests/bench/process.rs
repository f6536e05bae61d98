//! What a process costs: time, work, and memory.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Of a process, from its start to its end.
pub(crate) struct Cost {
    pub wall: Duration,
    /// Of all its threads; zero where the system does not tell.
    pub cpu: Duration,
    /// The most memory that it held at once, in bytes; zero where the system does not tell.
    pub peak: usize,
}

/// How often a process is looked at.
const GLANCE: Duration = Duration::from_millis(1);
/// The clock of /proc.
const TICK: Duration = Duration::from_millis(10);

/// Runs a command that is to succeed, and throws away what it says.
pub(crate) fn cost(command: &mut Command) -> Cost {
    let begun = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    let (mut peak, mut ticks) = (0, 0);
    let folder = format!("/proc/{}", child.id());
    let status = loop {
        let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).unwrap_or_default();
        let high = read("status")
            .lines()
            .find_map(|it| it.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        peak = high.map_or(peak, |it: usize| it * 1024);
        // user and system, after the name, which may hold blanks
        let stat = read("stat");
        let fields = stat.rsplit(')').next().unwrap_or_default().split(' ');
        ticks = fields.skip(12).take(2).filter_map(|it| it.parse::<u32>().ok()).sum::<u32>().max(ticks);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(GLANCE);
    };
    let wall = begun.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    Cost { wall, cpu: TICK * ticks, peak }
}
