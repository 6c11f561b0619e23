//! The cookies of pages: the session's, one that ties forms to a browser that is not signed in, one by which a browser is
//! known again that was, and one by which a page knows that it may say what was just done.
//!
//! All are HttpOnly and SameSite=Lax; behind TLS they are Secure and bound to this host by the `__Host-` prefix.

use actix_web::http::header::{COOKIE, HeaderMap, HeaderValue};

/// A cookie of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cookie {
    /// The session's token.
    Session,
    /// A secret that stands for a browser before it signs in.
    Visitor,
    /// Shows that this browser was signed in to an account before, so that strangers who try its password cannot lock it out.
    Known,
    /// Shows that the page it names says what was just done in this browser.
    Done,
}

/// Longer than any session, so that a form that was typed in one that has ended is still recognised.
const KEPT_SECONDS: u32 = 60 * 24 * 3600;
/// A browser is known for a year after it signed in.
const KNOWN_SECONDS: u32 = 365 * 24 * 3600;
/// What was done is said at once, or not at all.
const DONE_SECONDS: u32 = 60;
/// No token of ours is longer.
const MAX_VALUE: usize = 128;

impl Cookie {
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Cookie::Session, false) => "billhead_session",
            (Cookie::Session, true) => "__Host-billhead_session",
            (Cookie::Visitor, false) => "billhead_visitor",
            (Cookie::Visitor, true) => "__Host-billhead_visitor",
            (Cookie::Known, false) => "billhead_known",
            (Cookie::Known, true) => "__Host-billhead_known",
            (Cookie::Done, false) => "billhead_done",
            (Cookie::Done, true) => "__Host-billhead_done",
        }
    }

    /// Its value, where the request has it once and in the form that we gave it.
    pub fn read(self, headers: &HeaderMap, secure: bool) -> Option<String> {
        let name = self.name(secure);
        // Byte by byte: what another site of this host put beside ours need not be text.
        let pairs = headers.get_all(COOKIE).flat_map(|h| h.as_bytes().split(|b| *b == b';')).filter_map(|pair| std::str::from_utf8(pair).ok());
        let mut values = pairs.filter_map(|pair| pair.trim().split_once('=')).filter(|(n, _)| *n == name).map(|(_, value)| value);
        let value = values.next()?;
        let well_formed = (1..=MAX_VALUE).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_hexdigit());
        (well_formed && values.next().is_none()).then(|| value.to_owned())
    }

    /// The header that sets it.
    pub fn set(self, value: &str, secure: bool) -> Option<HeaderValue> {
        let seconds = match self {
            Cookie::Session | Cookie::Visitor => KEPT_SECONDS,
            Cookie::Known => KNOWN_SECONDS,
            Cookie::Done => DONE_SECONDS,
        };
        self.header(value, seconds, secure)
    }

    /// The header that takes it away.
    pub fn clear(self, secure: bool) -> Option<HeaderValue> {
        self.header("", 0, secure)
    }

    fn header(self, value: &str, seconds: u32, secure: bool) -> Option<HeaderValue> {
        let name = self.name(secure);
        let end = if secure { "; Secure" } else { "" };
        HeaderValue::try_from(format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{end}")).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookies: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(COOKIE, HeaderValue::from_bytes(cookie.as_bytes()).unwrap_or_else(|e| panic!("{e}")));
        }
        headers
    }

    #[test]
    fn a_cookie_is_read_where_it_stands_once_and_is_ours() {
        let read = |cookies: &[&str]| Cookie::Session.read(&headers(cookies), false);
        assert_eq!(read(&["a=1; billhead_session=00ff; b=2"]).as_deref(), Some("00ff"));
        assert_eq!(read(&["a=1", "billhead_session=00ff"]).as_deref(), Some("00ff"));
        assert_eq!(read(&["a=\u{e9}\u{20ac}; billhead_session=00ff"]).as_deref(), Some("00ff"));
        for wrong in [
            &["a=1"][..],
            &["billhead_session="],
            &["billhead_session=xyz"],
            &["billhead_session=00; billhead_session=ff"],
            &["xbillhead_session=00"],
            &["__Host-billhead_session=00"],
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
        assert_eq!(Cookie::Session.read(&headers(&["billhead_session=00"]), true), None, "a cookie from before TLS is not taken behind it");
    }

    #[test]
    fn cookies_are_closed_to_scripts_and_other_sites_and_secure_behind_tls() {
        let text = |h: Option<HeaderValue>| h.and_then(|h| h.to_str().ok().map(str::to_owned)).unwrap_or_default();
        assert_eq!(text(Cookie::Session.set("ab", false)), "billhead_session=ab; Path=/; Max-Age=5184000; HttpOnly; SameSite=Lax");
        assert_eq!(text(Cookie::Session.set("ab", true)), "__Host-billhead_session=ab; Path=/; Max-Age=5184000; HttpOnly; SameSite=Lax; Secure");
        assert!(text(Cookie::Visitor.clear(false)).contains("Max-Age=0"));
    }
}
