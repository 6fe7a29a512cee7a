//! Which visitors there are: personas, what the truth calls them, and the generator families that make
//! them in each split.
//!
//! A persona that exists in both splits is made by two families that share no law of timing and no
//! policy; what they share is the mechanics of browsers and sites.

use std::fmt;

use crate::Split;

/// What drives a client, in the words of truth files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// A person, as far as a simulation can be one.
    HumanEmulated,
    /// A vendor's own application in a person's hand.
    MobileAppLegit,
    /// A crawler that says who it is.
    DeclaredBot,
    /// An availability check.
    Monitor,
    /// A program that does what it was written to do.
    Scripted,
    /// A program that looks for weaknesses.
    Scanner,
    /// A language model that calls an API.
    LlmApiAgent,
    /// A language model that drives a browser.
    LlmBrowserAgent,
    /// A language model that fetches a few pages for an answer.
    LlmFetchAgent,
    /// A person whose session an agent takes over.
    Takeover,
}

impl Label {
    /// The word in truth files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HumanEmulated => "human_emulated",
            Self::MobileAppLegit => "mobile_app_legit",
            Self::DeclaredBot => "declared_bot",
            Self::Monitor => "monitor",
            Self::Scripted => "scripted",
            Self::Scanner => "scanner",
            Self::LlmApiAgent => "llm_api_agent",
            Self::LlmBrowserAgent => "llm_browser_agent",
            Self::LlmFetchAgent => "llm_fetch_agent",
            Self::Takeover => "takeover",
        }
    }

    /// Whether an undeclared program is behind it: who may evade.
    #[must_use]
    pub fn is_undeclared_program(self) -> bool {
        matches!(
            self,
            Self::Scripted
                | Self::Scanner
                | Self::LlmApiAgent
                | Self::LlmBrowserAgent
                | Self::LlmFetchAgent
        )
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Declares the personas: name, label, family of the tuning split, family of the held-out split. The
/// empty text says that the persona does not exist in that split.
macro_rules! personas {
    ($($(#[$doc:meta])* $variant:ident $name:literal $label:ident $tuning:literal $held_out:literal;)*) => {
        /// A kind of visitor. The crate's documentation states what each is assumed to do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Persona { $($(#[$doc])* $variant,)* }

        const ROWS: [(Persona, &str, Label, [&str; 2]); COUNT] =
            [$((Persona::$variant, $name, Label::$label, [$tuning, $held_out]),)*];

        const COUNT: usize = [$($name),*].len();

        impl Persona {
            /// Every persona, in the order of [`crate::Mix`].
            pub const ALL: [Self; COUNT] = [$(Self::$variant),*];
        }
    };
}

personas! {
    /// Reads what the site is for.
    Reader "reader" HumanEmulated "people_reading" "people_foraging";
    /// Searches, compares, fills in a form.
    Shopper "shopper" HumanEmulated "people_reading" "people_foraging";
    /// Opens many tabs at once and reads them in turn.
    PowerUser "power_user" HumanEmulated "people_reading" "people_foraging";
    /// Goes by keyboard, with or without a screen reader.
    KeyboardUser "keyboard_user" HumanEmulated "people_reading" "people_foraging";
    /// A reader on a slow line, who reloads.
    SlowLine "slow_line" HumanEmulated "people_reading" "people_foraging";
    /// A phone whose browser throws hidden tabs away.
    MobileBrowser "mobile_browser" HumanEmulated "people_reading" "people_foraging";
    /// Several people behind one address with the same browser.
    SharedNat "shared_nat" HumanEmulated "people_reading" "people_foraging";
    /// Leaves a tab open that beats for hours.
    IdleTab "idle_tab" HumanEmulated "people_reading" "people_foraging";
    /// Fills in the same form all day.
    FormClerk "form_clerk" HumanEmulated "people_reading" "people_foraging";
    /// Refreshes one page again and again.
    StatusWatcher "status_watcher" HumanEmulated "people_reading" "people_foraging";
    /// Tries an API by hand from a browser.
    ApiTinkerer "api_tinkerer" HumanEmulated "people_reading" "people_foraging";
    /// Sees one to three pages and leaves.
    Bouncer "bouncer" HumanEmulated "people_reading" "people_foraging";
    /// Sends no referer and blocks beacons.
    PrivacyBrowser "privacy_browser" HumanEmulated "people_reading" "people_foraging";
    /// Several people behind a proxy that strips headers.
    ProxiedOffice "proxied_office" HumanEmulated "people_reading" "people_foraging";
    /// Works with the site for hours.
    Researcher "researcher" HumanEmulated "people_reading" "people_foraging";
    /// A vendor's own application.
    MobileApp "mobile_app" MobileAppLegit "app_screens" "app_feed";
    /// A declared crawler.
    Crawler "crawler" DeclaredBot "crawler_sitemap" "crawler_frontier";
    /// An availability check.
    Monitor "monitor" Monitor "monitor_probe" "monitor_journey";
    /// A job that polls by the clock.
    Cron "cron" Scripted "cron_clock" "cron_conditional";
    /// A scraper with a fixed sleep.
    FixedScraper "fixed_scraper" Scripted "script_list" "";
    /// A scraper with a uniform random sleep.
    UniformScraper "uniform_scraper" Scripted "script_list" "";
    /// A site copier: breadth first, with assets.
    Mirror "mirror" Scripted "script_mirror" "";
    /// A scraper with exponential sleeps.
    PoissonScraper "poisson_scraper" Scripted "" "script_frontier";
    /// A scraper that draws its sleeps from what people do.
    MimicScraper "mimic_scraper" Scripted "" "script_frontier";
    /// A scraper with several connections and an adaptive delay.
    QueueScraper "queue_scraper" Scripted "" "script_queue";
    /// A script that drives a real browser.
    HeadlessScraper "headless_scraper" Scripted "headless_loop" "headless_frontier";
    /// One scraper behind many addresses.
    Fleet "fleet" Scripted "fleet_list" "fleet_frontier";
    /// A vulnerability scanner.
    Scanner "scanner" Scanner "scanner_wordlist" "scanner_fuzzer";
    /// A language model with API tools.
    ApiAgent "api_agent" LlmApiAgent "api_fanout" "api_react";
    /// A language model that writes code against an API.
    CodingAgent "coding_agent" LlmApiAgent "coding_curl" "coding_tests";
    /// A language model that fetches pages.
    FetchAgent "fetch_agent" LlmFetchAgent "fetch_answer" "fetch_research";
    /// A browser agent that looks at screenshots.
    ScreenshotAgent "screenshot_agent" LlmBrowserAgent "browser_screenshot" "";
    /// A browser agent that acts on the page's elements in bursts.
    DomAgent "dom_agent" LlmBrowserAgent "browser_dom" "";
    /// A browser agent that reads accessibility snapshots.
    SnapshotAgent "snapshot_agent" LlmBrowserAgent "" "browser_snapshot";
    /// A browser agent with human-like delays around every action.
    DelayedAgent "delayed_agent" LlmBrowserAgent "" "browser_delayed";
    /// A person whose session an agent takes over and hands back.
    Takeover "takeover" Takeover "takeover_reading" "takeover_foraging";
}

impl Persona {
    fn row(self) -> Option<&'static (Self, &'static str, Label, [&'static str; 2])> {
        ROWS.get(self as usize)
    }

    /// The name in truth files and on the demo's page, snake_case.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.1)
    }

    /// What drives it.
    #[must_use]
    pub fn label(self) -> Label {
        self.row().map_or(Label::Scripted, |row| row.2)
    }

    /// The generator family that makes it in a split; `None` when the split does not have it.
    #[must_use]
    pub fn family(self, split: Split) -> Option<&'static str> {
        let [tuning, held_out] = self.row()?.3;
        let family = match split {
            Split::Tuning => tuning,
            Split::HeldOut => held_out,
        };
        (!family.is_empty()).then_some(family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_splits_share_no_family_and_every_persona_is_made_somewhere() {
        let families = |split| -> BTreeSet<_> {
            Persona::ALL.into_iter().filter_map(|persona| persona.family(split)).collect()
        };
        let (tuning, held_out) = (families(Split::Tuning), families(Split::HeldOut));
        assert!(tuning.is_disjoint(&held_out), "{tuning:?} {held_out:?}");
        assert!(tuning.len() > 12 && held_out.len() > 12);
        for (place, persona) in Persona::ALL.into_iter().enumerate() {
            assert_eq!(persona as usize, place);
            assert_eq!(ROWS[place].0, persona);
            let made = [Split::Tuning, Split::HeldOut].map(|split| persona.family(split));
            assert!(made.iter().any(Option::is_some), "{persona:?}");
        }
    }
}
