//! Lists: one page and its exact total, in one state of the database.
//!
//! Pages run over the integer key, whose order is the order of ids; the cursor's own row need not exist. Totals come from
//! counters where a counter knows them (all, by status, by status and time of creation), else from COUNT. OFFSET is
//! deliberately absent.

use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};

use crate::domain::id::TypedId;
use crate::domain::list::{Common, Order, Page, PageEnd};
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::db::Tx;

/// A condition with its parameters, grown clause by clause.
#[derive(Clone, Debug, Default)]
pub struct Where {
    sql: String,
    values: Vec<Value>,
}

impl Where {
    /// Adds a clause; each `?` in it takes the next of `values`.
    pub fn and(&mut self, clause: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(if self.sql.is_empty() { "" } else { " AND " });
        let mut values = values.into_iter();
        for part in clause.split_inclusive('?') {
            match part.strip_suffix('?') {
                Some(before) => {
                    self.values.push(values.next().expect("a clause has a value for each question mark"));
                    self.sql.push_str(&format!("{before}?{}", self.values.len()));
                }
                None => self.sql.push_str(part),
            }
        }
    }

    /// One of several words.
    pub fn and_in<'a>(&mut self, column: &str, words: impl IntoIterator<Item = &'a str>) {
        let words: Vec<Value> = words.into_iter().map(|w| w.to_owned().into()).collect();
        let marks = vec!["?"; words.len()].join(", ");
        self.and(&format!("{column} IN ({marks})"), words);
    }
}

/// What a noun's list needs to know of its table.
pub struct Noun {
    /// The table, which is also the counters' name.
    pub table: &'static str,
    /// What the columns are read from: the table, and what is joined to it.
    pub from: &'static str,
    pub columns: &'static str,
}

/// What of a filter counters know, and whether it asks for more.
pub struct Counted<'a> {
    pub statuses: &'a [&'static str],
    pub common: &'a Common,
    /// There are further conditions: count the rows.
    pub beyond: bool,
}

/// Whether the common filters can be answered by counters and row bounds; a search or a change date can't.
pub fn is_quick(common: &Common) -> bool {
    common.updated_after.is_none() && common.updated_before.is_none() && common.search.is_none()
}

/// The common filters as conditions. `external_id` and `search` columns exist in each table.
pub fn common_conditions(tx: &Tx<'_>, noun: &Noun, common: &Common, conditions: &mut Where) -> Result<()> {
    let table = noun.table;
    let mut time = |column: &str, compare: &str, at: Option<Timestamp>| {
        if let Some(at) = at {
            conditions.and(&format!("{table}.{column} {compare} ?"), [at.ms().into()]);
        }
    };
    time("created_at", ">=", common.created_after);
    time("created_at", "<", common.created_before);
    time("updated_at", ">=", common.updated_after);
    time("updated_at", "<", common.updated_before);
    if let Some(external_id) = &common.external_id {
        conditions.and(&format!("{table}.external_id = ?"), [external_id.clone().into()]);
    }
    // Between these rows lie all that were created in that time, so that a page starts where they start.
    if let Some(after) = common.created_after {
        let sql = "SELECT MIN(first_row) FROM total_by_day WHERE noun = ?1 AND day >= ?2";
        let first: Option<i64> = tx.one(sql, params![table, after.utc_day()], |r| r.get(0))?.flatten();
        conditions.and(&format!("{table}.row >= ?"), [first.unwrap_or(i64::MAX).into()]);
    }
    if let Some(before) = common.created_before {
        let sql = "SELECT MAX(last_row) FROM total_by_day WHERE noun = ?1 AND day <= ?2";
        let last: Option<i64> = tx.one(sql, params![table, before.utc_day()], |r| r.get(0))?.flatten();
        conditions.and(&format!("{table}.row <= ?"), [last.unwrap_or(0).into()]);
    }
    Ok(())
}

