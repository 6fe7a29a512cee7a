//! The shape of the command line. Only shape: what a command does is in `command`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{
    Args, Parser, Subcommand, ValueEnum, ValueHint,
    builder::{PossibleValuesParser, TypedValueParser},
};
use clap_complete::Shell;
use gait_decide::{AlertId, Budget};
use gait_decode::{Cidr, FormatChoice};
use gait_event::Mask;
use gait_scope::Shape;
use gait_sim::{EvasionKind, SiteKind, Split};
use ureq::http::Uri;

use crate::command::feedback::url_of;

/// Recognise autonomous agents by their gait, from gateway logs alone.
#[derive(Debug, Parser)]
#[command(name = "gait", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 read to the end, 1 unreadable input, 2 usage, \
                        3 rejects under --strict, 78 configuration.")]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge the clients of log files, and exit
    Replay(Replay),
    /// Learn what people do on the sites of log files, without labels
    Calibrate(Calibrate),
    /// Judge the clients of a stream (Kafka, a growing file, standard input) until stopped
    Run(Run),
    /// Watch a simulated site being judged, in the terminal and on a page
    Demo(Demo),
    /// Write the log of simulated visitors, and the truth about them
    Simulate(Simulate),
    /// Check a configuration and detectors, and name every mistake
    Check(Check),
    /// Say what logs let be seen, and what to log instead
    Doctor(Doctor),
    /// Say in plain words why one client got its verdict
    Explain(Explain),
    /// Score verdicts against a file that knows who the clients were
    Evaluate(Evaluate),
    /// Work on what identified agents were granted
    Grants {
        /// What to do with grants
        #[command(subcommand)]
        command: GrantsCommand,
    },
    /// Say that an alert was right or wrong, to the process that raised it
    Feedback(Feedback),
    /// Print the completions of a shell
    Completions {
        /// Shell to complete for
        shell: Shell,
    },
}

/// How logs are read and clients judged; the same for every command that reads logs.
#[derive(Debug, Args)]
pub(crate) struct Judging {
    /// Log format, or `auto` to look at the first lines of each file
    #[arg(long, default_value = "auto", value_name = "FORMAT")]
    pub(crate) format: FormatChoice,
    /// Fields that no detector may read: ua, protocol, sec_fetch (comma-separated)
    #[arg(long, default_value = "", value_name = "FIELDS", hide_default_value = true)]
    pub(crate) mask: Mask,
    /// Proxy in front of the gateway, whose X-Forwarded-For is believed; may be repeated
    #[arg(long, value_name = "CIDR")]
    pub(crate) trusted_proxy: Vec<Cidr>,
    /// For format `json`: a TOML file that says which key holds which field
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) field_map: Option<PathBuf>,
    /// The one site of all records; without it, each record's field `site` or its host
    #[arg(id = "site_name", long = "site", value_name = "NAME")]
    pub(crate) site: Option<String>,
    /// Directory of detectors to use instead of the built-in ones
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) detectors: Option<PathBuf>,
    /// File of `[[canary]]` tables: paths, prefixes, parameters and tokens that nobody is led to
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) canaries: Option<PathBuf>,
    /// Directory of published keys of signing bots, one `HOST.json` each
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) bot_keys: Option<PathBuf>,
    /// Clients kept in memory; beyond it the one idle for longest is evicted with its last verdict
    #[arg(long, default_value_t = 1_000_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) clients_max: u32,
}

/// How a summary is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// `gait replay`.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// What `gait calibrate` learnt of the sites, with the same --mask
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) site_model: Option<PathBuf>,
    /// Hold alerts back that would be more false alarms a day than this, for each site, by the people that the
    /// site model knows
    #[arg(long, value_name = "N", value_parser = budget)]
    pub(crate) false_alarms_per_day: Option<Budget>,
    /// Hold the calls of identified agents against the grants of this directory (`gait grants import`)
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) grants: Option<PathBuf>,
    /// Repeat the changes of a run from the control journal that it wrote, on the log that it read
    #[arg(long, value_name = "FILE", conflicts_with = "site_model", value_hint = ValueHint::FilePath)]
    pub(crate) control: Option<PathBuf>,
    /// Write one verdict per client here, sorted by client id (JSON lines; `-` is standard output)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) verdicts: Option<PathBuf>,
    /// Write alerts here as they open, change and close (JSON lines; `-` is standard output)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) alerts: Option<PathBuf>,
    /// Write here what identified agents did outside of their grants, in the order of the log (JSON lines;
    /// `-` is standard output)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) findings: Option<PathBuf>,
    /// Write every line that could not be read, or whose request came late, here, with its place and reason
    /// (JSON lines)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    /// Exit with 3 when any line was rejected
    #[arg(long)]
    pub(crate) strict: bool,
    /// How the summary is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) output: Output,
    /// Log files, directories or globs, plain or compressed; `-` is standard input
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) inputs: Vec<String>,
}

