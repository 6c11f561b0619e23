//! The test rig.

pub mod process;
