//! API keys: made, listed and revoked on the admin site or by whoever has the machine; recognised, from memory, by every request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::app::{Answer, App, Caller, Work};
use crate::clock::{Clock, Entropy};
use crate::domain::actor::Actor;
use crate::domain::id::{KeyId, TypedId};
use crate::domain::key::{ApiKey, KeyFilter, Scopes, Tier};
use crate::domain::list::{Page, PageEnd};
use crate::domain::reject::{Code, Reject};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::secret::{api_key_secret, digest, same};
use crate::store::db::{Db, WriteTx};
use crate::store::engine::is_test;
use crate::store::key::{StoredKey, key_insert, key_list, key_page, key_revoke, key_touch, key_version};
use crate::wire::key::KeyInput;

/// A key that opens something, as requests find it.
pub struct KnownKey {
    pub key: ApiKey,
    hash: [u8; 32],
    /// Milliseconds of wall time; zero where it was not used since it was loaded.
    last_used_ms: AtomicI64,
}

/// The keys in memory, by the hash of their secret.
#[derive(Default)]
pub struct KeyRing {
    version: AtomicI64,
    keys: RwLock<Arc<HashMap<[u8; 32], Arc<KnownKey>>>>,
}

impl KeyRing {
    fn all(&self) -> Arc<HashMap<[u8; 32], Arc<KnownKey>>> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl App {
    /// The key whose secret this is, where it is valid now.
    pub fn authenticate(&self, secret: &str) -> Option<Arc<KnownKey>> {
        let hash = digest(&[secret.as_bytes()]);
        let known = {
            let keys = self.keys.keys.read().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(keys.get(&hash)?)
        };
        let now = self.clock.wall();
        if !same(&known.hash, &hash) || !known.key.is_valid(now) {
            return None;
        }
        known.last_used_ms.store(now.ms(), Ordering::Relaxed);
        Some(known)
    }

    /// Loads the keys anew where one was changed, by this process or another. Called often: it reads one row.
    pub fn refresh_keys(&self) -> Result<()> {
        let version = self.db.read(key_version)?;
        if version == self.keys.version.load(Ordering::Acquire) && !self.keys.all().is_empty() {
            return Ok(());
        }
        let stored = self.db.read(key_list)?;
        let old = self.keys.all();
        let known = |k: StoredKey| {
            // A use that is not written down yet is not forgotten.
            let used = old.get(&k.hash).map_or(0, |known| known.last_used_ms.load(Ordering::Relaxed));
            (k.hash, Arc::new(KnownKey { key: k.key, hash: k.hash, last_used_ms: AtomicI64::new(used) }))
        };
        let ring = stored.into_iter().filter(|k| k.key.revoked_at.is_none()).map(known).collect();
        *self.keys.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        self.keys.version.store(version, Ordering::Release);
        Ok(())
    }

    /// Writes down when keys were last used. Called now and then, and at the end.
    pub async fn save_key_use(&self) -> Result<()> {
        let used: Vec<(KeyId, Timestamp)> = self
            .keys
            .all()
            .values()
            .filter_map(|known| {
                let ms = known.last_used_ms.swap(0, Ordering::Relaxed);
                (ms != 0).then(|| (known.key.id, Timestamp::from_ms(ms)))
            })
            .collect();
        if used.is_empty() {
            return Ok(());
        }
        self.db.write(move |tx| used.iter().try_for_each(|(id, at)| key_touch(tx, *id, *at))).await
    }
}

/// What a new key is made from.
pub struct KeyCreate {
    pub name: Name,
    pub tier: Tier,
    pub scopes: Scopes,
    pub expires_at: Option<Timestamp>,
}

/// A new key with its secret, which nobody sees again.
pub struct NewKey {
    pub key: ApiKey,
    pub secret: String,
}

/// Makes a key. For whoever has a shell on the machine.
pub fn key_create(db: &Db, clock: &dyn Clock, entropy: &Entropy, input: KeyCreate) -> Result<NewKey> {
    check_expiry(&input, "expires", clock.wall())?;
    let secret = api_key_secret(entropy, db.read(is_test)?);
    let to_hash = secret.clone();
    let key = db.write_blocking(move |tx| insert(tx, input, &to_hash))?;
    Ok(NewKey { key, secret })
}

fn check_expiry(input: &KeyCreate, field: &str, now: Timestamp) -> Result<()> {
    if input.expires_at.is_some_and(|at| at <= now) { Err(Reject::field(field, "Must lie in the future").into()) } else { Ok(()) }
}

fn insert(tx: &WriteTx<'_>, input: KeyCreate, secret: &str) -> Result<ApiKey> {
    let wall = tx.wall();
    let key = ApiKey {
        id: tx.new_id(),
        name: input.name.into_string(),
        tier: input.tier,
        scopes: input.scopes,
        hint: secret.chars().take(12).collect(),
        created_at: wall,
        updated_at: wall,
        expires_at: input.expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    let stored = StoredKey { key, hash: digest(&[secret.as_bytes()]) };
    key_insert(tx, &stored)?;
    Ok(stored.key)
}

impl App {
    /// Makes a key. The secret is not part of the answer that a repeat gets again: then it is None.
    pub async fn key_create(&self, caller: Caller, input: KeyInput) -> Result<(Answer, Option<String>)> {
        caller.actor.require_admin()?;
        let zone = self.settings_read(&caller.actor)?.business.timezone;
        let expires_at = input.expires_at.map(|start| start.instant(zone));
        let input = KeyCreate { name: input.name, tier: input.tier, scopes: input.scopes, expires_at };
        check_expiry(&input, "expiresAt", self.clock.wall())?;
        let secret = api_key_secret(&self.entropy, self.test_clock.is_some());
        let to_hash = secret.clone();
        let make = move |work: &Work<'_>| {
            let key = insert(work.tx, input, &to_hash)?;
            Ok(Answer::created(key.id, format!("/admin/settings/keys/{}", key.id), key.name))
        };
        let answer = self.command(caller, make).await?;
        self.refresh_keys()?;
        let secret = (!answer.replayed).then_some(secret);
        Ok((answer, secret))
    }

    /// Every key, oldest first, revoked ones too, with its last use to the second.
    pub fn key_list(&self, actor: &Actor) -> Result<Vec<ApiKey>> {
        actor.require_admin()?;
        Ok(self.with_last_use(keys(&self.db)?))
    }

    /// A page of them.
    pub fn key_page(&self, actor: &Actor, filter: &KeyFilter, page: &Page<KeyId>) -> Result<(Vec<ApiKey>, PageEnd<KeyId>)> {
        actor.require_admin()?;
        let mut found = Vec::new();
        let end = self.db.read(|tx| key_page(tx, filter, self.clock.wall(), page, |key| found.push(key)))?;
        Ok((self.with_last_use(found), end))
    }

    /// What was not written down yet is known too.
    fn with_last_use(&self, keys: Vec<ApiKey>) -> Vec<ApiKey> {
        let used: HashMap<KeyId, i64> = self.keys.all().values().map(|k| (k.key.id, k.last_used_ms.load(Ordering::Relaxed))).collect();
        let fresh = |mut key: ApiKey| {
            let ms = used.get(&key.id).copied().filter(|ms| *ms != 0);
            key.last_used_at = key.last_used_at.max(ms.map(Timestamp::from_ms));
            key
        };
        keys.into_iter().map(fresh).collect()
    }

    /// One of them.
    pub fn key_read(&self, actor: &Actor, id: KeyId) -> Result<ApiKey> {
        let found = self.key_list(actor)?.into_iter().find(|k| k.id == id);
        found.ok_or_else(|| Reject::not_found("key").into())
    }

    /// Revokes a key. It opens nothing from now on.
    pub async fn key_revoke(&self, caller: Caller, id: KeyId) -> Result<Answer> {
        caller.actor.require_admin()?;
        self.key_read(&caller.actor, id)?;
        let revoke = move |work: &Work<'_>| {
            key_revoke(work.tx, id, work.tx.wall())?;
            Ok(Answer::ok(Some(id), String::new()))
        };
        let answer = self.command(caller, revoke).await?;
        self.refresh_keys()?;
        Ok(answer)
    }
}

