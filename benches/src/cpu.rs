//! CPU time and memory, of this process and of those it starts. Wall time says more about the neighbours.

use std::{
    io,
    path::Path,
    process::{Child, Command, ExitStatus},
    thread,
    time::Duration,
};

use nix::sys::{
    resource::{Usage, UsageWho, getrusage},
    time::TimeValLike,
};

/// How often a running process is asked for its memory.
const POLL: Duration = Duration::from_millis(20);

/// User and system time that this process, all threads, has used so far, ns.
///
/// # Errors
/// When the system does not say.
pub fn own_ns() -> io::Result<u64> {
    Ok(total_ns(&getrusage(UsageWho::RUSAGE_SELF)?))
}

/// The same for the processes it started and waited for.
fn children_ns() -> io::Result<u64> {
    Ok(total_ns(&getrusage(UsageWho::RUSAGE_CHILDREN)?))
}

fn total_ns(usage: &Usage) -> u64 {
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    u64::try_from(micros).unwrap_or(0) * 1000
}

/// CPU time of one operation, ns: the median of `rounds` runs of `run`, which says how many operations it
/// did. One run before them is not counted.
///
/// # Errors
/// When the system does not say the time.
pub fn per_operation_ns(rounds: usize, mut run: impl FnMut() -> u64) -> io::Result<f64> {
    run();
    let mut costs = Vec::with_capacity(rounds);
    for _ in 0..rounds.max(1) {
        let before_ns = own_ns()?;
        let operations = run().max(1);
        costs.push((own_ns()? - before_ns) as f64 / operations as f64);
    }
    Ok(median(costs))
}

/// The middle one of some figures, the higher of two; 0 when there are none.
#[must_use]
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// What a process has cost.
#[derive(Clone, Copy, Debug)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// User and system time, ns.
    pub cpu_ns: u64,
    /// The most memory it held, bytes; `None` where the system does not say.
    pub peak_bytes: Option<u64>,
}

/// Runs a command to its end.
///
/// # Errors
/// When it cannot be started or waited for.
pub fn run(command: &mut Command) -> io::Result<Ran> {
    let before_ns = children_ns()?;
    let child = command.spawn()?;
    watch(child, before_ns)
}

/// Waits for a process that was started when [`children_so_far_ns`] said `before_ns`.
///
/// # Errors
/// When it cannot be waited for.
pub fn watch(mut child: Child, before_ns: u64) -> io::Result<Ran> {
    let mut peak_bytes = None;
    let status = loop {
        peak_bytes = peak_of(child.id()).or(peak_bytes);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(POLL);
    };
    Ok(Ran { status, cpu_ns: children_ns()?.saturating_sub(before_ns), peak_bytes })
}

/// CPU time of all processes waited for so far, ns: take it before starting one to [`watch`].
///
/// # Errors
/// When the system does not say.
pub fn children_so_far_ns() -> io::Result<u64> {
    children_ns()
}

/// The most memory a process has held so far, bytes.
fn peak_of(process: u32) -> Option<u64> {
    status_bytes(&Path::new("/proc").join(process.to_string()), "VmHWM:")
}

/// The memory this process holds now, bytes; `None` where the system does not say.
#[must_use]
pub fn own_resident_bytes() -> Option<u64> {
    status_bytes(Path::new("/proc/self"), "VmRSS:")
}

/// A figure of a Linux process's status file, which counts in KiB.
fn status_bytes(process: &Path, key: &str) -> Option<u64> {
    let status = std::fs::read_to_string(process.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Other tests of this process work at the same time and are charged too, so only a floor holds.
    #[test]
    fn work_costs_time() {
        let mut sum = 0_u64;
        let busy = per_operation_ns(3, || {
            for number in 0..30_000_000_u64 {
                sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(number));
            }
            1
        });
        let busy = busy.unwrap();
        assert!(busy > 5e6, "{busy} ns for 30 million steps");
    }

    #[test]
    fn a_process_is_charged_to_its_run() {
        let ran = run(
            Command::new("sh").args(["-c", "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done"])
        );
        let ran = ran.unwrap();
        assert!(ran.status.success() && ran.cpu_ns > 1_000_000, "{ran:?}");
    }
}
