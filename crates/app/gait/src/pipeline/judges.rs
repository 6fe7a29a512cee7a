//! What judges: the detectors and how records are read, from the command line or from a configuration.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Result;
use gait_calibrate::{SITE_MODEL_MAX_BYTES, SiteModel};
use gait_classify::Model;
use gait_decide::{AlertPolicy, Budget};
use gait_decode::{DecodeConfig, FieldMap, FormatChoice, FormatId};
use gait_detect::{Pack, SpecSource};
use gait_engine::EngineConfig;
use gait_event::Mask;
use gait_fingerprint::Canaries;
use gait_scope::Grants;
use gait_webauth::KeyDirectory;

use super::{Pipeline, baits::load_canaries, bot_keys::load_bot_keys};
use crate::{cli::Judging, exit::Misconfigured};

/// How far the watermark stays behind the latest event.
const LATENESS_US: u64 = 60_000_000;

/// Any number does: it never changes a result, only where clients lie in the table.
const HASH_SEED: u64 = 0x6761_6974;

/// The name of a detector's file.
const DETECTOR_FILE: &str = "detector.toml";

/// The built-in detectors, or those of a directory.
///
/// # Errors
/// The directory cannot be read, holds no detector, or a detector is wrong; every mistake is named.
pub(crate) fn load_pack(directory: Option<&Path>) -> Result<Pack> {
    let Some(directory) = directory else { return Ok(Pack::builtin()) };
    let name = directory.display();
    let mut files = Vec::new();
    find_detectors(directory, &mut files)
        .map_err(|error| Misconfigured(format!("cannot read detectors in `{name}`: {error}")))?;
    if files.is_empty() {
        let text = format!("`{name}` has no detector: they lie at `FAMILY/ID/{DETECTOR_FILE}`");
        return Err(Misconfigured(text).into());
    }
    files.sort();
    let sources: Vec<SpecSource<'_>> =
        files.iter().map(|(path, text)| SpecSource { path, text }).collect();
    let pack = Pack::compile(&sources).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        Misconfigured(lines.join("\n"))
    })?;
    Ok(pack)
}

/// Makes pipelines that judge alike: one for a replay, one per partition for a stream.
#[derive(Clone, Debug)]
pub(crate) struct EngineMaker {
    /// The detectors.
    pub(crate) pack: Arc<Pack>,
    /// What no detector may read.
    pub(crate) mask: Mask,
    /// What is known of the sites.
    pub(crate) sites: Arc<SiteModel>,
    /// The baits that the operator named.
    pub(crate) canaries: Arc<Canaries>,
    /// The keys that signing bots have published.
    pub(crate) bot_keys: Arc<KeyDirectory>,
    /// The grants that identified agents are held against.
    pub(crate) grants: Option<Arc<Grants>>,
    /// Clients kept in memory by one engine.
    pub(crate) clients_max: u32,
    /// False alarms a day that each site may have.
    pub(crate) budget: Option<Budget>,
}

impl EngineMaker {
    /// What the command line asks for.
    ///
    /// # Errors
    /// The detectors or the site model cannot be used.
    pub(crate) fn of(judging: &Judging) -> Result<Self> {
        let pack = Arc::new(load_pack(judging.detectors.as_deref())?);
        let mask = judging.mask;
        Ok(Self {
            pack,
            mask,
            sites: Arc::default(),
            canaries: Arc::new(load_canaries(judging.canaries.as_deref())?),
            bot_keys: Arc::new(load_bot_keys(judging.bot_keys.as_deref())?),
            grants: None,
            clients_max: judging.clients_max,
            budget: None,
        })
    }

    /// Takes the site model of a file, when one is named.
    ///
    /// # Errors
    /// The file cannot be used, or was learnt under another mask.
    pub(crate) fn on_sites(self, path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(self) };
        let sites = Arc::new(load_sites(path, self.mask)?);
        Ok(Self { sites, ..self })
    }

    /// A pipeline that has seen nothing.
    pub(crate) fn pipeline(&self) -> Pipeline {
        Pipeline::new(self.engine_config())
    }

    /// What an engine is made of.
    pub(crate) fn engine_config(&self) -> EngineConfig {
        EngineConfig {
            clients_max: self.clients_max,
            lateness_us: LATENESS_US,
            mask: self.mask,
            pack: Arc::clone(&self.pack),
            model: Arc::new(Model::shipped()),
            sites: Arc::clone(&self.sites),
            canaries: Arc::clone(&self.canaries),
            bot_keys: Arc::clone(&self.bot_keys),
            grants: self.grants.clone(),
            alerts: AlertPolicy { budget: self.budget, ..AlertPolicy::default() },
            hash_seed: HASH_SEED,
        }
    }
}

/// The site model in the file at `path`.
///
/// # Errors
/// It cannot be read, is broken, or was learnt under another mask.
pub(crate) fn load_sites(path: &Path, mask: Mask) -> Result<SiteModel, Misconfigured> {
    let wrong = |text: &str| Misconfigured(format!("`{}`: {text}", path.display()));
    let size_bytes = fs::metadata(path).map_err(|error| wrong(&error.to_string()))?.len();
    if size_bytes > SITE_MODEL_MAX_BYTES as u64 {
        return Err(wrong(&format!("is larger than any site model ({size_bytes} bytes)")));
    }
    let bytes = fs::read(path).map_err(|error| wrong(&error.to_string()))?;
    let sites = SiteModel::read(&bytes).map_err(|error| wrong(&error.to_string()))?;
    if sites.mask() == mask {
        return Ok(sites);
    }
    let named = |mask: Mask| match mask.to_string() {
        text if text.is_empty() => "no mask".to_owned(),
        text => format!("`--mask {text}`"),
    };
    let (learnt, asked) = (named(sites.mask()), named(mask));
    Err(wrong(&format!("was learnt with {learnt} and {asked} is asked for; use the same")))
}

/// Path and text of every detector below `directory`. Their cases lie beside them and are not read.
fn find_detectors(directory: &Path, files: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            find_detectors(&path, files)?;
        } else if path.ends_with(DETECTOR_FILE) {
            files.push((path.display().to_string(), fs::read_to_string(&path)?));
        }
    }
    Ok(())
}

/// How records are read, as the command line says it.
///
/// # Errors
/// The field map cannot be read or is wrong.
pub(crate) fn decode_config(judging: &Judging) -> Result<DecodeConfig> {
    let field_map = match &judging.field_map {
        Some(path) => Some(load_field_map(path)?),
        None => None,
    };
    // A map is of use for one format alone: naming the map names the format.
    let format = match judging.format {
        FormatChoice::Auto if field_map.is_some() => FormatChoice::Named(FormatId::Json),
        format => format,
    };
    Ok(DecodeConfig {
        format,
        field_map,
        trusted_proxies: judging.trusted_proxy.clone(),
        site: judging.site.clone(),
        ..DecodeConfig::default()
    })
}

fn load_field_map(path: &Path) -> Result<FieldMap, Misconfigured> {
    let wrong = |text: &str| Misconfigured(format!("`{}`: {}", path.display(), text.trim_end()));
    let text = fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
    toml::from_str(&text).map_err(|error| wrong(error.message()))
}
