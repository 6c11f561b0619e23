//! The test rig: the real server in process, users who call it, and a check of the whole database when a test ends.

pub mod browser;
pub mod client;
pub mod dice;
pub mod process;
mod selftest;
pub mod world;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App as Actix, HttpServer};
use billhead::adapters::payment::{Gateway, Gateways};
use billhead::app::App;
use billhead::app::key::{KeyCreate, NewKey, key_create};
use billhead::clock::{Clock, Entropy, ManualClock, TestClock};
use billhead::config::{PublicUrl, Rates, TrustedProxies};
use billhead::domain::key::{Scopes, Tier};
use billhead::domain::payment::Provider;
use billhead::domain::text::Name;
use billhead::domain::time::Timestamp;
use billhead::secret::{PasswordCost, Vault};
use billhead::store::db::{Db, FILE_NAME, Options};
use billhead::store::engine::engine_set_time;
use billhead::web::limit::Limits;
use billhead::web::serve::Site;
use billhead::web::site;

use browser::Browser;
use client::User;

/// When every test begins, unless it says otherwise.
pub const BEGIN: &str = "2026-01-31T10:00:00Z";

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// The owner of every test's business.
pub const OWNER: &str = "owner@example.com";
pub const PASSWORD: &str = "a horse that counts to nine";

/// How a test wants its server.
pub struct Setup {
    pub begin: &'static str,
    pub rates: Rates,
    pub trusted_proxies: &'static str,
    /// Empty for none.
    pub public_url: &'static str,
    /// Billing time is moved by hand and stands still otherwise.
    pub test_clock: bool,
    /// Who charges; on a test clock the test gateway does anyway.
    pub gateways: Option<Gateways>,
}

impl Default for Setup {
    fn default() -> Self {
        // So high that only the tests of limits meet one.
        let plenty = NonZeroU32::new(1_000_000).expect("a million is not zero");
        Self {
            begin: BEGIN,
            rates: Rates { standard: plenty, professional: plenty, enterprise: plenty },
            trusted_proxies: "",
            public_url: "",
            test_clock: false,
            gateways: None,
        }
    }
}

/// A server on a port of its own, over a directory of its own, with a clock that the test moves.
pub struct TestApp {
    pub clock: Arc<ManualClock>,
    pub app: Arc<App>,
    /// May do everything.
    pub full: User,
    /// May read everything but credentials.
    pub read: User,
    address: SocketAddr,
    server: Option<(ServerHandle, JoinHandle<()>)>,
    secrets: Mutex<Vec<String>>,
    checked_at_end: bool,
    // Last, so that the files outlive everything that has them open.
    directory: tempfile::TempDir,
}

/// The files of a new installation. A copy is quicker than making the schema anew for each test.
fn template() -> &'static [(&'static str, Vec<u8>)] {
    static TEMPLATE: OnceLock<Vec<(&'static str, Vec<u8>)>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let entropy = Arc::new(Entropy::seeded(1));
        Vault::open(&directory.path().join("key"), true, &entropy).expect("a key file can be made");
        let clock = Arc::new(ManualClock::at(at("2026-01-01T00:00:00Z")));
        // Dropped at once: closing copies the log into the file.
        drop(Db::open(directory.path(), Options::default(), clock, entropy, no_fault()).expect("a database can be made"));
        let read = |name: &'static str| (name, std::fs::read(directory.path().join(name)).expect("what was made can be read"));
        vec![read(FILE_NAME), read("key")]
    })
}

/// Asks the gateways about what was begun until nothing is left whose turn it is; how much that was.
pub fn charge(app: &App) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
    let round = || runtime.block_on(app.charge_round()).expect("the charges work");
    std::iter::repeat_with(round).take_while(|done| *done > 0).sum()
}

fn no_fault() -> billhead::store::writer::OnFatal {
    Box::new(|cause| panic!("the database failed: {cause}"))
}

impl TestApp {
    pub fn start() -> Self {
        Self::with(&Setup::default())
    }

