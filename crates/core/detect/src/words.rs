//! The closed words of a detector file: family, direction, severity and maturity.

/// Declares an enum whose variants are written as one lower-case word each.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that stands in files and in published records.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The value whose word is `word`.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl crate::section::Word for $name {
            fn all() -> Vec<&'static str> {
                Self::ALL.iter().map(|value| value.as_str()).collect()
            }

            fn from_word(word: &str) -> Option<Self> {
                Self::parse(word)
            }
        }
    };
}

words! {
    /// What a detector looks at. Detectors of one family are expected to fire together, so only the
    /// strongest of them counts in full; families are treated as independent of each other.
    Family {
        /// When the client acts.
        Timing = "timing",
        /// Where the client goes.
        Navigation = "navigation",
        /// What hands leave: keys, scrolling.
        Motor = "motor",
        /// What the client says it is, and whether its requests agree.
        Identity = "identity",
        /// What the client looks for that people never ask for.
        Discovery = "discovery",
        /// Baits that no person and no obedient crawler touches.
        Deception = "deception",
        /// What many clients do together.
        Population = "population",
        /// What an identified agent does against its grant.
        Scope = "scope",
    }
}

words! {
    /// What positive evidence of a detector speaks for.
    Toward {
        /// A person drives the client: the evidence is negative.
        Person = "person",
        /// A program drives the client, of whatever kind.
        Program = "program",
        /// A program that follows a fixed plan: script, crawler, scanner, monitor.
        Automation = "automation",
        /// A program that decides its next step from the last answer.
        Agent = "agent",
    }
}

impl Toward {
    /// The sign of the evidence: -1 for a person, +1 for every kind of program.
    #[must_use]
    pub fn sign(self) -> f64 {
        if self == Self::Person { -1.0 } else { 1.0 }
    }
}

words! {
    /// How bad it is when the detector is right.
    Severity {
        /// Worth knowing.
        Info = "info",
        /// A nuisance.
        Low = "low",
        /// Unwanted load or collection.
        Medium = "medium",
        /// Preparation of an attack.
        High = "high",
        /// An attack.
        Critical = "critical",
    }
}

words! {
    /// How far a detector is trusted; each step grants one right more.
    Maturity {
        /// Observed: its evidence is shown and moves no score.
        Sandbox = "sandbox",
        /// Scores: its evidence counts, and cannot support enforcement.
        Incubating = "incubating",
        /// Enforces: its evidence counts and can support enforcement.
        Stable = "stable",
        /// On its way out: observed only, as a sandbox detector is.
        Deprecated = "deprecated",
    }
}

impl Maturity {
    /// True when the evidence moves the score.
    #[must_use]
    pub fn scores(self) -> bool {
        matches!(self, Self::Incubating | Self::Stable)
    }

    /// True when the evidence can support an enforcement verdict.
    #[must_use]
    pub fn enforces(self) -> bool {
        self == Self::Stable
    }
}
