//! What we need to know of a certificate: whose it is, for which names and addresses, until when, and what it may sign.
//!
//! **Invariant:** reads and decides nothing: whether a certificate is to be trusted is for the TLS library of whoever is
//! shown it. Bytes that are no certificate give `None`, whatever they are.

use chrono::NaiveDateTime;
use hmm_domain::Timestamp;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The part of a certificate that we look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    pub common_name: Option<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// The names it speaks for; of an authority, none.
    pub names: Vec<String>,
    pub addresses: Vec<IpAddr>,
    /// What it may sign for, where it says so.
    pub permitted: Option<Permitted>,
}

/// Name constraints of an authority.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Permitted {
    pub names: Vec<String>,
    pub addresses: Vec<IpAddr>,
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OID: u8 = 0x06;
const BOOLEAN: u8 = 0x01;
const OCTETS: u8 = 0x04;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
/// Among the names of an extension: a DNS name, an address.
const DNS: u8 = 0x82;
const ADDRESS: u8 = 0x87;
const PERMITTED: u8 = 0xa0;
/// As the bytes of their object identifiers.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ALT_NAMES: &[u8] = &[0x55, 29, 17];
const CONSTRAINTS: &[u8] = &[0x55, 29, 30];

/// Reads a certificate in DER.
pub(super) fn read(der: &[u8]) -> Option<Facts> {
    let mut certificate = Der(Der(der).expect(SEQUENCE)?);
    let mut body = Der(certificate.expect(SEQUENCE)?);
    body.skip(VERSION);
    // Serial number, signature algorithm, issuer.
    for _ in 0..3 {
        body.next()?;
    }
    let mut validity = Der(body.expect(SEQUENCE)?);
    let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
    let common_name = common_name(body.expect(SEQUENCE)?);
    let mut facts =
        Facts { common_name, not_before, not_after, names: Vec::new(), addresses: Vec::new(), permitted: None };
    while let Some((tag, value)) = body.next() {
        if tag == EXTENSIONS {
            extensions(value, &mut facts)?;
        }
    }
    Some(facts)
}

fn extensions(value: &[u8], facts: &mut Facts) -> Option<()> {
    let mut list = Der(Der(value).expect(SEQUENCE)?);
    while let Some((SEQUENCE, extension)) = list.next() {
        let mut extension = Der(extension);
        let id = extension.expect(OID)?;
        extension.skip(BOOLEAN);
        let value = extension.expect(OCTETS)?;
        match id {
            ALT_NAMES => (facts.names, facts.addresses) = alt_names(value)?,
            CONSTRAINTS => facts.permitted = Some(permitted(value)?),
            _ => {}
        }
    }
    Some(())
}

fn alt_names(value: &[u8]) -> Option<(Vec<String>, Vec<IpAddr>)> {
    let (mut names, mut addresses) = (Vec::new(), Vec::new());
    let mut list = Der(Der(value).expect(SEQUENCE)?);
    while let Some((tag, value)) = list.next() {
        match tag {
            DNS => names.push(text(value)?),
            ADDRESS => addresses.push(address(value)?),
            _ => {}
        }
    }
    Some((names, addresses))
}

/// Single addresses only: a range is none of ours, and is left out.
fn permitted(value: &[u8]) -> Option<Permitted> {
    let mut permitted = Permitted::default();
    let mut constraints = Der(Der(value).expect(SEQUENCE)?);
    while let Some((tag, trees)) = constraints.next() {
        if tag != PERMITTED {
            continue;
        }
        let mut trees = Der(trees);
        while let Some((SEQUENCE, tree)) = trees.next() {
            match Der(tree).next()? {
                (DNS, value) => permitted.names.push(text(value)?),
                (ADDRESS, value) => {
                    let (bits, mask) = value.split_at_checked(value.len() / 2)?;
                    if mask.iter().all(|byte| *byte == 0xff) {
                        permitted.addresses.push(address(bits)?);
                    }
                }
                _ => {}
            }
        }
    }
    Some(permitted)
}

