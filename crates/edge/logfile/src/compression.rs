//! How a file is compressed, by its first bytes, and the decompressor for it.
//!
//! Names are not trusted: `access.log.gz` may have been decompressed in place, a pipe has no name.

use std::{
    fmt,
    io::{self, BufReader, Read},
};

/// Bytes that decide the compression; the longest magic number has six.
pub(crate) const MAGIC_BYTES: usize = 6;

/// Compressed bytes asked of the system at once.
const COMPRESSED_BUFFER_BYTES: usize = 128 * 1024;

/// A compression by its magic bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// None that is known.
    Plain,
    /// gzip, of one or more members.
    Gzip,
    /// Zstandard, of one or more frames.
    Zstd,
    /// bzip2: known, not read.
    Bzip2,
    /// xz: known, not read.
    Xz,
    /// lz4 frames: known, not read.
    Lz4,
    /// A zip archive: known, not read.
    Zip,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Lz4 => "lz4",
            Self::Zip => "zip",
        })
    }
}

/// The magic numbers, RFC 1952, RFC 8878 and the formats' own descriptions.
const MAGIC: [(&[u8], Compression); 6] = [
    (&[0x1f, 0x8b], Compression::Gzip),
    (&[0x28, 0xb5, 0x2f, 0xfd], Compression::Zstd),
    (b"BZh", Compression::Bzip2),
    (&[0xfd, b'7', b'z', b'X', b'Z', 0], Compression::Xz),
    (&[0x04, 0x22, 0x4d, 0x18], Compression::Lz4),
    (b"PK\x03\x04", Compression::Zip),
];

impl Compression {
    /// Tells the compression from the first bytes of a file.
    #[must_use]
    pub fn of(first_bytes: &[u8]) -> Self {
        MAGIC
            .iter()
            .find(|(magic, _)| first_bytes.starts_with(magic))
            .map_or(Self::Plain, |&(_, compression)| compression)
    }

    /// True for the compressions that can be read.
    #[must_use]
    pub fn is_readable(self) -> bool {
        matches!(self, Self::Plain | Self::Gzip | Self::Zstd)
    }

    /// Wraps `source` so that it gives decompressed bytes. Compressions that cannot be read pass through.
    pub(crate) fn decompress<R: Read + Send + 'static>(
        self,
        source: R,
    ) -> io::Result<Box<dyn Read + Send>> {
        let buffered = |source| BufReader::with_capacity(COMPRESSED_BUFFER_BYTES, source);
        Ok(match self {
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(buffered(source))),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(buffered(source))?),
            _ => Box::new(source),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide() {
        let cases: [(&[u8], Compression); 8] = [
            (b"", Compression::Plain),
            (b"{\"time\":1}", Compression::Plain),
            (&[0x1f], Compression::Plain),
            (&[0x1f, 0x8b, 8, 0], Compression::Gzip),
            (&[0x28, 0xb5, 0x2f, 0xfd, 4], Compression::Zstd),
            (b"BZh91AY", Compression::Bzip2),
            (b"\xfd7zXZ\0", Compression::Xz),
            (b"PK\x03\x04", Compression::Zip),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Compression::of(bytes), expected, "{bytes:?}");
        }
    }
}
