//! Hashing passwords: one at a time, on a thread of its own.
//!
//! A hash takes 19 MiB and tens of milliseconds. On one thread that memory is used again and again; on many it would grow
//! with the number of callers and, as allocators go, stay.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use tokio::sync::oneshot;

use crate::app::App;
use crate::clock::Entropy;
use crate::domain::text::Password;
use crate::error::{Error, Result};
use crate::secret::{PasswordCost, PasswordHasher};

/// Passwords that may wait for their turn; one more is refused.
const WAITING: usize = 64;

type Job = (Password, oneshot::Sender<Result<String>>);

/// The way to the hashing thread, which ends with it.
pub struct Hasher {
    jobs: SyncSender<Job>,
}

impl Hasher {
    pub fn start(cost: PasswordCost, entropy: Arc<Entropy>) -> Result<Self> {
        let (jobs, waiting): (_, Receiver<Job>) = sync_channel(WAITING);
        let mut hasher = PasswordHasher::new(cost)?;
        let work = move || {
            while let Ok((password, answer)) = waiting.recv() {
                // Whoever asked may be gone: then there is nobody to hash for.
                if !answer.is_closed() {
                    drop(answer.send(hasher.hash(password.reveal(), &entropy)));
                }
            }
        };
        std::thread::Builder::new().name("passwords".into()).spawn(work).map_err(|e| Error::Internal(format!("cannot start the password thread: {e}")))?;
        Ok(Self { jobs })
    }
}

impl App {
    /// An argon2id hash, off the workers.
    pub(super) async fn hash(&self, password: Password) -> Result<String> {
        let (answer, hashed) = oneshot::channel();
        self.passwords.jobs.try_send((password, answer)).map_err(|refused| match refused {
            TrySendError::Full(_) => Error::overloaded(),
            TrySendError::Disconnected(_) => Error::Internal("the password thread has ended".into()),
        })?;
        hashed.await.map_err(|_| Error::Internal("the password thread has ended".into()))?
    }
}
