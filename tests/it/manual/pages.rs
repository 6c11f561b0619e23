//! The pages of the documentation as they are served.
