//! What a key learns about itself.

use serde_json::{Value, json};

use crate::domain::id::KeyId;
use crate::domain::key::{ApiKey, Scope, Scopes, Tier};
use crate::domain::text::Name;
use crate::domain::time::{Start, Timestamp};
use crate::wire::shape::{Definitions, Shape, word_shape};

words! {
    Tier => Tier::ALL, Tier::text;
}

struct ScopesShape;

impl Shape for ScopesShape {
    fn shape(_: &mut Definitions) -> Value {
        json!({ "type": "array", "items": word_shape(Scope::ALL.iter().map(|(_, text)| *text)) })
    }
}

struct ModeShape;

impl Shape for ModeShape {
    fn shape(_: &mut Definitions) -> Value {
        word_shape(["live", "test"])
    }
}

input! {
    /// What a new key is made from, on the admin site. The API itself makes no keys.
    KeyInput {
        "name" name: Name, "What it is for.";
        "tier" tier: Tier, "";
        "scopes" scopes: Scopes, "`full`, `read`, or a comma list.";
        "expiresAt" expires_at: Option<Start>, "";
    }
}

/// A key and what it may do a minute.
pub struct MeView<'k> {
    pub key: &'k ApiKey,
    pub requests_per_minute: u32,
}

output! {
    /// The calling key.
    MeJson as "Me" (m: MeView<'a>) {
        "id": KeyId = m.key.id, "";
        "name": String = m.key.name, "";
        "scopes": ScopesShape = m.key.scopes.texts(), "";
        "tier": Tier = m.key.tier.text(), "";
        "requestsPerMinute": i64 = m.requests_per_minute, "";
        "mode": ModeShape = if m.key.is_test() { "test" } else { "live" }, "";
        "createdAt": Timestamp = m.key.created_at, "";
        "expiresAt": Option<Timestamp> = m.key.expires_at, "";
    }
}
