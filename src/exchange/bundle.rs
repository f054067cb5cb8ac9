//! The container of an inspection that travels: one file, encrypted, authenticated as a whole, bound to one store, unit and
//! campaign, with a direction and a counter.
//!
//! ```text
//! magic (8)  header length (4)  header (postcard)  sealed records (AEAD, header as associated data)  MAC over all (32)
//! ```
//!
//! The records are sealed under a random key which a passphrase unwraps (argon2id). Nothing is handed out before everything
//! has been verified; a file that is damaged, foreign, older or has been taken in already is refused with the reason.
//! The counter comes from whoever keeps it: a reader says which one it took in last.

use serde::{Deserialize, Serialize};

use super::xml::bad;
use crate::crypto::{Cost, CryptoError, KeySource, Keys, MAC_LEN, Secret32, Slot, Suite, unlock, wrap};
use crate::error::Error;

const MAGIC: &[u8; 8] = b"SHOUMIB\x01";
/// Version of the contents this program writes and reads.
const VERSION: u16 = 3;
/// Largest bundle.
const MOST_BYTES: usize = 64 << 20;
/// Largest header.
const MOST_HEADER: usize = 16 << 10;
/// Most records.
const MOST_RECORDS: usize = 200_000;
/// Most keyslots; each costs a try.
const MOST_SLOTS: usize = 4;
/// A file may not ask for more work than this before it is known to be honest.
const MOST_COST: Cost = Cost { memory: 256 << 10, passes: 8, lanes: 4 };

/// Where a bundle goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// From the host to a laptop.
    Out,
    /// Back to the host.
    Return,
}

impl Direction {
    const fn code(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::Return => "return",
        }
    }
}

/// What a bundle says of itself; readable without the passphrase, believed only after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleHead {
    /// The store it comes from and returns to.
    pub store: [u8; 16],
    /// The unit.
    pub unit: String,
    /// The inspection or round of inspections.
    pub campaign: String,
    /// Counts the bundles of the campaign in this direction, from 1.
    pub counter: u64,
    /// Where it goes.
    pub direction: Direction,
    /// The store's own mark on the campaign (a keyed MAC), carried there and back; only the host can check it.
    pub origin: [u8; 32],
}

/// One record, opaque here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleRecord {
    /// What it is, for example `computer`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// What a reader knows and asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The store; none on a laptop that sees the campaign for the first time.
    pub store: Option<[u8; 16]>,
    /// The unit, where it is known.
    pub unit: Option<String>,
    /// The campaign, where it is known.
    pub campaign: Option<String>,
    /// The direction.
    pub direction: Direction,
    /// The counter of the last bundle taken in; 0 before the first.
    pub last: u64,
    /// The mark the host put on the campaign.
    pub origin: Option<[u8; 32]>,
}

#[derive(Serialize, Deserialize)]
struct Header {
    version: u16,
    head: BundleHead,
    slots: Vec<Slot>,
}

