//! The specimen book: every kind of page in every state, with sample data, to look at while the look is worked on. Only in
//! debug builds.
//!
//! Deliberately absent: messages of nouns. What stands here is data, so a change of a noun's words does not reach it.

use serde_json::json;

use crate::domain::money::{Currency, Money};
use crate::domain::time::Timestamp;
use crate::web::html::Viewer;
use crate::web::html::cell::{Cell, State, Tone};
use crate::web::html::chart::{Bar, Chart};
use crate::web::html::form::{Choice, Control, Field, Group, Problem};
use crate::web::html::page::{
    Action, ApiCall, Chip, DayFilter, DetailPage, Empty, Facts, Figure, Filter, FormPage, Happening, Head, ListPage, MessagePage, OverviewPage, Place, Preview,
    ReportPage, Search, SecretPage, Section, Step, Weight,
};
use crate::web::html::table::{Column, Phone, Row, Table};
use crate::web::html::text::{Text, data};

/// A specimen's name, what it shows, and how it is made.
type Specimen = (&'static str, &'static str, fn(&Viewer) -> String);

/// All of them.
pub const SPECIMENS: [Specimen; 24] = [
    ("list", "A list with rows, filters and chips", |v| subscriptions(v).render(v)),
    ("list-long", "Names of 60 characters, JPY and KWD, right-to-left data", |v| long_list(v).render(v)),
    ("list-one", "One row, no filters", |v| one_row(v).render(v)),
    ("list-empty", "Nothing yet", |v| empty_list(&[]).render(v)),
    ("list-none-found", "Nothing that fits the filters", |v| empty_list(&["blocked", "“zzz”"]).render(v)),
    ("list-actions", "Rows with small forms", |v| keys(v).render(v)),
    ("detail", "An object with every kind of section", |v| subscription(v).render(v)),
    ("detail-invoice", "A document with sums", |v| invoice(v).render(v)),
    ("detail-long", "Long names and right-to-left data", |v| long_detail(v).render(v)),
    ("form", "Every control, filled in", |v| every_control(false).render(v)),
    ("form-new", "A form with nothing in it", |v| new_customer().render(v)),
    ("form-errors", "An error in every field", |v| every_control(true).render(v)),
    ("form-danger", "What takes something away", |v| danger().render(v)),
    ("form-preview", "What a form would come to", |v| looked_at().render(v)),
    ("form-expired", "A session that ended in the middle", |v| expired().render(v)),
    ("overview-new", "A house without customers", |v| overview_new().render(v)),
    ("overview", "A house that is lived in", |v| overview(v).render(v)),
    ("report", "Charts and their numbers", |v| report(v).render(v)),
    ("report-empty", "A report before the first sale", |v| {
        ReportPage { empty: Some(list("", Place::Reports, table_of(Vec::new())).empty), ..report(v) }.render(v)
    }),
    ("secret", "A secret that is shown once", |v| secret(v).render(v)),
    ("message", "An error", |v| message(Place::Customers).render(v)),
    ("message-outside", "A farewell", |v| message(Place::Outside).render(v)),
    ("sign-in", "Signed out", |v| sign_in(false).render(v)),
    ("sign-in-error", "Signed out, with a wrong password", |v| sign_in(true).render(v)),
];

/// The specimen of a name; with an empty one the list of all.
pub fn parts(viewer: &Viewer, which: &str) -> Option<String> {
    if which.is_empty() {
        return Some(contents().render(viewer));
    }
    SPECIMENS.iter().find(|(name, ..)| *name == which).map(|(_, _, make)| make(viewer))
}

const LONG: &str = "Hippopotomonstrosesquippedaliophobia-Streaming-Gesellschaft m";
const ARABIC: &str = "مؤسسة النور للبث الرقمي (الرياض)";
const ID: &str = "cust_019b3c55-7f1e-7cc2-8a41-5d3c9a7e1f20";

fn contents() -> ListPage {
    let rows = SPECIMENS.iter().map(|(name, about, _)| Row::link(format!("/admin/_parts/{name}"), vec![Cell::Code((*name).into()), Cell::Text(data(*about))]));
    let table = Table {
        caption: data("Specimens"),
        columns: vec![Column::new(data("Name"), Phone::First), Column::new(data("What it shows"), Phone::Second)],
        rows: rows.collect(),
    };
    ListPage { table, search: None, filters: Vec::new(), primary: None, total: data("Specimens"), ..list("Specimens", Place::Outside, table_of(Vec::new())) }
}

