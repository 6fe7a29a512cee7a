//! How much is measured: enough to be believed, or as little as shows that the benches work.

/// The size of a run.
pub(crate) struct Size {
    pub(crate) name: &'static str,
    /// Lines of the simulated log.
    pub(crate) lines: u32,
    /// Clients of a small table, whose states fit into the cache.
    pub(crate) clients_few: usize,
    /// Clients of a large one.
    pub(crate) clients_many: u32,
    /// Runs of which the median counts.
    pub(crate) rounds: usize,
    /// Questions to the endpoint per second.
    pub(crate) questions_per_s: u64,
    /// Questions in all.
    pub(crate) questions: u64,
}

impl Size {
    pub(crate) const FULL: Self = Self {
        name: "full",
        lines: 1_000_000,
        clients_few: 10_000,
        clients_many: 1_000_000,
        rounds: 5,
        questions_per_s: 10_000,
        questions: 200_000,
    };
    pub(crate) const SMOKE: Self = Self {
        name: "smoke",
        lines: 20_000,
        clients_few: 1000,
        clients_many: 20_000,
        rounds: 1,
        questions_per_s: 1000,
        questions: 2000,
    };
}
