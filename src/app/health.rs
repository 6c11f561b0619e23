//! Whether the house can do its work: the database takes writes, and there is room on the disk.

use std::sync::Mutex;
use std::time::Duration;

use crate::app::App;
use crate::error::{Error, Result};

/// Below this the answer is "not ready": a write-ahead log and its checkpoint need room.
const ROOM_NEEDED: u64 = 64 * 1024 * 1024;
/// An answer is good for so long, so that asking costs nothing.
const FRESH: Duration = Duration::from_secs(1);

/// The last answer and when it was found.
#[derive(Default)]
pub struct Health {
    last: Mutex<Option<(Duration, Readiness)>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Readiness {
    pub writable: bool,
    pub free_bytes: u64,
}

impl Readiness {
    pub fn is_ready(self) -> bool {
        self.writable && self.free_bytes >= ROOM_NEEDED
    }

    pub fn has_room(self) -> bool {
        self.free_bytes >= ROOM_NEEDED
    }
}

impl App {
    pub async fn readiness(&self) -> Result<Readiness> {
        let now = self.clock.elapsed();
        let last = *self.health.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((at, readiness)) = last
            && now.saturating_sub(at) < FRESH
        {
            return Ok(readiness);
        }
        // A write that changes nothing still takes the writer, the lock, a page of the log and a sync.
        let probe = self.db.write(|tx| tx.run("UPDATE engine SET only = only", []).map_err(Error::from)).await;
        let directory = self.db.path().parent().unwrap_or(self.db.path());
        let disk = rustix::fs::statvfs(directory).map_err(Error::internal)?;
        let readiness = Readiness { writable: probe.is_ok(), free_bytes: disk.f_bavail.saturating_mul(disk.f_frsize) };
        *self.health.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((now, readiness));
        Ok(readiness)
    }
}
