//! The admin's account: set up once, signed in to, signed out of.
//!
//! Sessions and passwords are on wall time. No answer tells which part of a sign-in was wrong.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::app::{App, Work, settings};
use crate::clock::Entropy;
use crate::domain::actor::Actor;
use crate::domain::admin::{Admin, Session};
use crate::domain::id::{AdminId, SessionId};
use crate::domain::patch::{Change, Patch};
use crate::domain::reject::Reject;
use crate::domain::text::{Email, Password};
use crate::error::{Error, Result};
use crate::secret::{PasswordCost, PasswordHasher, digest, same, token};
use crate::store::admin::{
    admin_exists, admin_find, admin_insert, admin_list, admin_set_language, admin_set_password, session_delete, session_delete_others, session_find,
    session_insert, session_list, session_tidy, session_touch,
};
use crate::store::db::{Db, WriteTx};
use crate::wire::admin::{PasswordChange, SetUp, SetUpBusiness};
use crate::wire::settings::{BusinessPatch, SettingsPatch};

/// How long the set-up link works.
const LINK_TIME: Duration = Duration::from_secs(30 * 60);
/// Sessions of one admin; with one more the oldest ends.
const MOST_SESSIONS: u32 = 50;
const MAX_USER_AGENT: usize = 300;

/// The link with which the first account is made: one token, in memory alone, so that a restart makes another.
#[derive(Default)]
pub struct SetUpLink(Mutex<Option<LinkToken>>);

#[derive(Clone, Copy)]
struct LinkToken {
    hash: [u8; 32],
    /// Of the clock that only goes forward.
    until: Duration,
}

/// What a set-up link is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkState {
    Good,
    /// It is another's, or too old.
    Expired,
    /// There is an account already.
    Done,
}

/// The browser that signs in.
#[derive(Clone, Debug)]
pub struct Browser {
    pub address: String,
    pub user_agent: String,
}

/// A new session with its token, which goes into the cookie and nowhere else.
pub struct SignedIn {
    pub admin: Admin,
    pub token: String,
}

/// Who is signed in, as a request finds it.
#[derive(Clone, Debug)]
pub struct Visit {
    pub session: Session,
    pub admin: Admin,
}

impl Visit {
    pub fn actor(&self) -> Actor {
        Actor::Admin { id: self.admin.id }
    }
}

fn hash_of(token: &str) -> [u8; 32] {
    digest(&[token.as_bytes()])
}

impl App {
    pub fn has_admin(&self) -> Result<bool> {
        self.db.read(admin_exists)
    }

    /// Makes the set-up link's token anew; none once there is an account.
    pub fn set_up_begin(&self) -> Result<Option<String>> {
        if self.has_admin()? {
            return Ok(None);
        }
        let token = token(&self.entropy);
        let link = LinkToken { hash: hash_of(&token), until: self.clock.elapsed() + LINK_TIME };
        *self.set_up.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(link);
        Ok(Some(token))
    }

    pub fn set_up_state(&self, token: &str) -> Result<LinkState> {
        if self.has_admin()? {
            return Ok(LinkState::Done);
        }
        let link = *self.set_up.0.lock().unwrap_or_else(PoisonError::into_inner);
        let good = link.is_some_and(|link| same(&link.hash, &hash_of(token)) && self.clock.elapsed() < link.until);
        Ok(if good { LinkState::Good } else { LinkState::Expired })
    }

    /// Makes the owner's account and the business's first settings, and signs in.
    pub async fn set_up(&self, token: &str, input: SetUp, browser: Browser) -> Result<SignedIn> {
        match self.set_up_state(token)? {
            LinkState::Good => {}
            LinkState::Expired => return Err(Reject::not_found("set-up link").into()),
            LinkState::Done => return Err(already_set_up().into()),
        }
        let SetUp { email, password, business } = input;
        let password_hash = self.hash(password).await?;
        let vault = std::sync::Arc::clone(&self.vault);
        let signed_in = self.db.write(move |tx| {
            let admin = make_owner(tx, &email, &password_hash)?;
            let work = Work { tx, vault: &vault, actor: Actor::Admin { id: admin.id }, seen: None, sale: None };
            settings::update(&work, first_settings(business))?;
            begin_session(tx, admin, &browser)
        });
        let signed_in = signed_in.await?;
        *self.set_up.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(signed_in)
    }

    /// Signs in; None where the address or the password is wrong, after the same work. `replaced` is the token of the
    /// browser's session so far, which ends.
    pub async fn sign_in(&self, email: &str, password: &str, browser: Browser, replaced: Option<&str>) -> Result<Option<SignedIn>> {
        let found = match Email::parse(email) {
            Ok(email) => self.db.read(|tx| admin_find(tx, &email.key()))?,
            Err(_) => None,
        };
        // What cannot be a password is none, but takes as long.
        let (password, may_match) = match Password::parse(password) {
            Ok(password) => (password, true),
            Err(_) => (Password::parse("no password at all").map_err(Error::Internal)?, false),
        };
        let (admin, hash) = found.filter(|_| may_match).unzip();
        let is_right = self.verify(password, hash).await?;
        let Some(admin) = admin.filter(|_| is_right) else { return Ok(None) };
        let replaced = replaced.map(hash_of);
        let signed_in = self.db.write(move |tx| {
            if let Some((old, of)) = replaced.map(|hash| session_find(tx, &hash)).transpose()?.flatten() {
                session_delete(tx, of.row, old.id)?;
            }
            begin_session(tx, admin, &browser)
        });
        signed_in.await.map(Some)
    }

