//! Text for people: messages of the catalogue, and data that is shown as it is.

use crate::domain::time::Timestamp;

/// What a message is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Arg {
    /// Somebody's data, or another word.
    Text(String),
    /// A number that chooses the plural's form.
    Count(i64),
    /// A day, in the business's zone and the viewer's language.
    Day(Timestamp),
    /// Another message.
    Say(Text),
}

/// A piece of text. Escaped wherever it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Text {
    /// A message of the catalogue, by its id.
    Say { id: &'static str, args: Vec<(&'static str, Arg)> },
    /// Data: names, ids, what somebody typed.
    Data(String),
    /// What the API says in English, translated where the catalogue knows it.
    Api(String),
}

/// A message without arguments.
pub fn say(id: &'static str) -> Text {
    Text::Say { id, args: Vec::new() }
}

/// A message with arguments.
pub fn say_with(id: &'static str, args: impl IntoIterator<Item = (&'static str, Arg)>) -> Text {
    Text::Say { id, args: args.into_iter().collect() }
}

/// Somebody's data.
pub fn data(text: impl Into<String>) -> Text {
    Text::Data(text.into())
}
