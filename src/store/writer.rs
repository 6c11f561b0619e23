//! The writer: one thread that commits waiting writes together.
//!
//! **Nothing acknowledged is lost.** A write is answered after its transaction is committed and synced (WAL,
//! `synchronous=FULL`). Waiting writes share one transaction and one sync; each runs in a savepoint of its own, so that
//! a refused one leaves no trace. Some errors (a full disk, an I/O error) undo the whole transaction: then the whole
//! batch fails, those that had returned Ok included. After a failed sync the state of the file is unknown: the program
//! says so and ends, and the next start recovers.
//!
//! Deliberately absent: retries of a failed sync, and automatic checkpoints, whose errors SQLite swallows: the writer
//! runs them itself.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::clock::{Clock, Entropy};
use crate::domain::reject::Code;
use crate::error::{Error, Result};
use crate::store::db::{Fault, Options, WriteTx};

/// SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC (https://sqlite.org/rescode.html).
const SYNC_FAILED: [i32; 2] = [1034, 1290];

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

/// What happens after a fault from which only a restart recovers.
pub type OnFatal = Box<dyn Fn(&str) + Send>;

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

/// The way to the writer: a bounded queue and the thread behind it.
pub struct WriteQueue {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    waiting: Arc<AtomicU64>,
    stats: Arc<Stats>,
}

impl WriteQueue {
    pub(super) fn start(connection: Connection, options: &Options, clock: Arc<dyn Clock>, entropy: Arc<Entropy>, on_fatal: OnFatal) -> Result<Self> {
        let (sender, receiver) = sync_channel(options.queue_limit);
        let (waiting, stats) = (Arc::new(AtomicU64::new(0)), Arc::new(Stats::default()));
        let batch_limit = options.batch_limit.max(1);
        let mut writer = Writer { connection, clock, entropy, on_fatal, batch_limit, waiting: Arc::clone(&waiting), stats: Arc::clone(&stats) };
        install_log_counter(&writer.connection);
        let run = move || {
            stand_back();
            writer.serve(&receiver);
        };
        let thread = std::thread::Builder::new().name("writer".into()).spawn(run).map_err(|e| Error::Internal(format!("cannot start the writer: {e}")))?;
        Ok(Self { jobs: Some(sender), thread: Some(thread), waiting, stats })
    }

    pub(super) fn stats(&self) -> &Stats {
        &self.stats
    }

    /// Puts a write into the queue; refused when the queue is full.
    pub(super) fn enqueue<T: Send + 'static>(&self, work: impl FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static) -> Result<oneshot::Receiver<Result<T>>> {
        let (answer, receiver) = oneshot::channel();
        let job: Job = Box::new(move |tx| match tx {
            Err(fault) => {
                drop(answer.send(Err(fault.error())));
                None
            }
            Ok(tx) => {
                let result = catch_unwind(AssertUnwindSafe(|| work(tx)))
                    .unwrap_or_else(|panic| Err(Error::Internal(format!("a write panicked: {}", panic_text(&*panic)))));
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
}

/// Finishes what was accepted, copies the log into the database and closes it.
impl Drop for WriteQueue {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
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
        let tx = WriteTx::new(connection, &*self.clock, &self.entropy, Uuid::from_bytes(last_id));
        let mut next = Some(first);
        while let Some(job) = next {
            self.one(&tx, job, finishes)?;
            let open = finishes.len() < self.batch_limit && self.clock.elapsed().saturating_sub(begun) < BATCH_TIME;
            next = if open { self.gather(jobs, finishes.len(), company) } else { None };
        }
        let last = tx.last_id();
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
        tx.renew_now();
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
        if !self.connection.is_autocommit()
            && let Err(e) = self.connection.execute_batch("ROLLBACK")
        {
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::mpsc;

    use super::*;
    use crate::clock::ManualClock;
    use crate::domain::id::EventId;
    use crate::domain::reject::Reject;
    use crate::domain::time::Timestamp;
    use crate::store::db::Db;

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
        let first = db.writer.enqueue(move |tx| {
            held.recv().map_err(Error::internal)?;
            set(tx, "a")
        });
        let stays = db.writer.enqueue(|tx| set(tx, "b"));
        let refused = db.writer.enqueue(|tx| set(tx, "c").and(Err::<(), _>(Reject::not_found("thing").into())));
        let panics = db.writer.enqueue(|tx| set(tx, "d").map(|()| panic!("on purpose")).map(|(): ()| ()));
        let last = db.writer.enqueue(|tx| set(tx, "e"));
        release.send(()).unwrap_or_else(|e| panic!("{e}"));
        let outcome = |answer: Result<oneshot::Receiver<Result<()>>>| answer.and_then(|a| a.blocking_recv().map_err(Error::internal)?);
        assert!(outcome(first).is_ok() && outcome(stays).is_ok() && outcome(last).is_ok());
        assert!(matches!(outcome(refused), Err(Error::Reject(r)) if r.code == Code::NotFound));
        assert!(matches!(outcome(panics), Err(Error::Internal(cause)) if cause.contains("on purpose")));
        assert_eq!(names(&db), ["a", "b", "e"]);
        assert_eq!((db.stats().commits.load(Ordering::Relaxed), db.stats().writes.load(Ordering::Relaxed)), (1, 5));
    }

    #[test]
    fn when_the_whole_transaction_is_undone_nobody_of_the_batch_is_answered_ok() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let db = open(directory.path(), manual(0), Options::default());
        let (release, held) = mpsc::channel::<()>();
        let first = db.writer.enqueue(move |tx| {
            held.recv().map_err(Error::internal)?;
            set(tx, "a")
        });
        // As an I/O error in the middle does, it takes the savepoints with it.
        let undoes = db.writer.enqueue(|tx| Ok(tx.run("ROLLBACK", []).map(drop)?));
        let after = db.writer.enqueue(|tx| set(tx, "c"));
        release.send(()).unwrap_or_else(|e| panic!("{e}"));
        let outcome = |answer: Result<oneshot::Receiver<Result<()>>>| answer.and_then(|a| a.blocking_recv().map_err(Error::internal)?);
        assert!(outcome(first).is_err() && outcome(undoes).is_err());
        assert!(outcome(after).is_ok(), "the next batch goes on");
        assert_eq!(names(&db), ["c"]);
    }

    #[test]
    fn a_full_queue_refuses_instead_of_growing() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let db = open(directory.path(), manual(0), Options { queue_limit: 2, batch_limit: 1, ..Options::default() });
        let ((release, held), (begun, wait)) = (mpsc::channel::<()>(), mpsc::channel::<()>());
        let first = db.writer.enqueue(move |_| {
            begun.send(()).map_err(Error::internal)?;
            held.recv().map_err(Error::internal)
        });
        wait.recv().unwrap_or_else(|e| panic!("{e}"));
        let waiting: Vec<_> = (0..2).map(|_| db.writer.enqueue(|_| Ok(()))).collect();
        assert!(waiting.iter().all(Result::is_ok));
        assert!(matches!(db.writer.enqueue(|_| Ok(())), Err(Error::Reject(r)) if r.code == Code::Overloaded));
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
