//! `--dry-run=client`: no cluster is asked.

use super::{
    Create,
    choose::unseen,
    judge::{judge, overlay},
    show::Line,
};
use crate::{
    cli::{Answer, Context, failure::Failure, input::runtime},
    cluster::{Cluster, live},
    model::{Key, Kind},
};

impl Create {
    pub(super) fn offline(&self, context: &mut Context<'_>) -> Result<Answer, Failure> {
        let connection = live::Connection::from(context.connection.clone());
        let namespace = match runtime()?.block_on(live::namespace(&connection)) {
            Err(live::Failure::NoCluster { .. }) => "default".to_owned(),
            namespace => namespace?,
        };
        let service = self.endpoint.service.as_ref().map(|it| unseen(&namespace, it)).transpose()?;
        let wanted = self.wanted(&namespace, service)?;
        if wanted.route.as_ref().is_some_and(|it| it.gateway.1.is_empty()) {
            return Err(Failure::new("a new route is for a Gateway: --gateway NAME"));
        }
        if let Some(key) = wanted.shared_policy() {
            return Err(Failure::new(format!("{key} is in the cluster, which is not asked"))
                .help("with its word: --dry-run=server"));
        }
        let slot = wanted.secret();
        let value = match slot {
            Some(slot) => self.credential.given(slot, context.stdin)?,
            None => None,
        };
        let manifests = wanted.manifests();
        let given = slot.zip(value.as_ref()).map(|(slot, value)| (slot, value.as_slice()));
        let verdict = judge(&overlay(&namespace, &manifests, given), &Cluster::default(), context.now);
        let stderr = match self.accept(verdict, context.talk) {
            Ok(stderr) => stderr,
            Err(answer) => return Ok(answer),
        };
        let secret = given.map(|(slot, _)| Key::new(Kind::Secret, &namespace, &slot.name));
        let keys = secret.into_iter().chain(manifests.iter().map(|it| it.key.clone()));
        let lines: Vec<Line> = keys.map(|key| Line { key, verb: "created" }).collect();
        Ok(self.done(&wanted, &manifests, &lines, stderr, ""))
    }
}
