//! Structured fields (RFC 9651), as far as signatures need them: dictionaries of items and inner lists,
//! with parameters. Text is cut, not copied; what does not parse is `None`.

/// A bare item, or the inside of an inner list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// What stands between the parentheses.
    List(&'a str),
    /// What stands between the quotes, escapes as they are.
    Text(&'a str),
    /// What stands between the colons, base64.
    Bytes(&'a str),
    /// A whole number.
    Number(i64),
    /// A token, or a number that is not whole.
    Word(&'a str),
    /// `?1`, or no value at all.
    True,
    /// `?0`.
    False,
}

/// A value with its parameters, and both as they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    pub(crate) value: Value<'a>,
    params: &'a str,
    pub(crate) raw: &'a str,
}

impl<'a> Item<'a> {
    /// The value of a parameter; the last of that name counts.
    pub(crate) fn param(&self, name: &str) -> Option<Value<'a>> {
        let mut scanner = Scanner { rest: self.params };
        let mut found = None;
        while let Some((key, value)) = scanner.param().ok()? {
            found = if key == name { Some(value) } else { found };
        }
        found
    }

    /// The text parameter of that name.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        match self.param(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The whole-number parameter of that name.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        match self.param(name) {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// True when it has no parameter but these.
    pub(crate) fn has_only(&self, known: &[&str]) -> bool {
        let mut scanner = Scanner { rest: self.params };
        while let Ok(Some((key, _))) = scanner.param() {
            if !known.contains(&key) {
                return false;
            }
        }
        true
    }
}

/// Visits the members of a dictionary; `None` when it does not parse to its end.
pub(crate) fn each_member<'a>(
    text: &'a str,
    mut visit: impl FnMut(&'a str, Item<'a>),
) -> Option<()> {
    let mut scanner = Scanner { rest: text.trim_matches(' ') };
    loop {
        let key = scanner.key()?;
        let item = if scanner.eat('=') { scanner.member()? } else { scanner.flag()? };
        visit(key, item);
        scanner.skip_blanks();
        if scanner.rest.is_empty() {
            return Some(());
        }
        scanner.eat(',').then_some(())?;
        scanner.skip_blanks();
    }
}

/// Visits the items of an inner list, given what stands between its parentheses.
pub(crate) fn each_item<'a>(
    inside: &'a str,
    mut visit: impl FnMut(Item<'a>) -> Option<()>,
) -> Option<()> {
    let mut scanner = Scanner { rest: inside.trim_matches(' ') };
    while !scanner.rest.is_empty() {
        visit(scanner.item()?)?;
        let before = scanner.rest;
        scanner.skip_blanks();
        if before.len() == scanner.rest.len() && !scanner.rest.is_empty() {
            return None;
        }
    }
    Some(())
}

/// A text that is one item and nothing else.
pub(crate) fn only_item(text: &str) -> Option<Item<'_>> {
    let mut scanner = Scanner { rest: text.trim_matches(' ') };
    let item = scanner.item()?;
    scanner.rest.is_empty().then_some(item)
}

/// A parameter that does not parse.
struct Broken;

