//! The engine: one writer thread with group commit, read-only pools, and the one `Tx` type through which SQL goes.
//!
//! **Nothing acknowledged is lost.** A write is answered after its transaction is committed and synced (WAL,
//! `synchronous=FULL`). Waiting writes share one transaction and one sync; each runs in a savepoint of its own, so that
//! a refused one leaves no trace. Some errors (a full disk, an I/O error) undo the whole transaction: then the whole
//! batch fails, those that had returned Ok included. After a failed sync the state of the file is unknown: the program
//! says so and ends, and the next start recovers.
//!
//! Readers share no lock with the writer. Deliberately absent: retries of a failed sync, and automatic checkpoints,
//! whose errors SQLite swallows: the writer runs them itself.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Params, Row};
use tokio::sync::{Semaphore, oneshot};
use uuid::Uuid;

use crate::clock::{Clock, Entropy};
use crate::domain::id::{IdSource, TypedId};
use crate::domain::reject::{Code, Reject};
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};
use crate::store::migrate;

/// The database file's name in the data directory.
pub const FILE_NAME: &str = "billhead.db";

/// SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC (https://sqlite.org/rescode.html).
const SYNC_FAILED: [i32; 2] = [1034, 1290];

#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Most writes in one transaction.
    pub batch_limit: usize,
    /// Most writes that wait; one more is refused.
    pub queue_limit: usize,
    /// Connections for short reads: one a worker.
    pub readers: u32,
    /// Connections for searches and reports.
    pub slow_readers: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { batch_limit: 256, queue_limit: 1024, readers: 2, slow_readers: 2 }
    }
}

/// How long a connection waits for another process.
const BUSY_TIME: Duration = Duration::from_secs(10);
/// How long a batch goes on taking in writes.
const BATCH_TIME: Duration = Duration::from_millis(2);
/// How long a commit waits for company, where company is on its way.
const GATHER_STEP: Duration = Duration::from_micros(100);
/// How far the writer stands back where every core is wanted (nice(2)). Requests that read have nothing to share but the
/// cores; a writer that waits for one meanwhile finds a larger batch.
#[cfg(target_os = "linux")]
const WRITER_NICENESS: i32 = 5;
/// Pages in the write-ahead log before they are copied into the database: 16 MiB.
const CHECKPOINT_PAGES: i32 = 4096;
/// How long a slow read may take.
const SLOW_READ_TIME: Duration = Duration::from_secs(10);
/// SQLite looks at the clock after so many of its steps: every millisecond or so.
const STEPS_BETWEEN_LOOKS: i32 = 20_000;
/// Searches that wait for a slow reader; one more is refused.
const SLOW_QUEUE: usize = 32;

type Pool = r2d2::Pool<SqliteConnectionManager>;

/// What happens after a fault from which only a restart recovers.
pub type OnFatal = Box<dyn Fn(&str) + Send>;

/// The open database.
pub struct Db {
    path: PathBuf,
    jobs: Option<SyncSender<Job>>,
    writer: Option<JoinHandle<()>>,
    readers: Pool,
    slow_readers: Pool,
    slow_permits: Arc<Semaphore>,
    clock: Arc<dyn Clock>,
    waiting: Arc<AtomicU64>,
    stats: Arc<Stats>,
}

/// What the writer has done since the start.
#[derive(Debug, Default)]
pub struct Stats {
    pub commits: AtomicU64,
    pub writes: AtomicU64,
}

/// Answers one writer once the batch's fate is known.
type Finish = Box<dyn FnOnce(std::result::Result<(), &Fault>) + Send>;

/// A waiting write: runs, and says what it came to and how it will be answered.
type Job = Box<dyn FnOnce(std::result::Result<&WriteTx<'_>, &Fault>) -> Option<(Outcome, Finish)> + Send>;

/// What a write came to, before the commit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Stays,
    Refused,
    StorageFull,
}

