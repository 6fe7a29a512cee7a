//! JSON keys to fields: the table of a format, compiled so that one pass over a record fills the slots.
//!
//! A path `request.headers.User-Agent` matches nested objects, and also one key that is spelled with
//! the dots. Header names match in any case.

use std::cell::Cell;

use gait_event::FieldSet;

use crate::field::Field;

/// Index of a node; 0 is the record itself.
pub(super) type NodeId = u16;

/// Index of a key in its node.
pub(super) type KeyId = u16;

/// Where the headers of the request stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Headers<'a> {
    /// What stands before a header name in its path: `request.headers.` or `request_`.
    pub(crate) prefix: &'a str,
    /// The object holds every header, so one that is missing there was not sent.
    pub(crate) complete: bool,
}

/// Header names that are read wherever a format logs headers.
pub(crate) const HEADERS: &[(&str, Field)] = &[
    ("user-agent", Field::UserAgent),
    ("referer", Field::Referer),
    ("accept", Field::Accept),
    ("accept-language", Field::AcceptLanguage),
    ("accept-encoding", Field::AcceptEncoding),
    ("sec-fetch-mode", Field::SecFetchMode),
    ("sec-fetch-dest", Field::SecFetchDest),
    ("sec-fetch-site", Field::SecFetchSite),
    ("content-type", Field::ContentType),
    ("authorization", Field::Authenticated),
    ("signature-agent", Field::SignatureAgent),
    ("signature-input", Field::SignatureInput),
    ("signature", Field::Signature),
    ("mcp-method", Field::McpMethod),
    ("mcp-name", Field::McpName),
    ("x-forwarded-for", Field::ForwardedFor),
];

/// Fields that a record carries when a place in it is reached.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub(super) bits: u64,
    pub(super) logged: FieldSet,
}

impl Seen {
    fn insert(&mut self, field: Field) {
        self.bits |= field.bit();
        self.logged.insert(field.logged());
    }
}

/// A key whose value fills a slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaf {
    pub(super) field: Field,
    /// 0 is the most preferred key of the field.
    pub(super) rank: u8,
    pub(super) seen: Seen,
}

#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) leaf: Option<Leaf>,
    /// What an object here says by being here: see [`Headers::complete`].
    pub(super) implied: Seen,
    keys: Vec<Key>,
    /// The key that came first in the last record.
    first: Cell<KeyId>,
    /// Open addressing over `keys`, index + 1; empty without keys. The length is a power of two.
    buckets: Vec<u16>,
}

/// A key of an object and what it leads to.
#[derive(Debug)]
pub(super) struct Key {
    name: Box<str>,
    /// The key as nearly every log writes it: in quotes, with the colon.
    pub(super) spelled: Box<str>,
    any_case: bool,
    child: NodeId,
    /// What its value fills: the leaf of the child, where the hot path finds it without another step.
    pub(super) leaf: Option<Leaf>,
    /// The known key that came after this one in the last record: a log writes its keys in one order,
    /// so the next lookup is nearly always one comparison. It never changes what is found.
    next: Cell<KeyId>,
}

/// The compiled table of a JSON format.
#[derive(Debug)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    /// No key stands in an object of the record.
    is_flat: bool,
}

impl Trie {
    /// Compiles paths, the preferred key of each field first, and the headers.
    pub(crate) fn new<'a>(
        keys: impl IntoIterator<Item = (&'a str, Field)>,
        headers: Option<Headers<'_>>,
    ) -> Self {
        let mut trie = Self { nodes: vec![Node::default()], is_flat: false };
        let mut next_rank = [0_u8; Field::COUNT];
        let mut rank_of = move |field: Field| {
            let next = next_rank.get_mut(field as usize)?;
            let rank = *next;
            *next = rank.saturating_add(1).min(u8::MAX - 1);
            Some(rank)
        };
        for (path, field) in keys {
            let rank = rank_of(field).unwrap_or_default();
            trie.insert(path, field, rank, false);
        }
        if let Some(headers) = headers {
            let mut implied = Seen::default();
            for (name, field) in HEADERS {
                let rank = rank_of(*field).unwrap_or_default();
                trie.insert(&format!("{}{name}", headers.prefix), *field, rank, true);
                implied.insert(*field);
            }
            if headers.complete {
                trie.imply(headers.prefix.trim_end_matches('.'), implied);
            }
        }
        let leaves: Vec<_> = trie.nodes.iter().map(|node| node.leaf).collect();
        for node in &mut trie.nodes {
            for key in &mut node.keys {
                key.leaf = leaves.get(usize::from(key.child)).copied().flatten();
            }
            node.index();
        }
        trie.is_flat = !trie.nodes.iter().skip(1).any(Node::has_keys);
        trie
    }

