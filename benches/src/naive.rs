//! The cheapest program of the same shape: reads the lines of a JSON log and counts per client. It decides
//! nothing, evicts nothing and recovers nothing; what `gait replay` costs is told as a multiple of it, because
//! both are measured in one run on one machine.

use std::{
    borrow::Cow,
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use serde::Deserialize;

/// What it reads of a line, by the names of the simulator and of access logs with nginx's own names.
#[derive(Deserialize)]
struct Line<'l> {
    #[serde(borrow, alias = "remote_addr")]
    ip: Cow<'l, str>,
    #[serde(borrow, alias = "request_method")]
    method: Cow<'l, str>,
    #[serde(borrow, alias = "request_uri")]
    uri: Cow<'l, str>,
    status: u16,
    #[serde(alias = "body_bytes_sent")]
    bytes: u64,
    #[serde(alias = "request_time")]
    rt: f64,
    #[serde(borrow, alias = "http_referer", rename = "ref")]
    referer: Cow<'l, str>,
    #[serde(borrow, alias = "http_user_agent")]
    ua: Cow<'l, str>,
}

/// What it counts of a client.
#[derive(Default)]
struct Counts {
    lines: u64,
    errors: u64,
    bytes: u64,
    seconds: f64,
    referred: u64,
    writes: u64,
    target_bytes: usize,
}

/// Reads the log from its file to its end; returns how many lines it counted.
///
/// # Errors
/// The file cannot be read, or a line lacks a field.
pub fn aggregate(path: &Path) -> io::Result<u64> {
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut clients: HashMap<String, Counts> = HashMap::new();
    let (mut text, mut key) = (String::new(), String::new());
    let mut lines = 0;
    while reader.read_line(&mut text)? > 0 {
        let line: Line<'_> = serde_json::from_str(&text)?;
        key.clear();
        key.extend([&*line.ip, " ", &*line.ua]);
        if !clients.contains_key(&key) {
            clients.insert(key.clone(), Counts::default());
        }
        if let Some(counts) = clients.get_mut(&key) {
            counts.add(&line);
        }
        lines += 1;
        text.clear();
    }
    std::hint::black_box(clients);
    Ok(lines)
}

impl Counts {
    fn add(&mut self, line: &Line<'_>) {
        self.lines += 1;
        self.errors += u64::from(line.status >= 400);
        self.bytes += line.bytes;
        self.seconds += line.rt;
        self.referred += u64::from(line.referer != "-");
        self.writes += u64::from(line.method != "GET");
        self.target_bytes += line.uri.len();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn lines_are_counted_and_a_strange_one_is_an_error() {
        let line = br#"{"time":"2026-03-02T00:00:00.005+00:00","remote_addr":"192.0.2.1","request_method":"GET","request_uri":"/","status":200,"body_bytes_sent":1,"request_time":0.076,"http_referer":"-","http_user_agent":"a"}"#;
        let mut file = tempfile::NamedTempFile::new().unwrap();
        for _ in 0..3 {
            file.write_all(line).unwrap();
            file.write_all(b"\n").unwrap();
        }
        assert_eq!(aggregate(file.path()).unwrap(), 3);
        file.write_all(b"{}\n").unwrap();
        assert!(aggregate(file.path()).is_err());
    }
}
