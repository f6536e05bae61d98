//! A page of a list, taken apart as it arrives: no more than one of its objects is held as text.

use serde::{Deserialize, de::IgnoredAny};

use super::text::Text;
use crate::{
    cluster::{Cluster, Rejected, json::first},
    model::Kind,
};

/// Bytes of one object: by default etcd takes 1.5 MiB.
const OBJECT: usize = 32 << 20;
/// Objects of a page: not every server heeds the limit that it is given.
const OBJECTS: usize = 200_000;
/// Bytes of a page.
const PAGE: usize = 2 << 30;

/// A page of which a part has come.
pub(super) struct Page<'a> {
    kind: Kind,
    into: &'a mut Cluster,
    text: &'a mut Text,
    at: At,
    /// Of less than this, another try is of no use.
    enough: usize,
    objects: usize,
    bytes: usize,
    /// There were `items`, if only `null`.
    is_list: bool,
    token: Option<String>,
}

/// What comes next.
#[derive(Clone, Copy)]
enum At {
    Start,
    /// A key of the page, or its end.
    Key,
    /// The colon after a key.
    Colon(Field),
    Value(Field),
    /// An object, or the end of the objects.
    Item,
    End,
}

#[derive(Clone, Copy)]
enum Field {
    Items,
    Metadata,
    Other,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default, rename = "continue")]
    token: Option<String>,
}

impl<'a> Page<'a> {
    /// The next page of a list, whose pages share a buffer.
    pub(super) fn new(kind: Kind, into: &'a mut Cluster, text: &'a mut Text) -> Self {
        text.clear(kind == Kind::Secret);
        Page { kind, into, text, at: At::Start, enough: 0, objects: 0, bytes: 0, is_list: false, token: None }
    }

    /// Takes some more of it, and says why, where it is no page; not in a decoder's words, which quote.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        self.bytes += bytes.len();
        if self.bytes > PAGE {
            return Err("the answer has no end");
        }
        self.text.push(bytes);
        if self.text.rest().len() < self.enough { Ok(()) } else { self.decode() }
    }

    /// The token of the next page, if there is one.
    pub(super) fn end(mut self) -> Result<Option<String>, &'static str> {
        self.decode()?;
        match self.at {
            At::End if self.is_list => Ok(self.token.filter(|it| !it.is_empty())),
            At::Start | At::End => Err(NO_LIST),
            At::Key | At::Colon(_) | At::Value(_) | At::Item => Err("the answer stops halfway"),
        }
    }

    fn decode(&mut self) -> Result<(), &'static str> {
        loop {
            self.text.skip_blanks();
            let Some(first) = self.text.rest().first().copied() else { break };
            if self.step(first)? {
                continue;
            }
            if self.text.rest().len() > OBJECT {
                return Err("an object is larger than 32 MiB");
            }
            // twice as much, or large objects would cost the square of their size
            self.enough = (self.text.rest().len() * 2).min(OBJECT + 1);
            return Ok(());
        }
        self.enough = 0;
        Ok(())
    }

    /// Takes one mark or value, if all of it is there.
    fn step(&mut self, first: u8) -> Result<bool, &'static str> {
        let (at, length) = match (self.at, first) {
            (At::Start, b'{') | (At::Item, b']') => (At::Key, 1),
            (At::Key, b'}') => (At::End, 1),
            (at @ (At::Key | At::Item), b',') => (at, 1),
            (At::Key, b'"') => {
                let Some((key, length)) = self.value::<String>()? else { return Ok(false) };
                let field = match key.as_str() {
                    "items" => Field::Items,
                    "metadata" => Field::Metadata,
                    _ => Field::Other,
                };
                self.is_list |= matches!(field, Field::Items);
                (At::Colon(field), length)
            }
            (At::Colon(field), b':') => (At::Value(field), 1),
            (At::Value(Field::Items), b'[') => (At::Item, 1),
            (At::Value(Field::Metadata), _) => {
                let Some((metadata, length)) = self.value::<Metadata>()? else { return Ok(false) };
                self.token = metadata.token;
                (At::Key, length)
            }
            (At::Value(Field::Items | Field::Other), _) => {
                let Some((_, length)) = self.value::<IgnoredAny>()? else { return Ok(false) };
                (At::Key, length)
            }
            (At::Item, _) => {
                let Some(length) = self.item()? else { return Ok(false) };
                (At::Item, length)
            }
            (At::Start | At::Key | At::Colon(_) | At::End, _) => return Err(NO_LIST),
        };
        self.at = at;
        self.text.skip(length);
        Ok(true)
    }

    fn value<T: for<'de> Deserialize<'de>>(&self) -> Result<Option<(T, usize)>, &'static str> {
        let found = first::<T>(self.text.rest()).map_err(|_| NO_LIST)?;
        // a number goes on as long as there are digits
        Ok(found.filter(|(_, length)| *length < self.text.rest().len()))
    }

    /// Puts an object on its shelf; one that does not decode is noted there.
    fn item(&mut self) -> Result<Option<usize>, &'static str> {
        let length = match self.into.insert(self.kind, self.text.rest()) {
            Ok((_, length)) => length,
            Err(Rejected::Short) => return Ok(None),
            Err(Rejected::Misfit(_)) => match self.value::<IgnoredAny>()? {
                Some((_, length)) => length,
                None => return Ok(None),
            },
        };
        self.objects += 1;
        if self.objects > OBJECTS { Err("a page of more than 200,000 objects") } else { Ok(Some(length)) }
    }
}

