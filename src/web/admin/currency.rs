//! Currencies to choose from, by their names in the viewer's language.

use crate::domain::money::Currency;
use crate::web::html::Viewer;
use crate::web::html::form::Choice;
use crate::web::html::text::{Arg, Text, data, say, say_with};

/// The currencies that people pay with, by their codes. A field that holds another one offers that too.
pub fn currencies(viewer: &Viewer) -> Vec<Choice> {
    Currency::circulating().map(|c| Choice::new(c.code(), words(c, viewer))).collect()
}

/// The code, with the name where there is one in the viewer's language.
fn words(currency: Currency, viewer: &Viewer) -> Text {
    let code = currency.code();
    match NAMED.iter().find(|(named, _)| *named == code) {
        Some((_, name)) => say_with("currency-named", [("code", Arg::Text(code.to_owned())), ("name", Arg::Say(say(name)))]),
        None if viewer.language == "en" => data(format!("{code} · {}", currency.name())),
        None => data(code),
    }
}

/// Those that are used most, whose names the catalogue has.
const NAMED: [(&str, &str); 57] = [
    ("AED", "currency-aed"),
    ("ARS", "currency-ars"),
    ("AUD", "currency-aud"),
    ("BHD", "currency-bhd"),
    ("BRL", "currency-brl"),
    ("CAD", "currency-cad"),
    ("CHF", "currency-chf"),
    ("CLP", "currency-clp"),
    ("CNY", "currency-cny"),
    ("COP", "currency-cop"),
    ("CZK", "currency-czk"),
    ("DKK", "currency-dkk"),
    ("DZD", "currency-dzd"),
    ("EGP", "currency-egp"),
    ("EUR", "currency-eur"),
    ("GBP", "currency-gbp"),
    ("HKD", "currency-hkd"),
    ("HUF", "currency-huf"),
    ("IDR", "currency-idr"),
    ("ILS", "currency-ils"),
    ("INR", "currency-inr"),
    ("IQD", "currency-iqd"),
    ("JOD", "currency-jod"),
    ("JPY", "currency-jpy"),
    ("KES", "currency-kes"),
    ("KRW", "currency-krw"),
    ("KWD", "currency-kwd"),
    ("LBP", "currency-lbp"),
    ("LYD", "currency-lyd"),
    ("MAD", "currency-mad"),
    ("MXN", "currency-mxn"),
    ("MYR", "currency-myr"),
    ("NGN", "currency-ngn"),
    ("NOK", "currency-nok"),
    ("NZD", "currency-nzd"),
    ("OMR", "currency-omr"),
    ("PEN", "currency-pen"),
    ("PHP", "currency-php"),
    ("PKR", "currency-pkr"),
    ("PLN", "currency-pln"),
    ("QAR", "currency-qar"),
    ("RON", "currency-ron"),
    ("RUB", "currency-rub"),
    ("SAR", "currency-sar"),
    ("SDG", "currency-sdg"),
    ("SEK", "currency-sek"),
    ("SGD", "currency-sgd"),
    ("SYP", "currency-syp"),
    ("THB", "currency-thb"),
    ("TND", "currency-tnd"),
    ("TRY", "currency-try"),
    ("TWD", "currency-twd"),
    ("UAH", "currency-uah"),
    ("USD", "currency-usd"),
    ("VND", "currency-vnd"),
    ("YER", "currency-yer"),
    ("ZAR", "currency-zar"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(language: &'static str) -> Vec<(String, String)> {
        let viewer = Viewer::sample(language);
        currencies(&viewer).into_iter().map(|c| (c.value, c.text.show(&viewer))).collect()
    }

    #[test]
    fn currencies_have_names_in_the_viewers_language_or_none() {
        let (english, arabic) = (shown("en"), shown("ar"));
        let of = |shown: &[(String, String)], code: &str| shown.iter().find(|(c, _)| c == code).map(|(_, text)| text.clone()).unwrap_or_default();
        assert_eq!((of(&english, "EUR").as_str(), of(&english, "MGA").as_str()), ("EUR · euro", "MGA · Malagasy ariary"));
        assert_eq!((of(&arabic, "EUR").as_str(), of(&arabic, "SAR").as_str(), of(&arabic, "MGA").as_str()), ("EUR · يورو", "SAR · ريال سعودي", "MGA"));
        assert!(english.iter().all(|(code, text)| text.starts_with(&format!("{code} · "))), "{english:?}");
        // No English among the Arabic names, and every named currency is one that people pay with.
        let named: Vec<&(String, String)> = arabic.iter().filter(|(code, text)| code != text).collect();
        assert_eq!(named.len(), NAMED.len());
        assert!(named.iter().all(|(code, text)| !text[code.len()..].contains(|c: char| c.is_ascii_alphabetic())), "{named:?}");
    }
}
