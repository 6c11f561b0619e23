//! Single values as pages show them.

use crate::domain::money::Money;
use crate::domain::time::Timestamp;
use crate::web::html::text::Text;

/// What a state means for whoever looks. Never shown by colour alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    Good,
    Notice,
    Bad,
    Neutral,
}

/// A state: a dot, a word, and what follows from it ("past due · 2 days left").
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    pub tone: Tone,
    pub word: Text,
    pub follows: Option<Text>,
}

/// One value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// A dash: there is none.
    Nothing,
    Text(Text),
    /// Text of less weight.
    Muted(Text),
    /// Text of several lines, kept as it was typed.
    Prose(String),
    /// An id, a hash, a user name: in a fixed-width face, left to right in any language.
    Code(String),
    /// The same with a button that copies it.
    Copyable(String),
    Link {
        href: String,
        text: Text,
    },
    /// With the currency muted beside it.
    Money(Money),
    Count(i64),
    /// Near ones in words ("in 3 days"), with the exact instant in `title` and `datetime`.
    Instant(Timestamp),
    /// The day with the time of day, however near: what is told apart by it.
    Moment(Timestamp),
    /// The day in the business's zone.
    Day(Timestamp),
    /// From a day to a day.
    Span(Timestamp, Timestamp),
    State(State),
    /// Short words, each with a border: tags.
    Tags(Vec<String>),
    /// Several cells, one above another.
    Stack(Vec<Cell>),
    /// A computed amount that unfolds into its arithmetic.
    Explained {
        value: Box<Cell>,
        arithmetic: String,
    },
}
