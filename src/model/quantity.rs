//! Quantities and durations, as Kubernetes writes them.

use serde::Deserialize;

/// A quantity as Kubernetes writes it: a number, or a string with a suffix.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Quantity {
    Number(f64),
    Text(String),
}

impl Quantity {
    /// Bytes; `None` when it cannot be read.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes, far below 2^53")]
    pub fn bytes(&self) -> Option<u64> {
        const SUFFIXES: [(&str, f64); 13] = [
            ("Ki", 1024.0),
            ("Mi", 1_048_576.0),
            ("Gi", 1_073_741_824.0),
            ("Ti", 1_099_511_627_776.0),
            ("Pi", 1_125_899_906_842_624.0),
            ("Ei", 1_152_921_504_606_846_976.0),
            ("m", 1e-3),
            ("k", 1e3),
            ("M", 1e6),
            ("G", 1e9),
            ("T", 1e12),
            ("P", 1e15),
            ("E", 1e18),
        ];
        match self {
            Quantity::Number(number) => Some(*number as u64),
            Quantity::Text(text) => SUFFIXES
                .iter()
                .find_map(|(suffix, factor)| Some((text.strip_suffix(suffix)?, factor)))
                .map_or_else(
                    || text.parse().ok(),
                    |(number, factor)| number.parse::<f64>().ok().map(|n| n * factor),
                )
                .map(|bytes| bytes.ceil() as u64),
        }
    }
}

/// Milliseconds of a duration such as `1m30s`; `None` when it is none (gateway-api@v1.5.1 apis/v1/shared_types.go).
pub fn milliseconds(duration: &str) -> Option<u64> {
    let mut rest = duration.trim();
    let mut total = 0_u64;
    while !rest.is_empty() {
        let digits = rest.find(|it: char| !it.is_ascii_digit())?;
        let (number, tail) = rest.split_at(digits);
        let units = [("ms", 1), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];
        let (tail, unit) =
            units.into_iter().find_map(|(unit, factor)| Some((tail.strip_prefix(unit)?, factor)))?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(unit)?)?;
        rest = tail;
    }
    (!duration.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_bytes() {
        let bytes = |text: &str| Quantity::Text(text.into()).bytes();
        assert_eq!(bytes("50Mi"), Some(52_428_800));
        assert_eq!(bytes("32768"), Some(32_768));
        assert_eq!(bytes("1k"), Some(1000));
        assert_eq!(bytes("lots"), None);
        assert_eq!(Quantity::Number(4096.0).bytes(), Some(4096));
    }

    #[test]
    fn durations_are_milliseconds() {
        assert_eq!(milliseconds("1m30s"), Some(90_000));
        assert_eq!(milliseconds("500ms"), Some(500));
        assert_eq!(milliseconds("0s"), Some(0));
        assert_eq!(milliseconds("10"), None);
        assert_eq!(milliseconds("fast"), None);
        assert_eq!(milliseconds(""), None);
    }
}
