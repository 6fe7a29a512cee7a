//! The short way for the records gateways nearly always write: one object without objects or arrays in it,
//! without escapes, its keys in the order of the record before. Where it ends it has read what the parser
//! would have read; whatever else it meets, a broken record too, it leaves to the parser.

use super::{
    cursor::Cursor,
    trie::{KeyId, Leaf, Node, Trie},
};
use crate::raw::{RawFields, Value};

/// Reads one flat object into `raw`. `None` when the record is left to the parser; what stands in `raw`
/// is then of no use.
#[inline]
pub(crate) fn read<'a>(trie: &Trie, record: &'a str, raw: &mut RawFields<'a>) -> Option<()> {
    let root = trie.flat_root()?;
    let mut cursor = Cursor::new(record)?;
    raw.see(root.implied.bits, root.implied.logged);
    cursor.eat(b'{')?;
    let mut before = None;
    loop {
        let leaf = key(&mut cursor, root, &mut before)?;
        cursor.skip_space();
        let value = cursor.value()?;
        if let Some(leaf) = leaf {
            raw.see(leaf.seen.bits, leaf.seen.logged);
            match value {
                Value::Text(text) => raw.fill_text(leaf.field, leaf.rank, text),
                value => raw.fill(leaf.field, leaf.rank, value),
            }
        }
        if cursor.eat(b',').is_none() {
            cursor.eat(b'}')?;
            return cursor.is_at_end().then_some(());
        }
        cursor.skip_space();
    }
}

/// A key with its colon, and what its value fills. `before` is the known key that came last, from now on
/// this one; `Some(None)` when the value of the key is not looked for.
#[inline]
#[expect(clippy::option_option, reason = "the reading can end, and a key can be unknown")]
fn key(cursor: &mut Cursor<'_>, node: &Node, before: &mut Option<KeyId>) -> Option<Option<Leaf>> {
    if let Some((id, key)) = node.expected(*before)
        && cursor.take(&key.spelled).is_some()
    {
        *before = Some(id);
        return Some(key.leaf);
    }
    cursor.eat(b'"')?;
    let found = cursor.text().map(|name| node.find(name, *before))?;
    cursor.eat(b':')?;
    *before = found.or(*before);
    Some(found.and_then(|key| node.leaf_of(key)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::reader, *};
    use crate::{arena::Arena, format::FormatId, json::Preset};

    /// Reads a record in the short way, after the keys of `before`; `None` when it is left to the parser.
    /// What is read must be what the parser reads.
    fn read_alike(before: &str, record: &str) -> Option<()> {
        let trie = Preset::of(FormatId::NginxJson)?.trie();
        let arena = Arena::new();
        let _keys_in_this_order = read(&trie, before, &mut RawFields::new(&arena));
        let (mut short, mut long) = (RawFields::new(&arena), RawFields::new(&arena));
        read(&trie, record, &mut short)?;
        assert_eq!(reader::read(&trie, record, &mut long), Ok(()), "{record}");
        assert_eq!(format!("{short:?}"), format!("{long:?}"), "{record}");
        Some(())
    }

    #[test]
    fn plain_objects_are_read_and_everything_else_is_left() {
        for (record, is_read) in [
            (r#"{"status":200}"#, true),
            (r#"{"status": 200, "ua": "Größe", "unknown": null}"#, true),
            (r#"{"rt":0.093,"msec":1795354724.421,"auth":true,"conn":false,"status":0}"#, true),
            (r#"{"status":200,"status":404,"request_method":"-","ua":""}"#, true),
            (r#"{"bytes":999999999999999,"rt":123456789012.345}"#, true),
            (r#"{"bytes":1000000000000000}"#, false),
            (r#"{"rt":1234567890123.456}"#, false),
            (r#"{"status":0200}"#, false),
            (r#"{"status":-1}"#, false),
            (r#"{"rt":1e3}"#, false),
            (r#"{"rt":1.5e3}"#, false),
            (r#"{"rt":1.}"#, false),
            (r#"{"rt":1.2.3}"#, false),
            (r#"{"ua":"a\"b"}"#, false),
            (r#"{"st\u0061tus":1}"#, false),
            ("{\"ua\":\"a\tb\"}", false),
            (r#"{"headers":{"a":1}}"#, false),
            (r#"{"xff":["a"]}"#, false),
            (r#"{"ua":nul}"#, false),
            (r#"{"ua":nulls}"#, false),
            (r#"{"status":200,}"#, false),
            (r#"{"status":200"#, false),
            (r#"{"ua":"open"#, false),
            (r#"{"status":200}x"#, false),
            (r#"{"status":200}}"#, false),
            (r#"{"status" 200}"#, false),
            ("{}", false),
            ("[1]", false),
            ("", false),
        ] {
            assert_eq!(read_alike("", record).is_some(), is_read, "{record}");
        }
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<u32>().prop_map(|number| number.to_string()),
            "[0-9]{1,17}",
            "[0-9]{1,12}\\.[0-9]{0,8}",
            "-?[0-9]{1,4}(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?",
            "\"[ -~]{0,12}\"",
            "\"[^\"\\\\]{0,6}\"",
            Just(String::from("\"-\"")),
            Just(String::from("null")),
            Just(String::from("true")),
            Just(String::from("false")),
            Just(String::from("[1]")),
            Just(String::from("{\"ua\":1}")),
        ]
    }

    /// One object of known and unknown keys.
    fn object() -> impl Strategy<Value = String> {
        let keys = Preset::of(FormatId::NginxJson).map_or(&[][..], |preset| preset.keys);
        let known = proptest::sample::select(keys).prop_map(|(path, _)| path.to_owned());
        let key = prop_oneof![4 => known, 1 => "[a-z_]{0,6}"];
        let space = || prop_oneof![3 => Just(""), 1 => Just(" ")];
        let pair = (key, space(), value(), space())
            .prop_map(|(key, before, value, after)| format!("{after}\"{key}\":{before}{value}"));
        proptest::collection::vec(pair, 0..8).prop_map(|pairs| format!("{{{}}}", pairs.join(",")))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn what_is_read_is_what_the_parser_reads(before in object(), record in object()) {
            let _left_to_the_parser = read_alike(&before, &record);
            let _left_to_the_parser = read_alike(&record, &record);
        }

        #[test]
        fn a_damaged_record_is_read_alike(record in object(), at in 0_usize..80, byte in "[ -~]") {
            let at = at % record.len();
            if let (Some(head), Some(tail)) = (record.get(..at), record.get(at + 1..)) {
                let _left_to_the_parser = read_alike(&record, &format!("{head}{byte}{tail}"));
                let _left_to_the_parser = read_alike(&record, head);
            }
        }
    }
}
