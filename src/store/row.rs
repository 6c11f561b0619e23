//! Columns to values: what a row holds was checked when it was written, so a value that does not read is a fault.

use std::borrow::Cow;

use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type, ValueRef};
use uuid::Uuid;

use crate::domain::id::TypedId;
use crate::domain::money::{Currency, Money};
use crate::domain::percent::Percent;
use crate::domain::text::Encoded;
use crate::domain::time::{Interval, Period, Timestamp, Unit, Zone};

type Result<T> = rusqlite::Result<T>;

fn unreadable(column: usize, what: impl std::fmt::Display) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, what.to_string().into())
}

fn mapped(column: usize) -> impl Fn(FromSqlError) -> rusqlite::Error {
    move |e| unreadable(column, e)
}

pub fn id<I: TypedId>(row: &Row<'_>, column: usize) -> Result<I> {
    opt_id(row, column)?.ok_or_else(|| unreadable(column, "no id"))
}

pub fn opt_id<I: TypedId>(row: &Row<'_>, column: usize) -> Result<Option<I>> {
    match row.get_ref(column)?.as_blob_or_null().map_err(mapped(column))? {
        None => Ok(None),
        Some(bytes) => Uuid::from_slice(bytes).map(|u| Some(I::from_uuid(u))).map_err(|e| unreadable(column, e)),
    }
}

pub fn time(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    row.get(column).map(Timestamp::from_ms)
}

pub fn opt_time(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_ms))
}

/// The period between two columns, where both are set.
pub fn opt_period(row: &Row<'_>, start: usize, end: usize) -> Result<Option<Period>> {
    Ok(match (opt_time(row, start)?, opt_time(row, end)?) {
        (Some(start), Some(end)) => Some(Period { start, end }),
        _ => None,
    })
}

/// Text borrowed from the row.
pub fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<Cow<'r, str>> {
    row.get_ref(column)?.as_str().map(Cow::Borrowed).map_err(mapped(column))
}

pub fn opt_text<'r>(row: &'r Row<'_>, column: usize) -> Result<Option<Cow<'r, str>>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        value => value.as_str().map(|s| Some(Cow::Borrowed(s))).map_err(mapped(column)),
    }
}

pub fn encoded<'r>(row: &'r Row<'_>, column: usize) -> Result<Encoded<'r>> {
    text(row, column).map(Encoded)
}

pub fn opt_encoded<'r>(row: &'r Row<'_>, column: usize) -> Result<Option<Encoded<'r>>> {
    Ok(opt_text(row, column)?.map(Encoded))
}

/// One of an enum's words.
pub fn word<T>(row: &Row<'_>, column: usize, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    let text = text(row, column)?;
    parse(&text).ok_or_else(|| unreadable(column, format!("\"{text}\" is none of its words")))
}

/// The same, where the column can be empty.
pub fn opt_word<T>(row: &Row<'_>, column: usize, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => word(row, column, parse).map(Some),
    }
}

/// The status of what is either active or not.
pub fn active_word(active: bool) -> &'static str {
    if active { "active" } else { "inactive" }
}

pub fn is_active(row: &Row<'_>, column: usize) -> Result<bool> {
    Ok(text(row, column)? == active_word(true))
}

/// In ten-thousandths of a percent.
pub fn percent(row: &Row<'_>, column: usize) -> Result<Percent> {
    Percent::from_ten_thousandths(row.get(column)?).ok_or_else(|| unreadable(column, "no percentage"))
}

pub fn currency(row: &Row<'_>, column: usize) -> Result<Currency> {
    Currency::parse(&text(row, column)?).map_err(|e| unreadable(column, e))
}

pub fn opt_currency(row: &Row<'_>, column: usize) -> Result<Option<Currency>> {
    opt_text(row, column)?.map(|t| Currency::parse(&t).map_err(|e| unreadable(column, e))).transpose()
}

pub fn money(row: &Row<'_>, column: usize, currency: Currency) -> Result<Money> {
    row.get(column).map(|minor| Money::new(minor, currency))
}

pub fn zone(row: &Row<'_>, column: usize) -> Result<Zone> {
    Zone::parse(&text(row, column)?).map_err(|e| unreadable(column, e))
}

/// An interval from its unit's column and the next one, its count.
pub fn interval(row: &Row<'_>, column: usize) -> Result<Interval> {
    Ok(Interval { unit: word(row, column, Unit::parse)?, count: row.get(column + 1)? })
}