    pub fn with(setup: &Setup) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        for (name, bytes) in template() {
            std::fs::write(directory.path().join(name), bytes).expect("the template can be copied");
        }
        make_private(&directory.path().join("key"));
        let clock = Arc::new(ManualClock::at(at(setup.begin)));
        let entropy = Arc::new(Entropy::seeded(7));
        let vault = Arc::new(Vault::open(&directory.path().join("key"), false, &entropy).expect("the key file opens"));
        let real: Arc<dyn Clock> = clock.clone();
        let test_clock = setup.test_clock.then(|| Arc::new(TestClock::at(at(setup.begin), Arc::clone(&real))));
        let shared: Arc<dyn Clock> = test_clock.clone().map_or(real, |test| test);
        let options = Options { readers: 3, ..Options::default() };
        let db = Db::open(directory.path(), options, Arc::clone(&shared), Arc::clone(&entropy), no_fault()).expect("the database opens");
        if setup.test_clock {
            db.write_blocking(move |tx| engine_set_time(tx, tx.now())).expect("the directory can be marked");
        }
        let app = App::new(db, Arc::clone(&shared), entropy, vault, PasswordCost::Minimum).expect("the app starts");
        let app = Arc::new(match test_clock {
            Some(clock) => app.on_test_clock(clock),
            None => app.with_gateways(setup.gateways.clone().unwrap_or_default()),
        });
        let proxies = TrustedProxies::parse(setup.trusted_proxies).expect("the proxies are well formed");
        let public_url = (!setup.public_url.is_empty()).then(|| PublicUrl::parse(setup.public_url).expect("the address is well formed"));
        let (address, server) = serve(Site::new(Arc::clone(&app), Limits::new(&setup.rates, &shared), proxies, public_url));
        let secrets = Mutex::new(Vec::new());
        let nobody = User::new(address, None);
        let mut this = Self { clock, app, full: nobody.clone(), read: nobody, address, server: Some(server), secrets, checked_at_end: true, directory };
        this.full = this.user("full");
        this.read = this.user("read");
        this
    }

    /// In real time, which this test moves, with this gateway for test methods.
    pub fn charging(gateway: Arc<dyn Gateway>) -> Self {
        Self::with(&Setup { gateways: Some(Gateways::default().with(Provider::Test, gateway)), ..Setup::default() })
    }

    /// The server as it is after a restart: the same directory and the same time, and nothing of what it held in memory. The first goes on; a crash is
    /// what the test leaves undone by it.
    pub fn restarted(&self, gateway: Arc<dyn Gateway>) -> App {
        let entropy = Arc::new(Entropy::seeded(8));
        let vault = Arc::new(Vault::open(&self.directory.path().join("key"), false, &entropy).expect("the key file opens"));
        let clock: Arc<dyn Clock> = self.clock.clone();
        let db = Db::open(self.directory.path(), Options::default(), Arc::clone(&clock), Arc::clone(&entropy), no_fault()).expect("the database opens");
        let app = App::new(db, clock, entropy, vault, PasswordCost::Minimum).expect("the app starts");
        app.with_gateways(Gateways::default().with(Provider::Test, gateway))
    }

    /// Asks the gateways about what was begun, as a server does every second.
    pub fn charge(&self) -> usize {
        charge(&self.app)
    }

    /// With a test clock, which begins at this time.
    pub fn on_test_clock(begin: &'static str) -> Self {
        Self::with(&Setup { begin, test_clock: true, ..Setup::default() })
    }

    /// Moves the test clock on to this time: everything that is due until then is done.
    #[track_caller]
    pub fn live_to(&self, time: &str) {
        self.full.post("/api/v1/test-clock", &serde_json::json!({ "now": at(time).to_string() })).ok();
    }

    /// Stores a payment method of a customer that succeeds; where none can be stored, an id that names none.
    pub fn store_method(&self, customer: &str) -> String {
        let path = format!("/api/v1/customers/{customer}/payment-methods");
        let answer = self.full.post(&path, &serde_json::json!({ "type": "test", "behavior": "succeed" }));
        if answer.status == 201 { client::id(&answer.created()) } else { "pm_019ab1f0c0de70008000000000000001".to_owned() }
    }

    /// Does what is due now, as the billing run of a server does.
    pub fn bill(&self) -> usize {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime can be made");
        let round = || runtime.block_on(self.app.billing_round(50, None)).expect("the billing run works");
        std::iter::from_fn(|| Some(round()).filter(|round| round.done + round.days > 0)).map(|round| round.done).sum()
    }

    /// Someone with a new key of these scopes.
    pub fn user(&self, scopes: &str) -> User {
        self.user_of(scopes, Tier::Standard, None)
    }

    pub fn user_of(&self, scopes: &str, tier: Tier, expires_at: Option<Timestamp>) -> User {
        let input = KeyCreate {
            name: Name::parse(&format!("Key for {}", &scopes[..scopes.len().min(80)])).expect("a name"),
            tier,
            scopes: Scopes::parse(scopes).unwrap_or_else(|e| panic!("{scopes}: {e}")),
            expires_at,
        };
        let NewKey { secret, .. } = key_create(&self.app.db, &*self.clock, &self.app.entropy, input).expect("a key is made");
        self.app.refresh_keys().expect("the keys are read");
        self.secrets.lock().expect("no test panicked with the secrets").push(secret.clone());
        User::new(self.address, Some(secret))
    }

    /// Someone without a key.
    pub fn anonymous(&self) -> User {
        User::new(self.address, None)
    }

    /// Someone who shows this instead of a key.
    pub fn stranger(&self, secret: &str) -> User {
        User::new(self.address, Some(secret.to_owned()))
    }

    /// A browser that was never here.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// A browser that is signed in as the owner. The first makes the account.
    pub fn owner(&self) -> Browser {
        self.owner_as(self.browser())
    }

    /// The same in this browser.
    pub fn owner_as(&self, browser: Browser) -> Browser {
        match self.app.set_up_begin().expect("the database can be read") {
            Some(token) => browser.set_up(&token),
            None => browser.sign_in(OWNER, PASSWORD),
        }
        self.guard(&browser);
        browser
    }

    /// Puts what nobody may find in the database on the list of the check at the end.
    pub fn guard(&self, browser: &Browser) {
        let secrets = browser.session().into_iter().chain([PASSWORD.to_owned()]);
        self.secrets.lock().expect("no test panicked with the secrets").extend(secrets);
    }

    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Moves the clock on to this time.
    #[track_caller]
    pub fn advance_to(&self, time: &str) {
        let ms = at(time).ms() - self.clock.wall().ms();
        self.clock.advance(Duration::from_millis(u64::try_from(ms).unwrap_or_else(|_| panic!("{time} is past"))));
    }

    /// The unix second that it is.
    pub fn clock_seconds(&self) -> i64 {
        self.clock.wall().unix_seconds()
    }

    /// A look at the rows behind the server's back.
    pub fn sql(&self) -> rusqlite::Connection {
        world::look(&self.directory.path().join(FILE_NAME))
    }

    pub fn data(&self) -> &Path {
        self.directory.path()
    }

    /// One number from the database.
    #[track_caller]
    pub fn count(&self, sql: &str) -> i64 {
        self.sql().query_row(sql, [], |row| row.get(0)).unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// How many rows each table has, for tests of what changes nothing.
    pub fn row_counts(&self) -> Vec<(String, i64)> {
        world::row_counts(&self.sql())
    }

    /// What is wrong in the database, by the invariants' numbers. Empty is well.
    pub fn violations(&self) -> Vec<String> {
        let secrets = self.secrets.lock().expect("no test panicked with the secrets").clone();
        world::violations(&self.app, self.directory.path(), &secrets)
    }

    /// Changes rows behind the server's back; the check at the end is then left out.
    pub fn tamper(&mut self, sql: &str) {
        self.checked_at_end = false;
        #[expect(clippy::disallowed_methods, reason = "a foreign connection is the point of a check from outside")]
        let connection = rusqlite::Connection::open(self.directory.path().join(FILE_NAME)).expect("the database opens");
        connection.execute_batch(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some((handle, thread)) = self.server.take() {
            // The command is sent here; the thread ends when it is carried out.
            drop(handle.stop(false));
            drop(thread.join());
        }
        if self.checked_at_end && !std::thread::panicking() {
            let violations = self.violations();
            assert!(violations.is_empty(), "the test left a broken world:\n{}", violations.join("\n"));
        }
    }
}

/// The key file is refused when others can read it.
fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("the key file's mode can be set");
}

/// Serves in a thread of its own; returns once it listens.
fn serve(site: Site) -> (SocketAddr, (ServerHandle, JoinHandle<()>)) {
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let site = Arc::new(site);
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let site = Arc::clone(&site);
                Actix::new().configure(move |c| site::configure(c, &site))
            });
            let server = server.workers(2).disable_signals().bind(("127.0.0.1", 0)).expect("a port is free");
            let address = server.addrs()[0];
            let server = server.run();
            sender.send((address, server.handle())).expect("the test waits for its server");
            server.await.expect("the server runs");
        });
    });
    let (address, handle) = receiver.recv().expect("the server starts");
    (address, (handle, thread))
}