    /// The record itself, when the table looks for nothing in its objects.
    pub(super) fn flat_root(&self) -> Option<&Node> {
        self.nodes.first().filter(|_| self.is_flat)
    }

    pub(super) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(usize::from(id))
    }

    fn insert(&mut self, path: &str, field: Field, rank: u8, any_case: bool) {
        let mut seen = Seen::default();
        seen.insert(field);
        let leaf = Leaf { field, rank, seen };
        let nested = self.path(path.split('.'), any_case);
        self.set_leaf(nested, leaf);
        if path.contains('.') {
            let flat = self.path(std::iter::once(path), any_case);
            self.set_leaf(flat, leaf);
        }
    }

    fn imply(&mut self, path: &str, seen: Seen) {
        let id = self.path(path.split('.'), false);
        if let Some(node) = self.nodes.get_mut(usize::from(id)) {
            node.implied = seen;
        }
    }

    fn set_leaf(&mut self, id: NodeId, leaf: Leaf) {
        if let Some(node) = self.nodes.get_mut(usize::from(id)) {
            node.leaf.get_or_insert(leaf);
        }
    }

    /// The node at the end of a path, made on the way. Only the last step matches in any case.
    fn path<'p>(&mut self, steps: impl Iterator<Item = &'p str>, any_case: bool) -> NodeId {
        let mut at = 0;
        let mut steps = steps.peekable();
        while let Some(step) = steps.next() {
            at = self.child(at, step, any_case && steps.peek().is_none());
        }
        at
    }

    fn child(&mut self, parent: NodeId, name: &str, any_case: bool) -> NodeId {
        let new = NodeId::try_from(self.nodes.len()).unwrap_or(NodeId::MAX);
        let Some(node) = self.nodes.get_mut(usize::from(parent)) else { return parent };
        if let Some(key) = node.keys.iter().find(|key| *key.name == *name) {
            return key.child;
        }
        node.keys.push(Key {
            name: name.into(),
            spelled: spell(name).into(),
            any_case,
            child: new,
            leaf: None,
            next: Cell::new(0),
        });
        self.nodes.push(Node::default());
        new
    }
}

impl Node {
    pub(super) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// The node behind a key that [`Self::find`] found.
    #[inline]
    pub(super) fn child(&self, key: KeyId) -> Option<NodeId> {
        self.keys.get(usize::from(key)).map(|key| key.child)
    }

    /// The key of an object here; `before` is the known key that came before it.
    #[inline]
    pub(super) fn find(&self, name: &str, before: Option<KeyId>) -> Option<KeyId> {
        let expected = self.after(before)?;
        if self.keys.get(usize::from(expected.get())).is_some_and(|key| *key.name == *name) {
            return Some(expected.get());
        }
        let found = self.look_up(name)?;
        expected.set(found);
        Some(found)
    }

    /// The key that came after `before` in the last record.
    #[inline]
    pub(super) fn expected(&self, before: Option<KeyId>) -> Option<(KeyId, &Key)> {
        let id = self.after(before)?.get();
        Some((id, self.keys.get(usize::from(id))?))
    }

    /// What the value of a key that [`Self::find`] found fills.
    #[inline]
    pub(super) fn leaf_of(&self, key: KeyId) -> Option<Leaf> {
        self.keys.get(usize::from(key))?.leaf
    }

    #[inline]
    fn after(&self, before: Option<KeyId>) -> Option<&Cell<KeyId>> {
        match before {
            Some(before) => self.keys.get(usize::from(before)).map(|key| &key.next),
            None => Some(&self.first),
        }
    }

    fn look_up(&self, name: &str) -> Option<KeyId> {
        let mask = self.buckets.len().checked_sub(1)?;
        let mut at = hash(name.as_bytes()) & mask;
        loop {
            let index = self.buckets.get(at)?.checked_sub(1)?;
            let key = self.keys.get(usize::from(index))?;
            let same = *key.name == *name;
            if same || key.any_case && key.name.eq_ignore_ascii_case(name) {
                return Some(index);
            }
            at = (at + 1) & mask;
        }
    }

