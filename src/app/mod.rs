//! Use cases: what every front end calls. Each checks the caller's right, loads, lets the domain decide, saves, and
//! tells what happened, in one transaction.
//!
//! Deliberately absent: HTTP, SQL, and rules of billing.

use std::sync::Arc;

use uuid::Uuid;

use crate::adapters::payment::Gateways;
use crate::adapters::payment::test::TestGateway;
use crate::clock::{Clock, Entropy, TestClock};
use crate::domain::actor::Actor;
use crate::domain::id::TypedId;
use crate::domain::payment::Provider;
use crate::domain::reject::{Code, Reject};
use crate::error::{Error, Result};
use crate::secret::{PasswordCost, Vault, hex};
use crate::store::db::{Db, WriteTx};
use crate::store::engine::{vault_key, vault_key_set};
use crate::store::idempotency::{IN_PROGRESS, Recorded, idempotency_find, idempotency_insert};
use crate::wire::json::encode;

pub mod admin;
pub mod balance;
pub(crate) mod change;
pub mod coupon;
pub mod credit_note;
pub mod customer;
pub mod event;
pub mod form;
pub mod health;
pub mod invoice;
pub mod key;
pub(crate) mod order;
pub mod password;
pub mod payment;
pub mod payment_method;
pub mod preview;
pub mod product;
pub mod progress;
pub mod recognition;
mod refund;
pub mod report;
pub mod settings;
pub mod subscription;
pub mod tax;
pub mod test_clock;
pub mod timer;
pub mod verify;

/// What the use cases work with.
pub struct App {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<Entropy>,
    pub vault: Arc<Vault>,
    pub keys: key::KeyRing,
    pub health: health::Health,
    /// Where billing time is moved by hand.
    pub test_clock: Option<Arc<TestClock>>,
    /// Who charges stored payment methods.
    gateways: Gateways,
    in_hand: payment::InHand,
    moving: tokio::sync::Mutex<()>,
    running: progress::Running,
    set_up: admin::SetUpLink,
    passwords: password::Hasher,
    shelf: form::Shelf,
}

impl App {
    pub fn new(db: Db, clock: Arc<dyn Clock>, entropy: Arc<Entropy>, vault: Arc<Vault>, password_cost: PasswordCost) -> Result<Self> {
        check_vault(&db, &vault)?;
        let passwords = password::Hasher::start(password_cost, Arc::clone(&entropy))?;
        let (keys, health, set_up) = (key::KeyRing::default(), health::Health::default(), admin::SetUpLink::default());
        let (test_clock, moving, running) = (None, tokio::sync::Mutex::default(), progress::Running::default());
        let (gateways, in_hand) = (Gateways::default(), payment::InHand::default());
        let shelf = form::Shelf::default();
        let app = Self { db, clock, entropy, vault, keys, health, test_clock, gateways, in_hand, moving, running, set_up, passwords, shelf };
        app.refresh_keys()?;
        Ok(app)
    }

    /// With billing time that is moved by hand: `clock` is this one. There the test gateway charges.
    pub fn on_test_clock(self, clock: Arc<TestClock>) -> Self {
        let gateways = self.gateways.clone().with(Provider::Test, Arc::new(TestGateway));
        Self { test_clock: Some(clock), gateways, ..self }
    }

    /// With these gateways and no others.
    pub fn with_gateways(self, gateways: Gateways) -> Self {
        Self { gateways, ..self }
    }
}

/// Refuses a key file that is not the one with which this database was encrypted. A new database takes the one it finds.
pub fn check_vault(db: &Db, vault: &Vault) -> Result<()> {
    let found = vault.key_id();
    match db.read(vault_key)? {
        Some(needed) if needed != found => Err(Error::Internal(format!(
            "the key file beside {} is not the one with which the database was encrypted. Put the right one back from your backup",
            db.path().display()
        ))),
        Some(_) => Ok(()),
        None => db.write_blocking(move |tx| vault_key_set(tx, found)),
    }
}

/// Who calls, and how a repeat of the call is recognised.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub idempotency: Option<Idempotency>,
    /// What the caller was shown of the object ([`App::version`]). The command is refused where it has become another since.
    pub seen: Option<String>,
}

/// A client's `Idempotency-Key` and what the request was.
#[derive(Clone, Debug)]
pub struct Idempotency {
    pub key: String,
    pub fingerprint: [u8; 32],
}

