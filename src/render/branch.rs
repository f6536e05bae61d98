//! Trees for people: branches with a sign, wrapped and bounded.

use super::{Style, clean, text::wrap};
use crate::report::State;

/// Branches of one fork that are shown; what is beyond is counted.
const SHOWN: usize = 12;

/// One line of a tree, and what hangs from it.
#[derive(Debug, Default)]
pub(super) struct Branch {
    state: Option<State>,
    text: String,
    leaves: Vec<Branch>,
}

impl Branch {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Branch { state: None, text: text.into(), leaves: vec![] }
    }

    pub(super) fn of(state: State, text: impl Into<String>) -> Self {
        Branch { state: Some(state), text: text.into(), leaves: vec![] }
    }

    pub(super) fn with(mut self, leaves: impl IntoIterator<Item = Branch>) -> Self {
        self.leaves.extend(leaves);
        self
    }
}

/// Draws branches below each other.
pub(super) fn draw(branches: &[Branch], style: Style) -> String {
    let mut text = String::new();
    fork(&mut text, branches, "", style);
    text
}

fn fork(text: &mut String, branches: &[Branch], lead: &str, style: Style) {
    let (more, last, bar) = if style.ascii { ("|- ", "`- ", "|  ") } else { ("├─ ", "└─ ", "│  ") };
    let hidden = branches.len().saturating_sub(SHOWN);
    for (at, branch) in branches.iter().take(SHOWN).enumerate() {
        let is_last = hidden == 0 && at + 1 == branches.len();
        let below = format!("{lead}{}", if is_last { "   " } else { bar });
        let (sign, indent) = branch.state.map_or((String::new(), ""), |it| {
            (format!("{} ", style.state(it, &style.sign(it).to_string())), "  ")
        });
        let room = style.width.saturating_sub(below.chars().count() + indent.len()).max(20);
        for (at, line) in wrap(&clean(&branch.text), room).iter().enumerate() {
            *text += &if at == 0 {
                format!("{lead}{}{sign}{line}\n", if is_last { last } else { more })
            } else {
                // the line that leads to the leaves goes on beside what was wrapped
                let hang =
                    if branch.leaves.is_empty() { "  " } else { bar.get(..bar.len() - 1).unwrap_or(bar) };
                format!("{below}{}{line}\n", if indent.is_empty() { "" } else { hang })
            };
        }
        fork(text, &branch.leaves, &below, style);
    }
    if hidden > 0 {
        *text += &format!("{lead}{last}{} {hidden} more: -o json\n", style.ellipsis());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style { color: false, links: false, ascii: true, width: 30 };

    #[test]
    fn branches_are_drawn_and_wrapped() {
        let leaf = Branch::of(State::Ok, "a leaf with more words than fit");
        let tree = [Branch::plain("first").with([leaf]), Branch::of(State::Fail, "second")];
        assert_eq!(
            draw(&tree, STYLE),
            "|- first\n|  `- + a leaf with more words\n|       than fit\n`- x second\n"
        );
    }

    #[test]
    fn thousands_of_branches_are_counted() {
        let tree: Vec<Branch> = (0..3000).map(|it| Branch::plain(it.to_string())).collect();
        let text = draw(&tree, STYLE);
        assert_eq!(text.lines().count(), SHOWN + 1);
        assert!(text.ends_with("`- ~ 2988 more: -o json\n"), "{text}");
    }
}
