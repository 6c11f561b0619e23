//! Reads beside the billing run: `GET /customers/:id` over HTTP, at a steady pace, and how long they take.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::{App as Actix, HttpServer};
use billhead::app::App;
use billhead::app::key::{KeyCreate, key_create};
use billhead::clock::{Clock, Entropy};
use billhead::config::{Rates, TrustedProxies};
use billhead::domain::id::{CustomerId, TypedId};
use billhead::domain::key::{Scopes, Tier};
use billhead::domain::text::Name;
use billhead::web::limit::Limits;
use billhead::web::serve::Site;
use billhead::web::site;
use rusqlite::Connection;

use crate::Result;

/// One request every so often: what the pages and clients of a busy vendor come to.
const PACE: Duration = Duration::from_millis(4);
/// Customers who are asked for.
const ASKED: u32 = 5_000;

/// A server beside the run, and who asks it.
pub struct Reads {
    address: SocketAddr,
    server: (ServerHandle, JoinHandle<()>),
    secret: String,
    paths: Vec<String>,
}

impl Reads {
    pub fn serve(app: &Arc<App>, clock: &Arc<dyn Clock>, database: &std::path::Path) -> Result<Self> {
        let input = KeyCreate { name: Name::parse("Reads")?, tier: Tier::Enterprise, scopes: Scopes::parse("full")?, expires_at: None };
        let secret = key_create(&app.db, &**clock, &Entropy::System, input)?.secret;
        app.refresh_keys()?;
        let plenty = NonZeroU32::MAX;
        let limits = Limits::new(&Rates { standard: plenty, professional: plenty, enterprise: plenty }, clock);
        let site = Site::new(Arc::clone(app), limits, TrustedProxies::parse("")?, None);
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let site = Arc::new(site);
            let served = actix_web::rt::System::new().block_on(async move {
                let make = move || {
                    let site = Arc::clone(&site);
                    Actix::new().configure(move |c| site::configure(c, &site))
                };
                let server = HttpServer::new(make).workers(2).disable_signals().bind(("127.0.0.1", 0))?;
                let address = server.addrs()[0];
                let server = server.run();
                drop(sender.send((address, server.handle())));
                server.await
            });
            if let Err(e) = served {
                eprintln!("the server beside the run failed: {e}");
            }
        });
        let (address, handle) = receiver.recv()?;
        let db = Connection::open(database)?;
        let mut statement = db.prepare("SELECT id FROM customer WHERE row % (SELECT 1 + MAX(row) / ?1 FROM customer) = 0")?;
        let ids = statement.query_map([ASKED], |r| r.get::<_, [u8; 16]>(0))?;
        let path = |id: rusqlite::Result<[u8; 16]>| {
            Ok::<_, rusqlite::Error>(format!("/api/v1/customers/{}", CustomerId::from_uuid(uuid::Uuid::from_bytes(id?)).text()))
        };
        let paths = ids.map(path).collect::<std::result::Result<Vec<_>, _>>()?;
        Ok(Self { address, server: (handle, thread), secret, paths })
    }

    /// Asks until it is told to stop; how long each answer took, in order of length.
    pub fn ask(&self, stop: &AtomicBool) -> Result<Vec<Duration>> {
        let agent = ureq::Agent::new_with_defaults();
        let (bearer, mut took) = (format!("Bearer {}", self.secret), Vec::new());
        let start = Instant::now();
        for n in 0_u32.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            // Late ones do not make the next ones wait for their turn.
            let turn = PACE.saturating_mul(n);
            std::thread::sleep(turn.saturating_sub(start.elapsed()));
            let path = &self.paths[usize::try_from(n)?.wrapping_mul(2_654_435_761) % self.paths.len()];
            let asked = Instant::now();
            let mut answer = agent.get(format!("http://{}{path}", self.address)).header("Authorization", &bearer).call()?;
            answer.body_mut().read_to_vec()?;
            took.push(asked.elapsed());
        }
        took.sort_unstable();
        Ok(took)
    }

    /// The same for so long.
    pub fn ask_for(&self, time: Duration) -> Result<Vec<Duration>> {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(time);
                stop.store(true, Ordering::Relaxed);
            });
            self.ask(&stop)
        })
    }

    pub fn stop(self) {
        let (handle, thread) = self.server;
        drop(handle.stop(false));
        drop(thread.join());
    }
}

/// What 99 of a hundred take at most.
pub fn p99(took: &[Duration]) -> Duration {
    took.get(took.len() * 99 / 100).copied().unwrap_or_default()
}