/// What a command answers. It can hold credentials, so it has no Debug.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    /// The object that it is about.
    about: Option<Uuid>,
    pub body: Vec<u8>,
    /// It was given before, to the same request.
    pub replayed: bool,
}

impl Answer {
    fn ok<I: TypedId>(about: Option<I>, body: String) -> Self {
        Self { status: 200, location: None, about: about.map(TypedId::uuid), body: body.into_bytes(), replayed: false }
    }

    fn created<I: TypedId>(about: I, location: String, body: String) -> Self {
        Self { status: 201, location: Some(location), ..Self::ok(Some(about), body) }
    }

    fn deleted<I: TypedId + serde::Serialize>(id: I) -> Self {
        Self::ok(Some(id), encode(&serde_json::json!({ "id": id, "deleted": true })))
    }
}

/// A use case at work: its transaction, and on whose behalf.
#[derive(Clone)]
pub(crate) struct Work<'w> {
    pub tx: &'w WriteTx<'w>,
    pub vault: &'w Vault,
    pub actor: Actor,
    seen: Option<&'w str>,
    /// What is sold against a charge takes it from here.
    sale: Option<&'w payment::Sale<'w>>,
}

impl Work<'_> {
    /// Refuses to go on where the caller was shown another version of the object that this command is about.
    fn require_seen(&self, object: &str) -> Result<()> {
        match self.seen {
            Some(seen) if !crate::secret::same(seen.as_bytes(), version(self.vault, object.as_bytes()).as_bytes()) => Err(Reject::changed_meanwhile().into()),
            _ => Ok(()),
        }
    }
}

/// Names what an object says. An instant would not do: a test clock stands still.
fn version(vault: &Vault, object: &[u8]) -> String {
    hex(&vault.fingerprint(&[b"version", object])[..16])
}

impl App {
    /// Runs a command in one transaction. A repeat of an answered request gets the same answer, and nothing is done again.
    async fn command(&self, caller: Caller, work: impl FnOnce(&Work<'_>) -> Result<Answer> + Send + 'static) -> Result<Answer> {
        let vault = Arc::clone(&self.vault);
        let run = move |tx: &WriteTx<'_>| {
            if let Some(known) = known_answer(tx, &vault, &caller)? {
                return Ok(known);
            }
            let answer = work(&Work { tx, vault: &vault, actor: caller.actor, seen: caller.seen.as_deref(), sale: None })?;
            keep_answer(tx, &vault, &caller, &answer)?;
            Ok(answer)
        };
        let answer = self.db.write(run).await?;
        // Done is done: what it began to charge is decided later where it cannot be now.
        if let Err(e) = self.settle_what_began().await {
            tracing::error!("what a command began to charge is decided later: {e}");
        }
        Ok(answer)
    }

    /// Names this version of an object, as the use cases that read it show it.
    pub fn version(&self, object: &[u8]) -> String {
        version(&self.vault, object)
    }
}

/// The answer that a repeat of the request gets, where it is one.
fn known_answer(tx: &WriteTx<'_>, vault: &Vault, caller: &Caller) -> Result<Option<Answer>> {
    let (Some(id), Some(idempotency)) = (caller.actor.uuid(), &caller.idempotency) else { return Ok(None) };
    idempotency_find(tx, vault, id, &idempotency.key, tx.wall())?.map(|first| replay(first, idempotency)).transpose()
}

/// Keeps an answer for a repeat of the request.
fn keep_answer(tx: &WriteTx<'_>, vault: &Vault, caller: &Caller, answer: &Answer) -> Result<()> {
    let (Some(id), Some(idempotency)) = (caller.actor.uuid(), &caller.idempotency) else { return Ok(()) };
    let recorded = Recorded {
        fingerprint: idempotency.fingerprint,
        status: answer.status,
        location: answer.location.clone(),
        object_id: answer.about,
        body: answer.body.clone(),
    };
    idempotency_insert(tx, vault, id, &idempotency.key, &recorded)
}

fn replay(first: Recorded, idempotency: &Idempotency) -> Result<Answer> {
    if !crate::secret::same(&first.fingerprint, &idempotency.fingerprint) {
        return Err(Reject::new(Code::IdempotencyMismatch, "This Idempotency-Key was used with another request.").into());
    }
    if first.status == IN_PROGRESS {
        return Err(Reject::new(Code::IdempotencyInProgress, "The first request with this Idempotency-Key is still at work.").into());
    }
    Ok(Answer { status: first.status, location: first.location, about: first.object_id, body: first.body, replayed: true })
}
