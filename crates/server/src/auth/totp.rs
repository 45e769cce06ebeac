//! Six digits from a phone, and ten codes on paper for when it is lost.
//!
//! **Invariant:** a step counts once and a recovery code counts once; both are decided by the database, atomically.

use super::random::{self, NoRandomness};
use hmm_domain::Timestamp;
use totp_rs::{Algorithm, Builder, Secret, Totp};

const STEP_S: u64 = 30;
pub const RECOVERY_CODES: usize = 10;
const ISSUER: &str = "Home Miner Manager";

/// A new secret, base32.
pub fn new_secret() -> Result<String, NoRandomness> {
    Ok(Secret::from(random::seed()?.to_vec()).to_base32())
}

fn totp(secret: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    // Phones know this one; others they take and then compute wrongly.
    let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(1).with_step_duration(STEP_S);
    builder.with_secret(secret).build().ok()
}

/// The step that `code` belongs to, when it is one of this minute's.
pub fn step_of(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let seconds = u64::try_from(now.millis() / 1_000).ok()?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = digits.len() == 6 && digits.chars().all(|c| c.is_ascii_digit());
    plain.then(|| totp(secret)?.check(&digits, seconds)).flatten().and_then(|step| i64::try_from(step).ok())
}

/// The code of this moment, for tests and for nobody else.
pub fn code_at(secret: &str, now: Timestamp) -> Option<String> {
    let seconds = u64::try_from(now.millis() / 1_000).ok()?;
    Some(totp(secret)?.generate(seconds).to_string())
}

/// What a phone's camera reads.
pub fn uri(secret: &str, name: &str) -> String {
    let escaped = |text: &str| {
        use std::fmt::Write as _;
        text.bytes().fold(String::new(), |mut out, byte| {
            if byte.is_ascii_alphanumeric() {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "%{byte:02X}");
            }
            out
        })
    };
    let issuer = escaped(ISSUER);
    format!("otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}&digits=6&period={STEP_S}", escaped(name))
}

/// Ten codes and their hashes.
pub fn recovery() -> Result<(Vec<String>, Vec<String>), NoRandomness> {
    let codes = (0..RECOVERY_CODES).map(|_| random::code(2, 5)).collect::<Result<Vec<_>, _>>()?;
    let hashes = codes.iter().map(|code| recovery_hash(code)).collect();
    Ok((codes, hashes))
}

pub fn recovery_hash(code: &str) -> String {
    random::hash(&random::typed(code))
}

/// Where the secret of an account is kept, and the one that waits for its first code.
pub fn secret_name(user: hmm_domain::UserId) -> String {
    format!("totp:{user}")
}

pub fn pending_name(user: hmm_domain::UserId) -> String {
    format!("totp_pending:{user}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_standard_come_out() {
        // RFC 6238, appendix B, cut to six digits.
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert_eq!(code_at(secret, Timestamp::from_millis(59_000)).as_deref(), Some("287082"));
        assert_eq!(step_of(secret, "287 082", Timestamp::from_millis(59_000)), Some(1));
        assert_eq!(step_of(secret, "287082", Timestamp::from_millis(89_000)), Some(1), "one step late is in time");
        assert_eq!(step_of(secret, "287082", Timestamp::from_millis(120_000)), None);
        assert_eq!(step_of(secret, "+87082", Timestamp::from_millis(59_000)), None);
    }

    #[test]
    fn a_new_secret_makes_codes_and_a_link() {
        let secret = new_secret().unwrap();
        let now = Timestamp::from_millis(1_700_000_000_000);
        let code = code_at(&secret, now).unwrap();
        assert_eq!(step_of(&secret, &code, now), Some(1_700_000_000 / 30));
        assert!(uri(&secret, "Ann & Bob").starts_with("otpauth://totp/Home%20Miner%20Manager:Ann%20%26%20Bob?secret="));
    }
}