fn report(viewer: &Viewer) -> ReportPage {
    let values = [31_000, 28_500, 29_400, 33_100, -4_200, 0, 120, 36_900, 41_250, 44_800, 47_310, 52_090];
    let day = |n: usize| Cell::Day(viewer.now.plus_ms(i64::try_from(n).unwrap_or(0) * 86_400_000));
    let rows = values.iter().enumerate().map(|(n, value)| Row::new(vec![day(n), money(*value, "EUR"), money(value / 10, "EUR")]));
    let columns = vec![Column::new(data("Days"), Phone::First), Column::end(data("Revenue"), Phone::FirstEnd), Column::end(data("Tax"), Phone::Second)];
    let chart = Chart {
        headline: money(52_090, "EUR"),
        greatest: money(52_090, "EUR"),
        begins: day(0),
        ends: day(values.len() - 1),
        bars: values.iter().map(|value| Bar { value: *value, says: format!("{value} cents") }).collect(),
        table: Table { caption: data("Revenue"), columns, rows: rows.collect() },
        numbers: data("The numbers"),
    };
    let figure = |label: &str, value: Cell| Figure { label: data(label), value, href: "#revenue".into(), under: None };
    ReportPage {
        head: Head::new(Place::Reports, data("Reports")),
        help: Some(data("Days are those of Europe/Paris.")),
        path: "/admin/_parts/report".into(),
        days: vec![
            DayFilter { name: "from", label: data("From"), value: "2026-05-03".into() },
            DayFilter { name: "to", label: data("To"), value: "2026-05-14".into() },
        ],
        errors: Vec::new(),
        filters: Vec::new(),
        empty: None,
        figures: vec![figure("Monthly recurring revenue", money(1_234_567, "KWD")), figure("Revenue", money(52_090, "EUR")), figure("Trials", Cell::Count(12))],
        sections: vec![Section::Chart { id: "revenue", title: data("Revenue"), chart: Box::new(chart), more: Action::go(data("CSV"), "/admin/_parts/report") }],
        api: Some(ApiCall::get("/api/v1/reports/summary")),
    }
}

fn money(minor: i64, code: &str) -> Cell {
    Cell::Money(amount(minor, code))
}

fn amount(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::parse(code).expect("the currencies here are in ISO 4217"))
}

fn hours(viewer: &Viewer, hours: i64) -> Timestamp {
    viewer.now.plus_ms(hours * 3_600_000)
}

fn state(tone: Tone, word: &str, follows: Option<&str>) -> State {
    State { tone, word: data(word), follows: follows.map(data) }
}

fn name(text: &str) -> Cell {
    Cell::Text(data(text))
}

fn table_of(rows: Vec<Row>) -> Table {
    Table {
        caption: data("Subscriptions"),
        columns: vec![
            Column::new(data("Customer"), Phone::First),
            Column::new(data("Product"), Phone::Second),
            Column::new(data("State"), Phone::SecondEnd),
            Column::new(data("Paid until"), Phone::Hidden),
            Column::end(data("Amount"), Phone::FirstEnd),
        ],
        rows,
    }
}

fn list(title: &str, place: Place, table: Table) -> ListPage {
    ListPage {
        head: Head::new(place, data(title)),
        help: None,
        primary: Some(Action::primary(data("New subscription"), "/admin/_parts/form-new")),
        path: "/admin/_parts/list".into(),
        search: Some(Search::new("")),
        search_label: data("Customer, e-mail or number"),
        filters: vec![
            Filter {
                name: "status",
                label: data("State"),
                choices: vec![Choice::new("", data("any")), Choice::new("active", data("active")), Choice::new("past_due", data("past due"))],
                value: "active".into(),
                typed: None,
            },
            Filter {
                name: "product",
                label: data("Product"),
                choices: vec![Choice::new("", data("any")), Choice::new("gold", data("Gold package with sports and everything else"))],
                value: String::new(),
                typed: Some("product"),
            },
        ],
        chips: Vec::new(),
        table,
        total: data("1,547 subscriptions"),
        first: None,
        next: None,
        empty: Empty {
            text: data("Subscriptions stand here: who pays for what, and until when it is paid."),
            action: Some(Action::primary(data("New subscription"), "/admin/_parts/form-new")),
            more: Some(("/docs/".into(), data("How subscriptions work"))),
        },
        api: Some(ApiCall::get("/api/v1/subscriptions?status=active&limit=50")),
    }
}

