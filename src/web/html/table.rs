//! Tables: on the desk rows of columns, on the phone two lines a row with the most telling facts.

use crate::web::html::cell::Cell;
use crate::web::html::text::Text;

/// Where a column's cell stands on the phone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phone {
    /// First line, at its start: what the row is.
    First,
    /// First line, at its end.
    FirstEnd,
    /// Second line, at its start.
    Second,
    /// Second line, at its end.
    SecondEnd,
    /// A line of its own, named by its heading.
    Labelled,
    /// Left out.
    Hidden,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    Start,
    /// Numbers and money.
    End,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub head: Text,
    pub align: Align,
    pub phone: Phone,
}

impl Column {
    pub fn new(head: Text, phone: Phone) -> Self {
        Self { head, align: Align::Start, phone }
    }

    /// For numbers and money.
    pub fn end(head: Text, phone: Phone) -> Self {
        Self { head, align: Align::End, phone }
    }
}

/// A row. Where it has an `href`, the whole row is that one link.
#[derive(Clone, Debug)]
pub struct Row {
    pub href: Option<String>,
    pub cells: Vec<Cell>,
    /// Small forms at the row's end: "sign out", "revoke".
    pub actions: Vec<crate::web::html::page::Action>,
}

impl Row {
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { href: None, cells, actions: Vec::new() }
    }

    pub fn link(href: impl Into<String>, cells: Vec<Cell>) -> Self {
        Self { href: Some(href.into()), cells, actions: Vec::new() }
    }
}

#[derive(Clone, Debug)]
pub struct Table {
    /// For screen readers.
    pub caption: Text,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}
