//! Whether two databases that began as copies of one say the same: every row of every table, but for what chance and the machine's clock made.
//!
//! What both had from the beginning has its id as its name. What came later is named by what it belongs to: an invoice by its number, a payment by its
//! invoice and its place among that one's payments, an event by its object and its place in that one's history, an entry of the ledger by what it is
//! about. With these names in the stead of ids and keys, also within documents and events, the rows must be the same.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use rusqlite::types::Value;

/// Of tables that say nothing of the business, or whose rows follow their own clock.
const LEFT_OUT: [&str; 4] = ["idempotency", "proof", "session", "sqlite_sequence"];
/// Columns that chance makes, or wall time, or the order in which rows of one instant were written.
const NOT_COMPARED: [(&str, &[&str]); 8] = [
    ("engine", &["last_id"]),
    ("api_key", &["last_used_at"]),
    ("access", &["username", "password"]),
    ("document_series", &["head_hash"]),
    ("invoice", &["hash", "previous_hash"]),
    ("credit_note", &["hash", "previous_hash"]),
    ("total_by_day", &["first_row", "last_row"]),
    ("payment_method", &[]),
];
/// What is named by other columns and by its place among the rows that have the same there. In an order in which each needs only those above.
const NAMED_BY: [(&str, &[&str]); 14] = [
    ("invoice", &["number"]),
    ("credit_note", &["number"]),
    ("invoice_line", &["invoice"]),
    ("invoice_tax", &["invoice"]),
    ("credit_note_line", &["credit_note"]),
    ("payment", &["customer", "invoice", "attempt"]),
    ("access", &["subscription"]),
    ("subscription_period", &["subscription", "run", "k", "part"]),
    ("coupon_redemption", &["subscription"]),
    ("balance_entry", &["customer"]),
    ("recognition", &["invoice_line"]),
    ("mrr_movement", &["subscription"]),
    ("event", &["object_id"]),
    ("ledger_entry", &["customer", "invoice", "payment", "kind", "day"]),
];

struct Table {
    name: String,
    columns: Vec<String>,
    /// The table to which a column refers.
    refers: BTreeMap<String, String>,
    /// The column that is an integer key without a meaning of its own.
    key: Option<String>,
    rows: Vec<Vec<Value>>,
}

/// A database, read whole.
pub struct Side {
    tables: Vec<Table>,
    /// By table and key.
    names: BTreeMap<(String, i64), String>,
    /// By the hexadecimal digits of an id.
    ids: BTreeMap<String, String>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn ask<T>(db: &Connection, sql: &str, map: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let rows = db.prepare(sql).and_then(|mut s| s.query_map([], map)?.collect());
    rows.unwrap_or_else(|e| panic!("{sql}: {e}"))
}

impl Table {
    fn read(db: &Connection, name: String) -> Self {
        let columns: Vec<(String, String, i64)> =
            ask(db, &format!("SELECT name, type, pk FROM pragma_table_info('{name}') ORDER BY cid"), |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)));
        let key = columns.first().filter(|(column, kind, pk)| kind == "INTEGER" && *pk == 1 && ["row", "sequence"].contains(&column.as_str()));
        let key = key.map(|(column, ..)| column.clone());
        let refers = ask(db, &format!("SELECT \"from\", \"table\" FROM pragma_foreign_key_list('{name}')"), |r| Ok((r.get(0)?, r.get(1)?)));
        let columns: Vec<String> = columns.into_iter().map(|(column, ..)| column).collect();
        let order = key.clone().unwrap_or_else(|| "1".into());
        let rows = ask(db, &format!("SELECT * FROM {name} ORDER BY {order}"), |r| (0..columns.len()).map(|n| r.get(n)).collect());
        Self { name, columns, refers: refers.into_iter().filter(|(_, table)| table != "document_series").collect(), key, rows }
    }

    fn column(&self, name: &str) -> usize {
        self.columns.iter().position(|c| c == name).unwrap_or_else(|| panic!("{} has no {name}", self.name))
    }

    fn key_of(&self, row: &[Value]) -> Option<i64> {
        match (&self.key, row.first()) {
            (Some(_), Some(Value::Integer(key))) => Some(*key),
            _ => None,
        }
    }

    fn id_of(&self, row: &[Value]) -> Option<String> {
        let at = self.columns.iter().position(|c| c == "id")?;
        if let Value::Blob(id) = &row[at] { Some(hex(id)) } else { None }
    }
}

impl Side {
    fn read(db: &Connection) -> Self {
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let names: Vec<String> = ask(db, sql, |r| r.get(0));
        let tables = names.into_iter().filter(|name| !LEFT_OUT.contains(&name.as_str())).map(|name| Table::read(db, name)).collect();
        Self { tables, names: BTreeMap::new(), ids: BTreeMap::new() }
    }

    fn all_ids(&self) -> BTreeSet<String> {
        self.tables.iter().flat_map(|table| table.rows.iter().filter_map(|row| table.id_of(row))).collect()
    }