fn subscriptions(viewer: &Viewer) -> ListPage {
    let names = ["Ana Petrović", "Björk Guðmundsdóttir", "Chen Wei", "Dana O’Neill", "نور الهدى", "Emeka Okafor", "Fatima Zahra", "George"];
    let rows = (0..24).map(|n: i64| {
        let index = usize::try_from(n).unwrap_or(0);
        let state = match n % 5 {
            0 => state(Tone::Notice, "past due", Some("2 days left")),
            1 => state(Tone::Neutral, "cancelled", Some("3 May")),
            2 => state(Tone::Bad, "suspended", None),
            _ => state(Tone::Good, "active", None),
        };
        let end = hours(viewer, (n - 4) * 26);
        let cells = vec![
            name(names[index % names.len()]),
            Cell::Muted(data(if n % 3 == 0 { "Gold, 3 months" } else { "Basic, 1 month" })),
            Cell::State(state),
            Cell::Instant(end),
            money(999 + n * 12_345, if n % 7 == 6 { "EUR" } else { "USD" }),
        ];
        Row::link("/admin/_parts/detail", cells)
    });
    let chips = ["active or past due", "Gold package", "ends this week"].map(|text| Chip { text: data(text), without: "/admin/_parts/list".into() });
    ListPage {
        help: Some(data("Who pays for what, and until when it is paid.")),
        chips: chips.into(),
        first: Some("/admin/_parts/list".into()),
        next: Some("/admin/_parts/list".into()),
        ..list("Subscriptions", Place::Subscriptions, table_of(rows.collect()))
    }
}

fn long_list(viewer: &Viewer) -> ListPage {
    let row = |who: &str, what: &str, minor: i64, code: &str, state: State| {
        Row::link("/admin/_parts/detail-long", vec![name(who), name(what), Cell::State(state), Cell::Instant(hours(viewer, 40)), money(minor, code)])
    };
    let rows = vec![
        row(LONG, LONG, 999_999_999_999, "JPY", state(Tone::Notice, "past due", Some("suspended in 12 days unless paid"))),
        row(ARABIC, "الباقة الذهبية", 1_935, "KWD", state(Tone::Good, "active", None)),
        row("W".repeat(60).as_str(), "Gold", -1_935_000, "KWD", state(Tone::Good, "active", Some("renews on 3 May"))),
        row("<script>alert('x')</script>", "\u{202e}evil\" onmouseover=\"", 0, "USD", state(Tone::Bad, "suspended", None)),
        row("株式会社ストリーミング東京本社営業部第一課長田中様", "ゴールド", 1_935, "JPY", state(Tone::Neutral, "expired", Some("3 May 2025"))),
    ];
    let chips = vec![Chip { text: data(format!("{LONG} {LONG}")), without: "/".into() }, Chip { text: data(ARABIC), without: "/".into() }];
    ListPage { search: Some(Search::new(LONG)), chips, ..list("Subscriptions", Place::Subscriptions, table_of(rows)) }
}

fn one_row(viewer: &Viewer) -> ListPage {
    let cells = vec![name("Ana Petrović"), name("Gold"), Cell::State(state(Tone::Good, "active", None)), Cell::Day(viewer.now), money(999, "USD")];
    ListPage {
        search: None,
        filters: Vec::new(),
        total: data("1 subscription"),
        ..list("Subscriptions", Place::Subscriptions, table_of(vec![Row::link("/", cells)]))
    }
}

fn empty_list(filters: &[&str]) -> ListPage {
    let mut page = list("Subscriptions", Place::Subscriptions, table_of(Vec::new()));
    page.total = data("0 subscriptions");
    page.chips = filters.iter().map(|text| Chip { text: data(*text), without: "/admin/_parts/list-empty".into() }).collect();
    if !filters.is_empty() {
        page.empty = Empty { text: data("Nothing fits these filters."), action: None, more: None };
        return page;
    }
    ListPage { search: None, filters: Vec::new(), primary: None, ..page }
}

