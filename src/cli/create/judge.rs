//! The new objects laid over the cluster, and what the rules say of that.

use jiff::Timestamp;

use crate::{
    cluster::{Cluster, Overlay, Places, files},
    manifest::{Manifest, SecretSlot},
    model::{Meta, Secret, SecretValue},
    render::{self, Page, Style},
    report::{self, Change, Outline, Report, Source, SourceKind},
    rules::{self, Finding, Severity},
    trace::{self, AssumedVersions, World},
};

/// What the new objects bring.
pub(super) struct Verdict {
    report: Report,
}

/// The objects as a snapshot that can be laid over another; of a new Secret only facts.
pub(super) fn overlay(
    namespace: &str,
    manifests: &[Manifest],
    secret: Option<(&SecretSlot, &[u8])>,
) -> Overlay {
    let text: String = manifests.iter().map(|it| it.json.to_string() + "\n---\n").collect();
    let request = files::Request { overlay: true, ..files::Request::default() };
    let mut cluster = files::load_text(&request, "create", &text).cluster;
    if let Some((slot, value)) = secret {
        let meta = Meta { namespace: namespace.to_owned(), name: slot.name.clone(), ..Meta::default() };
        let data = [(slot.entry.to_owned(), SecretValue::of(value))].into();
        cluster.secrets.insert(Secret { meta, data });
    }
    Overlay::new(cluster)
}

/// What the rules say of a cluster with the new objects that they do not say without.
pub(super) fn judge(overlay: &Overlay, live: &Cluster, now: Timestamp) -> Verdict {
    let versions = AssumedVersions::default();
    let laid = trace::laid(overlay, live, now, &versions).cluster;
    let before = findings(live, now, &versions);
    let world = World::new(&laid, now, &versions);
    let after = rules::run(&world);
    let request = report::Request {
        source: Source { kind: SourceKind::Overlay, context: None },
        places: &Places::default(),
        before: Some(&before),
        suppressed: &[],
    };
    let mut report = report::build(&world, Outline::all(&world), &after, &request);
    report.findings.retain(|it| it.change == Some(Change::Introduced));
    for finding in &mut report.findings {
        finding.change = None;
        // what is not there yet cannot be patched: other flags are what mends it
        let is_new = finding.object.exists && !finding.object.is_in(live);
        for fix in &mut finding.fixes {
            if is_new || fix.patches.iter().any(|it| !it.object.is_in(live)) {
                fix.commands.clear();
            }
        }
    }
    Verdict { report }
}

fn findings(cluster: &Cluster, now: Timestamp, versions: &AssumedVersions) -> Vec<Finding> {
    let world = World::new(cluster, now, versions);
    rules::run(&world)
}

impl Verdict {
    /// Whether something would fail.
    pub(super) fn is_bad(&self) -> bool {
        self.report.findings.iter().any(|it| it.severity == Severity::Error)
    }

    /// What would go wrong or may; a route that is not there yet is none of it.
    pub(super) fn shown(&mut self, style: Style) -> String {
        self.report.findings.retain(|it| it.severity != Severity::Info);
        let page =
            Page { style, places: &Places::default(), assumed_complete: false, fail_on: None, failures: &[] };
        render::findings(&self.report, &page)
    }
}
