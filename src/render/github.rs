//! `-o github`: workflow commands, which GitHub Actions shows at the lines of a pull request.

use super::{Page, Style, plain, summary};
use crate::{
    cluster::Place,
    report::{Entry, Report},
    rules::Severity,
};

/// A command per finding, the worst first, as GitHub shows ten of a level at most; then one with what it comes to.
pub(super) fn render(report: &Report, page: &Page<'_>) -> String {
    let failures = page.failures.iter().map(|it| command("error", None, "not done", it));
    let findings = report.findings.iter().filter(|it| it.is_there()).map(|it| finding(it, page));
    let counts = summary::counts(report, Style::PLAIN);
    let all = summary::summary(report, &Page { style: Style::PLAIN, ..*page });
    let all = if all.is_empty() { counts } else { all };
    let end = command("notice", None, "kubectl aigw-backend check", all.trim_end());
    failures.chain(findings).chain([end]).collect()
}

fn finding(finding: &Entry, page: &Page<'_>) -> String {
    let level = match finding.severity {
        Severity::Error if finding.counts() => "error",
        Severity::Warning if finding.counts() => "warning",
        Severity::Error | Severity::Warning | Severity::Info => "notice",
    };
    command(
        level,
        plain::place(finding, page).as_ref(),
        &plain::title(finding),
        &plain::lines(finding).join("\n"),
    )
}

/// A line of its own, as everything in it is escaped.
fn command(level: &str, place: Option<&Place>, title: &str, message: &str) -> String {
    let place = place.map_or(String::new(), |it| {
        format!("file={},line={},col={},", property(&plain::path(&it.file)), it.line, it.column)
    });
    format!("::{level} {place}title={}::{}\n", property(title), data(message))
}

fn data(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(super::clean).collect();
    lines.join("\n").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_one_line_whatever_is_in_it() {
        let place = Place { file: "./a,b:c%.yaml".into(), line: 1, column: 2 };
        assert_eq!(
            command("error", Some(&place), "t: 1, 2\n", "100%\n::error::x\r\n\u{1b}[1m"),
            "::error file=a%2Cb%3Ac%25.yaml,line=1,col=2,title=t%3A 1%2C 2%0A::100%25%0A::error::x\\r%0A\\u{1b}[1m\n"
        );
    }
}