fn keys(viewer: &Viewer) -> ListPage {
    let row = |label: &str, used: Cell| Row {
        href: None,
        cells: vec![name(label), Cell::Code("bh_live_7f3a…".into()), Cell::Tags(vec!["customers:read".into(), "invoices:write".into()]), used],
        actions: vec![Action { weight: Weight::Danger, ..Action::go(data("Revoke"), "/admin/_parts/form-danger") }],
    };
    let table = Table {
        caption: data("API keys"),
        columns: vec![
            Column::new(data("Name"), Phone::First),
            Column::new(data("Begins with"), Phone::FirstEnd),
            Column::new(data("Scopes"), Phone::Second),
            Column::new(data("Last used"), Phone::Hidden),
        ],
        rows: vec![row("Shop", Cell::Instant(hours(viewer, -3))), row(LONG, Cell::Instant(hours(viewer, -80))), row(ARABIC, Cell::Nothing)],
    };
    ListPage {
        head: Head::new(Place::Keys, data("API keys")).under("/admin/settings", data("Settings")),
        primary: Some(Action::primary(data("New key"), "/")),
        search: None,
        filters: Vec::new(),
        total: data("3 keys"),
        ..list("API keys", Place::Keys, table)
    }
}

fn invoices_section(viewer: &Viewer) -> Section {
    let row = |number: &str, tone: Tone, word: &str, at: Timestamp, minor: i64| {
        Row::link("/admin/_parts/detail-invoice", vec![Cell::Code(number.into()), Cell::State(state(tone, word, None)), Cell::Day(at), money(minor, "USD")])
    };
    let table = Table {
        caption: data("Invoices"),
        columns: vec![
            Column::new(data("Number"), Phone::First),
            Column::new(data("State"), Phone::Second),
            Column::new(data("Due"), Phone::SecondEnd),
            Column::end(data("Total"), Phone::FirstEnd),
        ],
        rows: vec![
            row("2026-000141", Tone::Notice, "open", hours(viewer, 100), 2_997),
            row("2026-000097", Tone::Good, "paid", hours(viewer, -620), 2_997),
            row("2025-001204", Tone::Neutral, "void", hours(viewer, -2_900), 2_997),
        ],
    };
    Section::Table { title: data("Invoices"), table, empty: data("No invoices yet."), more: Some(Action::go(data("All invoices"), "/admin/_parts/list")) }
}

fn happenings(viewer: &Viewer) -> Section {
    let happening = |h: i64, what: &str, who: Option<&str>, note: Option<&str>| Happening {
        at: Cell::Instant(hours(viewer, h)),
        what: data(what),
        who: who.map(data),
        note: note.map(str::to_owned),
    };
    Section::Happenings {
        title: data("What happened"),
        rows: vec![
            happening(0, "Payment recorded", Some("owner@example.com"), None),
            happening(-5, "Extended by 7 days", Some("key “Shop”"), Some("Goodwill after the outage.\nAna asked twice.")),
            happening(-30, "Renewal invoice 2026-000141 opened", None, None),
            happening(-2_000, "Began", Some("key “Shop”"), None),
        ],
    }
}

