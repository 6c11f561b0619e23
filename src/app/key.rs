//! API keys: made, listed and revoked by whoever has the machine; recognised, from memory, by every request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::app::App;
use crate::clock::{Clock, Entropy};
use crate::domain::id::{KeyId, TypedId};
use crate::domain::key::{ApiKey, Scopes, Tier};
use crate::domain::reject::{Code, Reject};
use crate::domain::text::Name;
use crate::domain::time::Timestamp;
use crate::error::Result;
use crate::secret::{api_key_secret, digest, same};
use crate::store::db::Db;
use crate::store::key::{StoredKey, key_insert, key_list, key_revoke, key_touch, key_version};

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
    if input.expires_at.is_some_and(|at| at <= clock.wall()) {
        return Err(Reject::field("expires", "Must lie in the future").into());
    }
    let secret = api_key_secret(entropy);
    let hash = digest(&[secret.as_bytes()]);
    let hint: String = secret.chars().take(12).collect();
    let wall = clock.wall();
    let key = db.write_blocking(move |tx| {
        let key = ApiKey {
            id: tx.new_id(),
            name: input.name.into_string(),
            tier: input.tier,
            scopes: input.scopes,
            hint,
            created_at: wall,
            updated_at: wall,
            expires_at: input.expires_at,
            revoked_at: None,
            last_used_at: None,
        };
        let stored = StoredKey { key, hash };
        key_insert(tx, &stored)?;
        Ok(stored.key)
    })?;
    Ok(NewKey { key, secret })
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
