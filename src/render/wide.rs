//! `-o wide`: what the signs of the table stand for, however wide that is.

use super::{
    Style,
    table::{ByBackend, codes, names, signs, wide},
    text::clean,
};
use crate::{
    report::{Report, Row},
    rules::Hop,
};

/// Models named in a cell.
const MODELS: usize = 3;

pub(super) fn table(report: &Report, style: Style) -> String {
    if report.backends.is_empty() {
        return String::new();
    }
    let namespaces = names(report);
    let mut heading = if namespaces { vec!["NAMESPACE", "NAME"] } else { vec!["NAME"] };
    let first = heading.len();
    heading.extend(Hop::OF_BACKEND.map(Hop::column));
    heading.extend(["HEALTH", "CODES", "HOST", "API", "TLS BY", "AUTH BY", "#ROUTES", "MODELS"]);
    let mut rows: Vec<Vec<String>> = vec![heading.into_iter().map(str::to_owned).collect()];
    let found = report.by_backend();
    rows.extend(report.backends.iter().map(|row| cells(&found, row, namespaces, style)));
    wide(rows, first..first + Hop::OF_BACKEND.len(), style)
}

fn cells(found: &ByBackend<'_>, row: &Row, namespaces: bool, style: Style) -> Vec<String> {
    let mut cells = if namespaces { vec![row.namespace.clone()] } else { vec![] };
    cells.push(row.name.clone());
    cells.extend(signs(row, style));
    cells.push(format!("{} {}", style.sign(row.health), row.health.word()));
    cells.push(codes(found, row, usize::MAX));
    cells.push(row.host.clone().unwrap_or_default());
    cells.push(row.hops.schema.detail.clone());
    cells.push(row.hops.tls.detail.clone());
    cells.push(row.hops.credential.detail.clone());
    cells.push(row.routes.to_string());
    cells.push(models(row));
    cells.iter().map(|it| if it.is_empty() { "-".to_owned() } else { clean(it).into_owned() }).collect()
}

fn models(row: &Row) -> String {
    let shown: Vec<&str> = row.models.iter().take(MODELS).map(String::as_str).collect();
    let more = row.models.len().saturating_sub(MODELS);
    if more > 0 { format!("{} +{more}", shown.join(",")) } else { shown.join(",") }
}
