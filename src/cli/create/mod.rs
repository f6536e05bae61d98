//! `create`: everything that one backend needs, judged by the rules before anything is written.

mod choose;
mod credential;
mod deed;
mod flags;
mod items;
mod judge;
mod offline;
mod online;
mod plan;
mod prompt;
mod providers;
mod secret;
mod sense;
mod service;
mod show;
mod stop;
mod text;
mod values;

use clap::Args;

use self::{
    deed::{DeedFlags, DryRun, Format},
    flags::{CredentialFlags, EndpointFlags, MutationFlags, RouteFlags},
};
use super::{Answer, Context, failure::Failure};

/// Creates a backend: a complete, correct set of objects
#[derive(Args)]
#[command(after_help = "Examples:
  kubectl aigw-backend create openai --provider openai --secret openai-key
  kubectl aigw-backend create claude --provider anthropic --secret-file key.txt
  kubectl aigw-backend create bedrock --provider aws-bedrock --region us-east-1   # identity of the pods
  kubectl aigw-backend create vllm --service models/vllm:8000
  kubectl aigw-backend create openai --route chat --gateway ai-gateway --model gpt-4o
  kubectl aigw-backend create groq --provider groq --secret groq-key --dry-run=client -o yaml
  kubectl aigw-backend create --list-providers

Exit codes: 0 created, 1 it would not work (--force) or was not accepted (--wait), 2 it could not be done,
3 no controller has spoken yet (--wait)")]
pub(super) struct Create {
    /// Name of the backend, and of all that is made for it
    #[arg(value_name = "NAME", required_unless_present = "list_providers", value_parser = text::label)]
    name: Option<String>,
    /// Show the known providers
    #[arg(long, conflicts_with = "name")]
    list_providers: bool,
    #[command(flatten)]
    endpoint: EndpointFlags,
    #[command(flatten)]
    credential: CredentialFlags,
    #[command(flatten)]
    mutation: MutationFlags,
    #[command(flatten)]
    route: RouteFlags,
    #[command(flatten)]
    deed: DeedFlags,
}

impl Create {
    pub(super) fn run(self, mut context: Context<'_>) -> Answer {
        if self.list_providers {
            return Answer::text(match self.deed.output {
                Some(Format::Json) => providers::json(),
                Some(Format::Yaml) => providers::yaml(),
                Some(Format::Name) => providers::names(),
                None => providers::table(context.style),
            });
        }
        if let Err(failure) = self.makes_sense(&context) {
            return Answer::failure(failure.show(context.talk));
        }
        let done = match self.deed.dry_run {
            DryRun::Client => self.offline(&mut context),
            DryRun::None | DryRun::Server => self.online(&mut context),
        };
        done.unwrap_or_else(|failure: Failure| Answer::failure(failure.show(context.talk)))
    }
}
