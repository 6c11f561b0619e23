//! Rate limits by governor: per key by its tier, and per address for those who have no key.
//!
//! GCRA: the tier's number of requests as a burst, which refills evenly over a minute. So a key that rested can make
//! nearly twice the number in its first minute, and never more than the number in any later one.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::config::Rates;
use crate::domain::id::{KeyId, TypedId};
use crate::domain::key::Tier;

/// Requests without a valid key that one address may make a minute.
const UNKNOWN_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).unwrap();
/// Addresses that are remembered; beyond, those that have rested are forgotten.
const ADDRESSES_KEPT: usize = 20_000;

/// Sign-ins that one address may try: so many at once, and then one each so often.
const SIGN_INS_BY_ADDRESS: (NonZeroU32, Duration) = (NonZeroU32::new(20).unwrap(), Duration::from_secs(6));
/// Sign-ins that may be tried for one account, whoever tries.
const SIGN_INS_BY_ACCOUNT: (NonZeroU32, Duration) = (NonZeroU32::new(10).unwrap(), Duration::from_secs(30));

/// What is known of a browser that signs in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Browser {
    Stranger,
    /// It was signed in to the account before.
    Known,
}

/// Our clock as governor reads it.
#[derive(Clone)]
struct Elapsed(Arc<dyn Clock>);

impl GovernorClock for Elapsed {
    type Instant = Nanos;
    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, Elapsed, StateInformationMiddleware>;

/// One tier's limiter.
struct TierLimiter {
    per_minute: NonZeroU32,
    limiter: Limiter<u128>,
}

pub struct Limits {
    clock: Arc<dyn Clock>,
    standard: TierLimiter,
    professional: TierLimiter,
    enterprise: TierLimiter,
    unknown: Limiter<IpAddr>,
    sign_ins_by_address: Limiter<IpAddr>,
    /// By the e-mail address, whether or not there is such an account.
    sign_ins_by_account: Limiter<(Browser, String)>,
    /// When addresses were last forgotten, in seconds of the clock: at most once a second, since it looks at each.
    forgotten_at: AtomicU64,
}

/// What the headers of an answer say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub limit: u32,
    pub remaining: u32,
    /// The unix second at which the full allowance is back.
    pub reset: i64,
}

/// Too many: whole seconds after which the next is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    pub retry_after: u64,
}

fn limiter<K: std::hash::Hash + Eq + Clone>(per_minute: NonZeroU32, clock: &Arc<dyn Clock>) -> Limiter<K> {
    RateLimiter::dashmap_with_clock(Quota::per_minute(per_minute), Elapsed(Arc::clone(clock))).with_middleware()
}

fn slow_limiter<K: std::hash::Hash + Eq + Clone>((burst, period): (NonZeroU32, Duration), clock: &Arc<dyn Clock>) -> Limiter<K> {
    let quota = Quota::with_period(period).expect("the period is not zero").allow_burst(burst);
    RateLimiter::dashmap_with_clock(quota, Elapsed(Arc::clone(clock))).with_middleware()
}

fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

impl Limits {
    pub fn new(rates: &Rates, clock: &Arc<dyn Clock>) -> Self {
        let tier = |tier: Tier| TierLimiter { per_minute: rates.of(tier), limiter: limiter(rates.of(tier), clock) };
        Self {
            clock: Arc::clone(clock),
            standard: tier(Tier::Standard),
            professional: tier(Tier::Professional),
            enterprise: tier(Tier::Enterprise),
            unknown: limiter(UNKNOWN_PER_MINUTE, clock),
            sign_ins_by_address: slow_limiter(SIGN_INS_BY_ADDRESS, clock),
            sign_ins_by_account: slow_limiter(SIGN_INS_BY_ACCOUNT, clock),
            forgotten_at: AtomicU64::new(0),
        }
    }

    fn tier(&self, tier: Tier) -> &TierLimiter {
        match tier {
            Tier::Standard => &self.standard,
            Tier::Professional => &self.professional,
            Tier::Enterprise => &self.enterprise,
        }
    }

    pub fn per_minute(&self, tier: Tier) -> u32 {
        self.tier(tier).per_minute.get()
    }