fn subscription(viewer: &Viewer) -> DetailPage {
    let period = (hours(viewer, -200), hours(viewer, 520));
    DetailPage {
        head: Head {
            notice: Some(data("Extended by 7 days. Paid until 30 May.")),
            ..Head::new(Place::Subscriptions, data("Gold package")).under("/admin/_parts/list", data("Subscriptions")).under("/", data("Ana Petrović"))
        },
        state: Some(state(Tone::Notice, "past due", Some("2 days left"))),
        subtitle: Some(Cell::Link { href: "/admin/_parts/detail".into(), text: data("Ana Petrović, ana@example.com") }),
        actions: vec![
            Action::primary(data("Renew"), "/admin/_parts/form-new"),
            Action::go(data("Extend"), "/admin/_parts/form-new"),
            Action::danger(data("Cancel"), "/admin/_parts/form-danger"),
        ],
        story: vec![
            Section::Note(state(Tone::Notice, "The renewal invoice is open", Some("access is suspended in 2 days unless it is paid"))),
            invoices_section(viewer),
            Section::Sums(vec![
                (data("3 × Gold, 1 month"), money(2_997, "USD")),
                (
                    data("Unused time of Basic"),
                    Cell::Explained {
                        value: Box::new(money(-412, "USD")), arithmetic: "9.99 USD × 12 days / 29 days\n= 4.1338 → 4.13 USD (rule 4.2)".into()
                    },
                ),
                (data("Due"), money(2_585, "USD")),
            ]),
            Section::Table {
                title: data("Accesses"),
                table: Table { rows: Vec::new(), ..table_of(Vec::new()) },
                empty: data("Access begins when the first invoice is paid."),
                more: None,
            },
            Section::Prose { title: data("Notes"), text: "Pays in cash at the shop.\nCall before suspending.".into() },
            happenings(viewer),
        ],
        facts: vec![
            Facts {
                title: data("Facts"),
                rows: vec![
                    (data("Period"), Cell::Span(period.0, period.1)),
                    (data("Paid until"), Cell::Instant(hours(viewer, 50))),
                    (data("Amount"), Cell::Stack(vec![money(2_997, "USD"), Cell::Muted(data("3 × 9.99 each month"))])),
                    (data("Connections"), Cell::Count(3)),
                    (data("Renews"), Cell::Text(data("by itself"))),
                    (data("Reseller"), Cell::Nothing),
                    (data("Tags"), Cell::Tags(vec!["cash".into(), "vip".into(), ARABIC.into()])),
                ],
                actions: vec![Action::go(data("Edit"), "/admin/_parts/form")],
            },
            Facts {
                title: data("Access"),
                rows: vec![(data("User name"), Cell::Copyable("ana-7f3a".into())), (data("Id"), Cell::Copyable(ID.into()))],
                actions: vec![Action::post(data("Show the password"), "/")],
            },
        ],
        api: vec![ApiCall::get("/api/v1/subscriptions/sub_019b3c55")],
    }
}

fn invoice(viewer: &Viewer) -> DetailPage {
    let line = |what: &str, quantity: i64, minor: i64, code: &str| {
        Row::new(vec![name(what), Cell::Count(quantity), money(minor, code), money(minor * quantity, code)])
    };
    let table = Table {
        caption: data("Lines"),
        columns: vec![
            Column::new(data("What"), Phone::First),
            Column::end(data("Quantity"), Phone::SecondEnd),
            Column::end(data("Each"), Phone::Second),
            Column::end(data("Amount"), Phone::FirstEnd),
        ],
        rows: vec![line("Gold, 1 – 31 May 2026", 3, 1_935, "KWD"), line("Gold, setup fee", 1, 500, "KWD"), line(LONG, 1_000, 12_345, "KWD")],
    };
    DetailPage {
        head: Head::new(Place::Invoices, data("2026-000141")).under("/admin/_parts/list", data("Invoices")),
        state: Some(state(Tone::Notice, "open", Some("due in 3 days"))),
        subtitle: Some(Cell::Link { href: "/".into(), text: data(ARABIC) }),
        actions: vec![Action::primary(data("Mark as paid"), "/"), Action::go(data("Print"), "/"), Action::danger(data("Void"), "/")],
        story: vec![
            Section::Table { title: data("Lines"), table, empty: data(""), more: None },
            Section::Sums(vec![(data("Subtotal"), money(12_351_305, "KWD")), (data("Paid"), money(-1_305, "KWD")), (data("Due"), money(12_350_000, "KWD"))]),
        ],
        facts: vec![Facts {
            title: data("Document"),
            rows: vec![
                (data("Issued"), Cell::Day(viewer.now)),
                (data("Due"), Cell::Day(hours(viewer, 72))),
                (data("To"), Cell::Prose("Al Noor\nBlock 3, Street 12\nKuwait City".into())),
            ],
            actions: Vec::new(),
        }],
        api: vec![ApiCall {
            method: "POST",
            path: "/api/v1/invoices/inv_019b3c55/mark-paid".into(),
            body: Some(json!({ "method": "cash", "reference": "Ana's receipt", "paidAt": "2026-05-03T12:00:00Z" })),
        }],
    }
}

