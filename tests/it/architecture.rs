//! The directions of imports.
