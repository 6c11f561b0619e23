//! Accesses: the user names and passwords that a subscription grants, as many as its quantity.
//!
//! Deliberately absent: randomness. A credential is spelled from bytes that the caller draws.

use crate::domain::id::AccessId;
use crate::domain::text::Line;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccessStatus {
    Active,
    Suspended,
    Revoked,
}

impl AccessStatus {
    pub const ALL: [AccessStatus; 3] = [AccessStatus::Active, AccessStatus::Suspended, AccessStatus::Revoked];

    pub fn text(self) -> &'static str {
        match self {
            AccessStatus::Active => "active",
            AccessStatus::Suspended => "suspended",
            AccessStatus::Revoked => "revoked",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.text() == text)
    }
}

/// What a customer types into his player. Kept out of Debug, and so out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub username: String,
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

impl Credentials {
    /// Random bytes that [`Credentials::spell`] takes.
    pub const ENTROPY: usize = 24;

    /// Ten characters of name and fourteen of password (70 bits), none of which is mistaken for another on a remote control.
    pub fn spell(random: [u8; Self::ENTROPY]) -> Self {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let spelled: String = random.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect();
        let (username, password) = spelled.split_at(10);
        Self { username: username.to_owned(), password: password.to_owned() }
    }
}

pub type Username = Line<3, 100>;

/// An access password as the vendor writes it. Its text stays out of Debug, and so out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessPassword(Line<4, 200>);

impl AccessPassword {
    pub fn parse(raw: &str) -> Result<Self, String> {
        Line::parse(raw).map(Self)
    }

    pub fn into_string(self) -> String {
        self.0.into_string()
    }
}

impl std::fmt::Debug for AccessPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessPassword(…)")
    }
}

#[derive(Clone, Debug)]
pub struct Access {
    pub row: i64,
    pub id: AccessId,
    pub status: AccessStatus,
    /// None where the caller may not see them.
    pub credentials: Option<Credentials>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_use_letters_that_nobody_confuses() {
        let spelled = Credentials::spell(std::array::from_fn(|n| u8::try_from(n * 11 % 256).unwrap_or(0)));
        assert_eq!((spelled.username.len(), spelled.password.len()), (10, 14));
        assert!(!format!("{}{}", spelled.username, spelled.password).contains(['0', 'o', '1', 'l']));
        assert_eq!(format!("{spelled:?}"), "Credentials(…)");
        assert!(!format!("{:?}", AccessPassword::parse("hunter22")).contains("hunter"));
    }
}
