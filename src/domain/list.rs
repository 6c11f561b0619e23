//! Pages of lists: how many rows, after which id, in which order; and the filters that every noun has.

use crate::domain::time::Timestamp;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// Oldest first.
    #[default]
    Ascending,
    Descending,
}

/// A slice of a list. `after` is the last id that the client has; it need not exist any more.
#[derive(Clone, Debug)]
pub struct Page<I> {
    pub limit: u32,
    pub after: Option<I>,
    pub order: Order,
}

impl<I> Page<I> {
    pub const DEFAULT_LIMIT: u32 = 20;
    pub const MAX_LIMIT: u32 = 100;
}

/// The filters common to all nouns. `after` is inclusive, `before` exclusive.
#[derive(Clone, Debug, Default)]
pub struct Common {
    pub created_after: Option<Timestamp>,
    pub created_before: Option<Timestamp>,
    pub updated_after: Option<Timestamp>,
    pub updated_before: Option<Timestamp>,
    pub external_id: Option<String>,
    /// Lower-case text to be contained in what the noun is searched by.
    pub search: Option<String>,
}

/// What follows the rows of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageEnd<I> {
    /// The id of the page's last row, where more rows follow it.
    pub next: Option<I>,
    /// How many rows the filters match, over all pages.
    pub total: i64,
}
