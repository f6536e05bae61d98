//! Fields that were created become fields that were applied, so that a later apply can take them away again.

use futures::future::join_all;
use serde_json::{Value, json};

use super::{MANAGER, Made, Refusal, Writer};

impl Writer {
    /// Turns what this run has created into what it has applied, as kubectl does where it changes from the one to the
    /// other. Where that cannot be done, nothing is lost: `Refusal::is_about_own_fields` tells such fields all the same.
    pub async fn adopt(&self, made: &[Made]) {
        join_all(made.iter().filter(|it| it.is_new).map(|it| async move { self.adopt_one(it).await.ok() }))
            .await;
    }

    async fn adopt_one(&self, made: &Made) -> Result<(), Refusal> {
        let object = self.get(&made.key, &made.api_version).await?;
        let managers = object.pointer("/metadata/managedFields").and_then(Value::as_array);
        let is_mine = |it: &Value| it.get("manager").is_some_and(|it| it == self.mark());
        let Some(at) = managers.and_then(|all| all.iter().position(is_mine)) else { return Ok(()) };
        let at = format!("/metadata/managedFields/{at}");
        let patch = json!([
            {"op": "test", "path": format!("{at}/manager"), "value": self.mark()},
            {"op": "replace", "path": format!("{at}/manager"), "value": MANAGER},
            {"op": "replace", "path": format!("{at}/operation"), "value": "Apply"},
        ]);
        self.patch(&made.key, &made.api_version, &patch).await
    }
}