impl Outcome {
    fn of<T>(result: &Result<T>) -> Self {
        match result {
            Ok(_) => Self::Stays,
            Err(Error::Reject(reject)) if reject.code == Code::StorageFull => Self::StorageFull,
            Err(_) => Self::Refused,
        }
    }
}

/// Why a whole batch failed.
#[derive(Debug)]
enum Fault {
    StorageFull,
    /// A slow read was ended.
    TooSlow,
    Other(String),
}

impl Fault {
    fn of(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::StorageFull,
            Some(ErrorCode::OperationInterrupted) => Self::TooSlow,
            _ => Self::Other(format!("the database: {error}")),
        }
    }

    fn error(&self) -> Error {
        match self {
            Self::StorageFull => storage_full(),
            Self::TooSlow => Reject::new(Code::Overloaded, "The search took too long. Narrow it down, by a time or a status.").into(),
            Self::Other(cause) => Error::Internal(cause.clone()),
        }
    }
}

fn storage_full() -> Error {
    Error::Reject(Reject::new(Code::StorageFull, "The disk is full. Nothing was changed. Make room and try again."))
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Fault::of(&error).error()
    }
}

/// Reads within one transaction: one state of the database.
pub struct Tx<'c> {
    connection: &'c Connection,
}

impl Tx<'_> {
    /// The one row, if there is one.
    pub fn one<T, P: Params>(&self, sql: &str, params: P, map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
        self.connection.prepare_cached(sql)?.query_row(params, map).optional()
    }

    /// Every row.
    pub fn all<T, P: Params>(&self, sql: &str, params: P, map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<Vec<T>> {
        self.connection.prepare_cached(sql)?.query_map(params, map)?.collect()
    }

    /// Each row in turn, without keeping any; false stops.
    pub fn each<P: Params>(&self, sql: &str, params: P, mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<bool>) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            if !visit(row)? {
                break;
            }
        }
        Ok(())
    }
}

/// Writes within a transaction, with its time, its ids and its chance.
pub struct WriteTx<'c> {
    tx: Tx<'c>,
    clock: &'c dyn Clock,
    entropy: &'c Entropy,
    ids: RefCell<IdSource>,
    now: Cell<Timestamp>,
}

impl<'c> std::ops::Deref for WriteTx<'c> {
    type Target = Tx<'c>;
    fn deref(&self) -> &Tx<'c> {
        &self.tx
    }
}

impl WriteTx<'_> {
    /// Changes rows; how many.
    pub fn run<P: Params>(&self, sql: &str, params: P) -> rusqlite::Result<usize> {
        self.tx.connection.prepare_cached(sql)?.execute(params)
    }

    /// Inserts a row; its key.
    pub fn insert<P: Params>(&self, sql: &str, params: P) -> rusqlite::Result<i64> {
        self.tx.connection.prepare_cached(sql)?.insert(params)
    }

    /// Billing time, one for the whole write.
    pub fn now(&self) -> Timestamp {
        self.now.get()
    }

    pub fn wall(&self) -> Timestamp {
        self.clock.wall()
    }

    pub fn entropy(&self) -> &Entropy {
        self.entropy
    }

    /// A new id, greater than every one before.
    pub fn new_id<I: TypedId>(&self) -> I {
        I::from_uuid(self.ids.borrow_mut().next(self.now().ms(), self.entropy.bytes()))
    }
}

/// Opens a connection as every one of ours is.
fn configure(connection: &Connection, read_only: bool) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIME)?;
    connection.set_prepared_statement_cache_capacity(256);
    // Plans do not look at bound values: without this SQLite prepares a statement anew whenever its LIMIT is bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // mmap_size saves the copy of each page read; the cap keeps the address space of small machines.
    connection.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -2000;",
    )?;
    if read_only {
        connection.execute_batch("PRAGMA query_only = ON;")
    } else {
        connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;")
    }
}