    /// Whose session a token is, where it is not over.
    pub fn visit(&self, token: &str) -> Result<Option<Visit>> {
        let now = self.clock.wall();
        let found = self.db.look_up(|tx| session_find(tx, &hash_of(token)))?;
        Ok(found.filter(|(session, _)| session.is_valid(now)).map(|(session, admin)| Visit { session, admin }))
    }

    /// Writes down that a session was seen, where that is long ago.
    pub async fn visit_seen(&self, visit: &Visit) -> Result<()> {
        if !visit.session.is_seen_anew(self.clock.wall()) {
            return Ok(());
        }
        let session = visit.session.row;
        self.db.write(move |tx| session_touch(tx, session)).await
    }

    /// The caller's sessions that are not over, the newest first.
    pub fn sessions(&self, visit: &Visit) -> Result<Vec<Session>> {
        let now = self.clock.wall();
        let sessions = self.db.read(|tx| session_list(tx, visit.admin.row))?;
        Ok(sessions.into_iter().filter(|s| s.is_valid(now)).collect())
    }

    /// Ends one of the caller's sessions: this one, or another by its id.
    pub async fn sign_out(&self, visit: &Visit, session: SessionId) -> Result<()> {
        let admin = visit.admin.row;
        let ended = self.db.write(move |tx| session_delete(tx, admin, session)).await?;
        if ended { Ok(()) } else { Err(Reject::not_found("session").into()) }
    }

    /// Ends all of the caller's sessions.
    pub async fn sign_out_everywhere(&self, visit: &Visit) -> Result<()> {
        let admin = visit.admin.row;
        self.db.write(move |tx| session_delete_others(tx, admin, None)).await
    }

    /// Another password. The caller's other sessions end.
    pub async fn password_change(&self, visit: &Visit, input: PasswordChange) -> Result<()> {
        let email_key = visit.admin.email.to_lowercase();
        let hash = self.db.read(|tx| admin_find(tx, &email_key))?.map(|(_, hash)| hash);
        if !self.verify(input.current, hash).await? {
            return Err(Reject::field("current", "This is not the password").into());
        }
        let hash = self.hash(input.password).await?;
        let (admin, kept) = (visit.admin.row, visit.session.id);
        let change = move |tx: &WriteTx<'_>| {
            admin_set_password(tx, admin, &hash)?;
            session_delete_others(tx, admin, Some(kept))
        };
        self.db.write(change).await
    }

    /// The language of the caller's pages; None for the browser's.
    pub async fn language_set(&self, visit: &Visit, language: Option<&'static str>) -> Result<()> {
        let admin = visit.admin.row;
        self.db.write(move |tx| admin_set_language(tx, admin, language)).await
    }
}

fn already_set_up() -> Reject {
    Reject::state_conflict("There is an account already. Sign in at /admin/login, or set another password with: billhead admin reset-password")
}

fn make_owner(tx: &WriteTx<'_>, email: &Email, password_hash: &str) -> Result<Admin> {
    if admin_exists(tx)? {
        return Err(already_set_up().into());
    }
    let id: AdminId = tx.new_id();
    let row = admin_insert(tx, id, email, password_hash)?;
    Ok(Admin { row, id, email: email.as_str().to_owned(), language: None })
}

fn first_settings(business: SetUpBusiness) -> SettingsPatch {
    let business = BusinessPatch {
        name: Patch::Set(business.name),
        address: Patch::Keep,
        tax_id: Patch::Keep,
        currency: Change::Set(business.currency),
        timezone: Change::Set(business.timezone),
        email: Patch::Keep,
    };
    SettingsPatch { business: Change::Set(business), billing: Change::Keep }
}

fn begin_session(tx: &WriteTx<'_>, admin: Admin, browser: &Browser) -> Result<SignedIn> {
    let token = token(tx.entropy());
    let user_agent: String = browser.user_agent.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect();
    session_insert(tx, admin.row, tx.new_id(), &hash_of(&token), &browser.address, &user_agent)?;
    session_tidy(tx, admin.row, MOST_SESSIONS)?;
    Ok(SignedIn { admin, token })
}

/// Hashes a password on the calling thread. For whoever has a shell on the machine.
fn hash_here(password: &Password, entropy: &Entropy) -> Result<String> {
    PasswordHasher::new(PasswordCost::Recommended)?.hash(password.reveal(), entropy)
}

/// Makes the owner's account. For whoever has a shell on the machine.
pub fn admin_create(db: &Db, entropy: &Entropy, email: Email, password: &Password) -> Result<()> {
    let hash = hash_here(password, entropy)?;
    db.write_blocking(move |tx| make_owner(tx, &email, &hash).map(drop))
}

/// Another password for an account, whose sessions all end. Without an address, for the only account. Tells the address.
pub fn admin_reset_password(db: &Db, entropy: &Entropy, email: Option<Email>, password: &Password) -> Result<String> {
    let hash = hash_here(password, entropy)?;
    db.write_blocking(move |tx| {
        let admins = admin_list(tx)?;
        let found = match &email {
            Some(email) => admins.into_iter().find(|a| a.email.to_lowercase() == email.key()),
            None => admins.into_iter().next(),
        };
        let admin =
            found.ok_or_else(|| Reject::state_conflict("There is no such account. Make the first with: billhead admin create --email E --password-stdin"))?;
        admin_set_password(tx, admin.row, &hash)?;
        session_delete_others(tx, admin.row, None)?;
        Ok(admin.email)
    })
}