/// Every key, oldest first, revoked ones too.
pub fn keys(db: &Db) -> Result<Vec<ApiKey>> {
    Ok(db.read(key_list)?.into_iter().map(|k| k.key).collect())
}

/// Revokes the key with this id or, where only one has it, this name.
pub fn revoke(db: &Db, clock: &dyn Clock, id_or_name: String) -> Result<ApiKey> {
    let now = clock.wall();
    db.write_blocking(move |tx| {
        let id = KeyId::parse(&id_or_name);
        let named = |k: &StoredKey| id.map_or(k.key.name == id_or_name, |id| k.key.id == id);
        let found: Vec<StoredKey> = key_list(tx)?.into_iter().filter(named).collect();
        let mut valid = found.iter().filter(|k| k.key.revoked_at.is_none());
        match (valid.next(), valid.next()) {
            (Some(one), None) => {
                key_revoke(tx, one.key.id, now)?;
                Ok(one.key.clone())
            }
            (Some(_), Some(_)) => {
                Err(Reject::new(Code::StateConflict, format!("Several keys are named \"{id_or_name}\". Name one by its id: billhead key list")).into())
            }
            (None, _) if found.is_empty() => Err(Reject::new(Code::NotFound, format!("There is no key \"{id_or_name}\". See: billhead key list")).into()),
            (None, _) => Err(Reject::state_conflict(format!("The key \"{id_or_name}\" is revoked already.")).into()),
        }
    })
}
