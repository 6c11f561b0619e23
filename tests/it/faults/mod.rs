//! Faults, with a real process: kill -9, a full disk, a failed sync, hostile clients.

#![expect(clippy::disallowed_methods, reason = "real processes run on the machine's clock, and a foreign connection is the point of a check from outside")]

use std::sync::{Mutex, MutexGuard, PoisonError};

mod billing;
mod books;
mod charges;
mod failed_sync;
mod full_disk;
mod hostile_process;
mod kill9;
mod process;
mod strace;
mod sync;
mod twin;
mod writers;

/// These tests measure time and load the machine: one at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}