/// Whether there is a database in the directory. One that is not ours, or newer than we are, is refused and left as it is.
pub fn has_database(directory: &Path) -> Result<bool> {
    let path = directory.join(FILE_NAME);
    if !path.exists() {
        return Ok(false);
    }
    let describe = |e: rusqlite::Error| Error::Internal(format!("cannot open the database {}: {e}", path.display()));
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(describe)?;
    // Closing copies the log into the database: not into one that is not ours to change.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(describe)?;
    connection.busy_timeout(BUSY_TIME).map_err(describe)?;
    migrate::check_identity(&connection, &path)?;
    Ok(true)
}

/// Makes the file where there is none, readable for its owner alone. SQLite would leave that to the umask; its log takes the mode over.
/// A file that is there is not even opened: closing it would release the locks that this process holds on it.
fn make_private(path: &Path) -> std::io::Result<()> {
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(e),
        _ => Ok(()),
    }
}

/// Opens the file for writing, new or old, with the schema of this program.
pub fn open_writer(path: &Path) -> Result<Connection> {
    make_private(path).map_err(|e| Error::Internal(format!("cannot make the database {}: {e}", path.display())))?;
    let describe = |e: rusqlite::Error| Error::Internal(format!("cannot open the database {}: {e}", path.display()));
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(describe)?;
    configure(&connection, false).map_err(describe)?;
    migrate::check_identity(&connection, path)?;
    let journal: String = connection.query_row("PRAGMA journal_mode = WAL", [], |r| r.get(0)).map_err(describe)?;
    if journal != "wal" {
        return Err(Error::Internal(format!("the file system of {} cannot hold a write-ahead log (journal mode {journal})", path.display())));
    }
    migrate::migrate(&mut connection, path)?;
    Ok(connection)
}

fn pool(path: &Path, size: u32) -> Result<Pool> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let manager = SqliteConnectionManager::file(path).with_flags(flags).with_init(|c| configure(c, true));
    r2d2::Pool::builder()
        .max_size(size)
        .test_on_check_out(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connection_timeout(Duration::from_secs(5))
        .build(manager)
        .map_err(|e| Error::Internal(format!("cannot open the database for reading: {e}")))
}

