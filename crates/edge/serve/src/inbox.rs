//! What analysts say about alerts, until the pipeline asks for it between two events.
//!
//! Decides what a remark may hold and how many wait. Whether there is such an alert, and what follows from the
//! word on it, is for the engine.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use gait_decide::AlertId;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Remarks that wait at most. The pipeline takes them between batches, some ten times a second.
const WAITING_MAX: usize = 1024;

/// Longest name and note, characters.
const BY_MAX: usize = 128;
const NOTE_MAX: usize = 1024;

/// What an analyst says about an alert, as it is sent and as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// The alert.
    #[serde(serialize_with = "write_id", deserialize_with = "read_id")]
    pub alert: AlertId,
    /// What was found.
    pub verdict: Judgement,
    /// Who found it; at most 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What else there is to say; at most 1024 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What an analyst found an alert to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// It was right.
    Confirmed,
    /// It was wrong.
    FalseAlarm,
}

impl Remark {
    /// Names the first field that is longer than it may be, and by how much.
    #[must_use]
    pub fn mistake(&self) -> Option<String> {
        let long = |name: &str, text: &Option<String>, max: usize| {
            let count = text.as_deref().unwrap_or_default().chars().count();
            (count > max).then(|| format!("`{name}` has {count} characters; {max} are the most"))
        };
        long("by", &self.by, BY_MAX).or_else(|| long("note", &self.note, NOTE_MAX))
    }
}

fn write_id<S: Serializer>(id: &AlertId, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(id)
}

fn read_id<'de, D: Deserializer<'de>>(from: D) -> Result<AlertId, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

/// Why a remark is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Nothing in this process listens to remarks.
    Closed,
    /// Too many wait.
    Full,
}

/// Remarks on their way to the pipeline.
#[derive(Debug, Default)]
pub struct Inbox(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    is_open: bool,
    remarks: VecDeque<Remark>,
}

impl Inbox {
    /// Takes remarks from now on: somebody is going to ask for them.
    pub fn open(&self) {
        self.lock().is_open = true;
    }

    /// What was said since the last time, in that order.
    pub fn take(&self) -> VecDeque<Remark> {
        std::mem::take(&mut self.lock().remarks)
    }

    pub(crate) fn put(&self, remark: Remark) -> Result<(), Refused> {
        let mut waiting = self.lock();
        match &*waiting {
            Waiting { is_open: false, .. } => Err(Refused::Closed),
            Waiting { remarks, .. } if remarks.len() >= WAITING_MAX => Err(Refused::Full),
            _ => {
                waiting.remarks.push_back(remark);
                Ok(())
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remark(alert: u128) -> Remark {
        Remark { alert: AlertId(alert), verdict: Judgement::FalseAlarm, by: None, note: None }
    }

    #[test]
    fn remarks_wait_in_order_and_no_more_than_may() {
        let inbox = Inbox::default();
        assert_eq!(inbox.put(remark(0)), Err(Refused::Closed));
        inbox.open();
        for alert in 0..WAITING_MAX as u128 {
            assert_eq!(inbox.put(remark(alert)), Ok(()));
        }
        assert_eq!(inbox.put(remark(0)), Err(Refused::Full));
        let taken = inbox.take();
        assert!(taken.iter().map(|remark| remark.alert.0).eq(0..WAITING_MAX as u128));
        assert!(inbox.take().is_empty());
    }

    #[test]
    fn a_remark_reads_as_it_is_written() {
        let said =
            Remark { by: Some("ana".into()), note: Some("our own script".into()), ..remark(5) };
        let text = serde_json::to_string(&said).unwrap();
        let alert = "00000000000000000000000000000005";
        let expected = format!(
            r#"{{"alert":"{alert}","verdict":"false_alarm","by":"ana","note":"our own script"}}"#
        );
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Remark>(&text).unwrap(), said);
        assert_eq!(said.mistake(), None);
        let long = Remark { note: Some("é".repeat(NOTE_MAX + 1)), ..said };
        assert_eq!(long.mistake().unwrap(), "`note` has 1025 characters; 1024 are the most");
    }
}
