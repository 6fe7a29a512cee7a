//! The outline of a request target: one walk over the bytes of the path, then of the query.

use memchr::{memchr, memchr2, memrchr};
use xxhash_rust::xxh3::xxh3_64;

use super::{
    Discovery, Extension, Words,
    mark::{self, Mark},
    segment::{Segment, classify},
    tally::Tally,
    word::Findings,
};

/// Segments beyond this length hold no word.
const SEGMENT_BYTES: usize = 64;

/// What a target is made of.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outline {
    /// Hash of the path with the names of objects folded away.
    pub(crate) template: u32,
    /// Hash of the folded path above its last word: `/api/products/7` and `/api/product` share it.
    pub(crate) parent: u32,
    /// Hash of path and query as they are.
    pub(crate) target: u32,
    /// The last number in the path that names an object.
    pub(crate) number: Option<u32>,
    /// Segments of the path, 0..=255.
    pub(crate) depth: u8,
    /// The target has a query.
    pub(crate) query: bool,
    /// What the last segment ends with.
    pub(crate) extension: Extension,
    /// The words of the path.
    pub(crate) words: Words,
    /// Machine-readable surfaces, as bits.
    pub(crate) discovery: u16,
    /// Attack surfaces, as bits.
    pub(crate) attack: u16,
}

/// A stable 32-bit hash that is never 0, so that 0 can mean "none".
pub(crate) fn hash32(bytes: &[u8]) -> u32 {
    let hash = xxh3_64(bytes);
    let folded = u32::try_from((hash ^ (hash >> 32)) & u64::from(u32::MAX)).unwrap_or(1);
    folded.max(1)
}

/// A segment of up to [`SEGMENT_BYTES`] in lower case.
fn lower_case<'b>(segment: &[u8], buffer: &'b mut [u8; SEGMENT_BYTES]) -> &'b [u8] {
    let room = buffer.get_mut(..segment.len()).unwrap_or_default();
    room.copy_from_slice(segment);
    room.make_ascii_lowercase();
    room
}

/// A target cut at its joints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'t> {
    /// What stands before `?` and `#`.
    pub(crate) path: &'t [u8],
    /// Path and query.
    pub(crate) sent: &'t [u8],
}

impl<'t> Parts<'t> {
    /// Cuts a target: `/path?query#fragment`.
    pub(crate) fn of(target: &'t str) -> Self {
        let bytes = target.as_bytes();
        let path_len = memchr2(b'?', b'#', bytes).unwrap_or(bytes.len());
        let (path, rest) = bytes.split_at(path_len);
        let rest_len = memchr(b'#', rest).unwrap_or(rest.len());
        Self { path, sent: bytes.get(..path_len + rest_len).unwrap_or(bytes) }
    }
}

/// The hash that stands for a whole target, path and query, without a fragment.
pub(crate) fn target_hash(target: &str) -> u32 {
    hash32(Parts::of(target).sent)
}

/// The folded path while it grows: a hash over its parts.
#[derive(Clone, Copy, Debug)]
struct Template {
    hash: u64,
    /// The hash above the last word.
    parent: u64,
}

impl Template {
    fn push(&mut self, part: &[u8]) {
        self.hash = (self.hash.rotate_left(23) ^ xxh3_64(part)).wrapping_mul(MIX);
    }
}

/// 2^64 over the golden ratio, odd: spreads a sum of hashes over all bits.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The upper half of a hash, never 0, so that 0 can mean "none".
fn upper32(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(1).max(1)
}

impl Outline {
    /// Reads a target and the extension that was read from it.
    pub(crate) fn of(target: &Parts<'_>, extension: Extension) -> Self {
        let mut outline = Self {
            extension,
            query: target.sent.len() > target.path.len() + 1,
            target: hash32(target.sent),
            ..Self::default()
        };
        outline.read_path(target.path);
        outline.read_marks(target.sent);
        outline
    }

    /// The outline of a page's sub-resource, which nothing else is asked of.
    pub(crate) fn of_asset(extension: Extension) -> Self {
        Self { extension, ..Self::default() }
    }

    fn read_path(&mut self, path: &[u8]) {
        let mut template = Template { hash: MIX, parent: MIX };
        let mut findings = Findings::default();
        let mut lower = [0_u8; SEGMENT_BYTES];
        for segment in path.split(|byte| *byte == b'/').filter(|segment| !segment.is_empty()) {
            self.depth = self.depth.saturating_add(1);
            if segment.len() > SEGMENT_BYTES {
                template.push(b"~");
                continue;
            }
            let tally = Tally::of(segment);
            let segment = if tally.has_upper() { lower_case(segment, &mut lower) } else { segment };
            findings.add(segment);
            self.fold(segment, tally, &mut template);
        }
        if self.extension == Extension::Backup {
            findings.attack |= super::Attack::Backup.bit();
        }
        self.words = findings.words;
        self.discovery = findings.discovery;
        self.attack = findings.attack;
        self.template = upper32(template.hash);
        self.parent = upper32(template.parent);
    }

