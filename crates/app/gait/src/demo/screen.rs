//! The live view of the demo: redrawn in place on a terminal, a line now and then elsewhere.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

use anyhow::Result;
use gait_classify::Class;
use gait_engine::Engine;

use super::{Census, DemoOutlet};
use crate::terminal::{counted, rate};

/// How often a terminal is redrawn, and how often a line is printed elsewhere.
const REDRAW: Duration = Duration::from_millis(500);
const LINE: Duration = Duration::from_secs(5);

/// Home and clear to the end of the screen; clear once at the beginning.
const HOME: &str = "\x1b[H";
const CLEAR_REST: &str = "\x1b[J";
const CLEAR_LINE_END: &str = "\x1b[K\n";
const CLEAR: &str = "\x1b[2J";

/// Widest user agent that is shown, characters.
const AGENT_WIDTH: usize = 40;

/// The view.
#[derive(Debug)]
pub(crate) struct Screen {
    terminal: bool,
    color: bool,
    title: String,
    started: Instant,
    drawn: Option<Instant>,
}

impl Screen {
    /// A view under this title.
    pub(crate) fn new(title: String, color: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let color = color && terminal;
        Self { terminal, color, title, started: Instant::now(), drawn: None }
    }

    /// Draws, when it is time to.
    ///
    /// # Errors
    /// Standard output is gone.
    pub(crate) fn draw(
        &mut self,
        engine: &Engine,
        census: &Census,
        outlet: &DemoOutlet,
    ) -> Result<()> {
        let interval = if self.terminal { REDRAW } else { LINE };
        if self.drawn.is_some_and(|drawn| drawn.elapsed() < interval) {
            return Ok(());
        }
        let first = self.drawn.replace(Instant::now()).is_none();
        let mut out = io::stdout().lock();
        if !self.terminal {
            if first {
                writeln!(out, "{}", self.title)?;
            }
            writeln!(out, "{}", self.status(engine, outlet))?;
            return Ok(());
        }
        let text = self.page(engine, census, outlet).replace('\n', CLEAR_LINE_END);
        let clear = if first { CLEAR } else { "" };
        write!(out, "{clear}{HOME}{text}{CLEAR_REST}")?;
        out.flush()?;
        Ok(())
    }

    fn status(&self, engine: &Engine, outlet: &DemoOutlet) -> String {
        let stats = engine.stats();
        format!(
            "{} ({}), {}, {}",
            counted(stats.events, "request"),
            rate(stats.events, self.started.elapsed()),
            counted(stats.clients_live, "client"),
            counted(outlet.alerts().1, "alert step"),
        )
    }

    fn page(&self, engine: &Engine, census: &Census, outlet: &DemoOutlet) -> String {
        let mut page = format!("{}\n{}\n\n", self.title, self.status(engine, outlet));
        _ = writeln!(page, "{}", census.table(engine));
        _ = writeln!(page, "Latest alerts");
        for alert in outlet.alerts().0 {
            let change = &alert.change;
            let agent = alert.user_agent.as_deref().unwrap_or("-");
            let agent: String = agent.chars().take(AGENT_WIDTH).collect();
            let reason = alert.reasons.first().map_or("", |(detector, _)| detector.as_str());
            let persona = census.persona(&alert.ip, alert.user_agent.as_deref());
            _ = writeln!(
                page,
                "  {:<6} {} {:>5}  {:<24} {agent:<AGENT_WIDTH$}  {reason}  (truth: {persona})",
                change.phase.as_str(),
                self.painted(change.class),
                change.score,
                alert.ip,
            );
        }
        page
    }

    /// The class, in a colour of its own, padded to the width of the longest.
    fn painted(&self, class: Class) -> String {
        let word = format!("{:<12}", class.as_str());
        let color = match class {
            Class::Agent | Class::Takeover => "31",
            Class::Automation => "33",
            Class::DeclaredBot => "36",
            Class::Human => "32",
            Class::Mixed | Class::Undecided => "37",
        };
        if self.color { format!("\x1b[{color}m{word}\x1b[0m") } else { word }
    }
}
