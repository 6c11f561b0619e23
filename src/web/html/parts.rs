//! Every kind of page in every state, to look at.
