//! `create`: everything that one backend needs, judged by the rules before anything is written.

mod choose;
mod credential;
mod deed;
mod flags;
mod judge;
mod plan;
mod providers;
mod run;
mod service;
mod show;
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

Exit codes: 0 created, 1 it would not work (see --force), 2 it could not be done")]
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
        let done = match self.deed.dry_run {
            DryRun::Client => self.offline(&mut context),
            DryRun::None | DryRun::Server => self.online(&mut context),
        };
        done.unwrap_or_else(|failure: Failure| Answer::failure(failure.show(context.talk)))
    }
}