    /// Adds one segment to the template, folded when it names an object.
    fn fold(&mut self, segment: &[u8], tally: Tally, template: &mut Template) {
        // The extension of a folded name stays: pages and their data are different templates.
        let dot = if tally.has_dot() { memrchr(b'.', segment) } else { None };
        let dot = dot.filter(|dot| *dot > 0).unwrap_or(segment.len());
        let (stem, extension) = segment.split_at(dot);
        let stem_tally = if extension.is_empty() { tally } else { Tally::of(stem) };
        let folded: &[u8] = match classify(stem, stem_tally) {
            Segment::Word => {
                template.parent = template.hash;
                return template.push(segment);
            }
            Segment::Number(number) => {
                self.number = Some(number);
                b"#"
            }
            Segment::NumberedSlug(number) => {
                self.number = Some(number);
                b"~"
            }
            Segment::Name => b"~",
        };
        template.push(folded);
        if !extension.is_empty() {
            template.push(extension);
        }
    }

    /// Looks for injection and introspection in the whole target, when a first look finds it odd.
    fn read_marks(&mut self, target: &[u8]) {
        for found in mark::marks(target).into_iter().flatten() {
            match found {
                Mark::Attack(attack) => self.attack |= attack.bit(),
                Mark::Introspection => self.discovery |= Discovery::Introspection.bit(),
            }
        }
    }

    /// The template with the tool of an MCP call, which shares one path with every other call.
    #[must_use]
    pub(crate) fn with_call(mut self, method: &str, name: &str) -> Self {
        let call = hash32(method.as_bytes()).rotate_left(7) ^ hash32(name.as_bytes());
        self.template = (self.template.rotate_left(11) ^ call).max(1);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(target: &str) -> Outline {
        let parts = Parts::of(target);
        Outline::of(&parts, Extension::of_path(parts.path))
    }

    #[test]
    fn objects_of_one_kind_share_a_template() {
        for (a, b) in [
            ("/api/v1/products/7", "/api/v1/products/1082?fields=name"),
            ("/p/oak-mug-1082", "/p/stone-granite-tray-9"),
            ("/guides/how-to-descale", "/guides/a-word-on-knives/"),
            ("/u/3fa85f64-5717-4562-b3fc-2c963f66afa6", "/u/9f86d081-0000-4562-b3fc-2c963f66afa6"),
            ("/blog/guide-7.html", "/blog/setup-12.html"),
            ("/API/Products/7", "/api/products/8"),
        ] {
            assert_eq!(outline(a).template, outline(b).template, "{a} {b}");
        }
        for (a, b) in [
            ("/api/v1/products", "/api/v1/orders"),
            ("/api/v1/products/7", "/api/v1/products"),
            ("/api/v1/products/7", "/api/v1/products/7/reviews"),
            ("/blog/guide-7.html", "/blog/guide-7.json"),
            ("/a/b", "/ab"),
        ] {
            assert_ne!(outline(a).template, outline(b).template, "{a} {b}");
        }
    }

    #[test]
    fn siblings_share_what_is_above_their_last_word() {
        let parent = |target| outline(target).parent;
        assert_eq!(parent("/api/v1/product/7"), parent("/api/v1/products/9"));
        assert_eq!(parent("/api/v1/products"), parent("/api/v1/items?q=x"));
        assert_ne!(parent("/api/v1/products/7/reviews"), parent("/api/v1/products/7"));
    }

    #[test]
    fn numbers_depth_query_and_target() {
        let read = outline("/shop/7/orders/42?page=3");
        assert_eq!((read.number, read.depth, read.query), (Some(42), 4, true));
        assert!(!outline("/a?").query);
        assert_eq!(outline("/").depth, 0);
        assert_eq!(target_hash("/a?b#c"), target_hash("/a?b"));
        assert_ne!(target_hash("/a?b"), target_hash("/a"));
    }

    #[test]
    fn tools_of_one_endpoint_are_different_templates() {
        let call = |name| outline("/mcp").with_call("tools/call", name).template;
        assert_eq!(call("search"), call("search"));
        assert_ne!(call("search"), call("delete"));
    }

    #[test]
    fn odd_targets_are_read_to_their_end() {
        for target in ["", "*", "?", "#", "//", "/%", "/%2", "/.", "/..", "host:443", "\u{1f980}"] {
            assert_ne!(outline(target).template, 0, "{target}");
        }
        let long = format!("/{}", "x/".repeat(5_000));
        assert_eq!(outline(&long).depth, u8::MAX);
    }
}
