//! Time and chance, as values: the only reader of the OS clock and of its random source.
//!
//! Everything else is handed a [`Clock`] and an [`Entropy`], so that tests say what time it is and what the dice show.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::domain::time::Timestamp;

pub trait Clock: Send + Sync {
    /// Wall time: sessions, key expiry, idempotency records.
    fn wall(&self) -> Timestamp;

    /// Billing time. In normal service it is wall time.
    fn billing(&self) -> Timestamp {
        self.wall()
    }

    /// Time that only goes forward, since some beginning: rate limits and time-outs.
    fn elapsed(&self) -> Duration;
}

/// The machine's clock.
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn wall(&self) -> Timestamp {
        // A clock before 1970 is wrong beyond repair; ids still increase, and 1970 is as good as any wrong time.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A clock that stands still until a test moves it.
pub struct ManualClock {
    wall_ms: AtomicI64,
    elapsed_ms: AtomicU64,
}

impl ManualClock {
    pub fn at(now: Timestamp) -> Self {
        Self { wall_ms: AtomicI64::new(now.ms()), elapsed_ms: AtomicU64::new(0) }
    }

    pub fn advance(&self, by: Duration) {
        let ms = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.elapsed_ms.fetch_add(ms, Ordering::SeqCst);
        self.wall_ms.fetch_add(i64::try_from(ms).unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    /// Sets wall time alone, backwards too, as a wrong clock would.
    pub fn set_wall(&self, now: Timestamp) {
        self.wall_ms.store(now.ms(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn wall(&self) -> Timestamp {
        Timestamp::from_ms(self.wall_ms.load(Ordering::SeqCst))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.elapsed_ms.load(Ordering::SeqCst))
    }
}

/// Billing time that stands still until somebody moves it, beside wall time as it is.
pub struct TestClock {
    real: Arc<dyn Clock>,
    billing_ms: AtomicI64,
}

impl TestClock {
    pub fn at(now: Timestamp, real: Arc<dyn Clock>) -> Self {
        Self { real, billing_ms: AtomicI64::new(now.ms()) }
    }

    /// Sets billing time. That it only goes forward is the caller's care.
    pub fn set(&self, now: Timestamp) {
        self.billing_ms.store(now.ms(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn wall(&self) -> Timestamp {
        self.real.wall()
    }

    fn billing(&self) -> Timestamp {
        Timestamp::from_ms(self.billing_ms.load(Ordering::SeqCst))
    }

    fn elapsed(&self) -> Duration {
        self.real.elapsed()
    }
}

/// Where random bytes come from.
pub enum Entropy {
    /// The operating system.
    System,
    /// The same sequence for the same seed: for tests only.
    Seeded(Mutex<u64>),
}

impl Entropy {
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Mutex::new(seed))
    }

    /// `N` random bytes. Stops the program where the system has none: nothing made without them would be safe.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that draws random bytes")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System => getrandom::fill(&mut bytes).expect("the system's random source works"),
            Self::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                bytes.fill_with(|| splitmix64(&mut state).to_le_bytes()[0]);
            }
        }
        bytes
    }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
