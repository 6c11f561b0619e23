//! Secrets: digests of what is only compared, encryption of what must be shown again, password hashes.
//!
//! The encryption key lies in the data directory's `key` file (mode 0600), apart from the database, so that a copy of the
//! database alone reveals nothing. Every ciphertext names its key, so that keys can be changed.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::clock::Entropy;
use crate::error::{Error, Result};

/// SHA-256. For secrets with enough chance in them that nobody can try them all, and for chains of documents.
pub fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// In constant time.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// A new API key's secret: `bh_live_`, or `bh_test_` beside a test clock, and 32 of 62 characters, 190 bits.
pub fn api_key_secret(entropy: &Entropy, is_test: bool) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut secret = String::from(if is_test { "bh_test_" } else { "bh_live_" });
    while secret.len() < 40 {
        // Bytes from 248 on would favour the first letters.
        let fair = entropy.bytes::<32>().into_iter().filter(|b| *b < 248);
        secret.extend(fair.map(|b| char::from(ALPHABET[usize::from(b % 62)])).take(40 - secret.len()));
    }
    secret
}

/// A token of 256 bits: of a session, of a link that works once.
pub fn token(entropy: &Entropy) -> String {
    hex(&entropy.bytes::<32>())
}

/// In lower case.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// How much work a password hash is. The minimum is for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCost {
    /// 19 MiB and two passes: OWASP's first choice for argon2id.
    Recommended,
    Minimum,
}

/// Makes argon2id hashes, one after another in the same memory: a hash takes 19 MiB and tens of milliseconds, so it is never
/// made on a worker, and memory that is allocated for each anew does not all come back.
pub struct PasswordHasher {
    argon2: Argon2<'static>,
    memory: Vec<Block>,
}

impl PasswordHasher {
    pub fn new(cost: PasswordCost) -> Result<Self> {
        let params = match cost {
            PasswordCost::Recommended => Params::default(),
            PasswordCost::Minimum => Params::new(Params::MIN_M_COST, 1, 1, None).map_err(Error::internal)?,
        };
        Ok(Self { argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params), memory: Vec::new() })
    }

    /// A hash as a PHC string, which says how it was made.
    pub fn hash(&mut self, password: &str, entropy: &Entropy) -> Result<String> {
        let (params, salt) = (self.argon2.params().clone(), entropy.bytes::<16>());
        self.memory.resize(params.block_count(), Block::default());
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        self.argon2.hash_password_into_with_memory(password.as_bytes(), &salt, &mut output, &mut self.memory).map_err(Error::internal)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(Error::internal)?,
            salt: Some(Salt::new(&salt).map_err(Error::internal)?),
            hash: Some(Output::new(&output).map_err(Error::internal)?),
        };
        Ok(hash.to_string())
    }

    /// Whether a hash is this password's, in the same memory and in constant time.
    pub fn verify(&mut self, password: &str, hash: &str) -> Result<bool> {
        let hash = PasswordHash::new(hash).map_err(Error::internal)?;
        let params = Params::try_from(&hash).map_err(Error::internal)?;
        let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return Err(Error::Internal("a password hash has no salt or no output".into())) };
        self.memory.resize(params.block_count().max(self.memory.len()), Block::default());
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut output = vec![0; expected.as_ref().len()];
        argon2.hash_password_into_with_memory(password.as_bytes(), salt.as_ref(), &mut output, &mut self.memory).map_err(Error::internal)?;
        Ok(same(&output, expected.as_ref()))
    }
}

/// Encrypts with XChaCha20-Poly1305. The layout of a ciphertext: version (1), key id (4), nonce (24), sealed text.
pub struct Vault {
    key_id: [u8; 4],
    fingerprint_key: [u8; 32],
    cipher: XChaCha20Poly1305,
}

const FILE_HEAD: &str = "billhead-key-1 ";
const SEAL_VERSION: u8 = 1;
const HEAD: usize = 1 + 4;
const NONCE: usize = 24;

impl Vault {
    fn from_key(key: &[u8; 32]) -> Self {
        let id = digest(&[b"billhead key id", key]);
        let fingerprint_key = digest(&[b"billhead fingerprint", key]);
        Self { key_id: [id[0], id[1], id[2], id[3]], fingerprint_key, cipher: XChaCha20Poly1305::new(key.into()) }
    }

    /// Names the key; every ciphertext carries it.
    pub fn key_id(&self) -> [u8; 4] {
        self.key_id
    }