    fn index(&mut self) {
        if self.keys.is_empty() {
            return;
        }
        // At most a quarter full, so that an unknown key nearly always meets an empty bucket.
        let length = (self.keys.len() * 4).next_power_of_two();
        self.buckets = vec![0; length];
        for (index, key) in self.keys.iter().enumerate() {
            let mut at = hash(key.name.as_bytes()) & (length - 1);
            while self.buckets.get(at).is_some_and(|bucket| *bucket != 0) {
                at = (at + 1) & (length - 1);
            }
            if let Some(bucket) = self.buckets.get_mut(at) {
                *bucket = u16::try_from(index + 1).unwrap_or_default();
            }
        }
    }
}

/// A key in quotes, with the colon. One that JSON has to escape is nothing that stands in a plain record.
fn spell(name: &str) -> String {
    let is_plain = !name.contains(|c: char| matches!(c, '"' | '\\') || c.is_control());
    if is_plain { format!("\"{name}\":") } else { String::from("\n") }
}

/// Length and three bytes of the name, mixed by one multiplication; letters of either case hash alike.
#[inline]
fn hash(name: &[u8]) -> usize {
    let byte = |at: usize| name.get(at).copied().unwrap_or_default() | 0x20;
    let last = name.len().saturating_sub(1);
    #[expect(clippy::cast_possible_truncation, reason = "the low byte of the length is enough")]
    let word = u32::from_le_bytes([byte(0), byte(last / 2), byte(last), last as u8]);
    (word.wrapping_mul(0x9e37_79b1) >> 16) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child(trie: &Trie, at: NodeId, step: &str) -> Option<NodeId> {
        let node = trie.node(at)?;
        node.child(node.find(step, None)?)
    }

    fn leaf(trie: &Trie, steps: &[&str]) -> Option<(Field, u8)> {
        let mut at = 0;
        for step in steps {
            at = child(trie, at, step)?;
        }
        trie.node(at)?.leaf.map(|leaf| (leaf.field, leaf.rank))
    }

    #[test]
    fn paths_match_nested_flat_and_by_rank() {
        let keys = [("a.b", Field::Ip), ("ip", Field::Ip), ("a.c", Field::Host)];
        let trie = Trie::new(keys, None);
        assert_eq!(leaf(&trie, &["a", "b"]), Some((Field::Ip, 0)));
        assert_eq!(leaf(&trie, &["a.b"]), Some((Field::Ip, 0)));
        assert_eq!(leaf(&trie, &["ip"]), Some((Field::Ip, 1)));
        assert_eq!(leaf(&trie, &["a", "c"]), Some((Field::Host, 0)));
        for unknown in ["A", "b", "", "Ip"] {
            assert_eq!(leaf(&trie, &[unknown]), None, "{unknown}");
        }
    }

    #[test]
    fn header_names_match_in_any_case() {
        let trie = Trie::new([], Some(Headers { prefix: "request.headers.", complete: true }));
        for name in ["User-Agent", "user-agent", "USER-AGENT"] {
            assert_eq!(leaf(&trie, &["request", "headers", name]), Some((Field::UserAgent, 0)));
        }
        let headers = child(&trie, 0, "request").and_then(|at| child(&trie, at, "headers"));
        let headers = headers.and_then(|at| trie.node(at));
        assert!(headers.is_some_and(|node| node.implied.logged.contains(FieldSet::SEC_FETCH)));
        assert_eq!(leaf(&trie, &["Request", "headers", "accept"]), None);
    }
    #[test]
    fn what_came_before_never_changes_what_is_found() {
        let trie = Trie::new([("a", Field::Ip), ("b", Field::Host), ("c", Field::Status)], None);
        let node = trie.node(0);
        for order in [["a", "b", "c"], ["c", "x", "a"], ["b", "b", "b"], ["a", "c", "b"]] {
            let mut before = None;
            for name in order {
                let found = node.and_then(|node| node.find(name, before));
                assert_eq!(found, node.and_then(|node| node.look_up(name)), "{order:?} {name}");
                before = found.or(before);
            }
        }
    }
}
