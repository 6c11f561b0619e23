//! Text that people type: trimmed, of bounded length, without control characters; and the kinds of it with a form of their own.
//!
//! Lengths are counted in Unicode scalar values. Errors are sentences for the person who typed.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// JSON text as it is stored and shown, carried through unread. `wire` makes it and puts it out again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Encoded<'a>(pub Cow<'a, str>);

impl Encoded<'_> {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_owned(self) -> Encoded<'static> {
        Encoded(Cow::Owned(self.0.into_owned()))
    }
}

/// Text of `MIN` to `MAX` characters on one line.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Line<const MIN: usize, const MAX: usize>(String);

/// Text of `MIN` to `MAX` characters that may have several lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prose<const MIN: usize, const MAX: usize>(String);

pub type Name = Line<1, 200>;
pub type ExternalId = Line<1, 100>;
pub type Notes = Prose<1, 5000>;

impl<const MIN: usize, const MAX: usize> Line<MIN, MAX> {
    pub fn parse(raw: &str) -> Result<Self, String> {
        check_length(raw, 0, MAX)?;
        let text = raw.trim();
        check_length(text, MIN, MAX)?;
        if text.chars().any(char::is_control) {
            return Err("Must not contain control characters".into());
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MIN: usize, const MAX: usize> Prose<MIN, MAX> {
    pub fn parse(raw: &str) -> Result<Self, String> {
        check_length(raw, 0, MAX)?;
        let text = raw.trim();
        check_length(text, MIN, MAX)?;
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err("Must not contain control characters other than line breaks and tabs".into());
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

fn check_length(text: &str, min: usize, max: usize) -> Result<(), String> {
    let length = text.chars().count();
    if length == 0 && min > 0 {
        Err("Must not be empty".into())
    } else if length < min {
        Err(format!("Must have at least {min} characters"))
    } else if length > max {
        Err(format!("Must have at most {max} characters"))
    } else {
        Ok(())
    }
}

/// Nothing of it can be seen: marks of direction and of joining, fillers, spaces.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// What stands before the @. Quoted ones exist in the standard alone, and brackets belong around an address, not into it.
fn is_local_part(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|c| matches!(c, '"' | '<' | '>') || is_invisible(c))
}

/// One name between the points of a host: letters of any script with their marks, digits, hyphens.
fn is_label(text: &str) -> bool {
    let is_mark = |c: char| matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}');
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '-' || is_mark(c))
}

/// An e-mail address. Beyond its two sides and the host's form we leave the rest to the mail servers, who alone know.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Email(String);

impl Email {
    /// RFC 5321 §4.5.3.1.3 allows no more in a path.
    pub const MAX_LENGTH: usize = 254;

    pub fn parse(raw: &str) -> Result<Self, String> {
        check_length(raw, 0, Self::MAX_LENGTH)?;
        let text = raw.trim();
        check_length(text, 1, Self::MAX_LENGTH)?;
        let well_formed = !text.chars().any(|c| c.is_control() || c.is_whitespace())
            && text.split_once('@').is_some_and(|(local, host)| is_local_part(local) && host.split('.').all(is_label));
        if well_formed { Ok(Self(text.to_owned())) } else { Err("Must be an e-mail address such as ana@example.com".into()) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes two addresses the same: they differ in case at most.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// Text as a search sees it: in lower case, Latin letters without their marks. Who looks for Müller often has no ü to type, and
/// the same letter may come as one character or as a letter with a mark behind it.
pub fn searched(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().flat_map(char::to_lowercase).for_each(|c| match plain(c) {
        Some(letters) => out.push_str(letters),
        None => out.push(c),
    });
    out
}

/// The letters that stand for a marked one in lower case; none for a mark by itself.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{300}'..='\u{36f}' => "",
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ẩ' | 'ẫ' | 'ậ' | 'ắ' | 'ằ' | 'ẳ' | 'ẵ' | 'ặ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ỉ' | 'ị' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ' | 'ỏ' | 'ố' | 'ồ' | 'ổ' | 'ỗ' | 'ộ' | 'ớ' | 'ờ' | 'ở' | 'ỡ' | 'ợ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' => "t",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ' | 'ủ' | 'ứ' | 'ừ' | 'ử' | 'ữ' | 'ự' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// A password as it was typed, neither trimmed nor changed. Its text stays out of Debug, and so out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    pub const MIN_LENGTH: usize = 8;
    pub const MAX_LENGTH: usize = 200;

    pub fn parse(raw: &str) -> Result<Self, String> {
        check_length(raw, Self::MIN_LENGTH, Self::MAX_LENGTH)?;
        if raw.chars().any(char::is_control) {
            return Err("Must not contain control characters".into());
        }
        Ok(Self(raw.to_owned()))
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// An ISO 3166-1 alpha-2 country code by its form: two capital letters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Country(String);

impl Country {
    pub fn parse(raw: &str) -> Result<Self, String> {
        let text = raw.to_ascii_uppercase();
        if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(Self(text))
        } else {
            Err("Must be a country code of two letters such as DE".into())
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A BCP 47 language tag by its form: `en`, `pt-BR`, `zh-Hant`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Locale(String);

impl Locale {
    pub fn parse(raw: &str) -> Result<Self, String> {
        let text = raw;
        let mut parts = text.split('-');
        let language = parts.next().is_some_and(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
        let rest = parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
        if language && rest && text.len() <= 35 { Ok(Self(text.to_owned())) } else { Err("Must be a language tag such as en or pt-BR".into()) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A vendor's own key-value pairs on an object.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Metadata(BTreeMap<String, String>);

impl Metadata {
    pub const MAX_PAIRS: usize = 50;
    pub const MAX_KEY: usize = 40;
    pub const MAX_VALUE: usize = 500;

    /// Adds a pair; the error names what is wrong with it.
    pub fn insert(&mut self, key: &str, value: &str) -> Result<(), String> {
        let wrong = |e: &str| format!("The key is not right: {e}");
        let key = Line::<1, { Self::MAX_KEY }>::parse(key).map_err(|e| wrong(&e))?;
        if key.as_str().chars().all(is_invisible) {
            return Err(wrong("Must have a visible character"));
        }
        let value = Prose::<0, { Self::MAX_VALUE }>::parse(value)?;
        if self.0.len() == Self::MAX_PAIRS && !self.0.contains_key(key.as_str()) {
            return Err(format!("Must have at most {} pairs", Self::MAX_PAIRS));
        }
        self.0.insert(key.into_string(), value.into_string());
        Ok(())
    }

    pub fn pairs(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_sees_no_case_and_no_accents() {
        for (text, seen) in [
            ("Krüger", "kruger"),
            ("KRU\u{308}GER", "kruger"),
            ("Guðmundsdóttir Øystein Łódź", "guðmundsdottir oystein lodz"),
            ("İstanbul, IĞDIR ığdır", "istanbul, igdir igdir"),
            ("Straße Æon Œuvre", "strasse aeon oeuvre"),
            ("Nguyễn Thị Ánh", "nguyen thi anh"),
            ("النور 12 \u{1f3b5}", "النور 12 \u{1f3b5}"),
        ] {
            assert_eq!(searched(text), seen);
            assert_eq!(searched(&searched(text)), seen, "seen twice it is the same");
        }
    }

    #[test]
    fn a_line_is_trimmed_and_bounded_and_has_no_control_characters() {
        assert_eq!(Line::<1, 9>::parse("  Ana \n").map(Line::into_string), Ok("Ana".into()));
        assert_eq!(Line::<1, 3>::parse("äöü").map(Line::into_string), Ok("äöü".into()));
        for wrong in ["", "   ", "abcdef", "a\0b", "a\nb", "a\u{85}b"] {
            assert!(Line::<1, 5>::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(Prose::<1, 9>::parse("a\nb\tc").is_ok());
        assert!(Prose::<1, 9>::parse("a\0b").is_err());
    }

    #[test]
    fn an_email_has_two_sides_and_compares_without_case() {
        assert_eq!(Email::parse(" Ana@Example.COM ").map(|e| e.key()), Ok("ana@example.com".into()));
        for right in ["o'neill+x@mail-1.example.com", "a@b", "zoë@bücher.example", "ن@مثال.إختبار", "a@हिन्दी.example"] {
            assert!(Email::parse(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "ana",
            "@x",
            "ana@",
            "a@b@c",
            "a b@c",
            "a@b\0",
            "a@b..c",
            "a@.b",
            "a@b.",
            "x\"><b>@e.example",
            "a<b@c",
            "a@b_c",
            "a@[::1]",
            "a@b,c",
            "\u{200e}@b",
            &format!("{}@x", "a".repeat(260)),
        ] {
            assert!(Email::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_password_is_kept_as_typed_and_not_shown() {
        let password = Password::parse("  spaces count  ");
        assert_eq!(password.as_ref().map(Password::reveal), Ok("  spaces count  "));
        assert!(!format!("{password:?}").contains("spaces"));
        assert!(Password::parse("seven77").is_err());
    }

    #[test]
    fn codes_have_their_form() {
        assert_eq!(Country::parse("de").as_ref().map(Country::as_str), Ok("DE"));
        assert!(Country::parse("DEU").is_err() && Country::parse("ÄÖ").is_err());
        for right in ["en", "pt-BR", "zh-Hant-TW"] {
            assert!(Locale::parse(right).is_ok(), "{right}");
        }
        for wrong in ["", "e", "english", "en_US", "en-", "12"] {
            assert!(Locale::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn metadata_has_fifty_pairs_at_most() {
        let mut metadata = Metadata::default();
        for n in 0..50 {
            assert_eq!(metadata.insert(&format!("k{n}"), ""), Ok(()));
        }
        assert!(metadata.insert("one more", "x").is_err());
        assert_eq!(metadata.insert("k0", "again"), Ok(()));
        assert!(Metadata::default().insert("", "x").is_err());
        assert!(Metadata::default().insert("\u{200e}\u{2060}", "x").is_err());
        assert_eq!(Metadata::default().insert("a\u{200e}", "x"), Ok(()));
        assert!(Metadata::default().insert("k", &"x".repeat(501)).is_err());
    }
}
