//! Hashing and checking passwords: one at a time, on a thread of its own.
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

enum Job {
    Hash(Password, oneshot::Sender<Result<String>>),
    Verify { password: Password, hash: Option<String>, answer: oneshot::Sender<Result<bool>> },
}

/// The way to the hashing thread, which ends with it.
pub struct Hasher {
    jobs: SyncSender<Job>,
}

impl Hasher {
    pub fn start(cost: PasswordCost, entropy: Arc<Entropy>) -> Result<Self> {
        let (jobs, waiting): (_, Receiver<Job>) = sync_channel(WAITING);
        let mut hasher = PasswordHasher::new(cost)?;
        let work = move || {
            while let Ok(job) = waiting.recv() {
                // Whoever asked may be gone: then there is nobody to hash for.
                match job {
                    Job::Hash(password, answer) if !answer.is_closed() => drop(answer.send(hasher.hash(password.reveal(), &entropy))),
                    Job::Verify { password, hash: Some(hash), answer } if !answer.is_closed() => drop(answer.send(hasher.verify(password.reveal(), &hash))),
                    Job::Verify { password, hash: None, answer } if !answer.is_closed() => {
                        drop(answer.send(hasher.hash(password.reveal(), &entropy).map(|_| false)));
                    }
                    Job::Hash(..) | Job::Verify { .. } => {}
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
        self.passwords.send(Job::Hash(password, answer))?;
        hashed.await.map_err(|_| ended())?
    }

    /// Whether the hash is this password's, off the workers. Without a hash the work is the same and the answer no, so that
    /// the time does not tell whether there is an account.
    pub(super) async fn verify(&self, password: Password, hash: Option<String>) -> Result<bool> {
        let (answer, verified) = oneshot::channel();
        self.passwords.send(Job::Verify { password, hash, answer })?;
        verified.await.map_err(|_| ended())?
    }
}

fn ended() -> Error {
    Error::Internal("the password thread has ended".into())
}

impl Hasher {
    fn send(&self, job: Job) -> Result<()> {
        self.jobs.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => Error::overloaded(),
            TrySendError::Disconnected(_) => ended(),
        })
    }
}
