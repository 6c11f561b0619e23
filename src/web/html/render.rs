//! Writes pages: one template for each kind of page, one for each part that pages share.
//!
//! Templates escape whatever they are given. The only text that they take as markup is what this file made of escaped text
//! ([`Markup`]) and other templates. Deliberately absent: anything that knows what a page is about.

use std::fmt;

use askama::filters::{Escaper, Html, HtmlSafe};
use askama::{FastWritable, Template, Values};

use crate::domain::money::Money;
use crate::domain::time::Timestamp;
use crate::web::html::catalogue::{self, CLOSE, OPEN};
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, ApiCall, DetailPage, Does, FormPage, Head, ListPage, MessagePage, OverviewPage, Place, SecretPage, Section, Weight};
use crate::web::html::table::{Align, Column, Phone, Row, Table};
use crate::web::html::text::{Text, without_controls};
use crate::web::html::{Viewer, asset, curl, format};

/// Text that is HTML already: escaped, with `<bdi>` around what has a direction of its own.
struct Markup(String);

impl Markup {
    fn of(marked: &str) -> Self {
        let mut out = String::with_capacity(marked.len() + 16);
        let mut rest = marked;
        while let Some(at) = rest.find([OPEN, CLOSE]) {
            escape(&mut out, &rest[..at]);
            let mark = rest[at..].chars().next().unwrap_or(CLOSE);
            out.push_str(if mark == OPEN { "<bdi>" } else { "</bdi>" });
            rest = &rest[at + mark.len_utf8()..];
        }
        escape(&mut out, rest);
        Self(out)
    }
}

fn escape(out: &mut String, text: &str) {
    Html.write_escaped_str(&mut *out, text).expect("a String takes all that is written to it");
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FastWritable for Markup {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn Values) -> askama::Result<()> {
        Ok(dest.write_str(&self.0)?)
    }
}

impl HtmlSafe for Markup {}

/// What templates write with: they ask it for words, and for the parts of a page.
#[derive(Clone, Copy)]
struct Pen<'a> {
    viewer: &'a Viewer,
}

