//! The field map of the generic `json` format: which key of the user's JSON is which field.

use std::collections::BTreeMap;

use gait_event::TimeKind;
use serde::Deserialize;

use super::{Headers, Trie};
use crate::{
    field::Field,
    suggest::nearest,
    time::{DurationUnit, TimeUnit},
};

/// The settings of a map that name no field.
const SETTINGS: [&str; 4] = ["time_kind", "time_unit", "duration_unit", "headers"];

/// Maps keys of a JSON record to fields. Written as a TOML table: each key is the name of a
/// [`Field`], each value a path (`client.ip`) or a list of paths of which the first that holds
/// something wins. `time_kind` is `start` (default) or `end`; `time_unit` is `auto` (default), `s`, `ms`,
/// `us` or `ns`; `duration_unit` is `s` (default), `ms`, `us` or `ns`; `headers` is the path of an object that
/// holds the headers of the request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "BTreeMap<String, Paths>")]
pub struct FieldMap {
    keys: Vec<(String, Field)>,
    headers: Option<String>,
    time_unit: TimeUnit,
    duration_unit: DurationUnit,
}

/// One path or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Paths {
    One(String),
    Several(Vec<String>),
}

impl Paths {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(path) => vec![path],
            Self::Several(paths) => paths,
        }
    }
}

/// What is wrong with a field map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldMapError {
    /// A key names no field and no setting.
    #[error("unknown field `{name}` in the field map; {}", hint(.suggestion.as_deref()))]
    UnknownField {
        /// What was written.
        name: String,
        /// The known name nearest to it.
        suggestion: Option<String>,
    },
    /// A setting has a value that is none of its values.
    #[error("`{setting} = \"{value}\"` in the field map; known are {known}")]
    BadSetting {
        /// Which setting.
        setting: &'static str,
        /// What was written.
        value: String,
        /// The values it may have.
        known: &'static str,
    },
    /// No event can be made without these.
    #[error("the field map lacks `{0}`; name the key of the record that holds it")]
    Missing(&'static str),
    /// A path has no step or an empty one.
    #[error(
        "`{path}` for `{field}` is no path; write steps separated by dots, such as `client.ip`"
    )]
    BadPath {
        /// The field.
        field: String,
        /// The path.
        path: String,
    },
}

fn hint(suggestion: Option<&str>) -> String {
    match suggestion {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known are {}", known_names().collect::<Vec<_>>().join(", ")),
    }
}

/// Names a map may use; the two times share one.
fn known_names() -> impl Iterator<Item = &'static str> {
    let fields = Field::ALL.iter().filter(|field| **field != Field::EndTime);
    fields.map(|field| field.name()).chain(SETTINGS)
}

impl TryFrom<BTreeMap<String, Paths>> for FieldMap {
    type Error = FieldMapError;

    fn try_from(mut table: BTreeMap<String, Paths>) -> Result<Self, FieldMapError> {
        let kind = setting(&mut table, "time_kind", "`start` and `end`", |text| match text {
            "start" => Some(TimeKind::Start),
            "end" => Some(TimeKind::End),
            _ => None,
        })?;
        let time_unit =
            setting(&mut table, "time_unit", "`auto`, `s`, `ms`, `us` and `ns`", time_unit)?;
        let duration_unit =
            setting(&mut table, "duration_unit", "`s`, `ms`, `us` and `ns`", duration_unit)?;
        let headers = table.remove("headers").map(Paths::into_vec).and_then(|paths| {
            paths.into_iter().next() // one object holds the headers
        });
        let mut keys = Vec::new();
        for (name, paths) in table {
            let field = field_named(&name, kind.unwrap_or_default())?;
            for path in paths.into_vec() {
                if path.split('.').any(str::is_empty) {
                    return Err(FieldMapError::BadPath { field: name, path });
                }
                keys.push((path, field));
            }
        }
        let map = Self {
            keys,
            headers,
            time_unit: time_unit.unwrap_or_default(),
            duration_unit: duration_unit.unwrap_or_default(),
        };
        map.check().map(|()| map)
    }
}

