//! `billhead verify`: proves the books, beside the server or without it. Reads only, but for the line about it on the overview page.
//!
//! What it prints can be kept as a file of heads: whatever is not a head begins with #, and where something is wrong the lines
//! that say so make the file unfit.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::app::verify::{Options, Proof, ProofRow, proof_keep};
use crate::cli::{DataOption, open_data, print_line};
use crate::clock::{Clock, SystemClock};
use crate::config::DEFAULT_DATA;
use crate::domain::verify::chain::Head;
use crate::domain::verify::{Rule, Violation};
use crate::error::{Error, Result};
use crate::store::db::{FILE_NAME, Reader};

#[derive(Args)]
pub struct VerifyOptions {
    /// Directory of the database and its key
    #[arg(long, env = "BILLHEAD_DATA", value_name = "DIRECTORY", default_value = DEFAULT_DATA)]
    data: PathBuf,
    /// File with what an earlier verify printed: the documents must still be those
    #[arg(long, value_name = "FILE")]
    heads: Option<PathBuf>,
    /// Print nothing unless something is wrong
    #[arg(long)]
    quiet: bool,
}

/// Proves the books; whether nothing is wrong.
pub fn run(options: &VerifyOptions) -> Result<bool> {
    let shown = options.data.display();
    if !options.data.join(FILE_NAME).exists() {
        return Err(Error::Internal(format!("there is no data in {shown}. Name the server's directory with --data")));
    }
    let kept = options.heads.as_ref().map(read_heads).transpose()?.unwrap_or_default();
    let (clock, reader) = (SystemClock::new(), Reader::open(&options.data)?);
    let mut proof = Proof::begin(&reader, Options::default(), kept)?;
    let (begun, proved_at) = (clock.elapsed(), clock.wall());
    let mut bar = Bar::new(!options.quiet);
    let (mut wrong, mut printed) = (BTreeMap::new(), Ok(()));
    let mut tell = |violation: &Violation| {
        *wrong.entry(violation.rule).or_insert(0_u64) += 1;
        if printed.is_ok() {
            printed = print_line(&violation.to_string());
        }
    };
    let mut more = true;
    while more {
        more = proof.step(&mut |violation| {
            // Whatever is printed stands on a line of its own.
            bar.clear();
            tell(violation);
        })?;
        bar.draw(clock.elapsed(), proof.progress(), proof.counts().0);
    }
    bar.clear();
    printed?;
    let duration = clock.elapsed().saturating_sub(begun);
    let (read_rows, violations) = proof.counts();
    if !options.quiet {
        report(&wrong, read_rows, violations, duration)?;
        for head in proof.heads() {
            print_line(&head.line())?;
        }
    }
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let row = ProofRow {
        proved_at,
        duration_ms: i64::try_from(duration.as_millis()).unwrap_or(i64::MAX),
        read_rows: count(read_rows),
        violations: count(violations),
    };
    drop(reader);
    note(options, row);
    Ok(violations == 0)
}

fn read_heads(path: &PathBuf) -> Result<Vec<Head>> {
    let wrong = |e: &dyn std::fmt::Display| Error::Internal(format!("the heads in {}: {e}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| wrong(&e))?;
    let heads = Head::read(&text).map_err(|e| wrong(&e))?;
    if heads.is_empty() {
        return Err(wrong(&"there are none, so nothing would be compared"));
    }
    Ok(heads)
}

/// Writes what it came to for the overview page. The proof holds all the same where that is impossible: on a copy that nobody may write.
fn note(options: &VerifyOptions, row: ProofRow) {
    let data = DataOption { data: options.data.clone(), test_clock: None };
    if let Err(e) = open_data(&data, false).and_then(|(db, _, _)| proof_keep(&db, row)) {
        eprintln!("billhead: the overview page will not show this proof: {e}");
    }
}

/// Which invariants were proved, and what it came to.
fn report(wrong: &BTreeMap<Rule, u64>, read_rows: u64, violations: u64, duration: Duration) -> Result<()> {
    for rule in Rule::ALL {
        let state = match wrong.get(&rule) {
            Some(n) => format!("{n} wrong"),
            None if rule.is_checked() => "holds".to_owned(),
            None => "not checked".to_owned(),
        };
        print_line(&format!("# {:<4} {state:<12} {}", rule.text(), rule.words()))?;
    }
    let came_to = match violations {
        0 => "Nothing is wrong".to_owned(),
        1 => "1 thing is wrong, see above".to_owned(),
        n => format!("{} things are wrong, see above", grouped(n)),
    };
    print_line("#")?;
    print_line(&format!("# Read {} rows in {}.{} s. {came_to}.", grouped(read_rows), duration.as_secs(), duration.subsec_millis() / 100))?;
    print_line("#")?;
    print_line("# The newest document of each series: its number and its hash. Keep them where nobody who can write here can, and compare with --heads.")
}

/// 1,234,567.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const BAR_WIDTH: usize = 30;
/// Often enough to be seen to move.
const BAR_EVERY: Duration = Duration::from_millis(100);

/// A line on a terminal that says how far it is. Elsewhere nothing.
struct Bar {
    is_on: bool,
    drawn: Option<Duration>,
}

impl Bar {
    fn new(wanted: bool) -> Self {
        Self { is_on: wanted && std::io::stderr().is_terminal(), drawn: None }
    }

    fn draw(&mut self, now: Duration, thousandths: u64, rows: u64) {
        if !self.is_on || self.drawn.is_some_and(|last| now.saturating_sub(last) < BAR_EVERY) {
            return;
        }
        self.drawn = Some(now);
        let full = usize::try_from(thousandths).unwrap_or(0) * BAR_WIDTH / 1000;
        let bar = format!("{}{}", "#".repeat(full), ".".repeat(BAR_WIDTH.saturating_sub(full)));
        // Whether a terminal shows it is not worth an error.
        drop(write!(std::io::stderr(), "\r\x1b[KProving the books  [{bar}] {:>3} %  {} rows", thousandths / 10, grouped(rows)));
    }

    fn clear(&mut self) {
        if self.is_on && self.drawn.take().is_some() {
            drop(write!(std::io::stderr(), "\r\x1b[K"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!([0, 12, 123, 1_234, 123_456, 1_234_567].map(grouped), ["0", "12", "123", "1,234", "123,456", "1,234,567"]);
    }
}
