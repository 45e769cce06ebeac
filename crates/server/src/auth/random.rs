//! Secrets of our own making, and how they are kept.
//!
//! **Invariant:** what is stored is a SHA-256 of 256 random bits (or of a code with its own limits), never the secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Letters and digits that are not mistaken for one another when read aloud.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The system's random numbers did not come.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers: {0}")]
pub struct NoRandomness(getrandom::Error);

fn fill<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(bytes)
}

/// 256 bits, for cookies and tokens.
pub fn secret() -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(fill::<32>()?))
}

/// Twenty bytes, for TOTP.
pub fn seed() -> Result<[u8; 20], NoRandomness> {
    fill()
}

/// Groups of letters that a person can type: five bits a letter.
pub fn code(groups: usize, letters: usize) -> Result<String, NoRandomness> {
    let bytes = fill::<64>()?;
    let all: Vec<char> =
        bytes.iter().take(groups * letters).map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect();
    Ok(all.chunks(letters).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// What a person typed, as it was made: lower case, without spaces and dashes, look-alikes resolved.
pub fn typed(code: &str) -> String {
    code.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .take(128)
        .collect()
}

pub fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Equal, in a time that does not tell where they differ.
pub fn same(a: &str, b: &str) -> bool {
    use subtle::ConstantTimeEq;
    hash(a).as_bytes().ct_eq(hash(b).as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_typed() {
        let made = code(4, 4).unwrap();
        assert_eq!(made.len(), 19);
        assert_eq!(typed(&made.to_uppercase().replace('-', " ")), typed(&made));
        assert_eq!(typed("OIL-x"), "011x");
        assert_ne!(code(4, 4).unwrap(), made);
    }
}
