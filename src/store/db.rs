//! The open database: read-only pools, the way to the writer (`writer.rs`), and the one `Tx` type through which SQL goes.
//!
//! Readers share no lock with the writer. Deliberately absent: writing on any connection but the writer's.

use std::cell::{Cell, RefCell};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Params, Row};
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::clock::{Clock, Entropy};
use crate::domain::id::{IdSource, TypedId};
use crate::domain::reject::{Code, Reject};
use crate::domain::time::{Timestamp, Zone};
use crate::error::{Error, Result};
use crate::store::engine::{Time, engine_time};
use crate::store::migrate;
use crate::store::writer::{OnFatal, Stats, WriteQueue};

/// The database file's name in the data directory.
pub const FILE_NAME: &str = "billhead.db";

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
/// How long a slow read may take.
const SLOW_READ_TIME: Duration = Duration::from_secs(10);
/// SQLite looks at the clock after so many of its steps: every millisecond or so.
const STEPS_BETWEEN_LOOKS: i32 = 20_000;
/// Searches that wait for a slow reader; one more is refused.
const SLOW_QUEUE: usize = 32;

type Pool = r2d2::Pool<SqliteConnectionManager>;

/// The open database.
pub struct Db {
    path: PathBuf,
    pub(super) writer: WriteQueue,
    readers: Pool,
    slow_readers: Pool,
    slow_permits: Arc<Semaphore>,
    clock: Arc<dyn Clock>,
}

/// Why a whole batch failed.
#[derive(Debug)]
pub(super) enum Fault {
    StorageFull,
    /// A slow read was ended.
    TooSlow,
    Other(String),
}

impl Fault {
    pub(super) fn of(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::StorageFull,
            Some(ErrorCode::OperationInterrupted) => Self::TooSlow,
            _ => Self::Other(format!("the database: {error}")),
        }
    }

    pub(super) fn error(&self) -> Error {
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
    /// The database's file.
    pub fn file(&self) -> &str {
        self.connection.path().unwrap_or("")
    }

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
    /// The business's zone, once it was asked for.
    zone: Cell<Option<Zone>>,
}

impl<'c> WriteTx<'c> {
    /// In a transaction that was begun; ids come after `last_id`, the greatest that was ever handed out.
    pub(super) fn new(connection: &'c Connection, clock: &'c dyn Clock, entropy: &'c Entropy, last_id: Uuid) -> Self {
        let (ids, now) = (RefCell::new(IdSource::after(last_id)), Cell::new(clock.billing()));
        Self { tx: Tx { connection }, clock, entropy, ids, now, zone: Cell::new(None) }
    }

    /// The next write of the batch has a time of its own.
    pub(super) fn renew_now(&self) {
        self.now.set(self.clock.billing());
        self.zone.set(None);
    }

    pub(super) fn zone(&self) -> &Cell<Option<Zone>> {
        &self.zone
    }

    pub(super) fn last_id(&self) -> Uuid {
        self.ids.borrow().last()
    }
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

    /// From here on it is this instant, where that is later: a test clock stops at each on its way.
    pub fn visit(&self, at: Timestamp) {
        self.now.set(self.now().max(at));
    }

    /// Does something that leaves no trace where it fails. The outer error means that the whole transaction is lost.
    pub fn attempt<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<Result<T>> {
        self.run("SAVEPOINT attempt", [])?;
        let result = work(self);
        if self.tx.connection.is_autocommit() {
            return Err(result.err().unwrap_or_else(|| Error::Internal("the transaction was rolled back".into())));
        }
        if result.is_err() {
            self.run("ROLLBACK TO attempt", [])?;
        }
        self.run("RELEASE attempt", [])?;
        Ok(result)
    }

    /// Does something to see what it comes to, and undoes it.
    pub fn rehearse<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let mut seen = None;
        let undone = self.attempt(|tx| {
            seen = Some(work(tx)?);
            Err::<(), _>(Error::Internal("a rehearsal is undone".into()))
        })?;
        match (seen, undone) {
            (Some(seen), _) => Ok(seen),
            (None, Err(refused)) => Err(refused),
            (None, Ok(())) => Err(Error::Internal("a rehearsal came to nothing".into())),
        }
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

/// What the database in the directory knows of time; none where there is no database.
pub fn stored_time(directory: &Path) -> Result<Option<Time>> {
    if !has_database(directory)? {
        return Ok(None);
    }
    let connection = open_writer(&directory.join(FILE_NAME))?;
    engine_time(&Tx { connection: &connection }).map(Some)
}

/// Makes the file where there is none, readable for its owner alone. SQLite would leave that to the umask; its log takes the mode over.
/// A file that is there is not even opened: closing it would release the locks that this process holds on it.
fn make_private(path: &Path) -> std::io::Result<()> {
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(e),
        _ => Ok(()),
    }
}

/// A connection that writes nothing, not even a log: for a command that looks at a database which others may be serving. It reads in
/// transactions of its own, as short as whoever uses it makes them: between two of them it holds up no checkpoint.
pub struct Reader {
    connection: Connection,
}

/// Pages that a reader keeps: 16 MiB. It maps no file, so that what it takes of the machine's memory is bounded.
const READER_PAGES: &str = "PRAGMA cache_size = -16000; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;";

impl Reader {
    /// Opens the database in `directory`, which must have the schema of this program.
    pub fn open(directory: &Path) -> Result<Self> {
        let path = directory.join(FILE_NAME);
        let describe = |e: rusqlite::Error| Error::Internal(format!("cannot open the database {}: {e}", path.display()));
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(describe)?;
        connection.busy_timeout(BUSY_TIME).map_err(describe)?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.execute_batch(READER_PAGES).map_err(describe)?;
        migrate::check_current(&connection, &path)?;
        Ok(Self { connection })
    }

    /// Reads within one transaction: one state of the database.
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        in_read_transaction(&self.connection, work)
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
        let readers = pool(&path, options.readers.max(1))?;
        let slow_readers = pool(&path, options.slow_readers.max(1))?;
        let writer = WriteQueue::start(connection, &options, Arc::clone(&clock), entropy, on_fatal)?;
        let slow_permits = Arc::new(Semaphore::new(usize::try_from(options.slow_readers.max(1)).unwrap_or(1)));
        Ok(Self { path, writer, readers, slow_readers, slow_permits, clock })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn stats(&self) -> &Stats {
        self.writer.stats()
    }

    /// A short read, on the calling thread: a row or a page, found by an index.
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        let connection = self.readers.get().map_err(|_| Error::overloaded())?;
        in_read_transaction(&connection, work)
    }

    /// A single look-up, on the calling thread. One statement is a transaction of its own; several may see different states.
    pub fn look_up<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T>) -> Result<T> {
        let connection = self.readers.get().map_err(|_| Error::overloaded())?;
        work(&Tx { connection: &connection })
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
        let answer = self.writer.enqueue(work)?;
        answer.await.map_err(|_| Error::Internal("the writer has ended".into()))?
    }

    /// The same for a thread that may block.
    pub fn write_blocking<T: Send + 'static>(&self, work: impl FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        let answer = self.writer.enqueue(work)?;
        answer.blocking_recv().map_err(|_| Error::Internal("the writer has ended".into()))?
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
