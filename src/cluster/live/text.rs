//! An answer that grows.

use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of which the first ones are done with. All are wiped, as they may be Secrets.
#[derive(Default)]
pub(super) struct Text {
    bytes: Zeroizing<Vec<u8>>,
    done: usize,
}

impl Text {
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.done..).unwrap_or_default()
    }

    /// Begins anew in the same place. What was there is wiped in the end, or at once where it is secret.
    pub(super) fn clear(&mut self, secret: bool) {
        if secret {
            self.bytes.zeroize();
        }
        self.bytes.clear();
        self.done = 0;
    }

    pub(super) fn skip(&mut self, length: usize) {
        self.done += length;
    }

    pub(super) fn skip_blanks(&mut self) {
        self.done += self.rest().iter().take_while(|it| it.is_ascii_whitespace()).count();
    }

    pub(super) fn push(&mut self, more: &[u8]) {
        if self.bytes.len() + more.len() > self.bytes.capacity() {
            let rest = self.rest();
            let room = (rest.len() + more.len()) * 2;
            if room <= self.bytes.capacity() {
                let left = rest.len();
                self.bytes.copy_within(self.done.., 0);
                self.bytes.truncate(left);
            } else {
                // a vector that grows by itself leaves its bytes where they were
                let mut larger = Zeroizing::new(Vec::with_capacity(room));
                larger.extend_from_slice(rest);
                self.bytes = larger;
            }
            self.done = 0;
        }
        self.bytes.extend_from_slice(more);
    }

    pub(super) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        debug_assert_eq!(self.done, 0, "nothing was skipped");
        self.bytes
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}
