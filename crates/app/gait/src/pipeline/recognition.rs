//! A decoder for a log whose format is named, or is found by looking at its first records.

use anyhow::Result;
use gait_decode::{
    DecodeConfig, Decoder, FormatChoice, Recognised, Unrecognised, Unwrap, recognise,
};

use crate::exit::Misconfigured;

/// A decoder, and why it is this one when it was found.
pub(crate) type Found = (Decoder, Option<Recognised>);

/// Makes the decoder that `config` asks for; for `auto`, the one that `sample` fits.
///
/// # Errors
/// Outside: the configuration fits no log at all. Inside: `auto` does not know the sample.
pub(crate) fn decoder_for(
    config: &DecodeConfig,
    sample: &[&[u8]],
) -> Result<Result<Found, Unrecognised>> {
    let mut config = config.clone();
    let mut found = None;
    if config.format == FormatChoice::Auto {
        let recognised = match recognise(sample) {
            Ok(recognised) => recognised,
            Err(unrecognised) => return Ok(Err(unrecognised)),
        };
        config.format = FormatChoice::Named(recognised.format);
        if config.unwrap == Unwrap::Auto {
            config.unwrap = recognised.unwrap.clone();
        }
        found = Some(recognised);
    }
    let decoder = Decoder::new(&config).map_err(|error| Misconfigured(error.to_string()))?;
    Ok(Ok((decoder, found)))
}