    /// Reads the key file, or makes it where it is allowed to be missing (in a new data directory).
    pub fn open(path: &Path, may_create: bool, entropy: &Entropy) -> Result<Self> {
        let mut text = String::new();
        match std::fs::File::open(path) {
            Ok(mut file) => {
                file.read_to_string(&mut text).map_err(|e| Error::Internal(format!("cannot read the key file {}: {e}", path.display())))?;
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && may_create => return Self::create(path, entropy),
            Err(e) => {
                return Err(Error::Internal(format!(
                    "cannot open the key file {}: {e}. Without it the encrypted part of the database cannot be read: put it back from your backup",
                    path.display()
                )));
            }
        }
        let key = text
            .trim()
            .strip_prefix(FILE_HEAD)
            .and_then(unhex)
            .and_then(|key| <[u8; 32]>::try_from(key).ok())
            .ok_or_else(|| Error::Internal(format!("{} is not a key file", path.display())))?;
        Ok(Self::from_key(&key))
    }

    fn create(path: &Path, entropy: &Entropy) -> Result<Self> {
        let key = entropy.bytes::<32>();
        let hex = hex(&key);
        let write = || -> std::io::Result<bool> {
            // Whole or not at all: a crash in the middle must not leave half a key, and of two starters one wins.
            let partial = path.with_extension(format!("new-{}", std::process::id()));
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
            writeln!(file, "{FILE_HEAD}{hex}")?;
            file.sync_all()?;
            let linked = std::fs::hard_link(&partial, path);
            std::fs::remove_file(&partial)?;
            match linked {
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => return Ok(false),
                other => other?,
            }
            if let Some(directory) = path.parent() {
                std::fs::File::open(directory)?.sync_all()?;
            }
            Ok(true)
        };
        match write() {
            Ok(true) => Ok(Self::from_key(&key)),
            Ok(false) => Self::open(path, false, entropy),
            Err(e) => Err(Error::Internal(format!("cannot write the key file {}: {e}", path.display()))),
        }
    }

    /// What a request is recognised by. Keyed, since a request can hold a password that somebody could guess from a bare
    /// digest of it.
    pub fn fingerprint(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hmac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.fingerprint_key).expect("HMAC takes keys of any length");
        for part in parts {
            hmac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hmac.update(part);
        }
        hmac.finalize().into_bytes().into()
    }

    /// `purpose` is bound to the text: what was sealed for one does not open for another.
    pub fn seal(&self, purpose: &str, text: &[u8], entropy: &Entropy) -> Result<Vec<u8>> {
        let nonce = entropy.bytes::<NONCE>();
        let payload = Payload { msg: text, aad: purpose.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::Internal("cannot encrypt".into()))?;
        let mut bytes = Vec::with_capacity(HEAD + NONCE + sealed.len());
        bytes.push(SEAL_VERSION);
        bytes.extend_from_slice(&self.key_id);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Ok(bytes)
    }

    pub fn unseal(&self, purpose: &str, bytes: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::Internal(format!("an encrypted {purpose} cannot be read with this key file"));
        let (head, rest) = bytes.split_at_checked(HEAD).ok_or_else(broken)?;
        if head[0] != SEAL_VERSION || !same(&head[1..], &self.key_id) {
            return Err(broken());
        }
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or_else(broken)?;
        self.cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: purpose.as_bytes() }).map_err(|_| broken())
    }
}

/// The bytes of a hexadecimal text.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::PasswordVerifier;

    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_with_its_key_only() {
        let entropy = Entropy::seeded(1);
        let vault = Vault::from_key(&[7; 32]);
        let sealed = vault.seal("password", b"hunter2", &entropy).unwrap_or_else(|e| panic!("{e}"));
        assert!(!sealed.windows(7).any(|w| w == b"hunter2"));
        assert_eq!(vault.unseal("password", &sealed).ok().as_deref(), Some(b"hunter2".as_slice()));
        assert!(vault.unseal("answer", &sealed).is_err());
        assert!(Vault::from_key(&[8; 32]).unseal("password", &sealed).is_err());
        for end in 0..sealed.len() {
            assert!(vault.unseal("password", &sealed[..end]).is_err());
        }
        let mut bent = sealed;
        bent[40] ^= 1;
        assert!(vault.unseal("password", &bent).is_err());
    }

    #[test]
    fn a_key_file_is_made_once_and_read_again() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let path = directory.path().join("key");
        let entropy = Entropy::System;
        assert!(Vault::open(&path, false, &entropy).is_err());
        let first = Vault::open(&path, true, &entropy).unwrap_or_else(|e| panic!("{e}"));
        let again = Vault::open(&path, false, &entropy).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(first.key_id, again.key_id);
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).map(|m| m.permissions().mode() & 0o777);
        assert_eq!(mode.ok(), Some(0o600));
        std::fs::write(&path, "something else").unwrap_or_else(|e| panic!("{e}"));
        assert!(Vault::open(&path, true, &entropy).is_err());
    }

    #[test]
    fn a_password_hash_is_argon2id_and_salted() {
        let entropy = Entropy::System;
        let mut hasher = PasswordHasher::new(PasswordCost::Minimum).unwrap_or_else(|e| panic!("{e}"));
        let one = hasher.hash("securepassword123", &entropy).unwrap_or_else(|e| panic!("{e}"));
        let other = hasher.hash("securepassword123", &entropy).unwrap_or_else(|e| panic!("{e}"));
        assert!(one.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{one}");
        assert_ne!(one, other);
        // Whoever reads the string later can verify it, with nothing but the string.
        let parsed = PasswordHash::new(&one).unwrap_or_else(|e| panic!("{e}"));
        assert!(Argon2::default().verify_password(b"securepassword123", &parsed).is_ok());
        assert!(Argon2::default().verify_password(b"securepassword124", &parsed).is_err());
        // And so do we, in the same memory.
        assert!(hasher.verify("securepassword123", &one).is_ok_and(|same| same) && hasher.verify("securepassword123", &other).is_ok_and(|same| same));
        assert!(hasher.verify("securepassword124", &one).is_ok_and(|same| !same));
        assert!(hasher.verify("securepassword123", "plain").is_err());
    }

    #[test]
    fn an_api_key_has_its_form() {
        let secret = api_key_secret(&Entropy::seeded(3), false);
        assert_eq!(secret.len(), 40);
        assert!(secret.starts_with("bh_live_") && secret[8..].bytes().all(|b| b.is_ascii_alphanumeric()));
    }
}
