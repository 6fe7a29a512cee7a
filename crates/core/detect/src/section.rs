//! A TOML table that is read key by key and remembers which keys were asked for, so that every mistake of
//! a file is found in one pass and keys that nobody asked for are errors.

use std::cell::RefCell;

use gait_fingerprint::FeatureId;
use toml::{Table, Value};

use crate::mistake::{Mistake, Problem, closest};

/// A closed set of words that a key may hold.
pub(crate) trait Word: Sized {
    fn all() -> Vec<&'static str>;
    fn from_word(word: &str) -> Option<Self>;
}

/// Collects the mistakes of one file.
pub(crate) struct Report<'a> {
    file: &'a str,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(file: &'a str) -> Self {
        Self { file, mistakes: RefCell::default() }
    }

    pub(crate) fn add(&self, key: impl Into<String>, problem: Problem) {
        let mistake = Mistake { file: self.file.to_owned(), key: key.into(), problem };
        self.mistakes.borrow_mut().push(mistake);
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.mistakes.borrow().is_empty()
    }

    pub(crate) fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes.into_inner()
    }
}

/// One table of the file. Readers return `None` after they reported why.
pub(crate) struct Section<'a> {
    report: &'a Report<'a>,
    prefix: String,
    table: &'a Table,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    pub(crate) fn new(report: &'a Report<'a>, prefix: impl Into<String>, table: &'a Table) -> Self {
        Self { report, prefix: prefix.into(), table, asked: RefCell::default() }
    }

    /// Reports a problem at a key of this table.
    pub(crate) fn mistake(&self, key: &str, problem: Problem) {
        self.report.add(self.path(key), problem);
    }

    /// Reports a limit that a value at `key` breaks.
    pub(crate) fn limit(&self, key: &str, text: impl Into<String>) {
        self.mistake(key, Problem::Limit(text.into()));
    }

    /// Reports every key that was never asked for.
    pub(crate) fn finish(self) {
        let asked = self.asked.borrow();
        for key in self.table.keys().filter(|key| !asked.contains(&key.as_str())) {
            let near = closest(key, asked.iter().copied()).map(str::to_owned);
            self.mistake(key, Problem::UnknownKey(near));
        }
    }

    pub(crate) fn text(&self, key: &'static str) -> Option<&'a str> {
        let text = self.typed(key, "a text", Value::as_str)?;
        if text.trim().is_empty() {
            self.limit(key, "must not be empty");
            return None;
        }
        Some(text)
    }

    pub(crate) fn number(&self, key: &'static str) -> Option<f64> {
        self.typed(key, "a finite number", finite)
    }

    /// A number that may be left out: `Some(None)` when it is, `None` after a mistake.
    #[expect(clippy::option_option, reason = "absent and mistaken are different things")]
    pub(crate) fn optional_number(&self, key: &'static str) -> Option<Option<f64>> {
        if self.has(key) { self.number(key).map(Some) } else { Some(None) }
    }

    /// A strength in nats, above 0 and up to `max`.
    pub(crate) fn nats(&self, key: &'static str, max: f64) -> Option<f64> {
        let nats = self.number(key)?;
        if nats > 0.0 && nats <= max {
            return Some(nats);
        }
        self.limit(key, format!("is {nats}: evidence is above 0 and at most {max} nats here"));
        None
    }

    pub(crate) fn whole(&self, key: &'static str) -> Option<u32> {
        self.typed(key, "a whole number from 0", |v| v.as_integer()?.try_into().ok())
    }

    pub(crate) fn flag_or(&self, key: &'static str, default: bool) -> Option<bool> {
        if self.has(key) { self.typed(key, "true or false", Value::as_bool) } else { Some(default) }
    }

    pub(crate) fn word<W: Word>(&self, key: &'static str) -> Option<W> {
        let found = self.text(key)?;
        let word = W::from_word(found);
        if word.is_none() {
            let known = W::all();
            let closest = closest(found, known.iter().copied()).map(str::to_owned);
            let known = known.join(", ");
            self.mistake(key, Problem::UnknownWord { found: found.to_owned(), closest, known });
        }
        word
    }

    pub(crate) fn feature(&self, key: &'static str) -> Option<FeatureId> {
        let found = self.text(key)?;
        let feature = FeatureId::by_name(found);
        if feature.is_none() {
            let near = closest(found, FeatureId::all().map(|id| id.spec().name)).map(str::to_owned);
            self.mistake(key, Problem::UnknownFeature { found: found.to_owned(), closest: near });
        }
        feature
    }

    /// A list of texts with at least one entry.
    pub(crate) fn texts(&self, key: &'static str) -> Option<Vec<String>> {
        let list = self.typed(key, "a list of texts", |v| {
            v.as_array()?.iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        })?;
        if list.is_empty() || list.iter().any(|text| text.trim().is_empty()) {
            self.limit(key, "needs at least one entry and no empty one");
            return None;
        }
        Some(list)
    }

    /// A list of numbers with at least one entry.
    pub(crate) fn numbers(&self, key: &'static str) -> Option<Vec<f64>> {
        let list = self.typed(key, "a list of finite numbers", |v| {
            v.as_array()?.iter().map(finite).collect::<Option<Vec<_>>>()
        })?;
        if list.is_empty() {
            self.limit(key, "needs at least one entry");
            return None;
        }
        Some(list)
    }

    /// A required table below this one.
    pub(crate) fn section(&self, key: &'static str) -> Option<Section<'a>> {
        let table = self.typed(key, "a table", Value::as_table)?;
        Some(Section::new(self.report, self.path(key), table))
    }

    /// The tables of a list below this one; none when the key is left out.
    pub(crate) fn sections(&self, key: &'static str) -> Option<Vec<Section<'a>>> {
        if !self.has(key) {
            return Some(Vec::new());
        }
        let tables = self.typed(key, "a list of tables", |v| {
            v.as_array()?.iter().map(Value::as_table).collect::<Option<Vec<_>>>()
        })?;
        let path = self.path(key);
        let named = tables.into_iter().enumerate();
        Some(named.map(|(i, t)| Section::new(self.report, format!("{path}[{i}]"), t)).collect())
    }

    /// True when the key is there; asking makes it a known key.
    pub(crate) fn has(&self, key: &'static str) -> bool {
        self.ask(key);
        self.table.contains_key(key)
    }

    fn ask(&self, key: &'static str) {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
    }

    fn path(&self, key: &str) -> String {
        if self.prefix.is_empty() { key.to_owned() } else { format!("{}.{key}", self.prefix) }
    }

    fn typed<T>(
        &self,
        key: &'static str,
        expected: &'static str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Option<T> {
        self.ask(key);
        let Some(value) = self.table.get(key) else {
            self.mistake(key, Problem::Missing);
            return None;
        };
        let read = read(value);
        if read.is_none() {
            self.mistake(key, Problem::Type(expected));
        }
        read
    }
}

fn finite(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Float(number) => *number,
        #[expect(clippy::cast_precision_loss, reason = "parameters are far below 2^53")]
        Value::Integer(number) => *number as f64,
        _ => return None,
    };
    number.is_finite().then_some(number)
}