/// How many rows the conditions match.
pub fn total(tx: &Tx<'_>, noun: &Noun, conditions: &Where, counted: &Counted<'_>) -> Result<i64> {
    let common = counted.common;
    if counted.beyond || !is_quick(common) || common.external_id.is_some() {
        let sql = format!("SELECT COUNT(*) FROM {} WHERE {}", noun.from, conditions.sql);
        return Ok(tx.one(&sql, params_from_iter(&conditions.values), |r| r.get(0))?.unwrap_or(0));
    }
    let mut sum = 0;
    for status in counted.statuses {
        sum += match (common.created_after, common.created_before) {
            (None, None) => tx.one("SELECT n FROM total WHERE noun = ?1 AND status = ?2", params![noun.table, status], |r| r.get(0))?.unwrap_or(0),
            (after, before) => created_between(tx, noun, status, after.unwrap_or(Timestamp::MIN), before.unwrap_or(Timestamp::MAX))?,
        };
    }
    Ok(sum)
}

/// Whole days from their counters, the two edge days from the index on the time of creation.
fn created_between(tx: &Tx<'_>, noun: &Noun, status: &str, after: Timestamp, before: Timestamp) -> Result<i64> {
    if after >= before {
        return Ok(0);
    }
    let edge = |from: Timestamp, to: Timestamp| -> Result<i64> {
        let sql = format!("SELECT COUNT(*) FROM {} WHERE created_at >= ?1 AND created_at < ?2 AND status = ?3", noun.table);
        Ok(tx.one(&sql, params![from.ms(), to.ms(), status], |r| r.get(0))?.unwrap_or(0))
    };
    let (first_day, last_day) = (after.utc_day(), before.utc_day());
    if first_day == last_day {
        return edge(after, before);
    }
    // A day that begins at `after` is whole.
    let first_whole = if Timestamp::start_of_utc_day(first_day) == after { first_day } else { first_day + 1 };
    let sql = "SELECT SUM(n) FROM total_by_day WHERE noun = ?1 AND day >= ?2 AND day < ?3 AND status = ?4";
    let whole: Option<i64> = tx.one(sql, params![noun.table, first_whole, last_day, status], |r| r.get(0))?.flatten();
    Ok(edge(after, Timestamp::start_of_utc_day(first_whole))? + whole.unwrap_or(0) + edge(Timestamp::start_of_utc_day(last_day), before)?)
}

/// Visits the rows of one page, which map to their ids; the id to continue after, where more rows follow.
pub fn page<I: TypedId>(
    tx: &Tx<'_>,
    noun: &Noun,
    mut conditions: Where,
    page: &Page<I>,
    mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<I>,
) -> Result<Option<I>> {
    let (table, mut direction) = (noun.table, "ASC");
    let boundary = |compare: &str, after: I| -> Result<Option<i64>> {
        let sql = format!("SELECT row FROM {table} WHERE id {compare} ?1 ORDER BY id DESC LIMIT 1");
        Ok(tx.one(&sql, [after.bytes()], |r| r.get(0))?)
    };
    match (page.order, page.after) {
        (Order::Ascending, None) => {}
        (Order::Ascending, Some(after)) => conditions.and(&format!("{table}.row > ?"), [boundary("<=", after)?.unwrap_or(0).into()]),
        (Order::Descending, None) => direction = "DESC",
        (Order::Descending, Some(after)) => {
            direction = "DESC";
            conditions.and(&format!("{table}.row <= ?"), [boundary("<", after)?.unwrap_or(0).into()]);
        }
    }
    let filter = if conditions.sql.is_empty() { "TRUE" } else { &conditions.sql };
    conditions.values.push((i64::from(page.limit) + 1).into());
    let limit = conditions.values.len();
    let sql = format!("SELECT {} FROM {} WHERE {filter} ORDER BY {table}.row {direction} LIMIT ?{limit}", noun.columns, noun.from);
    let (mut rows, mut last, mut next) = (0, None, None);
    tx.each(&sql, params_from_iter(&conditions.values), |row| {
        if rows == page.limit {
            next = last;
            return Ok(false);
        }
        rows += 1;
        last = Some(visit(row)?);
        Ok(true)
    })?;
    Ok(next)
}

/// A page's end from its parts.
pub fn end<I>(next: Option<I>, total: i64) -> PageEnd<I> {
    PageEnd { next, total }
}
