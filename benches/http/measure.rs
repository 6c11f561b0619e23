//! One round's numbers, and the medians of several.

use crate::Result;
use crate::load::Counted;
use crate::server::Server;

/// What one round came to.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    pub per_second: f64,
    /// Of all threads of the server.
    pub cpu_micros: f64,
}

impl Round {
    /// Runs a load and reads the server's CPU before and after it.
    pub fn measure(server: &Server, run: impl FnOnce() -> Result<Counted>) -> Result<Self> {
        let before = server.cpu_micros()?;
        let counted = run()?;
        Ok(Self { per_second: counted.per_second(), cpu_micros: (server.cpu_micros()? - before) / counted.requests })
    }
}

/// The rounds of one load.
pub struct Rounds {
    pub name: &'static str,
    rounds: Vec<Round>,
}

impl Rounds {
    pub fn new(name: &'static str) -> Self {
        Self { name, rounds: Vec::new() }
    }

    pub fn push(&mut self, round: Round) {
        self.rounds.push(round);
    }

    fn values(&self, of: impl Fn(&Round) -> f64) -> Vec<f64> {
        self.rounds.iter().map(of).collect()
    }

    /// The median of requests a second.
    pub fn rate(&self) -> f64 {
        median(&self.values(|r| r.per_second))
    }

    /// The median of CPU microseconds a request.
    pub fn cpu(&self) -> f64 {
        median(&self.values(|r| r.cpu_micros))
    }

    /// Requests a second against another load's: the median of what each round came to beside the other's round, which was
    /// measured in the same seconds.
    pub fn rate_against(&self, other: &Self) -> f64 {
        self.against(other, |r| r.per_second)
    }

    /// CPU a request against another load's.
    pub fn cpu_against(&self, other: &Self) -> f64 {
        self.against(other, |r| r.cpu_micros)
    }

    fn against(&self, other: &Self, of: impl Fn(&Round) -> f64) -> f64 {
        let ratios: Vec<f64> = self.rounds.iter().zip(&other.rounds).map(|(mine, its)| of(mine) / of(its)).collect();
        median(&ratios)
    }

    /// The slowest and the fastest round.
    pub fn range(&self) -> (f64, f64) {
        let rates = self.values(|r| r.per_second);
        (rates.iter().copied().fold(f64::INFINITY, f64::min), rates.iter().copied().fold(0.0, f64::max))
    }
}

/// The middle value; of an even number, the mean of the two in the middle.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match (sorted.get(sorted.len().saturating_sub(1) / 2), sorted.get(sorted.len() / 2)) {
        (Some(low), Some(high)) => f64::midpoint(*low, *high),
        _ => f64::NAN,
    }
}

/// The value that one in a hundred exceeds.
pub fn p99(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let above = sorted.len() / 100;
    sorted.iter().rev().nth(above).copied().unwrap_or(f64::NAN)
}
