//! A row: what fails where, and what comes of it.

use std::{
    ops::RangeInclusive,
    sync::{Arc, Mutex},
};

use aigw_backend::model::Kind;

use crate::{
    cluster::{self, target},
    run::{self, Gap, Ran},
    server::{Answer, Asked, Server},
};

/// What it is that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    /// AIServiceBackends: without them there is nothing to tell.
    Backends,
    /// A kind that is listed.
    Policies,
    /// A Secret, in the second round.
    Secret,
}

impl On {
    pub(crate) fn is_meant(self, path: &str) -> bool {
        target(path).is_some_and(|it| match self {
            On::Backends => it.kind == Kind::AIServiceBackend,
            On::Policies => it.kind == Kind::BackendTLSPolicy,
            On::Secret => it.kind == Kind::Secret && it.name == Some("openai-key"),
        })
    }

    fn kind(self) -> &'static str {
        match self {
            On::Backends => "AIServiceBackend",
            On::Policies => "BackendTLSPolicy",
            On::Secret => "Secret",
        }
    }
}

/// A backend of the example that is ok, and that cannot be called ok without any of these.
const DOUBTED: &str = "default/openai";

/// What comes of it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Comes {
    /// Nothing: the report is that of a good day.
    Well,
    /// One error with these words.
    Error(&'static str),
    /// An entry of `skipped`, for whichever of the reasons that a failing server gives.
    Unread,
    /// An entry of `skipped` for the kind, with this reason and these words.
    Skipped(&'static str, &'static str),
}

impl Comes {
    fn is_told_by(self, gap: &Gap) -> bool {
        match self {
            Comes::Well | Comes::Error(_) => false,
            Comes::Unread => ["server-error", "timeout"].contains(&gap.reason.as_str()),
            Comes::Skipped(reason, words) => gap.reason == reason && gap.message.contains(words),
        }
    }
}

type Fault = Arc<dyn Fn(&Asked) -> Option<Answer> + Send + Sync>;

/// A row of the table.
pub(crate) struct Row {
    name: &'static str,
    on: On,
    fault: Fault,
    args: &'static [&'static str],
    comes: Comes,
    code: i32,
    sent: RangeInclusive<usize>,
}

/// A row whose fault answers requests to one thing; `None` is the good answer.
pub(crate) fn row(
    name: &'static str,
    on: On,
    fault: impl Fn(&Asked) -> Option<Answer> + Send + Sync + 'static,
    comes: Comes,
) -> Row {
    let code = if matches!(comes, Comes::Error(_)) { 2 } else { 1 };
    Row { name, on, fault: Arc::new(fault), args: &[], comes, code, sent: 1..=1 }
}

/// A fault on each of the three, as an error where that is essential and as a gap where it is not.
pub(crate) fn each(
    name: &'static str,
    fault: impl Fn(&Asked) -> Option<Answer> + Send + Sync + 'static,
    error: &'static str,
    gap: (&'static str, &'static str),
) -> Vec<Row> {
    let fault: Fault = Arc::new(fault);
    let skipped = Comes::Skipped(gap.0, gap.1);
    [(On::Backends, Comes::Error(error)), (On::Policies, skipped), (On::Secret, skipped)]
        .into_iter()
        .map(|(on, comes)| {
            let fault = Arc::clone(&fault);
            row(name, on, move |asked| fault(asked), comes)
        })
        .collect()
}

impl Row {
    pub(crate) fn args(self, args: &'static [&'static str]) -> Self {
        Row { args, ..self }
    }

    pub(crate) fn code(self, code: i32) -> Self {
        Row { code, ..self }
    }

    /// How many requests reach what fails.
    pub(crate) fn sent(self, sent: RangeInclusive<usize>) -> Self {
        Row { sent, ..self }
    }

    /// Whether the run can only end with an error.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self.comes, Comes::Error(_))
    }

    /// What does not hold, a line each.
    fn wrong(&self) -> Vec<String> {
        let (on, fault, documents) = (self.on, Arc::clone(&self.fault), cluster::demo());
        let server = Server::start(move |asked| {
            let meant = on.is_meant(&asked.path).then(|| fault(asked)).flatten();
            meant.unwrap_or_else(|| cluster::answer(&documents, asked))
        });
        let ran = run::check(&server, self.args);
        let mut wrong = ran.wrong();
        if ran.code != Some(self.code) {
            wrong.push(format!("exit code {:?}, not {}: {}", ran.code, self.code, ran.err));
        }
        if ran.peak > MEMORY {
            wrong.push(format!("it holds {} MiB", ran.peak));
        }
        let sent = server.asked().iter().filter(|it| self.on.is_meant(&it.path)).count();
        if !self.sent.contains(&sent) {
            wrong.push(format!("{sent} requests, not {:?}", self.sent));
        }
        wrong.extend(self.differs(&ran));
        wrong.into_iter().map(|it| format!("{} on {}: {it}", self.name, self.on.kind())).collect()
    }

    /// Where what comes of it is not what should.
    fn differs(&self, ran: &Ran) -> Option<String> {
        let (gaps, said) = (ran.skipped(), ran.said());
        match self.comes {
            Comes::Well => {
                let holds = gaps.is_empty() && said == *run::healthy() && ran.err.is_empty();
                (!holds).then(|| format!("not as on a good day: {gaps:?} {}", ran.err))
            }
            Comes::Error(words) => {
                (!ran.err.contains(words)).then(|| format!("no `{words}` in: {}", ran.err))
            }
            Comes::Unread | Comes::Skipped(..) => {
                let own = self.on.kind();
                let meant = gaps.iter().any(|it| it.kind == own && self.comes.is_told_by(it));
                let doubted = said.health.get(DOUBTED).is_some_and(|it| it == "unknown");
                // the deadline of the run cuts off what would have come after
                let alone = self.args.contains(&"--timeout") || gaps.iter().all(|it| it.kind == own);
                (!meant || !doubted || !alone || !ran.err.is_empty())
                    .then(|| format!("{gaps:?}, {:?}, {}", said.health, ran.err))
            }
        }
    }
}

/// Runs at once at most.
const AT_ONCE: usize = 6;

/// MiB that a run may hold: the example takes a tenth.
const MEMORY: u64 = 250;

/// Tries all rows, most of which wait rather than work, and says all that does not hold.
pub(crate) fn hold(rows: Vec<Row>) {
    run::healthy();
    let (rows, wrong) = (Mutex::new(rows.into_iter()), Mutex::new(vec![]));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(row) = { rows.lock().unwrap().next() } {
                    let own = row.wrong();
                    wrong.lock().unwrap().extend(own);
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    assert!(wrong.is_empty(), "{} in all\n{}", wrong.len(), wrong.join("\n"));
}
