//! Against a real kube-apiserver and etcd. `AIGW_SKIP_LIVE_TESTS=1` switches these tests off.

#[macro_use]
mod support;

mod health;
mod kinds;
mod plugin;
mod rights;
