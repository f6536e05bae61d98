//! Pods, for their containers and whether they run.

use serde::Deserialize;

use super::meta::{Condition, Object, resource};

/// A pod.
pub type Pod = Object<PodSpec, PodStatus>;

resource!(Pod);

impl Pod {
    /// AI Gateway's container beside Envoy.
    pub fn ext_proc(&self) -> Option<&Container> {
        self.spec.all().find(|it| it.name.contains("extproc") || it.image.contains("extproc"))
    }
}

/// The containers of a pod.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct PodSpec {
    pub containers: Vec<Container>,
    pub init_containers: Vec<Container>,
}

impl PodSpec {
    /// Containers of both lists: a sidecar may be either.
    pub fn all(&self) -> impl Iterator<Item = &Container> {
        self.init_containers.iter().chain(&self.containers)
    }
}

/// A container.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Container {
    pub name: String,
    pub image: String,
    pub args: Vec<String>,
    pub env: Vec<Variable>,
}

/// An environment variable without its value, which may be a key.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Variable {
    pub name: String,
}

/// Whether a pod runs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct PodStatus {
    pub phase: String,
    pub conditions: Vec<Condition>,
    pub container_statuses: Vec<ContainerStatus>,
    pub init_container_statuses: Vec<ContainerStatus>,
}

impl PodStatus {
    /// How often a container was started again.
    pub fn restarts(&self, container: &str) -> i32 {
        let mut all = self.init_container_statuses.iter().chain(&self.container_statuses);
        all.find(|it| it.name == container).map_or(0, |it| it.restart_count)
    }

    /// Why a container does not start, if it waits: `CrashLoopBackOff` for one that starts and ends again and again.
    pub fn waits(&self, container: &str) -> Option<&str> {
        let mut all = self.init_container_statuses.iter().chain(&self.container_statuses);
        Some(all.find(|it| it.name == container)?.state.waiting.as_ref()?.reason.as_str())
    }
}

/// What the kubelet says of a container.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs)]
pub struct ContainerStatus {
    pub name: String,
    pub restart_count: i32,
    pub state: ContainerState,
}

/// The state of a container.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ContainerState {
    pub waiting: Option<Waiting>,
}

/// Why a container does not run.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Waiting {
    pub reason: String,
}