/// Takes a setting out of the table and reads it.
fn setting<T>(
    table: &mut BTreeMap<String, Paths>,
    setting: &'static str,
    known: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, FieldMapError> {
    let Some(value) = table.remove(setting) else { return Ok(None) };
    let value = value.into_vec().join(", ");
    read(&value).map(Some).ok_or(FieldMapError::BadSetting { setting, value, known })
}

fn time_unit(text: &str) -> Option<TimeUnit> {
    Some(match text {
        "auto" => TimeUnit::Auto,
        "s" => TimeUnit::S,
        "ms" => TimeUnit::Ms,
        "us" => TimeUnit::Us,
        "ns" => TimeUnit::Ns,
        _ => return None,
    })
}

fn duration_unit(text: &str) -> Option<DurationUnit> {
    Some(match text {
        "s" => DurationUnit::S,
        "ms" => DurationUnit::Ms,
        "us" => DurationUnit::Us,
        "ns" => DurationUnit::Ns,
        _ => return None,
    })
}

fn field_named(name: &str, kind: TimeKind) -> Result<Field, FieldMapError> {
    if name == "time" {
        return Ok(if kind == TimeKind::End { Field::EndTime } else { Field::StartTime });
    }
    Field::ALL.iter().copied().find(|field| field.name() == name).ok_or_else(|| {
        FieldMapError::UnknownField {
            name: name.to_owned(),
            suggestion: nearest(name, known_names()),
        }
    })
}

impl FieldMap {
    /// Refuses a map from which no event can be made.
    fn check(&self) -> Result<(), FieldMapError> {
        let has = |fields: &[Field]| self.keys.iter().any(|(_, field)| fields.contains(field));
        let needed: [(&[Field], &'static str); 5] = [
            (&[Field::StartTime, Field::EndTime], "time"),
            (&[Field::Ip, Field::ForwardedFor], "ip"),
            (&[Field::Status], "status"),
            (&[Field::Method, Field::Request], "method"),
            (&[Field::Target, Field::Url, Field::Request], "target"),
        ];
        match needed.iter().find(|(fields, _)| !has(fields)) {
            Some((_, name)) => Err(FieldMapError::Missing(name)),
            None => Ok(()),
        }
    }

    pub(crate) fn trie(&self) -> Trie {
        let prefix = self.headers.as_ref().map(|path| format!("{path}."));
        let headers = prefix.as_deref().map(|prefix| Headers { prefix, complete: false });
        Trie::new(self.keys.iter().map(|(path, field)| (path.as_str(), *field)), headers)
    }

    pub(crate) fn time_unit(&self) -> TimeUnit {
        self.time_unit
    }

    pub(crate) fn duration_unit(&self) -> DurationUnit {
        self.duration_unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "time = \"ts\"\nip = [\"client.ip\", \"ip\"]\nmethod = \"m\"\ntarget = \"p\"\nstatus = \"s\"\n";

    fn map(extra: &str) -> Result<FieldMap, String> {
        toml::from_str(&format!("{WHOLE}{extra}")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_whole_map_is_read() {
        let map = map("time_kind = \"end\"\ntime_unit = \"ms\"\nduration_unit = \"ms\"\n");
        let map = map.map(|map| {
            (map.keys.contains(&("ts".into(), Field::EndTime)), map.keys.len(), map.time_unit)
        });
        assert_eq!(map, Ok((true, 6, TimeUnit::Ms)));
    }

    #[test]
    fn every_mistake_is_named() {
        let table = [
            ("user_agnt = \"ua\"\n", "did you mean `user_agent`?"),
            ("colour = \"c\"\n", "known are time, duration, host"),
            ("time_kind = \"middle\"\n", "known are `start` and `end`"),
            ("time_unit = \"h\"\n", "known are `auto`, `s`, `ms`, `us` and `ns`"),
            ("host = \"a..b\"\n", "`a..b` for `host` is no path"),
            ("host = 3\n", "data did not match"),
        ];
        for (extra, text) in table {
            let error = map(extra).err().unwrap_or_default();
            assert!(error.contains(text), "{extra}: {error}");
        }
        let error = toml::from_str::<FieldMap>("time = \"ts\"").map_err(|error| error.to_string());
        assert!(error.is_err_and(|error| error.contains("lacks `ip`")));
    }
}
