//! When a proxy of the environment does not apply.
//!
//! kube holds `NO_PROXY` against the proxy's own address; kubectl holds it against the server's, and never takes a proxy
//! to this machine. A `proxy-url` of the kubeconfig always applies.

use std::net::IpAddr;

/// Whether the environment says that a server is reached without a proxy.
pub(super) fn is_bypassed(host: &str) -> bool {
    // not `--flags`, and shared with other programs: nothing that clap should own
    let listed = ["NO_PROXY", "no_proxy"].iter().find_map(std::env::var_os).unwrap_or_default();
    bypasses(&listed.to_string_lossy(), host)
}

fn bypasses(listed: &str, host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    let address: Option<IpAddr> = host.parse().ok();
    if host == "localhost" || address.is_some_and(|it| it.is_loopback()) {
        return true;
    }
    listed.split(',').map(|it| it.trim().to_ascii_lowercase()).filter(|it| !it.is_empty()).any(|entry| {
        if entry == "*" {
            return true;
        }
        if let Some(address) = address {
            return entry.parse() == Ok(address) || in_range(&entry, address);
        }
        let name = entry.trim_start_matches("*.").trim_start_matches('.');
        let below = host.strip_suffix(name).is_some_and(|it| it.ends_with('.'));
        // `.example.com` is what is below it, `example.com` is itself as well
        below || (host == name && entry == name)
    })
}

/// Whether an address is in a range such as `10.0.0.0/8`.
fn in_range(range: &str, address: IpAddr) -> bool {
    let Some((start, bits)) = range.split_once('/') else { return false };
    let (Ok(start), Ok(bits)) = (start.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    match (start, address) {
        (IpAddr::V4(start), IpAddr::V4(address)) if bits <= 32 => {
            let differ = u64::from(start.to_bits() ^ address.to_bits());
            differ >> (32 - bits) == 0
        }
        (IpAddr::V6(start), IpAddr::V6(address)) if bits <= 128 => {
            let differ = start.to_bits() ^ address.to_bits();
            differ.checked_shr(128 - bits).unwrap_or_default() == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_is_about_the_server() {
        let listed = "10.0.0.0/8, .corp.example,k8s.example.com,2001:db8::/32,192.0.2.7";
        for host in [
            "10.1.2.3",
            "a.corp.example",
            "k8s.example.com",
            "eu.k8s.example.com",
            "[2001:db8::1]",
            "192.0.2.7",
        ] {
            assert!(bypasses(listed, host), "{host}");
        }
        for host in ["11.1.2.3", "corp.example", "xk8s.example.com", "2001:db9::1", "192.0.2.70"] {
            assert!(!bypasses(listed, host), "{host}");
        }
        assert!(bypasses("*", "anything"));
    }

    #[test]
    fn no_proxy_leads_to_this_machine() {
        assert!(bypasses("", "127.0.0.1") && bypasses("", "[::1]") && bypasses("", "localhost"));
        assert!(!bypasses("", "10.0.0.1") && !bypasses("", "example.com"));
    }
}
