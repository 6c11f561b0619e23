//! The tables.

use std::fmt::Write;

use crate::measure::Rounds;

/// A goal and what was measured.
pub struct Goal {
    what: String,
    limit: f64,
    at_least: bool,
    unit: &'static str,
    measured: std::result::Result<f64, &'static str>,
}

impl Goal {
    pub fn at_least(what: impl Into<String>, limit: f64, measured: f64, unit: &'static str) -> Self {
        Self { what: what.into(), limit, at_least: true, unit, measured: Ok(measured) }
    }

    pub fn at_most(what: impl Into<String>, limit: f64, measured: f64, unit: &'static str) -> Self {
        Self { what: what.into(), limit, at_least: false, unit, measured: Ok(measured) }
    }

    /// A ratio that could not be measured.
    pub fn unknown(what: impl Into<String>, limit: f64, why: &'static str) -> Self {
        Self { what: what.into(), limit, at_least: false, unit: "", measured: Err(why) }
    }

    fn row(&self) -> String {
        let compare = if self.at_least { '≥' } else { '≤' };
        let (measured, verdict) = match self.measured {
            Ok(value) => {
                let reached = if self.at_least { value >= self.limit } else { value <= self.limit };
                (format!("{value:.3} {}", self.unit), if reached { "reached" } else { "**missed**" })
            }
            Err(why) => ("not measured".into(), why),
        };
        format!("| {} | {compare} {} {} | {} | {verdict} |", self.what, self.limit, self.unit, measured.trim_end()).replace("  |", " |")
    }
}

#[derive(Default)]
pub struct Report {
    goals: Vec<Goal>,
}

impl Report {
    pub fn goal(&mut self, goal: Goal) {
        self.goals.push(goal);
    }

    pub fn goals(&self) -> String {
        let rows: Vec<String> = self.goals.iter().map(Goal::row).collect();
        format!("| What | Goal | Measured | |\n|---|---|---|---|\n{}", rows.join("\n"))
    }
}

/// What was measured, before anything is compared with a goal. The first load is the measure of the others.
pub fn rates(title: &str, all: &[Rounds]) -> String {
    let mut table = format!(
        "| {title} | requests/s | slowest – fastest round | CPU µs a request | requests/s against the first | CPU against the first |\n|---|---|---|---|---|---|\n"
    );
    let Some(first) = all.first() else { return table };
    for rounds in all {
        let (low, high) = rounds.range();
        let (rate, cpu) = (rounds.rate(), rounds.cpu());
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "| {} | {rate:.0} | {low:.0} – {high:.0} | {cpu:.1} | {:.2} | {:.2} |",
            rounds.name.trim_end(),
            rounds.rate_against(first),
            rounds.cpu_against(first)
        );
    }
    table
}

/// What the numbers were measured on.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info.lines().find(|l| l.starts_with("model name")).and_then(|l| l.split_once(": ")).map_or("an unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores of {model}; load average before: {}", read("/proc/loadavg").split(' ').take(3).collect::<Vec<_>>().join(" "))
}
