//! The hash of a detector's content: of what the file says, not of how it is laid out. Comments, blank
//! lines, key order and the spelling of numbers are free; everything else changes the hash.

use toml::{Table, Value};

/// Feeds a table to the hasher, keys in order.
pub(crate) fn update(hasher: &mut blake3::Hasher, table: &Table) {
    hasher.update(b"{");
    for (key, value) in table {
        text(hasher, key);
        update_value(hasher, value);
    }
    hasher.update(b"}");
}

fn update_value(hasher: &mut blake3::Hasher, value: &Value) {
    match value {
        Value::String(string) => {
            hasher.update(b"s");
            text(hasher, string);
        }
        #[expect(clippy::cast_precision_loss, reason = "parameters are far below 2^53")]
        Value::Integer(number) => float(hasher, *number as f64),
        Value::Float(number) => float(hasher, *number),
        Value::Boolean(set) => {
            hasher.update(if *set { b"t" } else { b"f" });
        }
        Value::Datetime(time) => {
            hasher.update(b"d");
            text(hasher, &time.to_string());
        }
        Value::Array(list) => {
            hasher.update(b"[");
            for value in list {
                update_value(hasher, value);
            }
            hasher.update(b"]");
        }
        Value::Table(table) => update(hasher, table),
    }
}

/// 2 and 2.0 are the same parameter, and so are 0.0 and -0.0.
fn float(hasher: &mut blake3::Hasher, number: f64) {
    hasher.update(b"n").update(&(number + 0.0).to_bits().to_le_bytes());
}

/// Length first, so that no two texts run into each other.
fn text(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(toml: &str) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new();
        update(&mut hasher, &toml.parse().unwrap());
        hasher.finalize()
    }

    #[test]
    fn layout_is_free_and_content_is_not() {
        let base = hash("a = 2\n[b]\nc = ['x', 'y']\n");
        for same in
            ["# why\nb.c = [\n  'x',\n  'y',\n]\na = 2.0\n", "a = 2\nb = { c = ['x', \"y\"] }"]
        {
            assert_eq!(hash(same), base, "{same}");
        }
        for other in
            ["a = 3\n[b]\nc = ['x', 'y']", "a = 2\n[b]\nc = ['xy']", "a = '2'\nb.c = ['x', 'y']"]
        {
            assert_ne!(hash(other), base, "{other}");
        }
    }
}