/// `gait calibrate`.
#[derive(Debug, Args)]
pub(crate) struct Calibrate {
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Write the site model here
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) out: PathBuf,
    /// Exit with 3 when any line was rejected
    #[arg(long)]
    pub(crate) strict: bool,
    /// How the summary is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) output: Output,
    /// Log files, directories or globs, plain or compressed; they are read twice
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath, value_parser = not_stdin)]
    pub(crate) inputs: Vec<String>,
}

/// `gait run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Configuration file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: PathBuf,
}

/// `gait demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where the page is served
    #[arg(long, default_value = "127.0.0.1:8787", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// Simulated seconds per second
    #[arg(long, default_value_t = 30.0, value_name = "N")]
    pub(crate) speed: f64,
    /// Seed of the simulated site; the same seed gives the same visitors
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// Stop after this many seconds; without it, run until interrupted
    #[arg(long, value_name = "N")]
    pub(crate) seconds: Option<u64>,
    /// Do not wait and serve nothing: simulate --seconds times --speed at once and print the result
    #[arg(long, requires = "seconds")]
    pub(crate) once: bool,
    /// Print plain text
    #[arg(long)]
    pub(crate) no_color: bool,
}

/// Whom `gait simulate` lets in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Visitors {
    /// Every persona
    #[default]
    Demo,
    /// People of every kind, and nobody else
    People,
    /// Undeclared programs, half of the clients, and people
    Programs,
    /// Agents, half of the clients, and people
    Agents,
    /// Sessions that an agent takes over, one in five, and people
    Takeover,
    /// Fleets behind many addresses, half of the clients, and people
    Rotation,
}

/// `gait simulate`.
#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// Seed of all chance; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// Who visits
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    pub(crate) scenario: Visitors,
    /// Archetype of the site; without it, the seed picks one of the split
    #[arg(long, value_name = "NAME", value_parser = by_name(SiteKind::ALL.map(|kind| (kind.name(), kind))))]
    pub(crate) site: Option<SiteKind>,
    /// Generator families and sites of this split only; without it, of both
    #[arg(long, value_name = "SPLIT", value_parser = by_name([("tuning", Split::Tuning), ("held-out", Split::HeldOut)]))]
    pub(crate) split: Option<Split>,
    /// How undeclared programs hide their rhythm
    #[arg(long, value_name = "NAME", value_parser = by_name(EvasionKind::ALL.map(|kind| (kind.name(), kind))))]
    pub(crate) evasion: Option<EvasionKind>,
    /// Strength of the evasion, percent
    #[arg(long, requires = "evasion", default_value_t = 100, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) strength: u8,
    /// Addresses of one fleet
    #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) fleet: u32,
    /// Log every field in milliseconds, whatever the site's gateway would leave out
    #[arg(long)]
    pub(crate) full_log: bool,
    /// How many clients visit
    #[arg(long, default_value_t = 300, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) clients: u32,
    /// Length of the log, hours
    #[arg(long, default_value_t = 1, value_name = "H", value_parser = clap::value_parser!(u32).range(1..=720))]
    pub(crate) hours: u32,
    /// Write the log here, in the `gait` NGINX log format (`-` is standard output)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) log: PathBuf,
    /// Write who the clients are here, as `gait evaluate --truth` reads it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) truth: Option<PathBuf>,
}

/// Reads a false-alarm budget.
fn budget(text: &str) -> Result<Budget, String> {
    let per_day: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    Budget::new(per_day).map_err(|error| error.to_string())
}

/// Takes anything but standard input, which cannot be read twice.
fn not_stdin(input: &str) -> Result<String, &'static str> {
    if input == "-" { Err("standard input cannot be read twice") } else { Ok(input.to_owned()) }
}

