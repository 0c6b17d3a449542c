//! Opens what givers' devices sealed (encrypted) while there was no network; only the service can read it.
//!
//! HPKE (RFC 9180) in base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, which every browser's WebCrypto can
//! compute. The device has the public key only; `src/web/assets/seal.js` seals. A message is the encapsulated key
//! followed by the ciphertext.

use hpke::aead::AesGcm128;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, Serializable, single_shot_open};
use zeroize::Zeroizing;

use super::keyring::{Key, SealError};

type Encapsulated = <DhP256HkdfSha256 as Kem>::EncappedKey;

/// Bytes of a public key, and of what a device sends before the ciphertext: an uncompressed point.
pub const POINT_BYTES: usize = 65;

/// The purpose that is bound into a message: one that was sealed for another purpose does not open.
pub const INFO: &[u8] = b"kaiku form 1";

/// The public key that belongs to a device key.
#[must_use]
pub fn public_key(key: &Key) -> Vec<u8> {
    DhP256HkdfSha256::derive_keypair(key.bytes()).1.to_bytes().to_vec()
}

/// Opens what a device sealed to this key.
///
/// # Errors
/// [`SealError::DoesNotOpen`] when it was sealed to another key or for something else, or was changed.
pub fn open(key: &Key, message: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    open_for(key.bytes(), INFO, message, b"")
        .map(Zeroizing::new)
        .ok_or_else(|| SealError::DoesNotOpen { key: key.id().to_owned() })
}

fn open_for(seed: &[u8], info: &[u8], message: &[u8], bound: &[u8]) -> Option<Vec<u8>> {
    let (point, ciphertext) = message.split_at_checked(POINT_BYTES)?;
    let point = Encapsulated::from_bytes(point).ok()?;
    let (private, _) = DhP256HkdfSha256::derive_keypair(seed);
    single_shot_open::<AesGcm128, HkdfSha256, DhP256HkdfSha256>(
        &OpModeR::Base,
        &private,
        &point,
        info,
        ciphertext,
        bound,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        let digits: Vec<u32> = hexadecimal.chars().filter_map(|digit| digit.to_digit(16)).collect();
        digits.chunks_exact(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
    }

    /// RFC 9180, appendix A.3.1 (DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode), sequence number 0.
    #[test]
    fn the_standards_own_message_opens() {
        let seed = bytes("668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550");
        let public = bytes(
            "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f\
             1d128aafd68a2ce72ea0",
        );
        let message = bytes(
            "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c\
             9bfcb9382657222d18c45ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434",
        );
        assert_eq!(DhP256HkdfSha256::derive_keypair(&seed).1.to_bytes().as_slice(), public);
        let info = bytes("4f6465206f6e2061204772656369616e2055726e");
        let opened = open_for(&seed, &info, &message, b"Count-0").unwrap();
        assert_eq!(opened, b"Beauty is truth, truth beauty");
        assert!(open_for(&seed, INFO, &message, b"Count-0").is_none(), "sealed for something else");
        assert!(open_for(&[7; 32], &info, &message, b"Count-0").is_none(), "another key");
        for index in [0, 1, 40, 64, 65, 80, message.len() - 1] {
            let mut changed = message.clone();
            changed[index] ^= 1;
            assert!(open_for(&seed, &info, &changed, b"Count-0").is_none(), "byte {index}");
            assert!(open_for(&seed, &info, &message[..index], b"Count-0").is_none(), "first {index} bytes");
        }
    }
}
