//! What the engine remembers of itself, beside the ids that `writer.rs` keeps.

use crate::error::Result;
use crate::store::db::{Tx, WriteTx};

/// The id of the key file that this database needs; none before the first start.
pub fn vault_key(tx: &Tx<'_>) -> Result<Option<[u8; 4]>> {
    Ok(tx.one("SELECT vault_key FROM engine", [], |r| r.get(0))?.flatten())
}

pub fn vault_key_set(tx: &WriteTx<'_>, id: [u8; 4]) -> Result<()> {
    tx.run("UPDATE engine SET vault_key = ?1", [id])?;
    Ok(())
}
