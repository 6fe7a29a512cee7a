//! Tests of [`super::Reader`] over files, pipes and every compression.

use std::{fmt::Write as _, io::Write as _};

use flate2::{Compression as Level, write::GzEncoder};

use super::*;

/// Everything that `reader` gives, and how it ends.
fn drain(reader: &mut Reader) -> (Vec<(u64, String)>, Result<(), ReadError>) {
    let mut records = Vec::new();
    loop {
        let batch = reader.next_batch(&mut |record| {
            records.push((record.line, String::from_utf8_lossy(record.bytes).into_owned()));
        });
        match batch {
            Ok(More::Yes) => {}
            Ok(More::No) => return (records, Ok(())),
            Err(error) => return (records, Err(error)),
        }
    }
}

fn reader_over(bytes: &[u8]) -> Reader {
    Reader::from_source("test.log".into(), io::Cursor::new(bytes.to_vec()), None).unwrap()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Level::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// With the checksum that the `zstd` command writes and the library by itself does not.
fn zstd_of(text: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// `count` different lines of some length, so that a compressed file spans many blocks.
fn lines(count: u64) -> String {
    let mut text = String::new();
    for n in 0..count {
        let noise = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        writeln!(text, "{{\"n\":{n},\"x\":{noise}}}").unwrap();
    }
    text
}

#[test]
fn every_compression_gives_the_same_records() {
    let text = lines(30_000);
    let expected: Vec<(u64, String)> =
        text.lines().enumerate().map(|(i, line)| (i as u64 + 1, line.to_owned())).collect();
    let (first, second) = text.as_bytes().split_at(text.len() / 3);
    let inputs = [
        (Compression::Plain, text.clone().into_bytes()),
        (Compression::Gzip, gzip(text.as_bytes())),
        (Compression::Gzip, [gzip(first), gzip(second)].concat()),
        (Compression::Zstd, zstd_of(text.as_bytes())),
        (Compression::Zstd, [zstd_of(first), zstd_of(second)].concat()),
    ];
    for (compression, bytes) in inputs {
        let mut reader = reader_over(&bytes);
        assert_eq!(reader.compression(), compression);
        let (records, end) = drain(&mut reader);
        end.unwrap();
        assert_eq!(records, expected, "{compression}");
        assert_eq!(reader.progress().read_bytes, bytes.len() as u64);
    }
}

#[test]
fn what_comes_before_a_break_is_delivered_and_the_break_is_named() {
    let text = lines(30_000);
    for (name, bytes) in [("gzip", gzip(text.as_bytes())), ("zstd", zstd_of(text.as_bytes()))] {
        let mut reader = reader_over(&bytes[..bytes.len() / 2]);
        let (records, end) = drain(&mut reader);
        assert!(records.len() > 5_000, "{name}: {} records", records.len());
        assert!(text.lines().zip(&records).all(|(line, (_, record))| line == record));
        let message = end.unwrap_err().to_string();
        let expected = format!(
            "`test.log` is truncated: its {name} stream breaks off after line {} (byte ",
            records.len()
        );
        assert!(message.starts_with(&expected), "{message}");
        assert!(matches!(reader.next_batch(&mut |_| panic!("nothing follows")), Ok(More::No)));
    }
}

#[test]
fn a_damaged_stream_is_an_error_and_not_a_panic() {
    let text = lines(30_000);
    for bytes in [gzip(text.as_bytes()), zstd_of(text.as_bytes())] {
        let mut damaged = bytes.clone();
        let middle = damaged.len() / 2;
        damaged[middle..middle + 64].fill(0xff);
        let (_, end) = drain(&mut reader_over(&damaged));
        assert!(end.unwrap_err().to_string().contains("`test.log`"));
    }
    let (records, end) = drain(&mut reader_over(&[gzip(b"a\n"), b"trailing".to_vec()].concat()));
    assert_eq!(records, [(1, "a".to_owned())]);
    assert!(end.is_err(), "bytes behind the last member are named");
}

#[test]
fn an_array_that_breaks_off_is_truncated_too() {
    let mut reader = reader_over(b"[{\"a\":1},\n{\"b\"");
    let (records, end) = drain(&mut reader);
    assert_eq!(records, [(1, "{\"a\":1}".to_owned()), (2, "{\"b\"".to_owned())]);
    assert!(end.unwrap_err().to_string().contains("JSON array is not closed at the end (line 2)"));
    assert!(matches!(reader.next_batch(&mut |_| panic!("nothing follows")), Ok(More::No)));
}

#[test]
fn a_sample_consumes_nothing() {
    let text = lines(10);
    let mut reader = reader_over(text.as_bytes());
    let sample = reader.sample(3);
    assert_eq!(sample, text.lines().take(3).map(|l| l.as_bytes().to_vec()).collect::<Vec<_>>());
    assert_eq!(reader.sample(100).len(), 10);
    assert_eq!(drain(&mut reader).0.len(), 10);

    let mut array = reader_over(b"[{\"a\":1},\n{\"b\":2}]");
    assert_eq!(array.sample(1), [b"{\"a\":1}".to_vec()]);
    assert_eq!(drain(&mut array).0, [(1, "{\"a\":1}".to_owned()), (2, "{\"b\":2}".to_owned())]);
}

#[test]
fn a_sample_of_one_endless_line_is_bounded() {
    let mut reader =
        Reader::from_source("endless".into(), io::repeat(b'x').take(1 << 26), None).unwrap();
    assert_eq!(reader.sample(5).len(), 1);
    assert!(reader.progress().read_bytes <= (MAX_SAMPLE_BYTES + (1 << 19)) as u64);
}

#[test]
fn an_empty_input_has_no_records() {
    for bytes in [Vec::new(), gzip(b""), zstd_of(b""), b"\xef\xbb\xbf".to_vec()] {
        let (records, end) = drain(&mut reader_over(&bytes));
        assert_eq!(records, []);
        end.unwrap();
    }
}

#[test]
fn files_know_their_length_and_mistakes_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    std::fs::write(&path, "a\nb\n").unwrap();
    let mut reader = Reader::open(&Input::File(path)).unwrap();
    assert_eq!(reader.progress().total_bytes, Some(4));
    assert_eq!(drain(&mut reader).0.len(), 2);

    let error =
        |name: &str| Reader::open(&Input::File(folder.path().join(name))).unwrap_err().to_string();
    assert!(error("none").starts_with(&format!("cannot open `{}/none`", folder.path().display())));
    assert!(error("").contains("is a folder"));
    std::fs::write(folder.path().join("a.bz2"), "BZh91AY&SY").unwrap();
    assert!(
        error("a.bz2").ends_with("is compressed with bzip2; decompress it and pipe it in with `-`")
    );
}

/// A source that gives a few bytes at a time, as a pipe does.
struct Trickle(io::Cursor<Vec<u8>>);

impl Read for Trickle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let step = buffer.len().min(7);
        self.0.read(&mut buffer[..step])
    }
}

#[test]
fn a_pipe_that_trickles_gives_the_same_records() {
    let text = lines(1000);
    for bytes in [text.clone().into_bytes(), gzip(text.as_bytes()), zstd_of(text.as_bytes())] {
        let source = Trickle(io::Cursor::new(bytes));
        let mut reader = Reader::from_source("-".into(), source, None).unwrap();
        let (records, end) = drain(&mut reader);
        end.unwrap();
        assert!(records.iter().map(|(_, record)| record.as_str()).eq(text.lines()));
    }
}