impl<'a> Pen<'a> {
    fn language(self) -> &'static str {
        catalogue::of(self.viewer.language).tag()
    }

    fn direction(self) -> &'static str {
        catalogue::of(self.viewer.language).direction()
    }

    /// A message as markup.
    fn say(self, id: &'static str) -> Markup {
        Markup::of(&catalogue::of(self.viewer.language).plain(id))
    }

    /// A message for an attribute.
    fn word(self, id: &'static str) -> String {
        catalogue::of(self.viewer.language).plain(id)
    }

    fn html(self, text: &Text) -> Markup {
        if let Text::Api(english) = text
            && self.language() != "en"
            && catalogue::of(self.viewer.language).sentence(&without_controls(english)).is_none()
        {
            let mut out = String::from("<span lang=\"en\" dir=\"ltr\">");
            escape(&mut out, &without_controls(english));
            out.push_str("</span>");
            return Markup(out);
        }
        Markup::of(&text.marked(self.viewer))
    }

    /// Data is cut where its own direction ends, a message where the page's does.
    fn is_data(self, text: &Text) -> bool {
        matches!(text, Text::Data(_))
    }

    /// For attributes and values.
    fn plain(self, text: &Text) -> String {
        text.show(self.viewer)
    }

    fn clean(self, text: &str) -> String {
        without_controls(text).into_owned()
    }

    fn asset(self, name: &str) -> String {
        asset::href(name)
    }

    fn cell(self, cell: &'a Cell) -> CellView<'a> {
        CellView { p: self, cell, bare: false }
    }

    /// A cell inside a link: nothing in it can be clicked by itself.
    fn bare(self, cell: &'a Cell) -> CellView<'a> {
        CellView { p: self, cell, bare: true }
    }

    fn state(self, state: &'a State) -> StateView<'a> {
        StateView { p: self, state }
    }

    fn table(self, table: &'a Table) -> TableView<'a> {
        TableView { p: self, table, places: places(&table.columns) }
    }

    fn section(self, section: &'a Section) -> SectionView<'a> {
        SectionView { p: self, section }
    }

    fn action(self, action: &'a Action) -> ActionView<'a> {
        ActionView { p: self, action }
    }

    fn field(self, field: &'a Field, mark_optional: bool) -> FieldView<'a> {
        FieldView { p: self, field, id: field_id(&field.name), mark_optional }
    }

    fn api(self, call: &ApiCall) -> ApiView<'a> {
        ApiView { p: self, line: curl::line(call, &self.viewer.base_url) }
    }

    fn rail(self, head: &Head) -> RailView<'a> {
        RailView { p: self, place: head.place }
    }

    fn amount(self, money: &Money) -> String {
        format::amount(*money, catalogue::of(self.viewer.language))
    }

    fn number(self, count: &i64) -> String {
        format::number(*count, catalogue::of(self.viewer.language))
    }

    fn near(self, at: &Timestamp) -> String {
        format::near(*at, self.viewer)
    }

    fn exact(self, at: &Timestamp) -> String {
        format::exact(*at, self.viewer)
    }

    fn day(self, at: &Timestamp) -> String {
        format::day(*at, self.viewer)
    }

    fn iso_day(self, at: &Timestamp) -> String {
        format::iso_day(*at, self.viewer.zone)
    }

    fn span(self, from: &Timestamp, to: &Timestamp) -> String {
        format::span(*from, *to, self.viewer)
    }

    /// Of the browser's tab.
    fn title(self, head: &Head) -> String {
        let title = self.plain(&head.title);
        let of = self.viewer.business.as_deref().map_or("Billhead".into(), without_controls);
        if title == of { title } else { format!("{title} · {of}") }
    }
}

/// A list has one column for each place on the phone: a second one for the same place is left out there.
fn places(columns: &[Column]) -> Vec<Phone> {
    let mut taken = Vec::new();
    let place = |column: &Column| {
        let place = if taken.contains(&column.phone) { Phone::Hidden } else { column.phone };
        taken.push(place);
        place
    };
    columns.iter().map(place).collect()
}

/// A field's name as an id that a link can name: `prices[0].amount` becomes `f-prices-0--amount`.
fn field_id(name: &str) -> String {
    let mut id = String::from("f-");
    id.extend(name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }));
    id
}

macro_rules! view {
    ($(#[$about:meta])* $name:ident, $template:literal { $($field:ident: $type:ty),* }) => {
        $(#[$about])*
        #[derive(Template)]
        #[template(path = $template)]
        struct $name<'a> {
            p: Pen<'a>,
            $($field: $type),*
        }
        impl HtmlSafe for $name<'_> {}
    };
}

view!(CellView, "cell.html" { cell: &'a Cell, bare: bool });
view!(StateView, "state.html" { state: &'a State });
view!(TableView, "table.html" { table: &'a Table, places: Vec<Phone> });
view!(SectionView, "section.html" { section: &'a Section });
view!(ActionView, "action.html" { action: &'a Action });
view!(FieldView, "field.html" { field: &'a Field, id: String, mark_optional: bool });
view!(ApiView, "api.html" { line: String });
view!(RailView, "rail.html" { place: Place });
view!(ListView, "list.html" { page: &'a ListPage });
view!(DetailView, "detail.html" { page: &'a DetailPage });
view!(FormView, "form.html" { page: &'a FormPage, mark_optional: bool });
view!(OverviewView, "overview.html" { page: &'a OverviewPage });
view!(SecretView, "secret.html" { page: &'a SecretPage });
view!(MessageView, "message.html" { page: &'a MessagePage });

impl StateView<'_> {
    fn tone(&self) -> &'static str {
        match self.state.tone {
            Tone::Good => "good",
            Tone::Notice => "note",
            Tone::Bad => "bad",
            Tone::Neutral => "neutral",
        }
    }
}

impl TableView<'_> {
    /// The class of column `n`'s cells.
    fn class(&self, n: &usize) -> &'static str {
        let place = self.places.get(*n).copied().unwrap_or(Phone::Hidden);
        let end = self.table.columns.get(*n).is_some_and(|column| column.align == Align::End);
        match (place, end) {
            (Phone::First, false) => "a",
            (Phone::First, true) => "a end",
            (Phone::FirstEnd, false) => "b",
            (Phone::FirstEnd, true) => "b end",
            (Phone::Second, false) => "c",
            (Phone::Second, true) => "c end",
            (Phone::SecondEnd, false) => "d",
            (Phone::SecondEnd, true) => "d end",
            (Phone::Hidden, false) => "z",
            (Phone::Hidden, true) => "z end",
        }
    }

    /// Classes that tell the stylesheet how much room the numbers and dates of the table need (in steps of 40 px), and how
    /// many columns share the rest.
    fn room(&self) -> String {
        let Some(row) = self.table.rows.first() else { return String::new() };
        let rigid: Vec<u32> = row.cells.iter().filter_map(rigid_width).collect();
        let actions = self.table.rows.iter().map(|row| row.actions.len()).max().and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        let columns = u32::try_from(row.cells.len()).unwrap_or(0) + u32::from(actions > 0);
        let total = rigid.iter().sum::<u32>() + actions * 128 + columns.saturating_sub(1) * 24;
        let flexible = row.cells.len().saturating_sub(rigid.len());
        format!("f{} w{}", flexible.clamp(1, 8), total.div_ceil(40).min(20))
    }

    fn has_actions(&self) -> bool {
        self.table.rows.iter().any(|row: &Row| !row.actions.is_empty())
    }
}

/// The width of what is never cut, in px; None for what can be.
fn rigid_width(cell: &Cell) -> Option<u32> {
    match cell {
        Cell::Money(_) => Some(144),
        Cell::Count(_) => Some(72),
        Cell::Instant(_) | Cell::Day(_) => Some(128),
        Cell::Span(..) => Some(184),
        Cell::Explained { value, .. } => rigid_width(value),
        _ => None,
    }
}

impl ActionView<'_> {
    fn class(&self) -> &'static str {
        match self.action.weight {
            Weight::Primary => "button primary",
            Weight::Plain => "button",
            Weight::Danger => "button danger",
        }
    }
}

impl FieldView<'_> {
    /// The ids of what describes the field: its error first.
    fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if self.field.error.is_some() {
            ids.push(format!("{}-error", self.id));
        }
        if self.field.hint.is_some() {
            ids.push(format!("{}-hint", self.id));
        }
        ids.join(" ")
    }

    fn checked(&self, choice: &Choice) -> bool {
        self.field.value.split(',').any(|value| value.trim() == choice.value)
    }

    /// A date that no calendar has would be lost in a date field: it stays what it is, text.
    fn is_date(&self) -> bool {
        let value = self.field.value.as_str();
        value.is_empty() || (value.len() == 10 && Timestamp::parse(value).is_ok())
    }

    fn optional(&self) -> bool {
        self.mark_optional && !self.field.required
    }
}

impl FormView<'_> {
    fn wrong(&self) -> impl Iterator<Item = (&Field, &Text)> {
        let fields = self.page.groups.iter().flat_map(|group| &group.fields);
        fields.filter_map(|field| field.error.as_ref().map(|error| (field, error)))
    }

    fn submit_class(&self) -> &'static str {
        if self.page.weight == Weight::Danger { "button danger" } else { "button primary" }
    }

    /// Something in a folded group is filled in or wrong: then it is open.
    fn open(&self, group: &Group) -> bool {
        group.fields.iter().any(|field| {
            let filled = match &field.control {
                Control::Hidden => false,
                Control::Check => field.value == "true",
                Control::Select(choices) | Control::Radio(choices) => choices.first().is_some_and(|first| first.value != field.value),
                _ => !field.value.is_empty(),
            };
            filled || field.error.is_some()
        })
    }

    fn target(&self, field: &Field) -> String {
        field_id(&field.name)
    }

    fn is_hidden(&self, field: &Field) -> bool {
        matches!(field.control, Control::Hidden)
    }
}

fn written(template: &impl Template) -> String {
    template.render().expect("a String takes all that is written to it")
}

impl ListPage {
    pub fn render(&self, viewer: &Viewer) -> String {
        written(&ListView { p: Pen { viewer }, page: self })
    }
}

impl DetailPage {
    pub fn render(&self, viewer: &Viewer) -> String {
        written(&DetailView { p: Pen { viewer }, page: self })
    }
}

impl FormPage {
    pub fn render(&self, viewer: &Viewer) -> String {
        let some_required = self.groups.iter().flat_map(|group| &group.fields).any(|field| field.required);
        written(&FormView { p: Pen { viewer }, page: self, mark_optional: some_required && self.head.place != Place::Outside })
    }
}

impl OverviewPage {
    pub fn render(&self, viewer: &Viewer) -> String {
        written(&OverviewView { p: Pen { viewer }, page: self })
    }
}

impl SecretPage {
    pub fn render(&self, viewer: &Viewer) -> String {
        written(&SecretView { p: Pen { viewer }, page: self })
    }
}

impl MessagePage {
    pub fn render(&self, viewer: &Viewer) -> String {
        written(&MessageView { p: Pen { viewer }, page: self })
    }
}
