//! Public ids: one type per noun, time-ordered (UUID version 7), written as the noun's prefix and 32 hexadecimal digits.
//!
//! Ids order rows: a list is in order of id. So [`IdSource`] makes them strictly increasing whatever the clock does.
//! Deliberately absent: randomness and the clock, which the caller passes in.

use uuid::Uuid;

/// A typed public id. The prefix is part of what a client sees and sends back.
pub trait TypedId: Copy + Eq + Ord + std::fmt::Debug {
    /// With the underscore: `cust_`.
    const PREFIX: &'static str;
    fn from_uuid(uuid: Uuid) -> Self;
    fn uuid(self) -> Uuid;

    /// As it is stored.
    fn bytes(self) -> [u8; 16] {
        *self.uuid().as_bytes()
    }

    /// None for another noun's id and for anything but 32 lower-case hexadecimal digits.
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(Self::PREFIX)?.as_bytes();
        if digits.len() != 32 {
            return None;
        }
        let mut bytes = [0_u8; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(Self::from_uuid(Uuid::from_bytes(bytes)))
    }

    /// The id as clients see it.
    fn text(self) -> String {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(Self::PREFIX.len() + 32);
        text.push_str(Self::PREFIX);
        for byte in self.uuid().as_bytes() {
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
        text
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(Uuid);

        impl TypedId for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.text())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.text())
            }
        }
    )+};
}

typed_ids! {
    CustomerId = "cust_";
    ProductId = "prod_";
    PriceId = "price_";
    SubscriptionId = "sub_";
    AccessId = "acc_";
    InvoiceId = "inv_";
    InvoiceLineId = "il_";
    PaymentId = "pay_";
    /// The gateway's key of money that it is to give back.
    RefundId = "ref_";
    PaymentMethodId = "pm_";
    BalanceEntryId = "be_";
    CreditNoteId = "cn_";
    CouponId = "coup_";
    TaxRateId = "txr_";
    EventId = "evt_";
    KeyId = "key_";
    AdminId = "adm_";
    SessionId = "ses_";
}

/// The 122 bits of a UUID that are not version and variant, in order: what "greater" means for ids.
fn payload(uuid: Uuid) -> u128 {
    let bits = uuid.as_u128();
    let time_and_a = (bits >> 80) << 12 | (bits >> 64) & 0xfff;
    time_and_a << 62 | bits & ((1 << 62) - 1)
}

fn from_payload(payload: u128) -> Uuid {
    let low = payload & ((1 << 62) - 1);
    let time_and_a = payload >> 62;
    let (time, a) = (time_and_a >> 12, time_and_a & 0xfff);
    Uuid::from_u128(time << 80 | 7 << 76 | a << 64 | 2 << 62 | low)
}

/// Makes ids that are strictly increasing: the clock's when it moves on, else the one after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdSource {
    last: Uuid,
}

impl IdSource {
    /// Continues after `last`, the greatest id that was ever handed out (nil for none).
    pub fn after(last: Uuid) -> Self {
        Self { last }
    }

    pub fn last(&self) -> Uuid {
        self.last
    }

    /// The next id. `now_ms` is the time in milliseconds since 1970, `random` any bits.
    pub fn next(&mut self, now_ms: i64, random: [u8; 10]) -> Uuid {
        let millis = u64::try_from(now_ms).unwrap_or(0);
        let fresh = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        let next = payload(fresh).max(payload(self.last) + 1);
        self.last = from_payload(next);
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_another_nouns_does_not() {
        let id = CustomerId::from_uuid(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_002a));
        assert_eq!(id.text(), "cust_0190000000007000800000000000002a");
        assert_eq!(CustomerId::parse(&id.text()), Some(id));
        assert_eq!(ProductId::parse(&id.text()), None);
        for wrong in ["cust_", "cust_001", "cust_0190000000007000800000000000002A", "cust_0190000000007000800000000000002g"] {
            assert_eq!(CustomerId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ids_increase_whatever_the_clock_does() {
        let mut source = IdSource::after(Uuid::nil());
        let mut last = Uuid::nil();
        for now_ms in [1_000, 1_000, 4_000_000_000_000, 5, 5, 1_000, 0, -7, 2_000] {
            for random in [[0xff; 10], [0; 10], [0x7f; 10]] {
                let id = source.next(now_ms, random);
                assert!(id > last, "{id} after {last}");
                assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
                last = id;
            }
        }
    }

    #[test]
    fn a_payload_survives_the_round_trip_and_carries_over_its_parts() {
        let all_ones = from_payload((1 << 74) - 1);
        let next = from_payload(1 << 74);
        assert!(next > all_ones);
        assert_eq!(payload(next), 1 << 74);
        assert_eq!(next.get_timestamp().map(|t| t.to_unix()), Some((0, 1_000_000)));
    }
}