const NO_LIST: &str = "the answer is no list of objects; is it the API server that answers?";

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of a page that comes in pieces of some size.
    fn read(text: &str, piece: usize) -> (Result<Option<String>, &'static str>, Cluster) {
        let mut cluster = Cluster::default();
        let mut buffer = Text::default();
        let mut page = Page::new(Kind::Backend, &mut cluster, &mut buffer);
        let taken = text.as_bytes().chunks(piece).try_for_each(|it| page.take(it));
        let end = taken.and_then(|()| page.end());
        (end, cluster)
    }

    #[test]
    fn a_page_may_come_in_pieces_of_any_size() {
        let text = r#" {"kind": "L", "n": 12, "items": [ {"metadata":{"name":"ä \"","namespace":"x"},"spec":{"fallback":true}},
            {"metadata":{"namespace":"x","name":"bad"},"spec":{"endpoints":7}}, {"metadata":{"name":"b","namespace":"x"}} ],
            "metadata": {"remainingItemCount": 3, "continue": "more"}, "x": null} "#;
        for piece in 1..=text.len() {
            let (end, cluster) = read(text, piece);
            assert_eq!(end, Ok(Some("more".to_owned())), "{piece}");
            assert!(
                cluster.backends.get("x", "ä \"").found().is_some_and(|it| it.spec.fallback == Some(true))
            );
            assert!(cluster.backends.get("x", "b").found().is_some());
            assert!(matches!(cluster.unread(Kind::Backend)[..], [_, (_, Some(_), _)]), "{piece}");
        }
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for (text, words) in [
            ("", NO_LIST),
            ("<html>", NO_LIST),
            ("[]", NO_LIST),
            ("{\"items\": [<", NO_LIST),
            ("{}", NO_LIST),
            ("{\"kind\": \"Status\"}", NO_LIST),
            ("{\"items\": []} x", NO_LIST),
            ("{\"items\": [", "the answer stops halfway"),
            ("{\"items\": [{\"metadata\": {", "the answer stops halfway"),
        ] {
            for piece in 1..=text.len().max(1) {
                assert_eq!(read(text, piece).0, Err(words), "{text} in pieces of {piece}");
            }
        }
        assert_eq!(read("{\"items\": null}", 3).0, Ok(None));
    }

    #[test]
    fn one_object_cannot_be_without_end() {
        let mut cluster = Cluster::default();
        let mut buffer = Text::default();
        let mut page = Page::new(Kind::Backend, &mut cluster, &mut buffer);
        let mut answer = page.take(b"{\"items\":[{\"x\":\"");
        let piece = vec![b'a'; 1 << 20];
        for _ in 0..100 {
            answer = answer.and_then(|()| page.take(&piece));
        }
        assert_eq!(answer, Err("an object is larger than 32 MiB"));
        assert!(page.text.capacity() < 3 * OBJECT);
    }
}
