//! Writes pages: one template for each kind of page, one for each part that pages share.
//!
//! Templates escape whatever they are given. The only text that they take as markup is what this file made of escaped text
//! ([`Markup`]) and other templates. Deliberately absent: anything that knows what a page is about.

use std::fmt;

use askama::filters::{Escaper, Html, HtmlSafe};
use askama::{FastWritable, Template, Values};

use crate::domain::money::Money;
use crate::domain::time::{Timestamp, parse_day};
use crate::web::html::catalogue::{self, CLOSE, OPEN};
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::chart::{Chart, Drawn, HEIGHT};
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{
    Action, ApiCall, DayFilter, DetailPage, Does, Empty, Filter, FormPage, Head, ListPage, MessagePage, OverviewPage, Place, ReportPage, SecretPage, Section,
    Weight,
};
use crate::web::html::table::{Align, Column, Phone, Row, Table};
use crate::web::html::text::{Arg, Text, say, say_with, without_controls};
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
            && catalogue::of(self.viewer.language).sentence(&without_controls(english), &|at| format::exact(at, self.viewer)).is_none()
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

    /// Where billing time stands.
    fn test_clock(self) -> Markup {
        self.html(&say_with("clock-now", [("time", Arg::Text(format::exact(self.viewer.now, self.viewer)))]))
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

    fn chart(self, chart: &'a Chart, label: &'a Text) -> ChartView<'a> {
        ChartView { p: self, chart, label }
    }

    fn action(self, action: &'a Action) -> ActionView<'a> {
        ActionView { p: self, action }
    }

    fn field(self, field: &'a Field) -> FieldView<'a> {
        FieldView { p: self, field, id: field_id(&field.name) }
    }

    fn api(self, call: &ApiCall) -> ApiView<'a> {
        self.calls(std::slice::from_ref(call))
    }

    fn calls(self, calls: &[ApiCall]) -> ApiView<'a> {
        ApiView { p: self, lines: calls.iter().map(|call| curl::line(call, &self.viewer.base_url)).collect() }
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

    fn moment(self, at: &Timestamp) -> String {
        format::moment(*at, self.viewer)
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

/// A list has one column for each place on the phone: a second one for the same place is left out there. Of lines with a name there
/// are any number.
fn places(columns: &[Column]) -> Vec<Phone> {
    let mut taken = Vec::new();
    let place = |column: &Column| {
        let place = if column.phone != Phone::Labelled && taken.contains(&column.phone) { Phone::Hidden } else { column.phone };
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
view!(FieldView, "field.html" { field: &'a Field, id: String });
view!(ApiView, "api.html" { lines: Vec<String> });
view!(RailView, "rail.html" { place: Place });
view!(ChartView, "chart.html" { chart: &'a Chart, label: &'a Text });
view!(ReportView, "report.html" { page: &'a ReportPage });
view!(ListView, "list.html" { page: &'a ListPage });
view!(DetailView, "detail.html" { page: &'a DetailPage });
view!(FormView, "form.html" { page: &'a FormPage });
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
            (Phone::Labelled, false) => "l",
            (Phone::Labelled, true) => "l end",
            (Phone::Hidden, false) => "z",
            (Phone::Hidden, true) => "z end",
        }
    }

    /// The heading that column `n`'s cells have beside them on the phone.
    fn label(&self, n: &usize) -> Option<&Text> {
        let is_labelled = self.places.get(*n) == Some(&Phone::Labelled);
        self.table.columns.get(*n).filter(|_| is_labelled).map(|column| &column.head)
    }

    fn has_actions(&self) -> bool {
        self.table.rows.iter().any(|row: &Row| !row.actions.is_empty())
    }
}

impl ChartView<'_> {
    /// Each bar with what it says.
    fn bars(&self) -> impl Iterator<Item = (Drawn, &str)> {
        self.chart.drawn().into_iter().zip(self.chart.bars.iter().map(|bar| bar.says.as_str()))
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

    /// What is stored stays chosen, also where it is offered no more.
    fn is_unlisted(&self, choices: &[Choice]) -> bool {
        !self.field.value.is_empty() && !choices.iter().any(|choice| choice.value == self.field.value)
    }

    /// A date that no calendar has would be lost in a date field: it stays what it is, text.
    fn is_date(&self) -> bool {
        let value = self.field.value.as_str();
        value.is_empty() || (value.len() == 10 && Timestamp::parse(value).is_ok())
    }

    fn optional(&self) -> bool {
        // A choice always says something, and what a form comes with stays unless somebody changes it.
        let is_choice = matches!(self.field.control, Control::Radio(_) | Control::Checks(_) | Control::Select(_));
        !self.field.required && !self.field.preset && !is_choice
    }
}

impl ListView<'_> {
    /// Where nothing is, nothing is to be found: only what was asked for can be the reason.
    fn has_what_to_filter(&self) -> bool {
        let offers = self.page.search.is_some() || !self.page.filters.is_empty();
        offers && !(self.page.table.rows.is_empty() && self.page.chips.is_empty() && self.wrong_search().is_none())
    }

    fn wrong_search(&self) -> Option<&Text> {
        self.page.wrong_search()
    }
}

impl ListView<'_> {
    /// What stands for any.
    fn first_choice(&self, filter: &Filter) -> String {
        filter.choices.first().map(|choice| self.p.plain(&choice.text)).unwrap_or_default()
    }
}

impl ReportView<'_> {
    fn error_of(&self, name: &str) -> Option<&Text> {
        self.page.errors.iter().find(|(of, _)| of == name).map(|(_, error)| error)
    }

    /// What is wrong with what the form does not ask.
    fn other_errors(&self) -> impl Iterator<Item = Text> {
        let is_asked = |name: &str| self.page.days.iter().any(|day| day.name == name) || self.page.filters.iter().any(|filter| filter.name == name);
        self.page.errors.iter().filter(move |(name, _)| !is_asked(name)).map(|(name, error)| match error {
            Text::Api(message) => Text::Api(format!("{name}: {message}")),
            said => said.clone(),
        })
    }

    fn is_date(&self, day: &DayFilter) -> bool {
        day.value.is_empty() || parse_day(&day.value).is_some()
    }
}

impl FormView<'_> {
    /// Each wrong field with its error; of rows that are alike, with its row.
    fn wrong(&self) -> impl Iterator<Item = (Option<&Text>, &Field, &Text)> {
        let fields = self.page.groups.iter().flat_map(|group| group.fields.iter().map(move |field| (group.legend.as_ref().filter(|_| group.row), field)));
        fields.filter_map(|(row, field)| field.error.as_ref().map(|error| (row, field, error)))
    }

    /// What it would come to can be asked for, and was not yet.
    fn may_look(&self) -> bool {
        self.page.preview.as_ref().is_some_and(|preview| preview.comes_to.is_empty())
    }

    /// What the form does, after the question what that comes to.
    fn calls(&self, act: &ApiCall) -> Vec<ApiCall> {
        let asks = self.page.preview.as_ref().map(|preview| ApiCall { body: act.body.as_ref().map(|body| preview.body(body)), ..preview.api.clone() });
        asks.into_iter().chain([act.clone()]).collect()
    }

    fn submit_class(&self) -> &'static str {
        if self.page.weight == Weight::Danger { "button danger" } else { "button primary" }
    }

    /// Something in a folded group is filled in or wrong: then it is open.
    fn open(&self, group: &Group) -> bool {
        group.fields.iter().any(|field| {
            let filled = match &field.control {
                Control::Hidden | Control::More => false,
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

    /// The first button is the one that Enter presses: it must not be one that only makes room.
    fn has_more(&self) -> bool {
        self.page.groups.iter().flat_map(|group| &group.fields).any(|field| matches!(field.control, Control::More))
    }

    fn is_hidden(&self, field: &Field) -> bool {
        matches!(field.control, Control::Hidden)
    }
}

fn written(template: &impl Template) -> String {
    template.render().expect("a String takes all that is written to it")
}

impl ListPage {
    /// Why what is looked for cannot be.
    pub fn wrong_search(&self) -> Option<&Text> {
        self.search.as_ref()?.error.as_ref()
    }

    /// Of a search that cannot be made nothing is shown but the form, in which it stands.
    fn without_findings(self) -> Self {
        let action = Some(Action::go(say("list-none-match-action"), self.path.clone()));
        let empty = Empty { text: say("list-not-searched"), action, more: None };
        let table = Table { rows: Vec::new(), ..self.table };
        Self { table, first: None, next: None, empty, api: None, ..self }
    }

    pub fn render(&self, viewer: &Viewer) -> String {
        match self.wrong_search() {
            None => written(&ListView { p: Pen { viewer }, page: self }),
            Some(_) => written(&ListView { p: Pen { viewer }, page: &self.clone().without_findings() }),
        }
    }
}

impl DetailPage {
    pub fn render(&self, viewer: &Viewer) -> String {
        written(&DetailView { p: Pen { viewer }, page: self })
    }
}

impl FormPage {
    pub fn render(&self, viewer: &Viewer) -> String {
        written(&FormView { p: Pen { viewer }, page: self })
    }
}

impl OverviewPage {
    pub fn render(&self, viewer: &Viewer) -> String {
        written(&OverviewView { p: Pen { viewer }, page: self })
    }
}

impl ReportPage {
    pub fn render(&self, viewer: &Viewer) -> String {
        written(&ReportView { p: Pen { viewer }, page: self })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use crate::web::html::chart::Bar;
    use crate::web::html::form::Problem;
    use crate::web::html::page::{Chip, Facts, Figure, Happening, Preview, Search, Step};
    use crate::web::html::text::{Arg, data, say_with};

    /// Breaks out of text, of attributes in either quote, of a text area and of a comment, and turns the direction of what follows.
    const HOSTILE: &str = "<script>alert(1)</script>\"'&</textarea></title><!--\u{202e}\u{2066}\u{2069}x";

    fn all_cells() -> Vec<Cell> {
        let text = || data(HOSTILE);
        let message = say_with("date-exact", [("day", Arg::Text(HOSTILE.into())), ("time", Arg::Say(text())), ("zone", Arg::Text(HOSTILE.into()))]);
        let state = State { tone: Tone::Bad, word: text(), follows: Some(text()) };
        let now = Viewer::sample("en").now;
        vec![
            Cell::Nothing,
            Cell::Text(text()),
            Cell::Text(message),
            Cell::Muted(Text::Api(HOSTILE.into())),
            Cell::Prose(HOSTILE.into()),
            Cell::Code(HOSTILE.into()),
            Cell::Link { href: format!("/?q={HOSTILE}").replace(['\u{202e}', '\u{2066}', '\u{2069}'], ""), text: text() },
            Cell::Money(Money::new(-5, Currency::parse("KWD").expect("a currency"))),
            Cell::Count(1_547),
            Cell::Instant(now),
            Cell::Moment(now),
            Cell::Day(now),
            Cell::Span(now, now),
            Cell::State(state),
            Cell::Tags(vec![HOSTILE.into()]),
            Cell::Stack(vec![Cell::Text(text())]),
            Cell::Explained { value: Box::new(Cell::Text(text())), arithmetic: HOSTILE.into() },
        ]
    }

    fn head(place: Place) -> Head {
        Head { notice: Some(data(HOSTILE)), ..Head::new(place, data(HOSTILE)).under("/", data(HOSTILE)) }
    }

    fn action(weight: Weight, does: Does) -> Action {
        Action { text: data(HOSTILE), href: "/\"><script>alert(1)</script>".into(), does, weight }
    }

    fn table() -> Table {
        let cells = all_cells();
        let columns = cells.iter().map(|_| Column::new(data(HOSTILE), Phone::First)).collect();
        let rows = vec![
            Row { actions: vec![action(Weight::Danger, Does::Post)], ..Row::new(cells.clone()) },
            Row::link("/\"><script>alert(1)</script>", cells.iter().rev().cloned().collect()),
        ];
        Table { caption: data(HOSTILE), columns, rows }
    }

    fn chart() -> Chart {
        let bars = [5, -3, 0].map(|value| Bar { value, says: HOSTILE.into() });
        let cell = || Cell::Text(data(HOSTILE));
        Chart { headline: cell(), greatest: cell(), begins: cell(), ends: cell(), bars: bars.into(), table: table(), numbers: data(HOSTILE) }
    }

    fn list() -> ListPage {
        ListPage {
            head: head(Place::Customers),
            help: Some(data(HOSTILE)),
            primary: Some(action(Weight::Primary, Does::Go)),
            path: "/admin/customers".into(),
            search: Some(Search::new("typed")),
            search_label: data(HOSTILE),
            filters: vec![Filter {
                name: "status",
                label: data(HOSTILE),
                choices: vec![Choice::new("\"><script>", data(HOSTILE))],
                value: String::new(),
                typed: Some("x"),
            }],
            chips: vec![Chip { text: data(HOSTILE), without: "/\"><script>".into() }],
            table: table(),
            total: data(HOSTILE),
            first: Some("/?a=1&b=\"".into()),
            next: Some("/?a=1&b=\"".into()),
            empty: Empty { text: data(HOSTILE), action: Some(action(Weight::Plain, Does::Go)), more: Some(("/\"".into(), data(HOSTILE))) },
            api: Some(ApiCall::get("/api/v1/customers?q=<script>\"'")),
        }
    }

    fn sections() -> Vec<Section> {
        vec![
            Section::Table { title: data(HOSTILE), table: table(), empty: data(HOSTILE), more: Some(action(Weight::Plain, Does::Go)) },
            Section::Table { title: data(HOSTILE), table: Table { rows: Vec::new(), ..table() }, empty: data(HOSTILE), more: None },
            Section::Sums(all_cells().into_iter().map(|cell| (data(HOSTILE), cell)).collect()),
            Section::Pairs(all_cells().into_iter().map(|cell| (data(HOSTILE), cell)).collect()),
            Section::Prose { title: data(HOSTILE), text: HOSTILE.into() },
            Section::Happenings {
                title: data(HOSTILE),
                rows: vec![Happening { at: Cell::Nothing, what: data(HOSTILE), who: Some(data(HOSTILE)), note: Some(HOSTILE.into()) }],
            },
            Section::Note(State { tone: Tone::Good, word: data(HOSTILE), follows: None }),
            Section::NoteOf { state: State { tone: Tone::Good, word: data(HOSTILE), follows: Some(data(HOSTILE)) }, href: "/\"><script>".into() },
            Section::Chart { id: "chart", title: data(HOSTILE), chart: Box::new(chart()), more: action(Weight::Plain, Does::Go) },
            Section::Named { id: "named", section: Box::new(Section::Prose { title: data(HOSTILE), text: HOSTILE.into() }) },
        ]
    }

    fn every_control() -> Vec<Field> {
        let choices = || vec![Choice::hinted("\"><script>", data(HOSTILE), data(HOSTILE)), Choice::new("b", data("b"))];
        let controls = vec![
            Control::Line,
            Control::Email,
            Control::Password { new: true },
            Control::Prose,
            Control::Select(choices()),
            Control::Radio(choices()),
            Control::Checks(choices()),
            Control::Check,
            Control::Number { min: 1, max: 9, unit: Some(data(HOSTILE)) },
            Control::Amount { currency: "\"><script>".into() },
            Control::Percent,
            Control::Day,
            Control::Suggest(choices()),
            Control::Tags,
            Control::Numbers,
            Control::Pairs,
            Control::Hidden,
            Control::More,
        ];
        let field = |(n, control)| Field {
            error: Some(Text::Api(HOSTILE.into())),
            hint: Some(data(HOSTILE)),
            value: "</textarea>\"'&<script>".into(),
            ..Field::new(format!("a[{n}].\"<script>"), data(HOSTILE), control)
        };
        controls.into_iter().enumerate().map(field).collect()
    }

    fn form() -> FormPage {
        FormPage {
            head: head(Place::Customers),
            lead: Some(data(HOSTILE)),
            warning: Some(data(HOSTILE)),
            groups: vec![Group::plain(every_control()), Group::named(data(HOSTILE), every_control()), Group::folded(data(HOSTILE), every_control())],
            problem: Some(Problem { message: data(HOSTILE), others: vec![data(HOSTILE)] }),
            action: "/\"><script>".into(),
            submit: data(HOSTILE),
            weight: Weight::Danger,
            cancel: Some("/\"><script>".into()),
            once: "\"><script>".into(),
            preview: None,
            api: None,
        }
    }

    fn preview() -> Preview {
        let body = Some(serde_json::json!({ "action": HOSTILE }));
        let api = ApiCall { method: "POST", path: format!("/{HOSTILE}"), body };
        let rows = || all_cells().into_iter().map(|cell| (data(HOSTILE), cell)).collect();
        Preview { api, fields: &["a"], comes_to: vec![Section::Sums(rows()), Section::Pairs(rows())] }
    }

    fn every_page(viewer: &Viewer) -> Vec<(&'static str, String)> {
        let actions = || vec![action(Weight::Plain, Does::Post), action(Weight::Danger, Does::Go)];
        let pairs = || all_cells().into_iter().map(|cell| (data(HOSTILE), cell)).collect::<Vec<_>>();
        let detail = DetailPage {
            head: head(Place::Customers),
            state: Some(State { tone: Tone::Notice, word: data(HOSTILE), follows: Some(data(HOSTILE)) }),
            subtitle: Some(Cell::Stack(all_cells())),
            actions: actions(),
            story: sections(),
            facts: vec![Facts { title: data(HOSTILE), rows: pairs(), actions: actions() }],
            api: vec![ApiCall::get("/"), ApiCall::get("/2")],
        };
        let overview = OverviewPage {
            head: head(Place::Overview),
            steps: vec![Step { done: true, text: data(HOSTILE), href: "/\"".into() }, Step { done: false, text: data(HOSTILE), href: "/\"".into() }],
            figures: all_cells().into_iter().map(|value| Figure { label: data(HOSTILE), value, href: "/\"".into(), under: Some(data(HOSTILE)) }).collect(),
            sections: sections(),
            api: Some(ApiCall::get("/")),
        };
        let report = ReportPage {
            head: head(Place::Reports),
            help: Some(data(HOSTILE)),
            path: "/admin/reports".into(),
            days: vec![DayFilter { name: "from", label: data(HOSTILE), value: "\"><script>".into() }],
            errors: Vec::new(),
            filters: list().filters,
            empty: None,
            figures: overview.figures.clone(),
            sections: sections(),
            api: Some(ApiCall::get("/")),
        };
        let secret = SecretPage {
            head: head(Place::Keys),
            lead: data(HOSTILE),
            secret: "\"><script>'".into(),
            command: "\"><script>'".into(),
            facts: pairs(),
            done: action(Weight::Primary, Does::Go),
        };
        let message = MessagePage { head: head(Place::Outside), text: data(HOSTILE), actions: actions(), request_id: Some(HOSTILE.into()) };
        vec![
            ("list", list().render(viewer)),
            ("wrong search", ListPage { search: Some(Search { value: "typed".into(), error: Some(data(HOSTILE)) }), ..list() }.render(viewer)),
            ("empty list", ListPage { table: Table { rows: Vec::new(), ..table() }, ..list() }.render(viewer)),
            ("detail", detail.render(viewer)),
            ("report", report.render(viewer)),
            (
                "wrong report",
                ReportPage { errors: vec![("from".into(), data(HOSTILE)), ("x".into(), Text::Api(HOSTILE.into()))], ..report.clone() }.render(viewer),
            ),
            ("empty report", ReportPage { empty: Some(list().empty), ..report }.render(viewer)),
            ("form", form().render(viewer)),
            ("looked at", FormPage { preview: Some(preview()), ..form() }.render(viewer)),
            ("overview", overview.render(viewer)),
            ("secret", secret.render(viewer)),
            ("message", message.render(viewer)),
        ]
    }

    fn hostile_viewer(language: &'static str) -> Viewer {
        Viewer {
            csrf: "\"><script>".into(),
            signed_in: Some(HOSTILE.into()),
            business: Some(HOSTILE.into()),
            test_clock: false,
            base_url: "https://x\"><script>".into(),
            undone: false,
            ..Viewer::sample(language)
        }
    }

    /// The tags of a page and what is wrong with its quotes, read as a browser would.
    fn tags(html: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut rest = html;
        while let Some(open) = rest.find('<') {
            rest = &rest[open..];
            let mut quoted = false;
            let end = rest
                .char_indices()
                .find(|(_, c)| {
                    quoted ^= *c == '"';
                    *c == '>' && !quoted
                })
                .map_or(rest.len(), |(at, _)| at + 1);
            found.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
        found
    }

    #[test]
    fn no_text_of_anybody_becomes_markup() {
        for language in catalogue::TAGS {
            for (name, html) in every_page(&hostile_viewer(language)) {
                let tags = tags(&html);
                let scripts = tags.iter().filter(|t| t.starts_with("<script")).count();
                assert_eq!(scripts, 1, "{language} {name}");
                for tag in &tags {
                    assert!(!tag.contains(" on") && !tag.contains(" style=") && !tag.starts_with("<!--"), "{language} {name}: {tag}");
                    assert!(!tag[1..].contains('<'), "{language} {name}: {tag}");
                }
                let count = |what: &str| tags.iter().filter(|t| t.starts_with(what)).count();
                for element in ["textarea", "title", "bdi", "form", "details", "table", "a", "select", "fieldset"] {
                    let opened = count(&format!("<{element}>")) + count(&format!("<{element} "));
                    assert_eq!(opened, count(&format!("</{element}>")), "{language} {name}: {element}");
                }
                assert!(!html.contains(['\u{202e}', '\u{2066}', OPEN, CLOSE]), "{language} {name} lets data turn the page");
                assert!(!html.contains('⟪'), "{language} {name} misses a message");
            }
        }
    }

    #[test]
    fn what_data_says_is_still_there_to_read() {
        let html = list().render(&Viewer::sample("en"));
        assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;&#60;/textarea&#62;"));
    }

    #[test]
    fn ids_stand_once_and_every_reference_has_its_target() {
        let viewer = Viewer::sample("en");
        let one = FormPage { groups: vec![Group::plain(every_control())], ..form() };
        for (name, html) in every_page(&viewer).into_iter().filter(|(name, _)| !matches!(*name, "form" | "looked at")).chain([("form", one.render(&viewer))]) {
            let values = |attribute: &str| -> Vec<String> {
                let pattern = format!(" {attribute}=\"");
                let found = html.match_indices(&pattern).map(|(at, _)| html[at + pattern.len()..].split('"').next().unwrap_or("").to_owned());
                found.collect()
            };
            let ids = values("id");
            let distinct: std::collections::BTreeSet<&String> = ids.iter().collect();
            assert_eq!(distinct.len(), ids.len(), "{name}: {ids:?}");
            let references = values("aria-describedby").iter().flat_map(|v| v.split(' ').map(str::to_owned)).collect::<Vec<_>>();
            let links = values("href").into_iter().filter_map(|v| v.strip_prefix('#').map(str::to_owned));
            for target in references.into_iter().chain(values("for")).chain(values("list")).chain(links) {
                assert!(distinct.contains(&target), "{name}: nothing has the id {target}");
            }
            assert_eq!(html.matches("<h1>").count(), 1, "{name}");
        }
    }

    #[test]
    fn a_field_keeps_what_was_typed_but_a_password_is_never_sent_back() {
        let typed = |control: Control, value: &str| {
            let page = FormPage { groups: vec![Group::plain(vec![Field::new("f", data("F"), control).value(value)])], problem: None, ..form() };
            page.render(&Viewer::sample("en"))
        };
        assert!(typed(Control::Line, "a \u{202e}b").contains("value=\"a \u{202e}b\""));
        assert!(typed(Control::Number { min: 1, max: 9, unit: None }, "ten").contains("value=\"ten\""));
        assert!(typed(Control::Day, "2026-05-03").contains("type=\"date\""));
        let odd = typed(Control::Day, "3rd of May");
        assert!(odd.contains("value=\"3rd of May\"") && !odd.contains("type=\"date\""));
        assert!(typed(Control::Prose, "\n two\nlines ").contains(">\n\n two\nlines </textarea>"));
        assert!(!typed(Control::Password { new: false }, "hunter2hunter2").contains("hunter2"));
        let checks = Control::Checks(vec![Choice::new("a", data("A")), Choice::new("b", data("B")), Choice::new("c", data("C"))]);
        let html = typed(checks, "a, c");
        assert!(html.contains("value=\"a\" checked") && html.contains("value=\"b\">") && html.contains("value=\"c\" checked"), "{html}");
    }

    #[test]
    fn what_may_be_left_empty_says_so_and_nothing_else_does() {
        let is_marked = |field: Field| {
            let page = FormPage { groups: vec![Group::plain(vec![field])], problem: None, ..form() };
            page.render(&Viewer::sample("en")).contains("class=\"optional\"")
        };
        let number = || Control::Number { min: 1, max: 9, unit: None };
        let choices = || vec![Choice::new("a", data("A"))];
        assert!(is_marked(Field::new("f", data("F"), Control::Line)));
        assert!(is_marked(Field { value: "stored".into(), ..Field::new("f", data("F"), Control::Line) }), "what is stored may be taken away");
        assert!(is_marked(Field::new("f", data("F"), number())));
        assert!(!is_marked(Field::new("f", data("F"), number()).value("1")), "the form comes with it");
        assert!(!is_marked(Field::new("f", data("F"), Control::Line).required()));
        for control in [Control::Select(choices()), Control::Radio(choices()), Control::Checks(choices()), Control::Check] {
            assert!(!is_marked(Field::new("f", data("F"), control.clone())), "{control:?}");
        }
    }

    #[test]
    fn a_stored_value_that_is_offered_no_more_stays_chosen() {
        let select = |value: &str| {
            let control = Control::Select(vec![Choice::new("EUR", data("euro")), Choice::new("USD", data("dollar"))]);
            let page = FormPage { groups: vec![Group::plain(vec![Field::new("f", data("F"), control).value(value)])], problem: None, ..form() };
            page.render(&Viewer::sample("en"))
        };
        assert!(select("HRK").contains("<option value=\"HRK\" selected>HRK</option>"));
        assert_eq!(select("HRK").matches(" selected").count(), 1);
        assert_eq!(select("USD").matches("<option").count(), 2);
    }

    #[test]
    fn a_list_without_anything_offers_no_filters() {
        let has_filters = |page: ListPage| page.render(&Viewer::sample("en")).contains("class=\"filters\"");
        let nothing = || Table { rows: Vec::new(), ..table() };
        assert!(has_filters(list()));
        assert!(has_filters(ListPage { table: nothing(), ..list() }), "what was asked for can be taken back");
        assert!(!has_filters(ListPage { table: nothing(), chips: Vec::new(), ..list() }));
    }

    #[test]
    fn settings_and_keys_stand_beside_each_other() {
        let page = |head: Head| MessagePage { head, text: data("x"), actions: Vec::new(), request_id: None }.render(&Viewer::sample("en"));
        let tab = "<li><a href=\"/admin/settings/keys\" aria-current=\"page\">API keys</a></li>\n</ul></nav>";
        let keys = || Head::new(Place::Keys, data("API keys")).under("/admin/settings", data("Settings"));
        assert!(page(keys()).contains(tab) && page(Head::new(Place::Settings, data("Settings"))).contains("class=\"tabs\""));
        for other in [keys().under("/admin/settings/keys", data("API keys")), Head::new(Place::Customers, data("Ana"))] {
            assert!(!page(other).contains("class=\"tabs\""));
        }
    }

    #[test]
    fn every_form_that_posts_has_the_token_and_a_form_page_names_its_showing() {
        for (name, html) in every_page(&Viewer::sample("en")) {
            for form in html.split("<form ").skip(1).filter(|f| f.contains("method=\"post\"")) {
                assert!(form.contains("name=\"csrf\" value=\"token\""), "{name}: {form}");
            }
        }
        let html = FormPage { once: "7d1f".into(), ..form() }.render(&Viewer::sample("en"));
        assert!(html.contains("name=\"once\" value=\"7d1f\""));
    }

    /// The Enter key presses a form's first button: one that closes a dialog, of which there is none.
    #[test]
    fn a_dangerous_button_is_never_the_default_key() {
        let first = |weight| {
            let html = FormPage { weight, ..form() }.render(&Viewer::sample("en"));
            let form = html.split("class=\"fields\"").nth(1).expect("a form").to_owned();
            form.find("<button").map(|at| form[at..].split('>').next().unwrap_or("").to_owned())
        };
        assert!(first(Weight::Danger).is_some_and(|tag| tag.contains("formmethod=\"dialog\"")));
        assert!(first(Weight::Primary).is_some_and(|tag| !tag.contains("dialog")));
        // Where one can look first, the key looks.
        for comes_to in [Vec::new(), preview().comes_to] {
            let html = FormPage { weight: Weight::Danger, preview: Some(Preview { comes_to, ..preview() }), ..form() }.render(&Viewer::sample("en"));
            let form = html.split("class=\"fields\"").nth(1).expect("a form").to_owned();
            assert!(form.split("<button").nth(1).is_some_and(|tag| tag.contains("name=\"preview\"")), "{form}");
        }
    }

    #[test]
    fn a_folded_group_is_open_where_something_in_it_is_filled_in_or_wrong() {
        let open = |field: Field| {
            let page = FormPage { groups: vec![Group::folded(data("More"), vec![field])], ..form() };
            page.render(&Viewer::sample("en")).contains("class=\"fold\" open")
        };
        let line = || Field::new("f", data("F"), Control::Line);
        assert!(!open(line()));
        assert!(open(line().value("x")));
        assert!(open(Field { error: Some(data("wrong")), ..line() }));
        let select = || Field::new("f", data("F"), Control::Select(vec![Choice::new("a", data("A")), Choice::new("b", data("B"))]));
        assert!(!open(select().value("a")) && open(select().value("b")));
        assert!(!open(Field::new("f", data("F"), Control::Check).value("false")));
    }

    #[test]
    fn a_page_says_its_language_and_direction_and_what_is_lit() {
        let (en, ar) = (list().render(&Viewer::sample("en")), list().render(&Viewer::sample("ar")));
        assert!(en.contains("<html lang=\"en\" dir=\"ltr\">") && ar.contains("<html lang=\"ar\" dir=\"rtl\">"));
        assert!(en.contains("<a href=\"/admin/customers\" aria-current=\"page\">Customers</a>"));
        assert!(ar.contains("<a href=\"/admin/customers\" aria-current=\"page\">العملاء</a>"));
        // English of the API on an Arabic page says that it is English.
        let page =
            MessagePage { head: Head::new(Place::Outside, data("x")), text: Text::Api("Nobody ever said this".into()), actions: Vec::new(), request_id: None };
        assert!(page.render(&Viewer::sample("ar")).contains("<span lang=\"en\" dir=\"ltr\">Nobody ever said this</span>"));
        assert!(!page.render(&Viewer::sample("ar")).contains("class=\"rail\""));
    }

    #[test]
    fn a_row_is_one_link_and_a_place_on_the_phone_is_taken_once() {
        let columns = [Column::new(data("A"), Phone::First), Column::end(data("B"), Phone::FirstEnd), Column::new(data("C"), Phone::First)];
        assert_eq!(places(&columns), [Phone::First, Phone::FirstEnd, Phone::Hidden]);
        let link = Cell::Link { href: "/inner".into(), text: data("A") };
        let row = Row::link("/row", vec![link, Cell::Copyable("b".into()), Cell::Nothing]);
        let table = Table { caption: data("T"), columns: columns.into(), rows: vec![row] };
        let html = ListPage { table, ..list() }.render(&Viewer::sample("en"));
        assert!(html.contains("<a class=\"go\" href=\"/row\">") && !html.contains("/inner"));
    }
}