fn long_detail(viewer: &Viewer) -> DetailPage {
    let mut page = subscription(viewer);
    page.head = Head::new(Place::Customers, data(format!("{LONG} {LONG}"))).under("/", data(LONG)).under("/", data(ARABIC));
    page.subtitle = Some(Cell::Text(data(ARABIC)));
    page.state = Some(state(Tone::Good, "active", Some("renews on 3 May 2027 with everything that belongs to it")));
    page.facts = vec![Facts {
        title: data(LONG),
        rows: vec![
            (data(LONG), name(LONG)),
            (data("Id"), Cell::Copyable(ID.repeat(2))),
            (data("Link"), Cell::Link { href: "/".into(), text: data(LONG) }),
            (data("Amount"), money(999_999_999_999, "JPY")),
            (data("Tags"), Cell::Tags(vec![LONG.into(), ARABIC.into()])),
            (data("Address"), Cell::Prose(format!("{LONG}\n{ARABIC}"))),
        ],
        actions: vec![Action::go(data(LONG), "/")],
    }];
    page
}

fn form(title: &str, groups: Vec<Group>) -> FormPage {
    FormPage {
        head: Head::new(Place::Customers, data(title)).under("/admin/_parts/list", data("Customers")),
        lead: None,
        warning: None,
        groups,
        problem: None,
        action: "/admin/_parts/form".into(),
        submit: data("Save"),
        weight: Weight::Primary,
        cancel: Some("/admin/_parts/list".into()),
        once: "7d1f2c".into(),
        preview: None,
        api: Some(ApiCall { method: "POST", path: "/api/v1/customers".into(), body: Some(json!({ "name": "Ana Petrović", "email": "ana@example.com" })) }),
    }
}

fn new_customer() -> FormPage {
    let fields = vec![
        Field::new("name", data("Name"), Control::Line).required().autocomplete("name"),
        Field::new("email", data("E-mail"), Control::Email).hint(data("Invoices and reminders go there.")).autocomplete("email"),
        Field::new("currency", data("Currency"), Control::Suggest(vec![Choice::new("USD", data("US dollar")), Choice::new("EUR", data("euro"))])).value("USD"),
    ];
    let folded = vec![Field::new("taxNumber", data("Tax number"), Control::Line), Field::new("notes", data("Notes"), Control::Prose)];
    FormPage { submit: data("Create the customer"), ..form("New customer", vec![Group::plain(fields), Group::folded(data("Address and tax"), folded)]) }
}

fn every_control(wrong: bool) -> FormPage {
    let choices =
        || vec![Choice::new("invoice", data("By an invoice")), Choice::new("credit", data("From the balance")), Choice::new("none", data("Elsewhere"))];
    let hinted = || {
        vec![
            Choice::hinted("invoice", data("By an invoice"), data("Access begins when it is paid.")),
            Choice::hinted("manual", data("Paid now"), data("Cash, a transfer: access begins at once.")),
            Choice::new("none", data("Elsewhere")),
        ]
    };
    let mut first = vec![
        Field::new("name", data("Name"), Control::Line).required().value("Ana “the boss” Petrović").autocomplete("name"),
        Field::new("email", data("E-mail"), Control::Email).value("ana@example.com").hint(data("Invoices and reminders go there.")).autocomplete("email"),
        Field::new("password", data("New password"), Control::Password { new: true }).hint(data("At least 8 characters.")),
        Field::new("current", data("Password"), Control::Password { new: false }),
        Field::new("notes", data("Notes"), Control::Prose).value("Two lines\nof notes </textarea>"),
        Field::new("collection", data("How it is paid"), Control::Select(choices())).value("credit"),
        Field::new("payment", data("First payment"), Control::Radio(hinted()))
            .required()
            .value("manual")
            .hint(data("It can be changed until the first invoice.")),
        Field::new("scopes", data("Scopes"), Control::Checks(hinted())).value("invoice,none").hint(data("What the key may do.")),
        Field::new("autoRenew", data("Renews by itself"), Control::Check).value("true").hint(data("Without it the subscription ends with what is paid.")),
    ];
    let mut second = vec![
        Field::new("days", data("Free days"), Control::Number { min: 1, max: 3650, unit: Some(data("days")) }).required().value("7"),
        Field::new("count", data("Connections"), Control::Number { min: 1, max: 100, unit: None }).value("3"),
        Field::new("prices[0].amount", data("Price"), Control::Amount { currency: "KWD".into() }).value("1.935").hint(data("Of one period.")),
        Field::new("percent", data("Percentage"), Control::Percent).value("7.5"),
        Field::new("from", data("From"), Control::Day).value("2026-05-03"),
        Field::new("country", data("Country"), Control::Suggest(vec![Choice::new("DE", data("Germany"))])).value("DE"),
        Field::new("hidden", data("Hidden"), Control::Hidden).value("carried"),
        Field::new("more", data("More rows"), Control::More),
    ];
    let mut third = vec![
        Field::new("tags", data("Tags"), Control::Tags).value("cash, vip").hint(data("Words, separated by commas.")),
        Field::new("numbers", data("Days"), Control::Numbers).value("0, 1, 3").hint(data("Whole numbers, separated by commas.")),
        Field::new("metadata", data("Your own pairs"), Control::Pairs).value("crm: 17\nseller: نور"),
    ];
    let mut problem = None;
    if wrong {
        for field in first.iter_mut().chain(&mut second).chain(&mut third).filter(|f| f.is_typed()) {
            field.error = Some(Text::Api(if field.required { "This field is required" } else { "Must have at most 200 characters" }.into()));
        }
        problem =
            Some(Problem { message: data("Nothing was saved. Please look at these fields."), others: vec![Text::Api("This product is archived".into())] });
    }
    FormPage {
        lead: Some(data("Whatever is left empty keeps the business's own setting.")),
        problem,
        ..form("Every control", vec![Group::plain(first), Group::named(data("Amounts and dates"), second), Group::folded(data("Tags and pairs"), third)])
    }
}

