//! Use cases: what every front end calls. Each checks the caller's right, loads, lets the domain decide, saves, and
//! tells what happened, in one transaction.
//!
//! Deliberately absent: HTTP, SQL, and rules of billing.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::clock::{Clock, Entropy};
use crate::domain::actor::Actor;
use crate::domain::reject::{Code, Reject};
use crate::domain::text::Password;
use crate::error::{Error, Result};
use crate::secret::{PasswordCost, Vault, hash_password};
use crate::store::db::{Db, WriteTx};
use crate::store::idempotency::{Recorded, idempotency_find, idempotency_insert};
use crate::wire::json::encode;

pub mod balance;
pub mod customer;
pub mod event;
pub mod health;
pub mod invoice;
pub mod key;
pub mod product;
pub mod settings;
pub mod subscription;

/// What the use cases work with.
pub struct App {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<Entropy>,
    pub vault: Arc<Vault>,
    pub keys: key::KeyRing,
    pub health: health::Health,
    password_cost: PasswordCost,
    hashing: Arc<Semaphore>,
}

/// How many password hashes may wait for their turn.
const HASHES_WAITING: usize = 64;

impl App {
    pub fn new(db: Db, clock: Arc<dyn Clock>, entropy: Arc<Entropy>, vault: Arc<Vault>, password_cost: PasswordCost) -> Result<Self> {
        // A hash takes 19 MiB and a core for tens of milliseconds: half the cores at most.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let hashing = Arc::new(Semaphore::new((cores / 2).max(1)));
        let app = Self { db, clock, entropy, vault, keys: key::KeyRing::default(), health: health::Health::default(), password_cost, hashing };
        app.refresh_keys()?;
        Ok(app)
    }

    /// Hashes a password off the workers, a few at once.
    async fn hash(&self, password: Password) -> Result<String> {
        static WAITING: Semaphore = Semaphore::const_new(HASHES_WAITING);
        let _place = WAITING.try_acquire().map_err(|_| Error::overloaded())?;
        let _turn = Arc::clone(&self.hashing).acquire_owned().await.map_err(Error::internal)?;
        let (entropy, cost) = (Arc::clone(&self.entropy), self.password_cost);
        tokio::task::spawn_blocking(move || hash_password(password.reveal(), cost, &entropy)).await.map_err(Error::internal)?
    }
}

/// Who calls, and how a repeat of the call is recognised.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub idempotency: Option<Idempotency>,
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
    pub body: Vec<u8>,
    /// It was given before, to the same request.
    pub replayed: bool,
}

impl Answer {
    fn ok(body: String) -> Self {
        Self { status: 200, location: None, body: body.into_bytes(), replayed: false }
    }

    fn created(location: String, body: String) -> Self {
        Self { status: 201, location: Some(location), body: body.into_bytes(), replayed: false }
    }

    fn deleted(id: &impl serde::Serialize) -> Self {
        Self::ok(encode(&serde_json::json!({ "id": id, "deleted": true })))
    }
}

/// A use case at work: its transaction, and on whose behalf.
pub(crate) struct Work<'w> {
    pub tx: &'w WriteTx<'w>,
    pub vault: &'w Vault,
    pub actor: Actor,
}

impl App {
    /// Runs a command in one transaction. A repeat of an answered request gets the same answer, and nothing is done again.
    async fn command(&self, caller: Caller, work: impl FnOnce(&Work<'_>) -> Result<Answer> + Send + 'static) -> Result<Answer> {
        let vault = Arc::clone(&self.vault);
        let run = move |tx: &WriteTx<'_>| {
            let (Actor::Key { id, .. }, Some(idempotency)) = (caller.actor, &caller.idempotency) else {
                return work(&Work { tx, vault: &vault, actor: caller.actor });
            };
            if let Some(first) = idempotency_find(tx, &vault, id, &idempotency.key, tx.wall())? {
                return replay(first, idempotency);
            }
            let answer = work(&Work { tx, vault: &vault, actor: caller.actor })?;
            let recorded =
                Recorded { fingerprint: idempotency.fingerprint, status: answer.status, location: answer.location.clone(), body: answer.body.clone() };
            idempotency_insert(tx, &vault, id, &idempotency.key, &recorded)?;
            Ok(answer)
        };
        self.db.write(run).await
    }
}

fn replay(first: Recorded, idempotency: &Idempotency) -> Result<Answer> {
    if !crate::secret::same(&first.fingerprint, &idempotency.fingerprint) {
        return Err(Reject::new(Code::IdempotencyMismatch, "This Idempotency-Key was used with another request.").into());
    }
    Ok(Answer { status: first.status, location: first.location, body: first.body, replayed: true })
}
