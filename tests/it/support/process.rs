//! A real server process.
