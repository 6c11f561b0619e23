//! Who asks: what every use case checks before it does anything.

use uuid::Uuid;

use crate::domain::id::{AdminId, KeyId, TypedId};
use crate::domain::key::{Scope, Scopes};
use crate::domain::reject::{Code, Reject};

/// The caller of a use case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    /// An integration, by its key.
    Key { id: KeyId, scopes: Scopes },
    /// Somebody who is signed in to the admin site. May do everything.
    Admin { id: AdminId },
    /// Whoever has a shell on the machine.
    Operator,
    /// The billing run: what comes by itself.
    Engine,
}

impl Actor {
    pub fn may(&self, scope: Scope) -> bool {
        match self {
            Actor::Key { scopes, .. } => scopes.has(scope),
            Actor::Admin { .. } | Actor::Operator | Actor::Engine => true,
        }
    }

    pub fn require(&self, scope: Scope) -> Result<(), Reject> {
        if self.may(scope) {
            return Ok(());
        }
        Err(Reject::new(Code::InsufficientScope, format!("This key lacks the scope {}.", scope.text())))
    }

    /// What no API key may do, whatever its scopes: keys that make keys would outlive their revocation.
    pub fn require_admin(&self) -> Result<(), Reject> {
        match self {
            Actor::Key { .. } => Err(Reject::new(Code::InsufficientScope, "This is for the admin site alone.")),
            Actor::Admin { .. } | Actor::Operator | Actor::Engine => Ok(()),
        }
    }

    /// Whose kept answers a repeat may get again.
    pub fn uuid(&self) -> Option<Uuid> {
        match self {
            Actor::Key { id, .. } => Some(id.uuid()),
            Actor::Admin { id } => Some(id.uuid()),
            Actor::Operator | Actor::Engine => None,
        }
    }

    /// As the transition log names it.
    pub fn label(&self) -> String {
        match self {
            Actor::Key { id, .. } => id.to_string(),
            Actor::Admin { id } => id.to_string(),
            Actor::Operator => "operator".into(),
            Actor::Engine => "engine".into(),
        }
    }
}
