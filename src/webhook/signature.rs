//! Signatures by Standard Webhooks: `v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::base::Entropy;
use crate::base::chance::EntropyError;

/// What every secret begins with.
const PREFIX: &str = "whsec_";
/// Random bytes of a new secret; the standard allows 24 to 64.
const SECRET_BYTES: usize = 32;
/// Bytes that the standard allows.
const ALLOWED_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// What signs the messages to one target. Its bytes are wiped when it is dropped, and nothing prints them.
pub struct Secret(Zeroizing<Vec<u8>>);

/// The stored bytes are no valid secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was kept is no secret of a webhook")]
pub struct SecretFault;

impl Secret {
    /// A new secret.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = Zeroizing::new(vec![0; SECRET_BYTES]);
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The secret of these bytes.
    ///
    /// # Errors
    /// When there are fewer or more bytes than the standard allows.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, SecretFault> {
        if ALLOWED_BYTES.contains(&bytes.len()) { Ok(Self(Zeroizing::new(bytes.to_vec()))) } else { Err(SecretFault) }
    }

    /// The bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The form in which the target keeps it: `whsec_…`.
    pub fn shown(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(&*self.0)))
    }

    fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> Option<String> {
        // HMAC takes keys of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

/// The secrets that sign now: the newest, and after a rotation the one before it for a while.
pub struct Signer(pub Vec<Secret>);

impl Signer {
    /// The value of `webhook-signature`: one signature for each secret, with spaces between.
    pub fn signature(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let signatures: Vec<String> = self.0.iter().filter_map(|secret| secret.sign(id, timestamp, body)).collect();
        signatures.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::chance::SeededEntropy;

    /// The example of the standard's libraries.
    #[test]
    fn it_signs_as_the_standard_says() {
        let secret = Secret::of_bytes(&STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()).unwrap();
        assert_eq!(&*secret.shown(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let body = br#"{"test": 2432232314}"#;
        let signer = Signer(vec![secret]);
        assert_eq!(
            signer.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn secrets_have_the_standards_length_and_differ() {
        assert!(Secret::of_bytes(&[0; 23]).is_err() && Secret::of_bytes(&[0; 65]).is_err());
        assert!(Secret::of_bytes(&[0; 24]).is_ok() && Secret::of_bytes(&[0; 64]).is_ok());
        let entropy = SeededEntropy::new(1);
        let (one, other) = (Secret::new(&entropy).unwrap(), Secret::new(&entropy).unwrap());
        assert_ne!(one.bytes(), other.bytes());
        assert_eq!(one.shown().len(), PREFIX.len() + 44);
        let both = Signer(vec![one, other]).signature("id", 1, b"{}");
        assert_eq!(both.split(' ').count(), 2);
    }
}