    /// Counts a request of a known key.
    pub fn count(&self, key: KeyId, tier: Tier) -> (Allowance, Result<(), TooMany>) {
        let TierLimiter { per_minute, limiter } = self.tier(tier);
        let limit = per_minute.get();
        let one = Duration::from_secs(60) / limit;
        match limiter.check_key(&key.uuid().as_u128()) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity().min(limit);
                (self.allowance(limit, remaining, one.saturating_mul(limit - remaining)), Ok(()))
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(self.clock.elapsed().into());
                let full = wait.saturating_add(one.saturating_mul(limit.saturating_sub(1)));
                (self.allowance(limit, 0, full), Err(TooMany { retry_after: whole_seconds(wait) }))
            }
        }
    }

    fn allowance(&self, limit: u32, remaining: u32, until_full: Duration) -> Allowance {
        let full_at_ms = self.clock.wall().ms().saturating_add(i64::try_from(until_full.as_millis()).unwrap_or(i64::MAX));
        Allowance { limit, remaining, reset: full_at_ms.saturating_add(999).div_euclid(1000) }
    }

    /// Counts a request without a valid key.
    pub fn count_unknown(&self, address: IpAddr) -> Result<(), TooMany> {
        self.count_stranger(&self.unknown, &network(address))
    }

    /// Counts a try to sign in, by its address and by the account. A browser that was signed in to the account before has a
    /// count of its own, which no stranger can use up.
    pub fn count_sign_in(&self, address: IpAddr, email: &str, browser: Browser) -> Result<(), TooMany> {
        self.count_stranger(&self.sign_ins_by_address, &network(address))?;
        let account: String = email.trim().chars().take(254).collect();
        self.count_stranger(&self.sign_ins_by_account, &(browser, account.to_lowercase()))
    }

    fn count_stranger<K: std::hash::Hash + Eq + Clone>(&self, limiter: &Limiter<K>, key: &K) -> Result<(), TooMany> {
        let second = self.clock.elapsed().as_secs();
        if limiter.len() > ADDRESSES_KEPT {
            if self.forgotten_at.swap(second, Ordering::Relaxed) != second {
                limiter.retain_recent();
            }
            if limiter.len() > 10 * ADDRESSES_KEPT {
                return Err(TooMany { retry_after: 60 });
            }
        }
        limiter.check_key(key).map(drop).map_err(|e| TooMany { retry_after: whole_seconds(e.wait_time_from(self.clock.elapsed().into())) })
    }
}

/// One customer of a provider has a whole /64 of addresses.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::domain::time::Timestamp;
    use uuid::Uuid;

    fn limits() -> (Arc<ManualClock>, Limits) {
        let clock = Arc::new(ManualClock::at(Timestamp::from_ms(1_711_720_800_000)));
        let shared: Arc<dyn Clock> = clock.clone();
        (clock, Limits::new(&Rates::default(), &shared))
    }

    #[test]
    fn the_limit_is_reached_waited_out_and_full_again_when_the_header_says() {
        let (clock, limits) = limits();
        let key = KeyId::from_uuid(Uuid::from_u128(1));
        for n in 0..60 {
            let (allowance, outcome) = limits.count(key, Tier::Standard);
            assert_eq!((allowance.limit, allowance.remaining, outcome), (60, 59 - n, Ok(())));
            assert_eq!(allowance.reset, 1_711_720_800 + i64::from(n) + 1);
        }
        let (allowance, outcome) = limits.count(key, Tier::Standard);
        assert_eq!((allowance.remaining, outcome, allowance.reset), (0, Err(TooMany { retry_after: 1 }), 1_711_720_860));
        clock.advance(Duration::from_secs(1));
        assert_eq!(limits.count(key, Tier::Standard).1, Ok(()));
        assert!(limits.count(key, Tier::Standard).1.is_err());
        let reset = limits.count(key, Tier::Standard).0.reset;
        clock.advance(Duration::from_secs(u64::try_from(reset - 1_711_720_801).unwrap_or(0)));
        assert_eq!(limits.count(key, Tier::Standard).0.remaining, 59);
        assert_eq!(limits.count(KeyId::from_uuid(Uuid::from_u128(2)), Tier::Enterprise).0.limit, 300);
    }

    #[test]
    fn strangers_are_limited_by_address_and_a_v6_network_is_one() {
        let (clock, limits) = limits();
        let at = |text: &str| text.parse::<IpAddr>().unwrap_or_else(|e| panic!("{e}"));
        for n in 0..30 {
            assert!(limits.count_unknown(at(&format!("2001:db8::{n}"))).is_ok());
        }
        assert_eq!(limits.count_unknown(at("2001:db8::ffff")), Err(TooMany { retry_after: 2 }));
        assert!(limits.count_unknown(at("2001:db8:0:1::1")).is_ok());
        assert!(limits.count_unknown(at("192.0.2.1")).is_ok());
        clock.advance(Duration::from_secs(2));
        assert!(limits.count_unknown(at("2001:db8::1")).is_ok());
    }

    #[test]
    fn sign_ins_are_limited_by_address_and_by_account() {
        let (clock, limits) = limits();
        let at = |n: u8| IpAddr::from([192, 0, 2, n]);
        for n in 0..10 {
            assert!(limits.count_sign_in(at(n), "Ana@example.com ", Browser::Stranger).is_ok());
        }
        assert_eq!(limits.count_sign_in(at(99), "ana@example.com", Browser::Stranger), Err(TooMany { retry_after: 30 }), "whoever tries");
        assert!(limits.count_sign_in(at(99), "ana@example.com", Browser::Known).is_ok(), "but for whoever was there before");
        clock.advance(Duration::from_secs(30));
        assert!(limits.count_sign_in(at(99), "ana@example.com", Browser::Stranger).is_ok());
        for n in 0..20 {
            assert!(limits.count_sign_in(at(200), &format!("nobody{n}@example.com"), Browser::Stranger).is_ok());
        }
        assert_eq!(limits.count_sign_in(at(200), "somebody@example.com", Browser::Stranger), Err(TooMany { retry_after: 6 }));
    }
}
