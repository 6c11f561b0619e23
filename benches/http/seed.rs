//! Databases with many customers, made once and kept.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use billhead::domain::id::{CustomerId, IdSource, TypedId};
use billhead::store::db::FILE_NAME;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::server::PROGRAM;
use crate::{Result, business};

/// Goes up when other rows are made, so that old databases are made anew.
const FORMAT: u32 = 2;
/// Over so long a time the customers came.
pub const YEARS_MS: i64 = 3 * 365 * 86_400_000;
/// Rows a transaction.
const TRANSACTION: u64 = 100_000;

/// Who signs in, and how.
pub const ADMIN: (&str, &str) = ("owner@example.com", "a lamp by the window");

const GIVEN: [&str; 16] =
    ["Ana", "Bruno", "Chloé", "David", "Elena", "Fatima", "Georg", "Hanna", "Ivan", "José", "Katarzyna", "Liam", "Mei", "Noah", "Olga", "Zoë"];
const FAMILY: [&str; 16] = [
    "Almeida", "Bauer", "Costa", "Dupont", "Evans", "Ferrari", "García", "Hansen", "Ito", "Jansen", "Kowalska", "Müller", "Novák", "O'Brien", "Petrov", "Rossi",
];
const CITIES: [(&str, &str); 6] = [("Berlin", "DE"), ("Lisboa", "PT"), ("Paris", "FR"), ("Warszawa", "PL"), ("Dublin", "IE"), ("Milano", "IT")];
const TAGS: [&str; 4] = ["trial", "vip", "reseller", "newsletter"];

/// A data directory with customers, and a key to it.
pub struct Seeded {
    pub directory: PathBuf,
    pub key: String,
    customers: u64,
}

impl Seeded {
    /// The database with so many customers under `root`: that of an earlier run where it fits, else a new one.
    pub fn prepare(root: &Path, customers: u64) -> Result<Self> {
        let directory = root.join(customers.to_string());
        let mark = directory.join("seeded");
        let expected = mark_of(customers);
        // The mark is written last, so that a database half made has none.
        if std::fs::read_to_string(&mark).is_ok_and(|found| found == expected) {
            let key = std::fs::read_to_string(directory.join("api-key"))?;
            return Ok(Self { directory, key, customers });
        }
        if directory.exists() {
            std::fs::remove_dir_all(&directory)?;
        }
        std::fs::create_dir_all(&directory)?;
        let begun = Instant::now();
        eprintln!("Making a database with {customers} customers in {} …", directory.display());
        // The program itself makes the schema and the key.
        let made = Command::new(PROGRAM).args(["key", "create", "--name", "bench", "--tier", "enterprise", "--data"]).arg(&directory).output()?;
        let said = String::from_utf8_lossy(&made.stdout);
        let key = said.lines().last().filter(|_| made.status.success()).ok_or_else(|| format!("no key was made: {}", String::from_utf8_lossy(&made.stderr)))?;
        fill(&directory.join(FILE_NAME), customers)?;
        std::fs::write(directory.join("api-key"), key)?;
        std::fs::write(&mark, expected)?;
        eprintln!("… in {:.0} s.", begun.elapsed().as_secs_f64());
        Ok(Self { directory, key: key.to_owned(), customers })
    }

    /// Public ids of customers chosen at random.
    pub fn some_ids(&self, many: u64) -> Result<Vec<String>> {
        let connection = self.open()?;
        let mut find = connection.prepare("SELECT id FROM customer WHERE row = ?1")?;
        let mut chance = Chance(self.customers);
        let rows = (0..many.min(self.customers)).map(|_| chance.below(self.customers) + 1);
        rows.map(|row| Ok(CustomerId::from_uuid(Uuid::from_bytes(find.query_row([i64::try_from(row)?], |r| r.get(0))?)).text())).collect()
    }

    /// The same database with what its customers bought, and the account of an admin who looks at it; kept like the first.
    pub fn with_business(&self) -> Result<Self> {
        let directory = self.directory.with_extension("business");
        let (mark, expected) = (directory.join("business"), mark_of(self.customers));
        if !std::fs::read_to_string(&mark).is_ok_and(|found| found == expected) {
            let begun = Instant::now();
            eprintln!("Making what {} customers bought in {} …", self.customers, directory.display());
            self.copy("business")?;
            let mut made = Command::new(PROGRAM)
                .args(["admin", "create", "--email", ADMIN.0, "--password-stdin", "--data"])
                .arg(&directory)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()?;
            made.stdin.take().ok_or("the program has no standard input")?.write_all(ADMIN.1.as_bytes())?;
            if !made.wait()?.success() {
                return Err("no account was made".into());
            }
            business::fill(&directory, self.customers)?;
            std::fs::write(&mark, expected)?;
            eprintln!("… in {:.0} s.", begun.elapsed().as_secs_f64());
        }
        Ok(Self { directory, key: self.key.clone(), customers: self.customers })
    }

