//! What there is to say of a finding, in parts and as lines that are laid out by nobody.

use std::borrow::Cow;

use super::{
    Page,
    text::{clean, clean_lines, some},
    yaml,
};
use crate::{
    cluster::{Place, files},
    model::{Key, Kind},
    report::{Entry, FixEntry, RelatedEntry},
};

/// Backends named in a finding.
const HITS: usize = 3;

/// What follows, what was seen, because of what, and whom it hits, each under its label; nothing that is empty.
pub(super) fn facts(finding: &Entry) -> Vec<(&'static str, String)> {
    let mut facts = vec![("effect", finding.effect.clone())];
    facts.extend(finding.evidence.iter().map(|it| ("saw", it.clone())));
    facts.extend(finding.related.iter().map(|it| ("because", format!("{}: {}", source(it), it.message))));
    facts.push(("hits", some(&finding.backends, HITS)));
    facts.retain(|(_, text)| !text.is_empty());
    facts
}

/// The object that explains, and where it stands.
fn source(related: &RelatedEntry) -> String {
    let place = related.location.as_ref().map_or(String::new(), |it| format!(", {}:{}", it.file, it.line));
    related.object.display() + &place
}

/// The commands of a fix, harmless for a terminal.
pub(super) fn commands(fix: &FixEntry) -> impl Iterator<Item = Cow<'_, str>> {
    fix.commands.iter().flat_map(|it| clean_lines(it))
}

/// The command that creates the objects of a fix; none without any.
pub(super) fn apply(fix: &FixEntry) -> Vec<String> {
    if fix.manifests.is_empty() {
        return vec![];
    }
    let manifests: Vec<String> = fix.manifests.iter().map(yaml::text).collect();
    let manifests = manifests.join("---\n");
    let lines = clean_lines(&manifests).map(Cow::into_owned);
    let (start, end) = ("kubectl apply -f - <<'EOF'".to_owned(), "EOF".to_owned());
    [start].into_iter().chain(lines).chain([end]).collect()
}

/// `AIB302 plaintext-to-tls-port`, and what files that are laid over a cluster do to it.
pub(super) fn title(finding: &Entry) -> String {
    let change = finding.change.map_or(String::new(), |it| format!(" ({})", it.word()));
    format!("{} {}{change}", finding.code, finding.name)
}

/// Everything but the title.
pub(super) fn lines(finding: &Entry) -> Vec<String> {
    let mut lines = vec![clean(&finding.message).into_owned()];
    lines.extend(facts(finding).iter().map(|(label, it)| format!("{label}: {}", clean(it))));
    for fix in &finding.fixes {
        lines.push(format!("fix: {}", clean(&fix.title)));
        lines.extend(commands(fix).map(Cow::into_owned));
        lines.extend(apply(fix));
    }
    lines
}

/// Where a finding stands in a file: its own place, else that of what explains it, else that of a backend that it hits.
pub(super) fn place(finding: &Entry, page: &Page<'_>) -> Option<Place> {
    let backend = || {
        let (namespace, name) = finding.backends.first()?.split_once('/')?;
        page.places.locate(&Key::new(Kind::AIServiceBackend, namespace, name), "")
    };
    let related = || finding.related.iter().find_map(|it| it.location.clone());
    let place = finding.location.clone().or_else(related).or_else(backend);
    place.filter(|it| it.file != files::STDIN)
}

/// A path as tools that know a repository take it: from its root, with slashes.
pub(super) fn path(file: &str) -> String {
    let file = if cfg!(windows) { file.replace('\\', "/") } else { file.to_owned() };
    file.strip_prefix("./").unwrap_or(&file).to_owned()
}