    /// Names everything: what both have by its id, what came later by what it belongs to.
    fn name(&mut self, known: &BTreeSet<String>) {
        self.ids = known.iter().map(|id| (id.clone(), id.clone())).collect();
        let mut names = BTreeMap::new();
        for table in &self.tables {
            for row in &table.rows {
                if let (Some(key), Some(id)) = (table.key_of(row), table.id_of(row).filter(|id| known.contains(id))) {
                    names.insert((table.name.clone(), key), id);
                }
            }
        }
        self.names = names;
        for (name, by) in NAMED_BY {
            let Some(table) = self.tables.iter().find(|table| table.name == name) else { continue };
            let mut places: BTreeMap<String, usize> = BTreeMap::new();
            let mut fresh = Vec::new();
            for row in &table.rows {
                let parts: Vec<String> = by.iter().map(|column| self.said(table, table.column(column), row)).collect();
                let about = format!("{name} {}", parts.join("/"));
                let place = places.entry(about.clone()).or_default();
                *place += 1;
                fresh.push((table.key_of(row).unwrap_or_else(|| panic!("{name} has keys")), table.id_of(row), format!("{about} no. {place}")));
            }
            for (key, id, told) in fresh {
                if let Some(id) = id.filter(|id| !self.ids.contains_key(id)) {
                    self.ids.insert(id, told.clone());
                }
                self.names.entry((name.to_owned(), key)).or_insert(told);
            }
        }
    }

    /// What a column says, with names for keys and ids.
    fn said(&self, table: &Table, at: usize, row: &[Value]) -> String {
        let column = &table.columns[at];
        match &row[at] {
            Value::Null => "-".into(),
            Value::Integer(key) => match table.refers.get(column) {
                Some(other) => self.names.get(&(other.clone(), *key)).cloned().unwrap_or_else(|| format!("{other} {key}")),
                None => key.to_string(),
            },
            Value::Real(number) => number.to_string(),
            Value::Text(text) => self.with_names(text),
            Value::Blob(bytes) => {
                let digits = hex(bytes);
                if bytes.len() == 16 { self.ids.get(&digits).cloned().unwrap_or_else(|| "an id that nothing has".into()) } else { digits }
            }
        }
    }

    /// A text with the names of the objects whose ids stand in it, and without hashes.
    fn with_names(&self, text: &str) -> String {
        let (mut told, mut copied, mut run) = (String::with_capacity(text.len()), 0, 0);
        for (at, byte) in text.bytes().chain([b' ']).enumerate() {
            if matches!(byte, b'0'..=b'9' | b'a'..=b'f') {
                run += 1;
                continue;
            }
            if run == 32 || run == 64 {
                let (start, digits) = (at - run, &text[at - run..at]);
                told.push_str(&text[copied..start]);
                let name = if run == 64 { "(a hash)" } else { self.ids.get(digits).map_or("(an id that nothing has)", String::as_str) };
                told.push_str(name);
                copied = at;
            }
            run = 0;
        }
        told.push_str(&text[copied..]);
        told
    }

    /// The rows of a table as they are told, sorted.
    fn told(&self, table: &Table) -> Vec<String> {
        let left_out = NOT_COMPARED.iter().find(|(name, _)| *name == table.name).map_or(&[][..], |(_, columns)| columns);
        let tell = |row: &Vec<Value>| {
            let name = table.key_of(row).map(|key| self.names.get(&(table.name.clone(), key)).cloned().unwrap_or_else(|| "unnamed".into()));
            let columns =
                (0..table.columns.len()).filter(|at| Some(&table.columns[*at]) != table.key.as_ref() && !left_out.contains(&table.columns[*at].as_str()));
            let said: Vec<String> = columns.map(|at| format!("{}={}", table.columns[at], self.said(table, at, row))).collect();
            format!("{}: {}", name.unwrap_or_default(), said.join(" "))
        };
        let mut rows: Vec<String> = table.rows.iter().map(tell).collect();
        rows.sort();
        rows
    }
}

/// What is in one of them and not in the other. `before` is what both began as.
pub fn differences(before: &Connection, one: &Connection, other: &Connection) -> Vec<String> {
    let known = Side::read(before).all_ids();
    let [one, other] = [one, other].map(|db| {
        let mut side = Side::read(db);
        side.name(&known);
        side
    });
    let mut found = Vec::new();
    for (mine, theirs) in one.tables.iter().zip(&other.tables) {
        assert_eq!((&mine.name, &mine.columns), (&theirs.name, &theirs.columns), "they have other tables");
        let (mut left, mut right) = (one.told(mine).into_iter().peekable(), other.told(theirs).into_iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some(a), Some(b)) if a == b => drop((left.next(), right.next())),
                (Some(a), b) if b.is_none_or(|b| a < b) => found.extend(left.next().map(|row| format!("only in the one, {}: {row}", mine.name))),
                _ => found.extend(right.next().map(|row| format!("only in the other, {}: {row}", mine.name))),
            }
        }
    }
    found
}
