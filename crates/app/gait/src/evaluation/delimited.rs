//! Rows of a truth file: comma-separated with RFC 4180 quotes, or tab-separated without any.
//!
//! Decides where a field ends; leaves to `truth` what the columns mean.

/// Splits `text` into rows of fields. Tabs in the first line make it tab-separated. Empty lines are
/// skipped; each row comes with the number of its first line, from 1.
pub(super) fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.lines().next().is_some_and(|header| header.contains('\t')) {
        let fields = |line: &str| line.split('\t').map(str::to_owned).collect();
        return numbered(text).map(|(number, line)| (number, fields(line))).collect();
    }
    let mut rows = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while !rest.is_empty() {
        let (fields, tail) = comma_row(rest);
        if fields.iter().any(|field| !field.is_empty()) {
            rows.push((line, fields));
        }
        line += rest[..rest.len() - tail.len()].matches('\n').count();
        rest = tail;
    }
    rows
}

/// The lines that are not empty, numbered from 1.
fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(n, line)| (n + 1, line)).filter(|(_, line)| !line.is_empty())
}

/// One comma-separated row and what follows it. A quote that is never closed ends with the text.
fn comma_row(text: &str) -> (Vec<String>, &str) {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek().is_some_and(|(_, next)| *next == '"') => {
                chars.next();
                field.push('"');
            }
            ('"', _) => quoted = !quoted,
            (',', false) => fields.push(std::mem::take(&mut field)),
            ('\n', false) => {
                fields.push(field);
                return (fields, &text[at + 1..]);
            }
            ('\r', false) if text[at + 1..].starts_with('\n') => {}
            _ => field.push(c),
        }
    }
    fields.push(field);
    (fields, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_quotes_commas_and_line_ends() {
        let cases: [(&str, &[(usize, &str)]); 5] = [
            ("a,b\n1,2\n", &[(1, "a|b"), (2, "1|2")]),
            ("\u{feff}a,b\r\n\r\n\"x, \"\"y\"\"\",2", &[(1, "a|b"), (3, "x, \"y\"|2")]),
            ("\"two\nlines\",b\nc,d\n", &[(1, "two\nlines|b"), (3, "c|d")]),
            ("a\tb\n\"1\t2, 3\n", &[(1, "a|b"), (2, "\"1|2, 3")]),
            ("", &[]),
        ];
        for (text, want) in cases {
            let got: Vec<(usize, String)> =
                rows(text).into_iter().map(|(line, row)| (line, row.join("|"))).collect();
            let want: Vec<(usize, String)> =
                want.iter().map(|&(line, row)| (line, row.to_owned())).collect();
            assert_eq!(got, want, "{text:?}");
        }
    }
}
