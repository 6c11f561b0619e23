//! What a key learns about itself.

use serde_json::{Value, json};

use crate::domain::id::KeyId;
use crate::domain::key::{ApiKey, KeyFilter, KeyStatus, Scope, Scopes, Tier};
use crate::domain::list::Page;
use crate::domain::text::{Name, searched};
use crate::domain::time::{Start, Timestamp};
use crate::wire::query::{PageQuery, Pairs, Query, Sought, Word};
use crate::wire::shape::{Definitions, Shape, word_shape};

words! {
    Tier => Tier::ALL, Tier::text;
    KeyStatus => KeyStatus::ALL, KeyStatus::text;
}

query! {
    /// The filters of the list of keys, which only the admin site has.
    KeyQuery {
        "q" search: Sought, "Text that the name or the beginning of the key contains, in any case.";
        "status" status: Word<KeyStatus>, "";
        "createdAfter" created_after: Timestamp, "Made then or later.";
    }
}

impl KeyQuery {
    pub fn filter(self) -> KeyFilter {
        let search = self.search.map(|s| searched(&s.0)).filter(|s| !s.is_empty());
        KeyFilter { status: self.status.map(|w| w.0), search, created_after: self.created_after }
    }
}

/// A page of the list of keys.
pub struct KeyListQuery {
    pub page: Page<KeyId>,
    pub own: KeyQuery,
}

impl Query for KeyListQuery {
    fn read(pairs: &mut Pairs<'_>) -> Option<Self> {
        let (page, own) = (PageQuery::read(pairs), KeyQuery::read(pairs));
        Some(Self { page: page?.0, own: own? })
    }

    fn describe() -> Vec<(&'static str, &'static str, Value, bool)> {
        [PageQuery::<KeyId>::describe(), KeyQuery::describe()].concat()
    }
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
