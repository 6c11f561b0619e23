//! What the demo's business is called, sells, and to whom.

use serde_json::{Value, json};

pub const NAME: &str = "Northlight Streaming";

pub fn settings() -> Value {
    json!({
        "business": {
            "name": NAME, "currency": "EUR", "timezone": "Europe/Berlin", "email": "billing@northlight.example", "taxId": "DE 301 442 117",
            "address": { "line1": "Speicherstraße 14", "city": "Hamburg", "postalCode": "20457", "country": "DE" }
        },
        "billing": { "invoiceNumberFormat": "NL-{n:06}", "creditNoteNumberFormat": "NL-C-{n:05}" }
    })
}

/// Name, description, price a month in euros, devices, set-up fee.
const PLANS: [(&str, &str, &str, u32, &str); 8] = [
    ("Basic", "Local channels and a week of replay", "5.99", 1, "0"),
    ("Family", "All general channels on three screens", "9.99", 3, "0"),
    ("Kids", "Cartoons and nothing else", "3.99", 2, "0"),
    ("Movies", "Films old and new, without adverts", "7.49", 2, "0"),
    ("Sports", "Every league that we may show", "12.99", 2, "0"),
    ("World", "News and channels from forty countries", "8.49", 2, "0"),
    ("Premium", "Everything, in 4K", "17.99", 4, "0"),
    ("Premium with box", "Everything, with a box that we set up", "19.99", 4, "29.00"),
];

/// Five prices each: three currencies by the month, a quarter, a year.
pub fn products() -> Vec<Value> {
    let product = |(name, description, month, devices, fee): &(&str, &str, &str, u32, &str)| {
        let cents: i64 = month.replace('.', "").parse().unwrap_or(999);
        let amount = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
        json!({
            "name": name, "description": description, "price": month, "currency": "EUR", "interval": "month", "setupFee": fee, "maxConnections": devices,
            "prices": [
                { "currency": "USD", "amount": amount(cents + 100) },
                { "currency": "GBP", "amount": amount(cents - 50) },
                { "currency": "EUR", "amount": amount(cents * 3 - 200), "intervalCount": 3 },
                { "currency": "EUR", "amount": amount(cents * 10), "interval": "year" }
            ]
        })
    };
    PLANS.iter().map(product).collect()
}

pub fn tax_rates() -> Vec<Value> {
    [("MwSt.", "19", "DE"), ("USt.", "20", "AT"), ("TVA", "20", "FR"), ("IVA", "21", "ES"), ("VAT", "20", "GB")]
        .map(|(name, percent, country)| json!({ "name": name, "percent": percent, "inclusive": true, "country": country }))
        .to_vec()
}

pub fn coupons() -> Vec<Value> {
    vec![
        json!({ "code": "WELCOME", "percentOff": "50", "duration": "once" }),
        json!({ "code": "SUMMER", "percentOff": "20", "duration": "repeating", "durationPeriods": 3 }),
        json!({ "code": "FRIENDS", "percentOff": "10", "duration": "forever" }),
    ]
}

const FIRST: [&str; 48] = [
    "Anna", "Jonas", "Marie", "Felix", "Lena", "Paul", "Clara", "Emil", "Nadia", "Karim", "Leïla", "Youssef", "Sofía", "Mateo", "Lucía", "Diego", "Chloé",
    "Hugo", "Camille", "Louis", "Olivia", "Harry", "Amelia", "George", "Isla", "Noah", "Priya", "Arjun", "Mei", "Wei", "Aiko", "Haruto", "Zofia", "Jakub",
    "Elena", "Marco", "Giulia", "Luca", "Ingrid", "Lars", "Freja", "Oskar", "Ayşe", "Emre", "Fatima", "Omar", "Ivana", "Petar",
];

const LAST: [&str; 48] = [
    "Becker",
    "Schulz",
    "Wagner",
    "Hoffmann",
    "Krüger",
    "Vogel",
    "Brandt",
    "Lorenz",
    "Haddad",
    "Nasser",
    "Benali",
    "Mansour",
    "García",
    "Romero",
    "Vidal",
    "Navarro",
    "Moreau",
    "Lefèvre",
    "Girard",
    "Rousseau",
    "Clarke",
    "Hughes",
    "Bennett",
    "Foster",
    "Murray",
    "Walsh",
    "Sharma",
    "Patel",
    "Chen",
    "Lin",
    "Tanaka",
    "Sato",
    "Kowalska",
    "Nowak",
    "Popescu",
    "Rossi",
    "Ferrari",
    "Greco",
    "Lindqvist",
    "Nilsson",
    "Jensen",
    "Holm",
    "Yılmaz",
    "Demir",
    "Aziz",
    "Khalil",
    "Horvat",
    "Marić",
];

/// Country, currency, city, zone; the first ones more often.
const PLACES: [(&str, &str, &str, &str); 10] = [
    ("DE", "EUR", "Hamburg", "Europe/Berlin"),
    ("DE", "EUR", "Leipzig", "Europe/Berlin"),
    ("DE", "EUR", "Köln", "Europe/Berlin"),
    ("AT", "EUR", "Graz", "Europe/Vienna"),
    ("FR", "EUR", "Lyon", "Europe/Paris"),
    ("ES", "EUR", "Sevilla", "Europe/Madrid"),
    ("GB", "GBP", "Leeds", "Europe/London"),
    ("GB", "GBP", "Bristol", "Europe/London"),
    ("US", "USD", "Portland", "America/Los_Angeles"),
    ("US", "USD", "Boston", "America/New_York"),
];

/// A customer, and the currency that he pays in.
pub fn customer(number: u32, name: u64, place: u64) -> (Value, &'static str) {
    let pick = |from: u64, length: usize| usize::try_from(from).unwrap_or(0) % length;
    let (first, last) = (FIRST[pick(name, FIRST.len())], LAST[pick(name >> 20, LAST.len())]);
    let (country, currency, city, zone) = PLACES[pick(place, PLACES.len())];
    let plain = |text: &str| -> String { text.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect() };
    let body = json!({
        "name": format!("{first} {last}"),
        "email": format!("{}.{}{number}@example.net", plain(first), plain(last)),
        "address": { "city": city, "country": country },
        "currency": currency,
        "billingTimezone": zone
    });
    (body, currency)
}
