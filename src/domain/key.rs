//! API keys: what one may do (scopes), how often (tier), how long. Secrets are deliberately absent: see `secret`.

use crate::domain::id::KeyId;
use crate::domain::time::Timestamp;

/// One right. The order is the order of bits in [`Scopes`]: append only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    CustomersRead,
    CustomersWrite,
    ProductsRead,
    ProductsWrite,
    SubscriptionsRead,
    SubscriptionsWrite,
    SubscriptionsCredentials,
    InvoicesRead,
    InvoicesWrite,
    CouponsRead,
    CouponsWrite,
    TaxesRead,
    TaxesWrite,
    EventsRead,
    EventsWrite,
    WebhooksRead,
    WebhooksWrite,
    ReportsRead,
    ReportsWrite,
    SettingsRead,
    SettingsWrite,
    TestClockRead,
    TestClockWrite,
}

impl Scope {
    pub const ALL: [(Scope, &'static str); 23] = [
        (Scope::CustomersRead, "customers:read"),
        (Scope::CustomersWrite, "customers:write"),
        (Scope::ProductsRead, "products:read"),
        (Scope::ProductsWrite, "products:write"),
        (Scope::SubscriptionsRead, "subscriptions:read"),
        (Scope::SubscriptionsWrite, "subscriptions:write"),
        (Scope::SubscriptionsCredentials, "subscriptions:credentials"),
        (Scope::InvoicesRead, "invoices:read"),
        (Scope::InvoicesWrite, "invoices:write"),
        (Scope::CouponsRead, "coupons:read"),
        (Scope::CouponsWrite, "coupons:write"),
        (Scope::TaxesRead, "taxes:read"),
        (Scope::TaxesWrite, "taxes:write"),
        (Scope::EventsRead, "events:read"),
        (Scope::EventsWrite, "events:write"),
        (Scope::WebhooksRead, "webhooks:read"),
        (Scope::WebhooksWrite, "webhooks:write"),
        (Scope::ReportsRead, "reports:read"),
        (Scope::ReportsWrite, "reports:write"),
        (Scope::SettingsRead, "settings:read"),
        (Scope::SettingsWrite, "settings:write"),
        (Scope::TestClockRead, "testclock:read"),
        (Scope::TestClockWrite, "testclock:write"),
    ];

    pub fn text(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

/// A set of rights.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scopes(u32);

impl Scopes {
    pub const NONE: Self = Self(0);

    pub fn full() -> Self {
        Self::of(|_| true)
    }

    /// Every `:read`; credentials are not among them.
    pub fn read() -> Self {
        Self::of(|text| text.ends_with(":read"))
    }

    fn of(which: impl Fn(&str) -> bool) -> Self {
        Scope::ALL.iter().filter(|(_, text)| which(text)).fold(Self::NONE, |set, (scope, _)| set.with(*scope))
    }

    pub fn with(self, scope: Scope) -> Self {
        Self(self.0 | scope.bit())
    }

    /// Those that are in both.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// `full`, `read`, or a comma list of scopes; `customers` alone stands for its `:read` and `:write`.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "full" => return Ok(Self::full()),
            "read" => return Ok(Self::read()),
            _ => {}
        }
        let mut set = Self::NONE;
        for part in text.split(',').map(str::trim) {
            let both = Self::of(|t| t.strip_prefix(part).is_some_and(|rest| rest == ":read" || rest == ":write"));
            let one = Self::of(|t| t == part);
            if both == Self::NONE && one == Self::NONE {
                let known: Vec<_> = Scope::ALL.iter().map(|(_, t)| *t).collect();
                return Err(format!("there is no scope \"{part}\"; the scopes are full, read, or a comma list of {}", known.join(", ")));
            }
            set = Self(set.0 | both.0 | one.0);
        }
        Ok(set)
    }

    pub fn texts(self) -> Vec<&'static str> {
        Scope::ALL.iter().filter(|(scope, _)| self.has(*scope)).map(|(_, text)| *text).collect()
    }
}

/// How many requests a minute a key may make.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Tier {
    Standard,
    Professional,
    Enterprise,
}

impl Tier {
    pub const ALL: [Tier; 3] = [Tier::Standard, Tier::Professional, Tier::Enterprise];

    pub fn text(self) -> &'static str {
        match self {
            Tier::Standard => "standard",
            Tier::Professional => "professional",
            Tier::Enterprise => "enterprise",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.text() == text)
    }

    /// Requests a minute, unless the configuration says otherwise.
    pub fn default_per_minute(self) -> u32 {
        match self {
            Tier::Standard => 60,
            Tier::Professional => 120,
            Tier::Enterprise => 300,
        }
    }
}

/// A key without its secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKey {
    pub id: KeyId,
    pub name: String,
    pub tier: Tier,
    pub scopes: Scopes,
    /// The secret's first characters: enough to tell keys apart, useless to guess one.
    pub hint: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
}

impl ApiKey {
    /// Of a directory with a test clock.
    pub fn is_test(&self) -> bool {
        self.hint.starts_with("bh_test_")
    }

    /// Whether the key opens anything at `now` (wall time).
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.status(now) == KeyStatus::Active
    }

    /// What has become of it by `now` (wall time).
    pub fn status(&self, now: Timestamp) -> KeyStatus {
        match self {
            Self { revoked_at: Some(_), .. } => KeyStatus::Revoked,
            Self { expires_at: Some(end), .. } if *end <= now => KeyStatus::Expired,
            _ => KeyStatus::Active,
        }
    }
}

/// What has become of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyStatus {
    Active,
    Expired,
    Revoked,
}

impl KeyStatus {
    pub const ALL: [KeyStatus; 3] = [KeyStatus::Active, KeyStatus::Expired, KeyStatus::Revoked];

    pub fn text(self) -> &'static str {
        match self {
            KeyStatus::Active => "active",
            KeyStatus::Expired => "expired",
            KeyStatus::Revoked => "revoked",
        }
    }
}

/// What narrows the list of keys.
#[derive(Clone, Debug, Default)]
pub struct KeyFilter {
    pub status: Option<KeyStatus>,
    /// Lower-case text to be contained in the name or in the beginning of the secret.
    pub search: Option<String>,
    pub created_after: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_in_the_order_of_their_bits() {
        for (n, (scope, text)) in Scope::ALL.iter().enumerate() {
            assert_eq!(*scope as usize, n);
            assert_eq!(scope.text(), *text);
        }
    }

    #[test]
    fn presets_and_lists_are_read() {
        assert!(Scopes::parse("full").is_ok_and(|s| s.has(Scope::SubscriptionsCredentials) && s.has(Scope::CustomersWrite)));
        assert!(Scopes::parse("read").is_ok_and(|s| s.has(Scope::InvoicesRead) && !s.has(Scope::InvoicesWrite) && !s.has(Scope::SubscriptionsCredentials)));
        let list = Scopes::parse("customers, subscriptions:credentials").map(Scopes::texts);
        assert_eq!(list, Ok(vec!["customers:read", "customers:write", "subscriptions:credentials"]));
        for wrong in ["", "customers:delete", "all", "customers,,products"] {
            assert!(Scopes::parse(wrong).is_err(), "{wrong}");
        }
    }
}