impl Db {
    /// Opens the database in `directory` and starts its writer.
    pub fn open(directory: &Path, options: Options, clock: Arc<dyn Clock>, entropy: Arc<Entropy>, on_fatal: OnFatal) -> Result<Self> {
        let path = directory.join(FILE_NAME);
        let connection = open_writer(&path)?;
        let (sender, receiver) = sync_channel(options.queue_limit);
        let (waiting, stats) = (Arc::new(AtomicU64::new(0)), Arc::new(Stats::default()));
        let mut writer = Writer {
            connection,
            clock: Arc::clone(&clock),
            entropy,
            on_fatal,
            batch_limit: options.batch_limit.max(1),
            waiting: Arc::clone(&waiting),
            stats: Arc::clone(&stats),
        };
        install_log_counter(&writer.connection);
        let readers = pool(&path, options.readers.max(1))?;
        let slow_readers = pool(&path, options.slow_readers.max(1))?;
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || {
                stand_back();
                writer.serve(&receiver);
            })
            .map_err(|e| Error::Internal(format!("cannot start the writer: {e}")))?;
        let slow_permits = Arc::new(Semaphore::new(usize::try_from(options.slow_readers.max(1)).unwrap_or(1)));
        Ok(Self { path, jobs: Some(sender), writer: Some(thread), readers, slow_readers, slow_permits, clock, waiting, stats })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// A short read, on the calling thread: a row or a page, found by an index.
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        let connection = self.readers.get().map_err(|_| Error::overloaded())?;
        in_read_transaction(&connection, work)
    }

    /// A read that may take long, off the workers. Few at once; when too many wait, refused.
    pub async fn read_slowly<T: Send + 'static>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        static WAITING: AtomicU64 = AtomicU64::new(0);
        let _place = Place::take(&WAITING, SLOW_QUEUE as u64).ok_or_else(Error::overloaded)?;
        let _permit = Arc::clone(&self.slow_permits).acquire_owned().await.map_err(Error::internal)?;
        let (pool, clock) = (self.slow_readers.clone(), Arc::clone(&self.clock));
        let done = tokio::task::spawn_blocking(move || {
            let connection = pool.get().map_err(|_| Error::overloaded())?;
            let end = clock.elapsed() + SLOW_READ_TIME;
            connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || clock.elapsed() > end))?;
            let result = in_read_transaction(&connection, work);
            connection.progress_handler(0, None::<fn() -> bool>)?;
            result
        });
        done.await.map_err(Error::internal)?
    }

    /// A write: answered once it is committed and synced, or refused without a trace.
    pub async fn write<T: Send + 'static>(&self, work: impl FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        let answer = self.enqueue(work)?;
        answer.await.map_err(|_| Error::Internal("the writer has ended".into()))?
    }

    /// The same for a thread that may block.
    pub fn write_blocking<T: Send + 'static>(&self, work: impl FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        let answer = self.enqueue(work)?;
        answer.blocking_recv().map_err(|_| Error::Internal("the writer has ended".into()))?
    }

    fn enqueue<T: Send + 'static>(&self, work: impl FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static) -> Result<oneshot::Receiver<Result<T>>> {
        let (answer, receiver) = oneshot::channel();
        let job: Job = Box::new(move |tx| match tx {
            Err(fault) => {
                drop(answer.send(Err(fault.error())));
                None
            }
            Ok(tx) => {
                let result = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(|panic| Err(Error::Internal(format!("a write panicked: {}", panic_text(&*panic)))));
                let outcome = Outcome::of(&result);
                let finish: Finish = Box::new(move |committed| {
                    // Whoever asked may be gone; the work is done all the same.
                    drop(answer.send(match committed {
                        Ok(()) => result,
                        Err(fault) => result.and(Err(fault.error())),
                    }));
                });
                Some((outcome, finish))
            }
        });
        let jobs = self.jobs.as_ref().ok_or_else(|| Error::Internal("the database is closed".into()))?;
        self.waiting.fetch_add(1, Ordering::Relaxed);
        match jobs.try_send(job) {
            Ok(()) => Ok(receiver),
            Err(refused) => {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
                match refused {
                    TrySendError::Full(_) => Err(Error::overloaded()),
                    TrySendError::Disconnected(_) => Err(Error::Internal("the writer has ended".into())),
                }
            }
        }
    }

    /// Finishes what was accepted, copies the log into the database and closes it.
    pub fn close(&mut self) {
        drop(self.jobs.take());
        if let Some(writer) = self.writer.take() {
            drop(writer.join());
        }
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        self.close();
    }
}

/// A place in a bounded queue, given back when dropped.
struct Place(&'static AtomicU64);

impl Place {
    fn take(waiting: &'static AtomicU64, limit: u64) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < limit).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

/// Gives the connection back without an open transaction, also after a panic.
struct ReadGuard<'c>(&'c Connection);

impl Drop for ReadGuard<'_> {
    fn drop(&mut self) {
        if let Err(e) = self.0.prepare_cached("COMMIT").and_then(|mut s| s.execute([])) {
            tracing::error!("a read transaction did not end: {e}");
        }
    }
}

fn in_read_transaction<T>(connection: &Connection, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let _guard = ReadGuard(connection);
    work(&Tx { connection })
}

thread_local! {
    /// Pages in the write-ahead log after this thread's last commit.
    static LOG_PAGES: Cell<i32> = const { Cell::new(0) };
}

fn install_log_counter(connection: &Connection) {
    connection.wal_hook(Some(|_, pages| {
        LOG_PAGES.set(pages);
        Ok(())
    }));
}

/// Lowers the priority of the calling thread. Only Linux has one for each thread.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(e) = rustix::process::setpriority_process(None, WRITER_NICENESS) {
        tracing::warn!("the writer keeps its priority: {e}");
    }
}