/// What is left to read.
#[derive(Clone, Copy)]
struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    fn eat(&mut self, wanted: char) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// What is read by `read`, as it was written.
    fn raw<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<(T, &'a str)> {
        let before = self.rest;
        let read = read(self)?;
        Some((read, before.get(..before.len() - self.rest.len())?))
    }

    /// The longest run of such characters.
    fn run(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        run
    }

    fn key(&mut self) -> Option<&'a str> {
        let in_key = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-' | '.' | '*');
        let key = self.run(in_key);
        key.starts_with(|c: char| c.is_ascii_lowercase() || c == '*').then_some(key)
    }

    fn flag(&mut self) -> Option<Item<'a>> {
        let (params, raw) = self.raw(Self::params)?;
        Some(Item { value: Value::True, params, raw })
    }

    fn member(&mut self) -> Option<Item<'a>> {
        self.with_params(|scanner| {
            if scanner.rest.starts_with('(') { scanner.list() } else { scanner.bare() }
        })
    }

    fn item(&mut self) -> Option<Item<'a>> {
        self.with_params(Self::bare)
    }

    fn with_params(
        &mut self,
        read: impl FnOnce(&mut Self) -> Option<Value<'a>>,
    ) -> Option<Item<'a>> {
        let ((value, params), raw) = self.raw(|scanner| {
            let value = read(scanner)?;
            Some((value, scanner.params()?))
        })?;
        Some(Item { value, params, raw })
    }

    fn list(&mut self) -> Option<Value<'a>> {
        self.eat('(').then_some(())?;
        let ((), inside) = self.raw(|scanner| {
            scanner.skip_blanks();
            while !scanner.rest.starts_with(')') {
                scanner.item()?;
                scanner.skip_blanks();
            }
            Some(())
        })?;
        self.eat(')').then_some(Value::List(inside))
    }

    fn params(&mut self) -> Option<&'a str> {
        let ((), raw) = self.raw(|scanner| {
            while scanner.param().ok()?.is_some() {}
            Some(())
        })?;
        Some(raw)
    }

    /// The next parameter, if one follows.
    fn param(&mut self) -> Result<Option<(&'a str, Value<'a>)>, Broken> {
        if !self.eat(';') {
            return Ok(None);
        }
        self.skip_blanks();
        let key = self.key().ok_or(Broken)?;
        let value = if self.eat('=') { self.bare().ok_or(Broken)? } else { Value::True };
        Ok(Some((key, value)))
    }

    fn bare(&mut self) -> Option<Value<'a>> {
        match self.rest.bytes().next()? {
            b'"' => self.text(),
            b':' => {
                self.eat(':');
                let in_bytes = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
                let bytes = self.run(in_bytes);
                self.eat(':').then_some(Value::Bytes(bytes))
            }
            b'?' => {
                self.eat('?');
                match self.run(|c| c.is_ascii_digit()) {
                    "1" => Some(Value::True),
                    "0" => Some(Value::False),
                    _ => None,
                }
            }
            b'-' | b'0'..=b'9' => {
                let number = self.run(|c| c.is_ascii_digit() || matches!(c, '-' | '.'));
                Some(number.parse().map_or(Value::Word(number), Value::Number))
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'*' => {
                let in_token =
                    |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(c);
                Some(Value::Word(self.run(in_token)))
            }
            _ => None,
        }
    }

    fn text(&mut self) -> Option<Value<'a>> {
        self.eat('"').then_some(())?;
        let mut escaped = false;
        let end = self.rest.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        })?;
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix('"')?;
        text.bytes().all(|byte| matches!(byte, b' '..=b'~')).then_some(Value::Text(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: &str = "sig1=(\"@authority\" \"signature-agent\";key=\"a\");created=17;keyid=\"k;\\\"x\";t, b=:YQ==:";

    #[test]
    fn a_dictionary_is_cut_into_members_with_parameters() {
        let mut members = Vec::new();
        each_member(INPUT, |key, item| members.push((key, item))).unwrap();
        let [(first, list), (second, bytes)] = members[..] else { panic!("{members:?}") };
        assert_eq!((first, second, bytes.value), ("sig1", "b", Value::Bytes("YQ==")));
        assert_eq!(list.value, Value::List("\"@authority\" \"signature-agent\";key=\"a\""));
        assert_eq!(list.number("created"), Some(17));
        assert_eq!(list.text("keyid"), Some("k;\\\"x"));
        assert_eq!((list.param("t"), list.param("u")), (Some(Value::True), None));
        assert!(INPUT.starts_with(&format!("sig1={}", list.raw)));
        assert!(list.has_only(&["created", "keyid", "t"]) && !list.has_only(&["created", "t"]));
    }

    #[test]
    fn items_of_a_list_keep_their_parameters() {
        let mut names = Vec::new();
        let list = "\"@authority\" \"signature-agent\";key=\"a\"";
        each_item(list, |item| {
            names.push((item.value, item.text("key"), item.raw));
            Some(())
        })
        .unwrap();
        assert_eq!(
            names,
            [
                (Value::Text("@authority"), None, "\"@authority\""),
                (Value::Text("signature-agent"), Some("a"), "\"signature-agent\";key=\"a\""),
            ]
        );
    }

    #[test]
    fn what_is_no_structured_field_is_refused() {
        for text in [
            "",
            "=",
            "A=1",
            "a=",
            "a=(",
            "a=(\"b\"",
            "a=\"b",
            "a=:YQ",
            "a=?2",
            "a=1,",
            "a=1 b=2",
            "a=1;",
            "a=\"ü\"",
            "a=(\"b\"\"c\")x",
            "a=@",
        ] {
            let mut count = 0;
            assert_eq!(each_member(text, |_, _| count += 1), None, "{text}");
        }
        assert_eq!(each_item("\"a\"\"b\"", |_| Some(())), None);
        assert_eq!(only_item("\"a\" \"b\""), None);
    }
}
