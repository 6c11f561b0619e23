//! Faults, with a real process: kill -9, a full disk, a failed sync.
