//! Whether the value of a header is a credential.

use super::HeaderValue;

impl HeaderValue {
    /// Servers without keys are given words such as `none` or `EMPTY`, and no secret is so short.
    pub fn may_be_secret(&self) -> bool {
        let value = self.value.trim();
        let key = value
            .get(..7)
            .filter(|it| it.eq_ignore_ascii_case("bearer "))
            .map_or(value, |_| value.get(7..).unwrap_or_default());
        key.trim().len() >= 8 && !key.trim().eq_ignore_ascii_case("not-needed")
    }
}