/// The bytes of a bundle.
///
/// # Errors
/// `bundle_too_large`; `bundle_passphrase` when the passphrase is empty; `no_random`.
pub fn write_bundle(
    head: &BundleHead,
    records: &[BundleRecord],
    passphrase: &KeySource,
    cost: Cost,
    suite: Suite,
) -> Result<Vec<u8>, Error> {
    let too_large = || bad("bundle_too_large").with("most", MOST_BYTES >> 20).with("records", MOST_RECORDS);
    if records.len() > MOST_RECORDS {
        return Err(too_large());
    }
    let failed = |e: CryptoError| match e {
        CryptoError::TooShort => bad("bundle_passphrase"),
        _ => bad("no_random"),
    };
    let key = Secret32::random().map_err(failed)?;
    let slot = wrap(suite, &key, passphrase, &head.store, cost).map_err(failed)?;
    let header = Header { version: VERSION, head: head.clone(), slots: vec![slot] };
    let header = postcard::to_stdvec(&header).map_err(|_| too_large())?;
    let payload = postcard::to_stdvec(records).map_err(|_| too_large())?;
    if header.len() > MOST_HEADER || payload.len() + header.len() + 256 > MOST_BYTES {
        return Err(too_large());
    }
    let keys = Keys::new(&key, suite).derive("bundle");
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&u32::try_from(header.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(&header);
    let sealed = keys.seal(&out, &payload).map_err(failed)?;
    out.extend_from_slice(&sealed);
    let mac = keys.mac("bundle", &[&out]);
    out.extend_from_slice(&mac);
    Ok(out)
}

/// What a bundle says of itself, unverified: for a dry run's first line and for choosing what to expect.
///
/// # Errors
/// As [`read_bundle`], as far as the header goes.
pub fn peek_bundle(bytes: &[u8]) -> Result<BundleHead, Error> {
    split(bytes).map(|(header, _, _)| header.head)
}

/// Cipher and hash of a bundle, unverified; the laptop's store gets the same.
///
/// # Errors
/// As [`read_bundle`], as far as the header goes.
pub fn bundle_suite(bytes: &[u8]) -> Result<Suite, Error> {
    split(bytes).and_then(|(header, _, _)| suite_of(&header))
}

fn suite_of(header: &Header) -> Result<Suite, Error> {
    let first = header.slots.first().map(Slot::suite);
    first.and_then(Result::ok).ok_or_else(|| bad("bundle_damaged"))
}

/// Opens a bundle.
///
/// # Errors
/// `bundle_not_one`, `bundle_newer`, `bundle_older`, `bundle_other_…`, `bundle_forged`, `bundle_direction`, `bundle_replayed`,
/// `bundle_superseded`, `bundle_secret`, `bundle_damaged`, `bundle_too_large`: nothing of it is used.
pub fn read_bundle(
    bytes: &[u8],
    passphrase: &KeySource,
    expected: &Expected,
) -> Result<(BundleHead, Vec<BundleRecord>), Error> {
    let damaged = || bad("bundle_damaged");
    let (header, aad, sealed) = split(bytes)?;
    check(&header.head, expected)?;
    let heavy = |s: &Slot| {
        let cost = s.cost();
        cost.memory > MOST_COST.memory || cost.passes > MOST_COST.passes || cost.lanes > MOST_COST.lanes
    };
    if header.slots.len() > MOST_SLOTS || header.slots.iter().any(heavy) {
        return Err(damaged());
    }
    let key = unlock(&header.slots, passphrase, &header.head.store).map_err(|e| match e {
        CryptoError::WrongSecret | CryptoError::NoSlot | CryptoError::TooShort => bad("bundle_secret"),
        _ => damaged(),
    })?;
    let keys = Keys::new(&key, suite_of(&header)?).derive("bundle");
    let (body, mac) = bytes.split_last_chunk::<MAC_LEN>().ok_or_else(damaged)?;
    if !same(&keys.mac("bundle", &[body]), mac) {
        return Err(damaged());
    }
    let payload = keys.open(aad, sealed).map_err(|_| damaged())?;
    let (records, rest) = postcard::take_from_bytes::<Vec<BundleRecord>>(&payload).map_err(|_| damaged())?;
    if !rest.is_empty() || records.len() > MOST_RECORDS {
        return Err(damaged());
    }
    Ok((header.head, records))
}

/// Compares in a time that does not depend on where the first difference is.
fn same(a: &[u8; MAC_LEN], b: &[u8; MAC_LEN]) -> bool {
    a.iter().zip(b).fold(0, |sum, (x, y)| sum | (x ^ y)) == 0
}

/// Header, the bytes the seal is bound to, sealed records.
fn split(bytes: &[u8]) -> Result<(Header, &[u8], &[u8]), Error> {
    let damaged = || bad("bundle_damaged");
    if bytes.len() > MOST_BYTES {
        return Err(bad("bundle_too_large").with("most", MOST_BYTES >> 20).with("records", MOST_RECORDS));
    }
    let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or_else(|| bad("bundle_not_one"))?;
    let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    if length > MOST_HEADER {
        return Err(damaged());
    }
    let (header, sealed) = rest.split_at_checked(length).ok_or_else(damaged)?;
    let sealed = sealed.split_last_chunk::<MAC_LEN>().ok_or_else(damaged)?.0;
    // The version stands first, so that it can be told whatever follows it.
    let (version, _) = postcard::take_from_bytes::<u16>(header).map_err(|_| damaged())?;
    let values = |code| bad(code).with("found", version).with("known", VERSION);
    match version.cmp(&VERSION) {
        std::cmp::Ordering::Greater => return Err(values("bundle_newer")),
        std::cmp::Ordering::Less => return Err(values("bundle_older")),
        std::cmp::Ordering::Equal => {}
    }
    let (parsed, left) = postcard::take_from_bytes::<Header>(header).map_err(|_| damaged())?;
    if !left.is_empty() {
        return Err(damaged());
    }
    let aad = bytes.get(..MAGIC.len() + 4 + length).ok_or_else(damaged)?;
    Ok((parsed, aad, sealed))
}

/// Whether the bundle is the one asked for, by what it says of itself.
fn check(head: &BundleHead, expected: &Expected) -> Result<(), Error> {
    if expected.store.is_some_and(|s| s != head.store) {
        return Err(bad("bundle_other_store"));
    }
    if expected.unit.as_ref().is_some_and(|u| *u != head.unit) {
        return Err(bad("bundle_other_unit"));
    }
    if expected.campaign.as_ref().is_some_and(|c| *c != head.campaign) {
        return Err(bad("bundle_other_campaign"));
    }
    if expected.origin.is_some_and(|o| !same(&o, &head.origin)) {
        return Err(bad("bundle_forged"));
    }
    if expected.direction != head.direction {
        let values = [("found", head.direction), ("wanted", expected.direction)];
        return Err(values.into_iter().fold(bad("bundle_direction"), |e, (name, d)| e.with(name, d.code())));
    }
    let counted = |code| bad(code).with("found", head.counter).with("last", expected.last);
    match head.counter.cmp(&expected.last) {
        std::cmp::Ordering::Greater => Ok(()),
        std::cmp::Ordering::Equal => Err(counted("bundle_replayed")),
        std::cmp::Ordering::Less => Err(counted("bundle_superseded")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::{RngAlgorithm, TestRng};

    use super::*;

    const LIGHT: Cost = Cost { memory: 64, passes: 1, lanes: 1 };

    fn passphrase() -> KeySource {
        KeySource::Passphrase("an invented phrase".into())
    }

    fn head() -> BundleHead {
        BundleHead {
            store: [7; 16],
            unit: "U000001".into(),
            campaign: "2026-1".into(),
            counter: 3,
            direction: Direction::Return,
            origin: [9; 32],
        }
    }

    fn expected() -> Expected {
        Expected {
            store: Some([7; 16]),
            unit: Some("U000001".into()),
            campaign: Some("2026-1".into()),
            direction: Direction::Return,
            last: 2,
            origin: Some([9; 32]),
        }
    }

    fn records() -> Vec<BundleRecord> {
        let record = |n: u8| BundleRecord { kind: "computer".into(), id: format!("C00000{n}"), bytes: vec![n; 40] };
        (1..4).map(record).collect()
    }

    fn sample() -> Vec<u8> {
        write_bundle(&head(), &records(), &passphrase(), LIGHT, Suite::default()).unwrap()
    }

    fn code(bytes: &[u8], expected: &Expected) -> &'static str {
        read_bundle(bytes, &passphrase(), expected).unwrap_err().code
    }

    #[test]
    fn what_goes_out_comes_in() {
        let bytes = sample();
        assert_eq!(read_bundle(&bytes, &passphrase(), &expected()).unwrap(), (head(), records()));
        assert_eq!(peek_bundle(&bytes).unwrap(), head());
        assert!(!bytes.windows(8).any(|w| w == b"computer" || w == b"C000001\x28"), "the records are not readable");
        let first = Expected { store: None, unit: None, campaign: None, origin: None, last: 0, ..expected() };
        assert!(read_bundle(&bytes, &passphrase(), &first).is_ok(), "a laptop that sees it first");
        let empty = write_bundle(&head(), &[], &passphrase(), LIGHT, Suite::default()).unwrap();
        assert_eq!(read_bundle(&empty, &passphrase(), &expected()).unwrap().1, []);
        assert_ne!(sample(), sample(), "two bundles share no key");
    }

    #[test]
    fn the_wrong_bundle_is_refused_with_its_reason() {
        let bytes = sample();
        for (expected, want) in [
            (Expected { store: Some([1; 16]), ..expected() }, "bundle_other_store"),
            (Expected { unit: Some("U000002".into()), ..expected() }, "bundle_other_unit"),
            (Expected { campaign: Some("2026-2".into()), ..expected() }, "bundle_other_campaign"),
            (Expected { origin: Some([1; 32]), ..expected() }, "bundle_forged"),
            (Expected { direction: Direction::Out, ..expected() }, "bundle_direction"),
            (Expected { last: 3, ..expected() }, "bundle_replayed"),
            (Expected { last: 4, ..expected() }, "bundle_superseded"),
        ] {
            assert_eq!(code(&bytes, &expected), want, "{expected:?}");
        }
        let other = KeySource::Passphrase("another".into());
        assert_eq!(read_bundle(&bytes, &other, &expected()).unwrap_err().code, "bundle_secret");
        let none = KeySource::Passphrase(String::new());
        assert_eq!(write_bundle(&head(), &[], &none, LIGHT, Suite::default()).unwrap_err().code, "bundle_passphrase");
        for text in ["", "PK\x03\x04", "SHOUMIB\x02 another format"] {
            assert_eq!(code(text.as_bytes(), &expected()), "bundle_not_one");
        }
        for (version, want) in [(2, "bundle_older"), (4, "bundle_newer")] {
            let mut bytes = bytes.clone();
            bytes[12] = version;
            assert_eq!(code(&bytes, &expected()), want);
        }
    }

    #[test]
    fn a_header_from_another_bundle_opens_nothing() {
        // The records of one bundle under the header of a newer one: each is honest by itself.
        let newer = BundleHead { counter: 9, ..head() };
        let newer = write_bundle(&newer, &records(), &passphrase(), LIGHT, Suite::default()).unwrap();
        let old = sample();
        let at = |b: &[u8]| 12 + u32::from_le_bytes(b[8..12].try_into().unwrap()) as usize;
        let mixed = [&newer[..at(&newer)], &old[at(&old)..]].concat();
        assert_eq!(code(&mixed, &expected()), "bundle_damaged");
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        let bytes = sample();
        let expected = Expected { last: 0, store: None, unit: None, campaign: None, origin: None, ..expected() };
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut bad = bytes.clone();
                bad[at] ^= 1 << bit;
                assert!(read_bundle(&bad, &passphrase(), &expected).is_err(), "byte {at} bit {bit}");
            }
            assert!(read_bundle(&bytes[..at], &passphrase(), &expected).is_err(), "cut at {at}");
        }
        let longer = [&bytes[..], b"x"].concat();
        assert!(read_bundle(&longer, &passphrase(), &expected).is_err());
    }

    #[test]
    fn no_mutation_is_taken_or_panics() {
        let rounds = if std::env::var_os("SHOUMI_LONG").is_some() { 100_000 } else { 2_000 };
        let bytes = sample();
        let expected = Expected { last: 0, store: None, unit: None, campaign: None, origin: None, ..expected() };
        let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[5; 32]);
        let mut below = |most: usize| (rng.next_u64() % most.max(1) as u64) as usize;
        for round in 0..rounds {
            let mut bad = bytes.clone();
            for _ in 0..=below(4) {
                let at = below(bad.len());
                match below(6) {
                    0 => bad[at] = below(256) as u8,
                    1 => bad.truncate(at),
                    2 => bad.insert(at, below(256) as u8),
                    3 => {
                        let end = (at + below(64)).min(bad.len());
                        bad.drain(at..end);
                    }
                    4 => {
                        // Huge counts and lengths.
                        let end = (at + 9).min(bad.len());
                        bad[at..end].fill(0xff);
                    }
                    _ => bad.rotate_left(at.min(40)),
                }
                if bad.is_empty() {
                    break;
                }
            }
            if bad != bytes {
                assert!(read_bundle(&bad, &passphrase(), &expected).is_err(), "round {round}");
            }
        }
    }
}
