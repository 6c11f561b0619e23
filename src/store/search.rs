//! Searching: the rows of a table whose text contains another text, whatever stands around it.
//!
//! What a noun is searched by is kept a second time, in the table `<noun>_search` of schema.sql, many rows to a block, so that
//! what is looked through lies close together: a million customers are 80 MB, read in tens of milliseconds, and every match
//! is met, so totals are exact. Triggers keep it. What was found is kept in memory as long as nothing happened since, so that
//! whoever pages through it waits once. Deliberately absent: ranking, words, and an index that each write would pay for.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};
use rusqlite::params;

use crate::error::Result;
use crate::store::db::Tx;
use crate::store::rows::Rows;

/// Rows a block, as schema.sql has it.
const BLOCK: i64 = 32;
/// Begins a row in a block; the character after it, U+0080 to U+009F, tells which. Both are control characters, which no text
/// that people type contains, and none that is sought.
const ROW: u8 = 30;
/// Those characters' first byte is the same; the second is this and the row's number.
const FIRST: u8 = 0x80;

/// So many findings are kept, the newest: at most 125 kB each with a million rows.
const KEPT: usize = 16;
/// What takes longer to type is not kept.
const MAX_SOUGHT: usize = 200;

static FOUND: Mutex<VecDeque<Found>> = Mutex::new(VecDeque::new());

/// What was looked for, and when.
#[derive(Clone, PartialEq, Eq)]
struct Question {
    file: String,
    table: &'static str,
    sought: String,
    between: RangeInclusive<i64>,
    /// The newest event of the state that was looked through. Whatever changes a text is told as one in the same transaction.
    event: i64,
}

struct Found {
    question: Question,
    rows: Rows,
}

/// The rows between two whose text contains what is sought, which is in lower case and not empty.
pub fn find(tx: &Tx<'_>, table: &'static str, sought: &str, between: &RangeInclusive<i64>) -> Result<Rows> {
    if sought.len() > MAX_SOUGHT {
        return look_through(tx, table, sought, between);
    }
    let event = tx.one("SELECT MAX(sequence) FROM event", [], |r| r.get::<_, Option<i64>>(0))?.flatten().unwrap_or(0);
    let question = Question { file: tx.file().to_owned(), table, sought: sought.to_owned(), between: between.clone(), event };
    let kept = || FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = kept().iter().find(|found| found.question == question) {
        return Ok(found.rows.clone());
    }
    let rows = look_through(tx, table, sought, between)?;
    let mut kept = kept();
    // What the same question found before something happened is of no use any more.
    let is_same = |other: &Question| Question { event, ..other.clone() } == question;
    kept.retain(|found| !is_same(&found.question));
    kept.truncate(KEPT - 1);
    kept.push_front(Found { question, rows: rows.clone() });
    Ok(rows)
}

fn look_through(tx: &Tx<'_>, table: &str, sought: &str, between: &RangeInclusive<i64>) -> Result<Rows> {
    let (mut rows, finder) = (Rows::default(), Finder::new(sought.as_bytes()));
    let blocks = params![between.start().max(&0) / BLOCK, between.end() / BLOCK];
    tx.each(&format!("SELECT block, text FROM {table} WHERE block BETWEEN ?1 AND ?2"), blocks, |r| {
        rows.insert_32(r.get::<_, i64>(0)? * BLOCK, matches(r.get_ref(1)?.as_bytes()?, &finder));
        Ok(true)
    })?;
    Ok(rows)
}

/// Which of a block's rows match, a bit for each.
fn matches(block: &[u8], finder: &Finder<'_>) -> u32 {
    // `row` is where a row's mark stands.
    let (mut matched, mut row) = (0, 0);
    while let Some(after) = finder.find(&block[row..]) {
        let at = row + after;
        // Each row begins with its mark, so the last one before what was found is its row's. Where that is near, as it is where
        // all rows match, the way to it is the way to the next row.
        if after > NEAR {
            row += memrchr(ROW, &block[row..at]).unwrap_or(0);
        }
        let next = loop {
            match memchr(ROW, &block[row + 1..]).map(|further| row + 1 + further) {
                Some(next) if next <= at => row = next,
                next => break next,
            }
        };
        if let Some(&number) = block.get(row + 2) {
            matched |= 1_u32.wrapping_shl(u32::from(number.wrapping_sub(FIRST)));
        }
        // One match a row is enough.
        let Some(next) = next else { break };
        row = next;
    }
    matched
}

/// About the length of two rows.
const NEAR: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_tells_which_of_its_rows_match() {
        let block = "\u{1e}\u{80}ana\nana@example.com\u{1e}\u{82}bob\nbob@example.com\u{1e}\u{9f}zoë".as_bytes();
        let found = |sought: &str| {
            let matched = matches(block, &Finder::new(sought.as_bytes()));
            (0..32).filter(|n| matched & (1 << n) != 0).collect::<Vec<u32>>()
        };
        assert_eq!(found("ana"), [0]);
        assert_eq!(found("example"), [0, 2]);
        assert_eq!(found("o"), [0, 2, 31]);
        assert_eq!(found("ë"), [31]);
        assert_eq!(found("ab"), [0_u32; 0]);
    }

    #[test]
    fn long_rows_and_short_ones_tell_the_same() {
        let texts: Vec<String> = (0..32).map(|n| format!("{}needle{}", "x".repeat(n * 17 % 300), if n % 5 == 0 { "" } else { "s" })).collect();
        let block: String = texts.iter().zip(0x80..).map(|(text, number)| format!("\u{1e}{}{text}", char::from(number))).collect();
        for sought in ["needle", "needles", "x", "xxxxxxxxxxxxxxxxxxxxxxxxx", "q"] {
            let matched = matches(block.as_bytes(), &Finder::new(sought.as_bytes()));
            let expected = texts.iter().zip(0..).filter(|(text, _)| text.contains(sought)).fold(0, |bits, (_, n)| bits | 1_u32 << n);
            assert_eq!(matched, expected, "{sought}");
        }
    }
}
