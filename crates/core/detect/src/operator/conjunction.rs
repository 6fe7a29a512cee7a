//! `conjunction`: several features must each be telling; the least telling one decides. For behaviours that
//! no single measure separates from people.

use gait_fingerprint::{FeatureId, FeatureVector};

use super::{Direction, slope::Term};
use crate::{detector::Parameter, section::Section};

/// The strength times the smallest share of its terms.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Conjunction {
    terms: Box<[Term]>,
    nats: f64,
}

impl Conjunction {
    pub(crate) fn read(section: &Section<'_>, direction: Direction) -> Option<Self> {
        let nats = section.nats("strength_nats", direction.nats_max());
        let tables = section.sections("terms")?;
        let read: Vec<Option<Term>> = tables
            .into_iter()
            .map(|table| {
                let term = Term::read(&table);
                table.finish();
                term
            })
            .collect();
        let terms = read.into_iter().collect::<Option<Box<[_]>>>()?;
        if terms.len() < 2 {
            section.limit("terms", "needs at least two terms; for one use the operator `ramp`");
            return None;
        }
        Some(Self { terms, nats: nats? })
    }

    pub(crate) fn nats(&self, features: &FeatureVector) -> Result<f64, FeatureId> {
        let mut least = 1.0_f64;
        for term in &*self.terms {
            least = least.min(term.share(features)?);
        }
        Ok(least * self.nats)
    }

    pub(crate) fn features(&self) -> Vec<FeatureId> {
        self.terms.iter().map(|term| term.feature).collect()
    }

    pub(crate) fn parameters(&self) -> Vec<Parameter> {
        let terms = self.terms.iter().map(|term| term.parameter());
        terms.chain([Parameter::new("strength", format!("{} nats", self.nats))]).collect()
    }
}
