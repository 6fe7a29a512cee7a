//! JSON formats. Each is a table, [`Preset`], of one file; the mechanism is shared.

mod caddy;
mod cloudflare;
mod cursor;
mod envoy;
mod field_map;
mod flat;
mod istio;
mod kong;
mod mcp_gateway;
mod nginx;
mod reader;
mod traefik;
mod tree;
mod trie;

use crate::{field::Field, format::FormatId, time::DurationUnit};

pub use field_map::{FieldMap, FieldMapError};
pub(crate) use flat::read as read_flat;
pub(crate) use reader::read;
pub(crate) use tree::Tree;
use trie::HEADERS;
pub(crate) use trie::{Headers, Trie};

/// A JSON format as data.
#[derive(Debug)]
pub(crate) struct Preset {
    /// Paths and the fields they fill; of the paths of one field the first that holds something wins.
    pub(crate) keys: &'static [(&'static str, Field)],
    /// Where the headers of the request stand, when the format logs them as an object.
    pub(crate) headers: Option<Headers<'static>>,
    /// Keys of the record that all must be there for the format to be recognised.
    pub(crate) telling: &'static [&'static str],
    /// The unit of durations without one.
    pub(crate) duration_unit: DurationUnit,
}

impl Preset {
    /// The table of a JSON format; `None` for text formats and for `json`, which has a field map.
    pub(crate) fn of(format: FormatId) -> Option<&'static Self> {
        match format {
            FormatId::NginxJson => Some(&nginx::PRESET),
            FormatId::EnvoyJson => Some(&envoy::PRESET),
            FormatId::IstioJson => Some(&istio::PRESET),
            FormatId::Kong => Some(&kong::PRESET),
            FormatId::TraefikJson => Some(&traefik::PRESET),
            FormatId::Caddy => Some(&caddy::PRESET),
            FormatId::Cloudflare => Some(&cloudflare::PRESET),
            FormatId::McpGateway => Some(&mcp_gateway::PRESET),
            FormatId::Combined
            | FormatId::EnvoyText
            | FormatId::Haproxy
            | FormatId::AwsAlb
            | FormatId::Cloudfront
            | FormatId::Json => None,
        }
    }

    pub(crate) fn trie(&self) -> Trie {
        Trie::new(self.keys.iter().copied(), self.headers)
    }

    /// The fields it can fill, some of them several times.
    pub(crate) fn fields(&self) -> impl Iterator<Item = Field> {
        let headers = HEADERS.iter().filter(|_| self.headers.is_some());
        self.keys.iter().chain(headers).map(|(_, field)| *field)
    }

    /// The paths that fill a field, the preferred first.
    pub(crate) fn paths(&self, field: Field) -> impl Iterator<Item = String> {
        let keys = self.keys.iter().map(|(path, field)| ((*path).to_owned(), *field));
        let headers = self.headers.iter().flat_map(|headers| {
            HEADERS.iter().map(|(name, field)| (format!("{}{name}", headers.prefix), *field))
        });
        keys.chain(headers).filter(move |(_, of)| *of == field).map(|(path, _)| path)
    }
}

#[cfg(test)]
mod tests;
