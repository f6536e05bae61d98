//! `explain`.

use clap::Args;

use super::{
    Answer, Context,
    failure::{Failure, nearest},
};
use crate::{render, rules};

/// Explains a code: what it means, how to confirm it, how to fix it
#[derive(Args)]
#[command(after_help = "Examples:
  kubectl aigw-backend explain            # all codes
  kubectl aigw-backend explain AIB302")]
pub(super) struct Explain {
    /// A code like AIB302, or the name of a rule [default: list them all]
    #[arg(value_name = "CODE")]
    what: Option<String>,
}

impl Explain {
    pub(super) fn run(&self, context: &Context<'_>) -> Answer {
        let Some(what) = &self.what else { return Answer::text(render::docs::list(context.style)) };
        if let Some(rule) = rules::find(what) {
            return Answer::text(render::docs::page(rule, context.style));
        }
        let failure = if rules::RETIRED.iter().any(|it| it.eq_ignore_ascii_case(what)) {
            Failure::new(format!("`{what}` is no longer in use"))
        } else {
            Failure::new(format!("no rule `{what}`"))
        };
        let names = rules::all().flat_map(|it| [it.code, it.name]);
        let failure = match nearest(what, names) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure,
        };
        Answer::failure(failure.help("all of them: kubectl aigw-backend explain").show(context.talk))
    }
}