fn danger() -> FormPage {
    let when = Control::Radio(vec![
        Choice::hinted("period_end", data("At the end of what is paid"), data("30 May. Ana keeps the 12 paid days.")),
        Choice::hinted("now", data("Now"), data("Ana keeps nothing of the 12 paid days.")),
    ]);
    FormPage {
        warning: Some(data("This cancels Ana’s subscription to Gold for good. A cancelled subscription does not come back; a new one would begin anew.")),
        submit: data("Cancel the subscription"),
        weight: Weight::Danger,
        cancel: Some("/admin/_parts/detail".into()),
        ..form("Cancel Gold of Ana Petrović", vec![Group::plain(vec![Field::new("when", data("When"), when).required().value("period_end")])])
    }
}

fn looked_at() -> FormPage {
    let line = |what: &str, minor, how: &str| {
        Row::new(vec![
            Cell::Prose(what.to_owned()),
            money(minor, "KWD"),
            Cell::Stack(vec![Cell::Text(data("Credit on INV-000017")), Cell::Prose(how.to_owned()), Cell::Text(data("−0.310 KWD tax"))]),
        ])
    };
    let table = Table {
        caption: data("What it comes to"),
        columns: vec![
            Column::new(data("Description"), Phone::First),
            Column::end(data("Amount"), Phone::FirstEnd),
            Column::new(data("How it came about"), Phone::Second),
        ],
        rows: vec![
            line("Hippopotomonstrosesquippedaliophobia-Streaming-Gesellschaft m", -1_935, "6 of 31 days left: 10.000 × 6/31 = 1.93548…, rounded to 1.935 KWD"),
            line("الباقة الذهبية", 123_456_789, "1 × 123456.789 = 123456.789 KWD"),
        ],
    };
    let comes_to = vec![
        Section::Table { title: data("What it comes to"), table, empty: data("Nothing."), more: None },
        Section::Sums(vec![(data("Subtotal"), money(123_454_854, "KWD")), (data("Total"), money(123_454_854, "KWD"))]),
        Section::Pairs(vec![(data("Due"), money(123_454_854, "KWD")), (data("Voided"), Cell::Text(data("INV-000018")))]),
    ];
    let api = ApiCall { method: "POST", path: "/api/v1/subscriptions/sub_1/preview".into(), body: Some(json!({ "action": "cancel" })) };
    FormPage { preview: Some(Preview { api, fields: &[], comes_to }), ..danger() }
}

fn expired() -> FormPage {
    let problem = Problem {
        message: data("You were signed out meanwhile. Nothing was saved and nothing you typed is lost: sign in, and it is sent."),
        others: Vec::new(),
    };
    FormPage { problem: Some(problem), ..sign_in(false) }
}

fn sign_in(wrong: bool) -> FormPage {
    let fields = vec![
        Field::new("email", data("E-mail"), Control::Email).required().value("owner@example.com").autocomplete("username"),
        Field::new("password", data("Password"), Control::Password { new: false }).required(),
    ];
    FormPage {
        head: Head::new(Place::Outside, data("Sign in")),
        problem: wrong.then(|| Problem { message: data("No account has this e-mail address and this password."), others: Vec::new() }),
        submit: data("Sign in"),
        cancel: None,
        api: None,
        ..form("Sign in", vec![Group::plain(fields)])
    }
}