struct Writer {
    connection: Connection,
    clock: Arc<dyn Clock>,
    entropy: Arc<Entropy>,
    on_fatal: OnFatal,
    batch_limit: usize,
    waiting: Arc<AtomicU64>,
    stats: Arc<Stats>,
}

impl Writer {
    fn serve(&mut self, jobs: &Receiver<Job>) {
        // How many writers there are: those of the last batch, who may come again, and those who came while it was synced.
        // Without the latter, writers that a sync once parted into two halves would take turns for ever, two syncs for one.
        let mut company = 1;
        while let Ok(first) = jobs.recv() {
            company = self.batch(first, jobs, company);
            self.checkpoint_if_due();
        }
        self.checkpoint();
    }

    /// Runs one batch in one transaction and answers it. Returns how many it had and left waiting.
    fn batch(&self, first: Job, jobs: &Receiver<Job>, company: usize) -> usize {
        let mut finishes = Vec::new();
        let outcome = self.transaction(first, jobs, company, &mut finishes);
        let size = finishes.len();
        let waiting = self.waiting.fetch_sub(size as u64, Ordering::Relaxed);
        self.stats.writes.fetch_add(size as u64, Ordering::Relaxed);
        match &outcome {
            Ok(()) => drop(self.stats.commits.fetch_add(1, Ordering::Relaxed)),
            Err(_) => self.roll_back(),
        }
        let fault = outcome.as_ref().err().map(Fault::of);
        if let Some(fault) = &fault {
            tracing::error!(writes = size, "a batch of writes failed and was undone: {fault:?}");
        }
        if let Err(e) = &outcome {
            self.die_if_unknown(e);
        }
        for finish in finishes {
            finish(fault.as_ref().map_or(Ok(()), Err));
        }
        usize::try_from(waiting).unwrap_or(size)
    }

    fn transaction(&self, first: Job, jobs: &Receiver<Job>, company: usize, finishes: &mut Vec<Finish>) -> rusqlite::Result<()> {
        let connection = &self.connection;
        if let Err(e) = connection.prepare_cached("BEGIN IMMEDIATE").and_then(|mut s| s.execute([])) {
            first(Err(&Fault::of(&e)));
            finishes.push(Box::new(|_| ()));
            return Err(e);
        }
        let begun = self.clock.elapsed();
        let last_id: [u8; 16] = match connection.prepare_cached("SELECT last_id FROM engine").and_then(|mut s| s.query_row([], |r| r.get(0))) {
            Ok(last_id) => last_id,
            Err(e) => {
                first(Err(&Fault::of(&e)));
                finishes.push(Box::new(|_| ()));
                return Err(e);
            }
        };
        let tx = WriteTx {
            tx: Tx { connection },
            clock: &*self.clock,
            entropy: &self.entropy,
            ids: RefCell::new(IdSource::after(Uuid::from_bytes(last_id))),
            now: Cell::new(self.clock.billing()),
        };
        let mut next = Some(first);
        while let Some(job) = next {
            self.one(&tx, job, finishes)?;
            let open = finishes.len() < self.batch_limit && self.clock.elapsed().saturating_sub(begun) < BATCH_TIME;
            next = if open { self.gather(jobs, finishes.len(), company) } else { None };
        }
        let last = tx.ids.borrow().last();
        if last.as_bytes() != &last_id {
            connection.prepare_cached("UPDATE engine SET last_id = ?1")?.execute([last.as_bytes()])?;
        }
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    /// The next write of this batch: one that waits, or one that comes within a moment where there are more writers.
    fn gather(&self, jobs: &Receiver<Job>, have: usize, company: usize) -> Option<Job> {
        if let Ok(job) = jobs.try_recv() {
            return Some(job);
        }
        if have >= company {
            return None;
        }
        jobs.recv_timeout(GATHER_STEP).ok()
    }

    /// Runs one write in its savepoint. An error means that the whole transaction is lost.
    fn one(&self, tx: &WriteTx<'_>, job: Job, finishes: &mut Vec<Finish>) -> rusqlite::Result<()> {
        let execute = |sql: &str| self.connection.prepare_cached(sql)?.execute([]).map(drop);
        tx.now.set(self.clock.billing());
        if let Err(e) = execute("SAVEPOINT write") {
            job(Err(&Fault::of(&e)));
            finishes.push(Box::new(|_| ()));
            return Err(e);
        }
        let Some((outcome, finish)) = job(Ok(tx)) else { return Ok(()) };
        finishes.push(finish);
        if self.connection.is_autocommit() {
            // The error that the write saw has undone the whole transaction, whatever the savepoints.
            let code = if outcome == Outcome::StorageFull { rusqlite::ffi::SQLITE_FULL } else { rusqlite::ffi::SQLITE_IOERR };
            return Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), Some("the transaction was rolled back".into())));
        }
        if outcome != Outcome::Stays {
            execute("ROLLBACK TO write")?;
        }
        execute("RELEASE write")
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() && let Err(e) = self.connection.execute_batch("ROLLBACK") {
            (self.on_fatal)(&format!("a failed transaction could not be rolled back: {e}"));
        }
    }

    /// After a failed sync nobody knows what the file holds: never go on with it.
    fn die_if_unknown(&self, error: &rusqlite::Error) {
        let code = error.sqlite_error().map(|e| e.extended_code);
        if code.is_some_and(|c| SYNC_FAILED.contains(&c)) {
            (self.on_fatal)(&format!("the disk failed to sync ({error}). Nothing of what was being written was acknowledged"));
        }
    }

    fn checkpoint_if_due(&self) {
        if LOG_PAGES.get() >= CHECKPOINT_PAGES {
            self.checkpoint();
        }
    }

    /// Copies the log into the database as far as readers allow, without waiting for any.
    fn checkpoint(&self) {
        LOG_PAGES.set(0);
        if let Err(e) = self.connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)").and_then(|mut s| s.query_row([], |_| Ok(()))) {
            tracing::error!("the log could not be copied into the database, it is kept and tried again: {e}");
            self.die_if_unknown(&e);
        }
    }
}

