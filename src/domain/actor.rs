//! Who asks: what every use case checks before it does anything.

use crate::domain::id::KeyId;
use crate::domain::key::{Scope, Scopes};
use crate::domain::reject::{Code, Reject};

/// The caller of a use case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    /// An integration, by its key.
    Key { id: KeyId, scopes: Scopes },
    /// Whoever has a shell on the machine.
    Operator,
}

impl Actor {
    pub fn may(&self, scope: Scope) -> bool {
        match self {
            Actor::Key { scopes, .. } => scopes.has(scope),
            Actor::Operator => true,
        }
    }

    pub fn require(&self, scope: Scope) -> Result<(), Reject> {
        if self.may(scope) {
            return Ok(());
        }
        Err(Reject::new(Code::InsufficientScope, format!("This key lacks the scope {}.", scope.text())))
    }

    /// As the transition log names it.
    pub fn label(&self) -> String {
        match self {
            Actor::Key { id, .. } => id.to_string(),
            Actor::Operator => "operator".into(),
        }
    }
}