/// Reads one of a closed list of names.
fn by_name<T: Clone + Send + Sync + 'static, const N: usize>(
    values: [(&'static str, T); N],
) -> impl TypedValueParser<Value = T> {
    let names = values.each_ref().map(|(name, _)| *name);
    PossibleValuesParser::new(names).try_map(move |given| {
        let found = values.iter().find(|(name, _)| *name == given);
        found.map(|(_, value)| value.clone()).ok_or("not a name of the list")
    })
}

/// `gait check`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("checked").required(true).multiple(true))]
pub(crate) struct Check {
    /// Print every configuration key with its default and meaning
    #[arg(long, group = "checked")]
    pub(crate) keys: bool,
    /// Configuration file to check
    #[arg(long, value_name = "FILE", group = "checked", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Directory of detectors to check
    #[arg(long, value_name = "DIR", group = "checked", value_hint = ValueHint::DirPath)]
    pub(crate) detectors: Option<PathBuf>,
}

/// `gait doctor`.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// How the report is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) output: Output,
    /// Log files, directories or globs, plain or compressed; `-` is standard input
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) inputs: Vec<String>,
}

/// `gait explain`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("whom").required(true).multiple(false))]
pub(crate) struct Explain {
    /// Client id, as verdicts and alerts name it
    #[arg(long, value_name = "ID", group = "whom")]
    pub(crate) client: Option<String>,
    /// Client address
    #[arg(long, group = "whom")]
    pub(crate) ip: Option<String>,
    /// User agent, where several clients share the address
    #[arg(long, requires = "ip", value_name = "USER-AGENT")]
    pub(crate) ua: Option<String>,
    /// Take the verdict from this file instead of judging logs
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) verdicts: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// What `gait calibrate` learnt of the sites, with the same --mask
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) site_model: Option<PathBuf>,
    /// Log files to judge
    #[arg(required_unless_present = "verdicts", conflicts_with = "verdicts", value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) inputs: Vec<String>,
}

/// `gait grants`.
#[derive(Debug, Subcommand)]
pub(crate) enum GrantsCommand {
    /// Write each grant of a file as a native one
    Import {
        /// Shape of the file: native, rfc9396 or mcp-capture
        #[arg(value_name = "SHAPE", value_parser = by_name(Shape::ALL.map(|shape| (shape.name(), shape))))]
        shape: Shape,
        /// JSON in that shape, or TOML for one native grant; `-` is standard input
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Directory for the grants, one file each; it is created where needed
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        out: PathBuf,
    },
}

/// `gait feedback`.
#[derive(Debug, Args)]
pub(crate) struct Feedback {
    /// What was found
    #[arg(value_name = "FOUND")]
    pub(crate) found: Found,
    /// Id of the alert, 32 hexadecimal digits
    #[arg(value_name = "ALERT")]
    pub(crate) alert: AlertId,
    /// Where the process answers
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:9117", value_parser = url_of, value_hint = ValueHint::Url)]
    pub(crate) url: Uri,
    /// File that holds the token of the process
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) token_file: Option<PathBuf>,
    /// Who says it
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// What else there is to say
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
}

/// What an analyst found an alert to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Found {
    /// It was right: its client's level goes back to the false-alarm budget
    Confirm,
    /// It was wrong: it closes, and none opens on its client again
    FalseAlarm,
}

/// `gait evaluate`.
#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    /// Who the clients were: address, user agent, label and perhaps persona, with a header; may be
    /// repeated to score several logs as one
    #[arg(long, value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) truth: Vec<PathBuf>,
    /// Verdicts that `gait replay --verdicts` wrote (`-` is standard input); once for each `--truth`, in
    /// the same order
    #[arg(long, value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) verdicts: Vec<PathBuf>,
    /// Score only clients with at least so many decision steps
    #[arg(long, default_value_t = 0, value_name = "N", hide_default_value = true)]
    pub(crate) steps_min: u32,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print Markdown
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn usage_mistakes_are_refused() {
        for line in [
            "gait",
            "gait replay",
            "gait replay --mask tls a.log",
            "gait replay --control c --site-model m a.log",
            "gait calibrate a.log",
            "gait calibrate --out m -",
            "gait explain a.log",
            "gait explain --client 1 --ip 192.0.2.1 a.log",
            "gait explain --ip 192.0.2.1",
            "gait grants",
            "gait grants import yaml a.json --out d",
            "gait grants import native a.json",
            "gait check",
            "gait doctor",
            "gait demo --once",
            "gait feedback false-alarm",
            "gait feedback confirm 7",
            "gait feedback wrong 00000000000000000000000000000005",
            "gait feedback confirm 00000000000000000000000000000005 --url localhost",
            "gait simulate",
            "gait simulate --log a --split both",
            "gait simulate --log a --site blog",
            "gait simulate --log a --strength 50",
            "gait simulate --log a --evasion jitter --strength 101",
        ] {
            let refused = Cli::try_parse_from(line.split(' ')).unwrap_err();
            assert_eq!(refused.exit_code(), 2, "{line}");
        }
    }
}