fn overview_new() -> OverviewPage {
    let step = |done, text: &str| Step { done, text: data(text), href: "/admin/_parts/form-new".into() };
    OverviewPage {
        head: Head::new(Place::Overview, data("Overview")),
        steps: vec![
            step(true, "Say who you are: name and address for invoices"),
            step(false, "Add what you sell"),
            step(false, "Add the first customer"),
            step(false, "Sell the first subscription"),
        ],
        figures: vec![
            Figure { label: data("Customers"), value: Cell::Count(0), href: "/".into(), under: None },
            Figure { label: data("Live subscriptions"), value: Cell::Count(0), href: "/".into(), under: None },
            Figure { label: data("Open invoices"), value: Cell::Count(0), href: "/".into(), under: None },
        ],
        sections: Vec::new(),
        api: Some(ApiCall::get("/api/v1/me")),
    }
}

fn overview(viewer: &Viewer) -> OverviewPage {
    let table = table_of(subscriptions(viewer).table.rows.into_iter().take(5).collect());
    OverviewPage {
        steps: Vec::new(),
        figures: vec![
            Figure { label: data("Customers"), value: Cell::Count(1_547), href: "/".into(), under: Some(data("12 since Monday")) },
            Figure { label: data("Live subscriptions"), value: Cell::Count(1_203), href: "/".into(), under: Some(data("31 past due")) },
            Figure { label: data("Open invoices"), value: money(8_412_350, "USD"), href: "/".into(), under: Some(data("214 invoices")) },
            Figure { label: data("Paid this month"), value: money(1_935_000, "KWD"), href: "/".into(), under: None },
        ],
        sections: vec![
            Section::Note(state(Tone::Bad, "3 customers are suspended", Some("since yesterday"))),
            Section::Table {
                title: data("Ends this week"),
                table,
                empty: data("Nothing ends this week."),
                more: Some(Action::go(data("All 31"), "/admin/_parts/list")),
            },
            happenings(viewer),
        ],
        ..overview_new()
    }
}

fn secret(viewer: &Viewer) -> SecretPage {
    SecretPage {
        head: Head::new(Place::Keys, data("The key “Shop”")).under("/", data("Settings")).under("/", data("API keys")),
        lead: data("Copy the key now and keep it where your secrets are. It is not shown again."),
        secret: "bh_live_5b7d1f2c9a7e1f2083dd41c05d3c9a7e1f20".into(),
        command: format!("curl {}/api/v1/me -H 'Authorization: Bearer bh_live_5b7d1f2c9a7e1f2083dd41c05d3c9a7e1f20'", viewer.base_url),
        facts: vec![(data("Scopes"), Cell::Tags(vec!["customers:read".into(), "invoices:write".into()])), (data("Expires"), Cell::Instant(hours(viewer, 100)))],
        done: Action::primary(data("I have it"), "/admin/_parts/list-actions"),
    }
}

fn message(place: Place) -> MessagePage {
    let back = Action::primary(data("Back to the customers"), "/");
    MessagePage {
        head: Head::new(place, data(if place == Place::Outside { "You are signed out" } else { "Something went wrong on our side" })),
        text: data("The customer was not saved, and nothing was changed. Try again in a minute; if it stays so, tell us the number below."),
        actions: vec![back, Action::go(data("Overview"), "/")],
        request_id: (place != Place::Outside).then(|| "req_019b3c557f1e7cc28a415d3c9a7e1f20".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_specimen_is_written_in_every_language_and_listed() {
        for language in crate::web::html::catalogue::TAGS {
            let viewer = Viewer::sample(language);
            let contents = parts(&viewer, "").expect("the list of all");
            for (name, ..) in SPECIMENS {
                let html = parts(&viewer, name).unwrap_or_default();
                assert!(html.contains("<h1>") && html.ends_with("</html>\n") && !html.contains('⟪'), "{language} {name}");
                assert!(contents.contains(&format!("\"/admin/_parts/{name}\"")), "{name} is not listed");
            }
        }
        assert_eq!(parts(&Viewer::sample("en"), "no-such-specimen"), None);
    }
}