    /// A connection beside the server's.
    pub fn open(&self) -> Result<Connection> {
        Ok(Connection::open(self.directory.join(FILE_NAME))?)
    }

    /// A copy that may be changed.
    pub fn copy(&self, name: &str) -> Result<Self> {
        let directory = self.directory.with_extension(name);
        if directory.exists() {
            std::fs::remove_dir_all(&directory)?;
        }
        std::fs::create_dir_all(&directory)?;
        for file in std::fs::read_dir(&self.directory)? {
            let file = file?;
            std::fs::copy(file.path(), directory.join(file.file_name()))?;
        }
        Ok(Self { directory, key: self.key.clone(), customers: self.customers })
    }

    pub fn remove(self) -> Result<()> {
        Ok(std::fs::remove_dir_all(&self.directory)?)
    }
}

/// What a database that fits is marked with.
fn mark_of(customers: u64) -> String {
    let mut hasher = DefaultHasher::new();
    include_str!("../../schema.sql").hash(&mut hasher);
    format!("{FORMAT} {customers} {:x}", hasher.finish())
}

fn fill(path: &Path, customers: u64) -> Result<()> {
    let mut connection = Connection::open(path)?;
    // Nothing is lost if this stops half-way: it begins anew.
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA foreign_keys = ON;")?;
    let last: [u8; 16] = connection.query_row("SELECT last_id FROM engine", [], |r| r.get(0))?;
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let (mut ids, mut chance) = (IdSource::after(Uuid::nil()), Chance(1));
    let mut made = 0;
    while made < customers {
        let until = customers.min(made + TRANSACTION);
        let transaction = connection.transaction()?;
        {
            let mut insert = transaction.prepare(
                "INSERT INTO customer (id, created_at, updated_at, status, email, email_key, name, phone, address, currency, locale, billing_timezone, notes, \
                 tags, metadata, external_id, search) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            )?;
            for n in made..until {
                let created = now - YEARS_MS + i64::try_from(i128::from(YEARS_MS) * i128::from(n) / i128::from(customers))?;
                let changed = if chance.one_in(3) { created + i64::try_from(chance.below(u64::try_from(now - created)? + 1))? } else { created };
                let id = ids.next(created, chance.bytes());
                let (given, family) = (chance.of(&GIVEN), chance.of(&FAMILY));
                let name = format!("{given} {family}");
                let email = format!("{given}.{family}.{n}@example.com").replace('\'', "");
                let phone = chance.one_in(2).then(|| format!("+49 30 {:07}", chance.below(10_000_000)));
                let address = chance.one_in(2).then(|| address(&mut chance));
                let external = chance.one_in(4).then(|| format!("crm-{n:08}"));
                let status = if chance.one_in(20) { "blocked" } else { "active" };
                let parts = [Some(&email), Some(&name), phone.as_ref(), external.as_ref()];
                let search = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("\n").to_lowercase();
                let metadata = if chance.one_in(3) { format!(r#"{{"campaign":"c{}","source":"web"}}"#, chance.below(40)) } else { "{}".into() };
                insert.execute(params![
                    id.as_bytes(),
                    created,
                    changed,
                    status,
                    email,
                    email.to_lowercase(),
                    name,
                    phone,
                    address,
                    chance.one_in(5).then_some("EUR"),
                    chance.one_in(3).then_some("de-DE"),
                    chance.one_in(5).then_some("Europe/Berlin"),
                    chance.one_in(10).then_some("Asked for an invoice by post."),
                    if chance.one_in(3) { format!(r#"["{}"]"#, chance.of(&TAGS)) } else { "[]".into() },
                    metadata,
                    external,
                    search,
                ])?;
            }
        }
        transaction.execute("UPDATE engine SET last_id = ?1", [Uuid::from_bytes(last).max(ids.last()).as_bytes()])?;
        transaction.commit()?;
        made = until;
    }
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

fn address(chance: &mut Chance) -> String {
    let (city, country) = chance.of(&CITIES);
    let (number, code) = (chance.below(200) + 1, chance.below(90_000) + 10_000);
    format!(r#"{{"line1":"Hauptstraße {number}","line2":null,"city":"{city}","region":null,"postalCode":"{code}","country":"{country}"}}"#)
}

/// Numbers that look random and are the same in every run (splitmix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        let n = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        choices[n]
    }

    /// One of them, if there is any.
    pub fn one<'c, T>(&mut self, choices: &'c [T]) -> Option<&'c T> {
        let many = u64::try_from(choices.len()).ok().filter(|&n| n > 0)?;
        choices.get(usize::try_from(self.below(many)).ok()?)
    }

    pub fn bytes(&mut self) -> [u8; 10] {
        let (high, low) = (self.next().to_le_bytes(), self.next().to_le_bytes());
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&high);
        bytes[8..].copy_from_slice(&low[..2]);
        bytes
    }
}
