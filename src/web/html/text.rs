//! Text for people: messages of the catalogue, and data that is shown as it is.

use std::borrow::Cow;

use fluent_bundle::FluentArgs;

use crate::domain::time::Timestamp;
use crate::web::html::Viewer;
use crate::web::html::catalogue::{self, CLOSE, OPEN};
use crate::web::html::format;

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
    /// What the API says in English, as pages say it where the catalogue knows it.
    Api(String),
}

impl Text {
    /// In the viewer's language, for attributes and other places that take no markup.
    pub fn show(&self, viewer: &Viewer) -> String {
        let text = self.marked(viewer);
        if text.contains([OPEN, CLOSE]) { text.replace([OPEN, CLOSE], "") } else { text }
    }

    /// The same with whatever has a direction of its own between isolation marks, always in pairs.
    pub(super) fn marked(&self, viewer: &Viewer) -> String {
        let catalogue = catalogue::of(viewer.language);
        match self {
            Self::Say { id, args } if args.is_empty() => catalogue.plain(id),
            Self::Say { id, args } => {
                let mut given = FluentArgs::with_capacity(args.len());
                for (name, arg) in args {
                    match arg {
                        Arg::Text(text) => given.set(*name, without_controls(text).into_owned()),
                        Arg::Count(count) => given.set(*name, catalogue.count(*count)),
                        Arg::Day(at) => given.set(*name, format::short_day(*at, viewer)),
                        Arg::Say(text) => given.set(*name, text.marked(viewer)),
                    }
                }
                catalogue.message(id, Some(&given))
            }
            Self::Data(text) => format!("{OPEN}{}{CLOSE}", without_controls(text)),
            Self::Api(english) => {
                let clean = without_controls(english);
                catalogue.sentence(&clean, &|at| format::exact(at, viewer)).unwrap_or_else(|| format!("{OPEN}{clean}{CLOSE}"))
            }
        }
    }
}

/// Whether a character turns the direction of what follows.
pub(super) fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text without the marks that turn the direction of what follows: data has no say in how the page around it is read.
pub(super) fn without_controls(text: &str) -> Cow<'_, str> {
    if text.contains(turns) { Cow::Owned(text.replace(turns, "")) } else { Cow::Borrowed(text) }
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
