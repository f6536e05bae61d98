//! Against a real kube-apiserver and etcd. `AIGW_SKIP_LIVE_TESTS=1` switches these tests off.

// `cfg(test)` tells clippy that helpers are tests too

#[cfg(test)]
#[macro_use]
mod support;

#[cfg(test)]
mod complete;
#[cfg(test)]
mod create;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod fixes;
#[cfg(test)]
mod health;
#[cfg(test)]
mod in_cluster;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod manifests;
#[cfg(test)]
mod plugin;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod roles;
