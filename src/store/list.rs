//! Lists: one page and its exact total, in one state of the database.
//!
//! Pages run over the integer key, whose order is the order of ids; the cursor's own row need not exist. Totals come from
//! counters where a counter knows them (all, by status, by status and time of creation), else from COUNT. Where a search or a
//! rare combination of filters has found the rows already, a page takes its own out of them. OFFSET is deliberately absent.

use std::ops::RangeInclusive;

use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};

use crate::domain::id::TypedId;
use crate::domain::list::{Common, Order, Page, PageEnd};
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::store::db::Tx;
use crate::store::rows::Rows;

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

    /// The condition; what holds for every row where there is none.
    fn filter(&self) -> &str {
        if self.sql.is_empty() { "TRUE" } else { &self.sql }
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

/// The common filters as conditions, but for the time of creation and the search.
pub fn common_conditions(noun: &Noun, common: &Common, conditions: &mut Where) {
    let table = noun.table;
    let mut time = |column: &str, compare: &str, at: Option<Timestamp>| {
        if let Some(at) = at {
            conditions.and(&format!("{table}.{column} {compare} ?"), [at.ms().into()]);
        }
    };
    time("updated_at", ">=", common.updated_after);
    time("updated_at", "<", common.updated_before);
    if let Some(external_id) = &common.external_id {
        conditions.and(&format!("{table}.external_id = ?"), [external_id.clone().into()]);
    }
}

/// The time of creation as conditions. A page starts where the rows start, and only those of the days at the edges are looked
/// at for their time. The signs keep SQLite from the index on that time, whose rows it would have to sort.
pub fn created_conditions(tx: &Tx<'_>, noun: &Noun, common: &Common, conditions: &mut Where) -> Result<()> {
    let (table, span) = (noun.table, Span::of(tx, noun.table, common)?);
    if let Some(after) = &span.after {
        let sql = format!("{table}.row >= ? AND (+{table}.row > ? OR +{table}.created_at >= ?)");
        conditions.and(&sql, [after.outermost.into(), after.edge.into(), after.at.ms().into()]);
    }
    if let Some(before) = &span.before {
        let sql = format!("{table}.row <= ? AND (+{table}.row < ? OR +{table}.created_at < ?)");
        conditions.and(&sql, [before.outermost.into(), before.edge.into(), before.at.ms().into()]);
    }
    Ok(())
}

/// The rows that were created in a time: none lies beyond `outermost`, and those between `outermost` and `edge`, both
/// included, are to be looked at.
struct Edge {
    at: Timestamp,
    outermost: i64,
    edge: i64,
}

struct Span {
    after: Option<Edge>,
    before: Option<Edge>,
}

impl Span {
    fn of(tx: &Tx<'_>, table: &str, common: &Common) -> Result<Self> {
        let row = |what: &str, compare: &str, at: Timestamp| -> Result<Option<i64>> {
            let sql = format!("SELECT {what} FROM total_by_day WHERE noun = ?1 AND day {compare} ?2");
            Ok(tx.one(&sql, params![table, at.utc_day()], |r| r.get(0))?.flatten())
        };
        let after = |at| -> Result<Edge> {
            let outermost = row("MIN(first_row)", ">=", at)?.unwrap_or(i64::MAX);
            Ok(Edge { at, outermost, edge: row("MAX(last_row)", "<=", at)?.unwrap_or(0) })
        };
        let before = |at| -> Result<Edge> {
            let outermost = row("MAX(last_row)", "<=", at)?.unwrap_or(0);
            Ok(Edge { at, outermost, edge: row("MIN(first_row)", ">=", at)?.unwrap_or(i64::MAX) })
        };
        Ok(Self { after: common.created_after.map(after).transpose()?, before: common.created_before.map(before).transpose()? })
    }

    fn between(&self) -> RangeInclusive<i64> {
        self.after.as_ref().map_or(0, |e| e.outermost)..=self.before.as_ref().map_or(i64::MAX, |e| e.outermost)
    }
}

/// How many rows the conditions match.
pub fn total(tx: &Tx<'_>, noun: &Noun, conditions: &Where, counted: &Counted<'_>) -> Result<i64> {
    let common = counted.common;
    if counted.beyond || !is_quick(common) || common.external_id.is_some() {
        let sql = format!("SELECT COUNT(*) FROM {} WHERE {}", noun.table, conditions.filter());
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
        // The sign keeps SQLite from the index on the status alone: it would look at every row that has it.
        let sql = format!("SELECT COUNT(*) FROM {} WHERE created_at >= ?1 AND created_at < ?2 AND +status = ?3", noun.table);
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

/// The row of a cursor, or that of the greatest id before it: its own row need not exist.
fn boundary<I: TypedId>(tx: &Tx<'_>, table: &str, compare: &str, after: I) -> Result<i64> {
    let sql = format!("SELECT row FROM {table} WHERE id {compare} ?1 ORDER BY id DESC LIMIT 1");
    Ok(tx.one(&sql, [after.bytes()], |r| r.get(0))?.unwrap_or(0))
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
    match (page.order, page.after) {
        (Order::Ascending, None) => {}
        (Order::Ascending, Some(after)) => conditions.and(&format!("{table}.row > ?"), [boundary(tx, table, "<=", after)?.into()]),
        (Order::Descending, None) => direction = "DESC",
        (Order::Descending, Some(after)) => {
            direction = "DESC";
            conditions.and(&format!("{table}.row <= ?"), [boundary(tx, table, "<", after)?.into()]);
        }
    }
    conditions.values.push((i64::from(page.limit) + 1).into());
    let (filter, limit) = (conditions.filter(), conditions.values.len());
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

/// The rows that meet the conditions, which an index answers.
pub fn rows(tx: &Tx<'_>, noun: &Noun, conditions: &Where) -> Result<Rows> {
    let mut rows = Rows::default();
    let sql = format!("SELECT {table}.row FROM {table} WHERE {}", conditions.filter(), table = noun.table);
    tx.each(&sql, params_from_iter(&conditions.values), |r| {
        rows.insert(r.get(0)?);
        Ok(true)
    })?;
    Ok(rows)
}

/// What a search found, narrowed down by the time of creation and the other conditions, which are about the table itself.
pub fn narrow(tx: &Tx<'_>, noun: &Noun, found: &mut Rows, conditions: &Where, counted: &Counted<'_>) -> Result<()> {
    let (table, common) = (noun.table, counted.common);
    let span = Span::of(tx, table, common)?;
    let mut take = |clause: &str, values: &[Value]| {
        let sql = format!("SELECT row FROM {table} WHERE {clause}");
        tx.each(&sql, params_from_iter(values), |r| {
            found.remove(r.get(0)?);
            Ok(true)
        })
    };
    // What lies in the days at the edges, but before or after the time itself.
    if let Some(Edge { at, outermost, edge }) = span.after {
        take("row BETWEEN ?1 AND ?2 AND +created_at < ?3", &[outermost.into(), edge.into(), at.ms().into()])?;
    }
    if let Some(Edge { at, outermost, edge }) = span.before {
        take("row BETWEEN ?1 AND ?2 AND +created_at >= ?3", &[edge.into(), outermost.into(), at.ms().into()])?;
    }
    found.keep(&span.between());
    if conditions.sql.is_empty() {
        return Ok(());
    }
    if found.len() <= FEW {
        let mut each = conditions.clone();
        each.and(&format!("{table}.row = ?"), [0.into()]);
        let sql = format!("SELECT 1 FROM {table} WHERE {}", each.sql);
        let others: Vec<i64> = found.iter().collect();
        for row in others {
            each.values.pop();
            each.values.push(row.into());
            if tx.one(&sql, params_from_iter(&each.values), |_| Ok(()))?.is_none() {
                found.remove(row);
            }
        }
        return Ok(());
    }
    let is_about_status = !counted.beyond && common.external_id.is_none() && common.updated_after.is_none() && common.updated_before.is_none();
    if is_about_status {
        return narrow_to_statuses(tx, noun, found, counted.statuses);
    }
    found.intersect(&rows(tx, noun, conditions)?);
    Ok(())
}

/// So few rows are looked at one by one. Tests have few rows and are to go both ways.
const FEW: i64 = if cfg!(debug_assertions) { 3 } else { 1_000 };

/// Reads the fewer: the rows that have these statuses, or those that have not.
fn narrow_to_statuses(tx: &Tx<'_>, noun: &Noun, found: &mut Rows, statuses: &[&str]) -> Result<()> {
    let sql = "SELECT status, n FROM total WHERE noun = ?1";
    let totals: Vec<(String, i64)> = tx.all(sql, [noun.table], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let (wanted, others): (Vec<_>, Vec<_>) = totals.into_iter().partition(|(status, _)| statuses.contains(&status.as_str()));
    let many = |totals: &[(String, i64)]| totals.iter().map(|(_, n)| n).sum::<i64>();
    let with = |totals: &[(String, i64)]| {
        let mut conditions = Where::default();
        conditions.and_in("status", totals.iter().map(|(status, _)| status.as_str()));
        rows(tx, noun, &conditions)
    };
    if many(&wanted) <= many(&others) {
        found.intersect(&with(&wanted)?);
    } else {
        found.subtract(&with(&others)?);
    }
    Ok(())
}

/// Between which rows all lie that were created in the time that is asked for.
pub fn between(tx: &Tx<'_>, noun: &Noun, common: &Common) -> Result<RangeInclusive<i64>> {
    Ok(Span::of(tx, noun.table, common)?.between())
}

/// The same page out of rows that were found before.
pub fn page_of<I: TypedId>(tx: &Tx<'_>, noun: &Noun, rows: &Rows, page: &Page<I>, mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<I>) -> Result<Option<I>> {
    let mut at = match (page.order, page.after) {
        (Order::Ascending, None) => -1,
        (Order::Ascending, Some(after)) => boundary(tx, noun.table, "<=", after)?,
        (Order::Descending, None) => i64::MAX,
        (Order::Descending, Some(after)) => boundary(tx, noun.table, "<", after)?.saturating_add(1),
    };
    let mut step = || {
        let row = if page.order == Order::Ascending { rows.next(at) } else { rows.previous(at) };
        at = row.unwrap_or(at);
        row
    };
    let sql = format!("SELECT {} FROM {} WHERE {}.row = ?1", noun.columns, noun.from, noun.table);
    let mut last = None;
    for _ in 0..page.limit {
        let Some(row) = step() else { return Ok(None) };
        last = tx.one(&sql, [row], &mut visit)?.or(last);
    }
    Ok(step().and(last))
}

/// A page's end from its parts.
pub fn end<I>(next: Option<I>, total: i64) -> PageEnd<I> {
    PageEnd { next, total }
}
