//! What forms of pages carry: a token that only this server can have given to this browser, and, over a sign-in, what was
//! typed before it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Result;
use crate::secret::{hex, same, token, unhex};
use crate::store::admin::admin_find;
use crate::wire::json::encode;

const PURPOSE: &str = "carried form";
/// A form that was typed before a sign-in is good for so long.
const CARRIED_MS: i64 = 60 * 60_000;

/// What was typed into a form, and where it was to go.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Carried {
    pub path: String,
    /// What the form's address had after the path.
    pub query: String,
    pub pairs: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    at_ms: i64,
    form: Carried,
}

/// So many forms wait on the shelf: of one owner, more than he has tabs.
const SHELVED: usize = 16;

/// What was typed before the sign-ins that have come since, sealed as it came, for the pages to which they lead: so a page
/// can be loaded again, and gone back to. It is lost with the process.
#[derive(Default)]
pub struct Shelf(Mutex<VecDeque<Shelved>>);

struct Shelved {
    /// Names it in the address of its page.
    mark: String,
    /// The session that it belongs to.
    session: String,
    path: String,
    sealed: String,
}

impl Shelf {
    fn forms(&self) -> MutexGuard<'_, VecDeque<Shelved>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Keeps what was carried over the sign-in that began this session; the mark by which the session gets it.
    pub fn form_shelve(&self, session: &str, path: &str, carried: &str) -> String {
        let mark: String = self.new_token().chars().take(32).collect();
        let mut forms = self.shelf.forms();
        while forms.len() >= SHELVED {
            forms.pop_front();
        }
        forms.push_back(Shelved { mark: mark.clone(), session: self.shelf_session(session), path: path.to_owned(), sealed: carried.to_owned() });
        mark
    }

    /// What was typed on a page before this session's sign-in, while it is young enough.
    pub fn form_shelved(&self, session: &str, path: &str, mark: &str) -> Option<Carried> {
        let session = self.shelf_session(session);
        let sealed = self.shelf.forms().iter().find(|f| f.mark == mark && f.session == session && f.path == path).map(|f| f.sealed.clone());
        self.form_carried(&sealed?)
    }

    /// Takes away what was done: `once` is that of the showing that was sent, which begins with the form's mark.
    pub fn form_unshelve(&self, session: &str, once: &str) {
        let session = self.shelf_session(session);
        self.shelf.forms().retain(|f| f.session != session || !once.starts_with(&f.mark));
    }

    /// No token of a session is kept in memory.
    fn shelf_session(&self, token: &str) -> String {
        hex(&self.vault.fingerprint(&[b"shelf", token.as_bytes()]))
    }

    /// The token of the forms that a browser is shown; `browser` is the secret of its cookie.
    pub fn form_token(&self, browser: &str) -> String {
        hex(&self.vault.fingerprint(&[b"form token", browser.as_bytes()]))
    }

    /// In constant time.
    pub fn is_form_token(&self, browser: &str, given: &str) -> bool {
        same(self.form_token(browser).as_bytes(), given.as_bytes())
    }

    /// What the cookie of a browser holds that was sent to a page which says what was done; `session` is the token of the
    /// browser's session, empty where it has none. A link to that page alone makes it say nothing.
    pub fn done_mark(&self, session: &str, location: &str) -> String {
        hex(&self.vault.fingerprint(&[b"done", session.as_bytes(), location.as_bytes()]))
    }

    /// In constant time.
    pub fn is_done_mark(&self, session: &str, location: &str, given: &str) -> bool {
        same(self.done_mark(session, location).as_bytes(), given.as_bytes())
    }

    /// What the cookie of a browser holds that was signed in to an account. It is worth something as long as the password that
    /// it was signed in with: who changes a password that somebody else had knows nobody any more.
    pub fn known_browser(&self, email: &str) -> String {
        let email = email.trim().to_lowercase();
        // Where it cannot be read, nobody is known: that is no reason to fail.
        let password_hash = self.db.read(|tx| admin_find(tx, &email)).ok().flatten().map(|(_, hash)| hash).unwrap_or_default();
        hex(&self.vault.fingerprint(&[b"known browser", email.as_bytes(), password_hash.as_bytes()]))
    }

    /// Whether a browser was signed in to this account before.
    pub fn is_known_browser(&self, email: &str, given: Option<&str>) -> bool {
        given.is_some_and(|given| same(self.known_browser(email).as_bytes(), given.as_bytes()))
    }

    /// A secret that names something once: a browser without a session, a showing of a form.
    pub fn new_token(&self) -> String {
        token(&self.entropy)
    }

    /// Makes what was typed into a text that the browser keeps for us and cannot read or change.
    pub fn form_carry(&self, form: Carried) -> Result<String> {
        let sealed = Sealed { at_ms: self.clock.wall().ms(), form };
        Ok(hex(&self.vault.seal(PURPOSE, encode(&sealed).as_bytes(), &self.entropy)?))
    }

    /// What was carried, unless it is too old or not ours.
    pub fn form_carried(&self, text: &str) -> Option<Carried> {
        let bytes = self.vault.unseal(PURPOSE, &unhex(text)?).ok()?;
        let sealed: Sealed = serde_json::from_slice(&bytes).ok()?;
        let age = self.clock.wall().ms().checked_sub(sealed.at_ms)?;
        (0..CARRIED_MS).contains(&age).then_some(sealed.form)
    }
}
