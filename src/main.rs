//! The command line.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use aigw_backend::{
    cluster::files,
    report::{self, Source, SourceKind},
    rules,
    trace::{AssumedVersions, World},
};

fn main() -> anyhow::Result<()> {
    let file = std::env::args().skip_while(|arg| arg != "-f").nth(1).unwrap_or_default();
    let complete = std::env::args().any(|arg| arg == "--assume-complete");
    let request = files::Request { paths: vec![file.into()], complete, ..files::Request::default() };
    let loaded = files::load(&request, &mut std::io::stdin());
    let cluster = &loaded.cluster;
    let world = World::new(cluster, jiff::Timestamp::now(), &AssumedVersions::default());
    let traces: Vec<_> = cluster.ai_service_backends.iter().map(|it| world.trace(it)).collect();
    let outcome = rules::run(&world, &traces);
    let source = Source { kind: SourceKind::Files, context: None };
    let request = report::Request { source, places: &loaded.places };
    println!(
        "{}",
        serde_json::to_string_pretty(&report::build(&world, &traces, &outcome.findings, &request))?
    );
    Ok(())
}
