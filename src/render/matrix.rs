//! Models against backends for people, differences first.

use super::{Style, clean};
use crate::report::{ModelMatrix, ModelRow, State};

/// Models that are shown, those first that are listed otherwise than they work.
const SHOWN: usize = 200;

/// Shows the models of a Gateway.
pub fn page(matrix: &ModelMatrix, style: Style) -> String {
    let mut rows: Vec<&ModelRow> = matrix.models.iter().collect();
    rows.sort_by_key(|it| (it.listed == it.works, it.model.clone()));
    let width = rows.iter().map(|it| clean(&it.model).chars().count()).max().unwrap_or(5).max(5);
    let mut text = format!("{:<width$}  LISTED  ANSWER  BACKENDS\n", "MODEL");
    let hidden = rows.len().saturating_sub(SHOWN);
    for it in rows.iter().take(SHOWN) {
        let listed = if it.listed { "yes" } else { "no" };
        let status = it.status.map_or("-".to_owned(), |it| it.to_string());
        let state = if it.works { State::Ok } else { State::Fail };
        let answer = format!("{} {status}", style.sign(state));
        let backends: Vec<String> =
            it.backends.iter().map(|it| format!("{} {:.0} %", it.backend, it.share * 100.0)).collect();
        let asked = if it.endpoint == "/v1/chat/completions" {
            String::new()
        } else {
            format!(" by {}", it.endpoint)
        };
        let codes = if it.codes.is_empty() { String::new() } else { format!("  {}", it.codes.join(" ")) };
        let line = format!("{}{asked}{codes}", backends.join(", "));
        text += &format!(
            "{:<width$}  {listed:<6}  {}  {}\n",
            clean(&it.model),
            style.state(state, &format!("{answer:<6}")),
            clean(&line)
        );
    }
    if hidden > 0 {
        text += &format!("{} {hidden} more: -o json\n", style.ellipsis());
    }
    let differ = rows.iter().filter(|it| it.listed != it.works).count();
    text += &match (rows.len(), differ) {
        (0, _) => format!("no rule on Gateway {} matches a model by its name\n", matrix.gateway),
        (all, 0) => format!("{all} models on Gateway {}: what is listed is what works\n", matrix.gateway),
        (all, differ) => {
            format!("{all} models on Gateway {}: {differ} listed otherwise than they work\n", matrix.gateway)
        }
    };
    text
}