/// A violated UNIQUE constraint becomes the refusal for its column; any other error stays one.
pub fn unique(error: rusqlite::Error, columns: &[(&str, &str, &str)]) -> Error {
    if let rusqlite::Error::SqliteFailure(_, Some(message)) = &error
        && let Some(violated) = message.strip_prefix("UNIQUE constraint failed: ")
        && let Some((_, field, words)) = columns.iter().find(|(column, _, _)| *column == violated)
    {
        return Reject::already_exists(field, *words).into();
    }
    error.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::domain::id::EventId;
    use std::sync::mpsc;

    /// Every look at it finds it a second later.
    struct RacingClock(AtomicU64);

    impl Clock for RacingClock {
        fn wall(&self) -> Timestamp {
            Timestamp::from_ms(0)
        }
        fn elapsed(&self) -> Duration {
            Duration::from_secs(self.0.fetch_add(1, Ordering::Relaxed))
        }
    }

    fn open(directory: &Path, clock: Arc<dyn Clock>, options: Options) -> Db {
        Db::open(directory, options, clock, Arc::new(Entropy::seeded(1)), Box::new(|cause| panic!("{cause}"))).unwrap_or_else(|e| panic!("{e}"))
    }

    fn manual(ms: i64) -> Arc<ManualClock> {
        Arc::new(ManualClock::at(Timestamp::from_ms(ms)))
    }

    fn set(tx: &WriteTx<'_>, name: &str) -> Result<()> {
        tx.run("INSERT INTO setting (name, value) VALUES (?1, '')", [name])?;
        Ok(())
    }

    fn names(db: &Db) -> Vec<String> {
        db.read(|tx| Ok(tx.all("SELECT name FROM setting ORDER BY name", [], |r| r.get(0))?)).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn waiting_writes_share_a_commit_and_a_refused_or_panicking_one_leaves_no_trace() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let db = open(directory.path(), manual(0), Options::default());
        // While the first write is held up, the others gather behind it.
        let (release, held) = mpsc::channel::<()>();
        let first = db.enqueue(move |tx| {
            held.recv().map_err(Error::internal)?;
            set(tx, "a")
        });
        let stays = db.enqueue(|tx| set(tx, "b"));
        let refused = db.enqueue(|tx| set(tx, "c").and(Err::<(), _>(Reject::not_found("thing").into())));
        let panics = db.enqueue(|tx| set(tx, "d").map(|()| panic!("on purpose")).map(|(): ()| ()));
        let last = db.enqueue(|tx| set(tx, "e"));
        release.send(()).unwrap_or_else(|e| panic!("{e}"));
        let outcome = |answer: Result<oneshot::Receiver<Result<()>>>| answer.and_then(|a| a.blocking_recv().map_err(Error::internal)?);
        assert!(outcome(first).is_ok() && outcome(stays).is_ok() && outcome(last).is_ok());
        assert!(matches!(outcome(refused), Err(Error::Reject(r)) if r.code == Code::NotFound));
        assert!(matches!(outcome(panics), Err(Error::Internal(cause)) if cause.contains("on purpose")));
        assert_eq!(names(&db), ["a", "b", "e"]);
        assert_eq!((db.stats().commits.load(Ordering::Relaxed), db.stats().writes.load(Ordering::Relaxed)), (1, 5));
    }

    #[test]
    fn a_full_queue_refuses_instead_of_growing() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let db = open(directory.path(), manual(0), Options { queue_limit: 2, batch_limit: 1, ..Options::default() });
        let ((release, held), (begun, wait)) = (mpsc::channel::<()>(), mpsc::channel::<()>());
        let first = db.enqueue(move |_| {
            begun.send(()).map_err(Error::internal)?;
            held.recv().map_err(Error::internal)
        });
        wait.recv().unwrap_or_else(|e| panic!("{e}"));
        let waiting: Vec<_> = (0..2).map(|_| db.enqueue(|_| Ok(()))).collect();
        assert!(waiting.iter().all(Result::is_ok));
        assert!(matches!(db.enqueue(|_| Ok(())), Err(Error::Reject(r)) if r.code == Code::Overloaded));
        release.send(()).unwrap_or_else(|e| panic!("{e}"));
        assert!(first.is_ok_and(|a| a.blocking_recv().is_ok_and(|r| r.is_ok())));
        assert!(waiting.into_iter().all(|w| w.is_ok_and(|a| a.blocking_recv().is_ok_and(|r| r.is_ok()))));
    }

    #[test]
    fn ids_increase_over_a_restart_with_the_clock_set_back() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let ids = |ms| {
            let db = open(directory.path(), manual(ms), Options::default());
            let pair = db.write_blocking(|tx| Ok((tx.new_id::<EventId>(), tx.new_id::<EventId>())));
            pair.unwrap_or_else(|e| panic!("{e}"))
        };
        let (a, b) = ids(4_000_000_000_000);
        let (c, d) = ids(1_000);
        assert!(a < b && b < c && c < d);
    }

    #[test]
    fn a_slow_read_ends_and_its_connection_is_good_for_the_next() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let db = open(directory.path(), Arc::new(RacingClock(AtomicU64::new(0))), Options { slow_readers: 1, ..Options::default() });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap_or_else(|e| panic!("{e}"));
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n";
        let slow = runtime.block_on(db.read_slowly(move |tx| Ok(tx.one(endless, [], |r| r.get::<_, i64>(0))?)));
        assert!(matches!(slow, Err(Error::Reject(r)) if r.code == Code::Overloaded));
        let quick = runtime.block_on(db.read_slowly(|tx| Ok(tx.one("SELECT 1", [], |r| r.get::<_, i64>(0))?)));
        assert_eq!(quick.ok().flatten(), Some(1));
    }
}
