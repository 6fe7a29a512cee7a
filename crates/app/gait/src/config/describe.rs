//! `docs/config.md`, generated from the sections.

use std::fmt::Write;

use super::{
    canary_key,
    section::Key,
    sections::{Decode, Engine, KafkaSink, KafkaSource, Serve, Sink, Source},
};

/// The page. `docs/config.md` is compared with it by a test; `GAIT_BLESS=1` rewrites the file.
pub(crate) fn config_markdown() -> String {
    let sections = [
        ("[source]", Source::ABOUT, Source::keys("source")),
        ("[source.kafka]", KafkaSource::ABOUT, KafkaSource::keys("source.kafka")),
        ("[decode]", Decode::ABOUT, Decode::keys("decode")),
        ("[engine]", Engine::ABOUT, Engine::keys("engine")),
        ("[[canary]]", " Baits of the operator: who touches one is no person.", vec![canary_key()]),
        (
            "[sinks.verdicts] [sinks.alerts] [sinks.findings] [sinks.rejects]",
            Sink::ABOUT,
            Sink::keys("sinks.*"),
        ),
        ("[sinks.kafka]", KafkaSink::ABOUT, KafkaSink::keys("sinks.kafka")),
        ("[serve]", Serve::ABOUT, Serve::keys("serve")),
    ];
    let mut page = INTRODUCTION.to_owned();
    for (name, about, keys) in sections {
        _ = writeln!(page, "\n## `{}`\n\n{}\n", name.replace("] [", "]`, `["), about.trim());
        page.push_str("| key | default | meaning |\n|---|---|---|\n");
        for Key { path, meaning, default } in keys {
            let name = path.rsplit('.').next().unwrap_or_default();
            let default = if default == "null" { "not set".into() } else { format!("`{default}`") };
            _ = writeln!(page, "| `{name}` | {default} | {meaning} |");
        }
    }
    page.push_str(OPERATION);
    page
}

const INTRODUCTION: &str = "\
# Configuration of `gait run`

Generated from `crates/app/gait/src/config`; `GAIT_BLESS=1 cargo test -p gait config` rewrites it.

One TOML file, named by `gait run --config FILE`; [examples/gait.toml](examples/gait.toml) is a whole one.
`gait check --keys` prints this page. `gait check --config FILE` names every mistake with its line and key, and exits with 78 when there is
one. An unknown key is a mistake. Relative paths are relative to the working directory.

Every key can be overridden by an environment variable: `GAIT_`, the section, `__`, the key, all in upper
case, with `.` written as `__`: `GAIT_ENGINE__CLIENTS_MAX=200000`, `GAIT_SINKS__ALERTS__KIND=kafka`,
`GAIT_SOURCE__KAFKA__TOPICS='[\"access\"]'`. The value is TOML; what is not TOML is taken as text.
";

const OPERATION: &str = "
## Delivery, restart and limits

- The topic must be keyed by client: there is one engine per partition, and a client whose requests are
  spread over partitions is judged as several clients.
- Offsets are committed only after every sink has acknowledged what came from the records before them.
  After a crash some records are read again: results are delivered at least once, and their ids are
  hashes of what they say, so that a consumer can drop repetitions.
- State lives in memory. A restart continues at the committed offsets and loses no record, but what was
  known of a client before is gone: its verdict is built anew from the committed offset on.
- On SIGINT and SIGTERM `gait run` stops reading, writes the current verdict of every client that changed
  since it was last written, waits for the sinks, commits, and exits with 0.
- When a sink is slower than the source, reading pauses; nothing is dropped and nothing piles up.
";

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use super::*;

    #[test]
    fn the_page_has_not_drifted() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/config.md");
        let page = config_markdown();
        if env::var_os("GAIT_BLESS").is_some() {
            fs::write(&path, &page).unwrap();
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            found, page,
            "run `GAIT_BLESS=1 cargo test -p gait config` and look at the change"
        );
    }
}
