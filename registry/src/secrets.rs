//! Random secrets, their hashes, passwords, and the signatures of addresses.

use std::{num::NonZero, sync::LazyLock};

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _, password_hash::phc::PasswordHash};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{ChaCha20Poly1305, aead::Aead as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// What tokens begin with, so that scanners for leaked secrets can find them.
pub(crate) const TOKEN_PREFIX: &str = "mr_";

/// 256 random bits as 43 characters that need no escaping anywhere.
pub(crate) fn random_secret() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal("drawing a random secret", error))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A password that a person can type: 20 random characters (120 bits).
pub(crate) fn random_password() -> Result<SecretString> {
    let mut bytes = [0; 15];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal("drawing a random password", error))?;
    Ok(SecretString::from(URL_SAFE_NO_PAD.encode(bytes)))
}

/// What the catalog keeps of a random secret. One round of SHA-256 is enough: it has 256 bits of its own.
pub(crate) fn secret_hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// Hashes a password with argon2id and a random salt (the crate's defaults are OWASP's: 19 MiB, 2 passes), off the async threads.
pub(crate) async fn hash_password(password: SecretString) -> Result<String> {
    blocking(move || {
        Argon2::default()
            .hash_password(password.expose_secret().as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| Error::new(domain::ErrorKind::Internal, format!("The password could not be hashed: {error}.")))
    })
    .await
}

/// Whether a password fits its hash. Without a hash it computes one all the same: the time tells nothing about which names exist.
pub(crate) async fn verify_password(password: SecretString, hash: Option<String>) -> Result<bool> {
    blocking(move || {
        let argon2 = Argon2::default();
        let Some(hash) = hash else {
            let _ = argon2.hash_password(password.expose_secret().as_bytes());
            return Ok(false);
        };
        let hash = PasswordHash::new(&hash).map_err(|error| Error::internal("reading a password hash", error))?;
        Ok(argon2.verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
    })
    .await
}

/// Each hashing takes 19 MiB and a core for some 20 ms: more at once than there are cores would only take memory.
static HASHING: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, NonZero::get)));

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let turn = HASHING.acquire().await.map_err(|error| Error::internal("hashing a password", error))?;
    tokio::task::spawn_blocking(move || {
        // kept while it works, even if the caller went away meanwhile
        let _turn = turn;
        work()
    })
    .await
    .map_err(|error| Error::internal("hashing a password", error))?
}

/// The length of a nonce in bytes (RFC 8439).
const NONCE: usize = 12;

/// Signs texts so that only this registry can have written them: HMAC-SHA-256 with a key that the catalog keeps.
#[derive(Clone)]
pub(crate) struct Signer(Hmac<Sha256>);

impl Signer {
    pub(crate) fn new(key: &[u8]) -> Result<Self> {
        Hmac::new_from_slice(key).map(Self).map_err(|error| Error::internal("reading the signing key", error))
    }

    pub(crate) fn sign(&self, text: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// Encrypts what only whoever has `secret` may read again (ChaCha20-Poly1305). The catalog alone is not enough for it.
    pub(crate) fn seal(&self, secret: &str, text: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|error| Error::internal("drawing a nonce", error))?;
        let sealed = self.cipher(secret).encrypt(&nonce.into(), text);
        let sealed = sealed.map_err(|error| Error::internal("sealing an answer", error))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts what was sealed with the same secret.
    pub(crate) fn unseal(&self, secret: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE).unwrap_or_default();
        let nonce = <[u8; NONCE]>::try_from(nonce).map_err(|error| Error::internal("reading a sealed answer", error))?;
        let text = self.cipher(secret).decrypt(&nonce.into(), sealed);
        text.map_err(|error| Error::internal("opening a sealed answer", error))
    }

    fn cipher(&self, secret: &str) -> ChaCha20Poly1305 {
        let mut mac = self.0.clone();
        // apart from everything that is signed: no signed text begins like this
        mac.update(b"sealed answer\n");
        mac.update(secret.as_bytes());
        ChaCha20Poly1305::new(&mac.finalize().into_bytes())
    }

    /// Compares in constant time.
    pub(crate) fn verify(&self, text: &str, signature: &str) -> bool {
        let mut mac = self.0.clone();
        mac.update(text.as_bytes());
        URL_SAFE_NO_PAD.decode(signature).is_ok_and(|signature| mac.verify_slice(&signature).is_ok())
    }
}
