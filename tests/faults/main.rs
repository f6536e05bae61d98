//! Bad days: a server or a network that misbehaves, and what the binary makes of it.
//!
//! What fails is tried again as kube does it, becomes unknown with the reason, or ends the run with one clear error.
//! It never panics, never outlasts its time, and never becomes a word about health that the healthy run does not say.

// `cfg(test)` tells clippy that helpers are tests too

#[cfg(test)]
mod bodies;
#[cfg(test)]
mod cluster;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod many;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod proxies;
#[cfg(test)]
mod rounds;
#[cfg(test)]
mod run;
#[cfg(test)]
mod server;
#[cfg(test)]
mod statuses;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tls;