fn common_name(subject: &[u8]) -> Option<String> {
    let mut parts = Der(subject);
    while let Some((SET, part)) = parts.next() {
        let mut pair = Der(Der(part).expect(SEQUENCE)?);
        if pair.expect(OID)? == COMMON_NAME {
            return text(pair.next()?.1);
        }
    }
    None
}

fn text(value: &[u8]) -> Option<String> {
    String::from_utf8(value.to_vec()).ok()
}

fn address(bits: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bits).map(|bits| IpAddr::V4(Ipv4Addr::from(bits)));
    v4.or_else(|_| <[u8; 16]>::try_from(bits).map(|bits| IpAddr::V6(Ipv6Addr::from(bits)))).ok()
}

fn time(from: &mut Der<'_>) -> Option<Timestamp> {
    let (tag, value) = from.next()?;
    let text = text(value)?;
    let full = match tag {
        // Two digits of a year: up to 49 they are of this century.
        UTC_TIME => format!("{}{text}", if text.get(..2)? < "50" { "20" } else { "19" }),
        GENERALIZED_TIME => text,
        _ => return None,
    };
    let at = NaiveDateTime::parse_from_str(&full, "%Y%m%d%H%M%SZ").ok()?;
    Some(Timestamp::from_millis(at.and_utc().timestamp_millis()))
}

/// A walk over values, each with its tag and length.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            // Four bytes of length are more than any certificate has.
            let count = usize::from(first & 0x7f);
            let (bytes, rest) = rest.split_at_checked(count).filter(|_| (1..=4).contains(&count))?;
            (bytes.iter().fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte)), rest)
        };
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }

    fn expect(&mut self, wanted: u8) -> Option<&'a [u8]> {
        self.next().filter(|(tag, _)| *tag == wanted).map(|(_, value)| value)
    }

    /// Something that may be there or not.
    fn skip(&mut self, tag: u8) {
        if self.0.first() == Some(&tag) {
            self.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rcgen::{CertificateParams, CidrSubnet, GeneralSubtree, IsCa, KeyPair, NameConstraints};

    fn certificate() -> Vec<u8> {
        let key = KeyPair::generate().unwrap();
        let mut params =
            CertificateParams::new(["pi.local".to_owned(), "192.168.1.5".into(), "fd00::5".into()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, "Somebody");
        params.not_before = rcgen::date_time_ymd(2026, 11, 1);
        params.not_after = rcgen::date_time_ymd(2061, 2, 3);
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Constrained(0));
        let range = GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([10, 0, 0, 0], 8));
        let one = GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([10, 0, 0, 7], 32));
        let name = GeneralSubtree::DnsName("pi".to_owned());
        params.name_constraints =
            Some(NameConstraints { permitted_subtrees: vec![name, range, one.clone()], excluded_subtrees: vec![one] });
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_says_whose_it_is_and_until_when() {
        let facts = read(&certificate()).unwrap();
        assert_eq!(facts.common_name.as_deref(), Some("Somebody"));
        assert_eq!(facts.not_before.to_string(), "2026-11-01T00:00:00.000Z");
        assert_eq!(facts.not_after.to_string(), "2061-02-03T00:00:00.000Z");
        assert_eq!(facts.names, ["pi.local"]);
        assert_eq!(facts.addresses, ["192.168.1.5".parse::<IpAddr>().unwrap(), "fd00::5".parse().unwrap()]);
        let permitted = facts.permitted.unwrap();
        assert_eq!((permitted.names, permitted.addresses), (vec!["pi".to_owned()], vec!["10.0.0.7".parse().unwrap()]));
    }

    #[test]
    fn half_a_certificate_is_none() {
        let whole = certificate();
        for length in 0..whole.len() {
            assert_eq!(read(&whole[..length]), None, "{length}");
        }
    }

    proptest! {
        #[test]
        fn bytes_that_are_no_certificate_do_no_harm(at in 0..900_usize, byte: u8, noise in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut bent = certificate();
            let at = at % bent.len();
            bent[at] = byte;
            let _ = read(&bent);
            let _ = read(&noise);
        }
    }
}
