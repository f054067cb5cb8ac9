//! Bundles that are damaged, forged or made by somebody who knows the passphrase, against a real store:
//! `SHOUMI_LONG=1` tries 100,000 of them, `SHOUMI_TIMES=n` n.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::json;
use shoumi::crypto::{Cost, KeySource, Suite};
use shoumi::domain::command::Take;
use shoumi::domain::{Channel, InspectionId};
use shoumi::exchange::{BundleHead, BundleRecord, Direction, Expected, peek_bundle, read_bundle, write_bundle};
use shoumi::i18n::Lang;
use shoumi::session::{BundleOf, Init, Mode, Session, Settings};

use crate::figures::{reached, times};
use crate::import_hostile::below;
use crate::support::day;

/// Cheap to open, so that many can be tried.
const LIGHT: Cost = Cost { memory: 64, passes: 1, lanes: 1 };

fn secret() -> KeySource {
    KeySource::Passphrase("told by telephone".into())
}

fn settings(store: PathBuf) -> Settings {
    let mut at = Settings::at(store, Lang::ZhCn);
    at.today = Some(day("2026-03-16"));
    at.operator = Some("li.na".to_owned());
    at.passphrase = Some("the laptop's own".to_owned());
    at.bundle_passphrase = Some("told by telephone".to_owned());
    at
}

fn does(session: &Session, command: serde_json::Value) {
    session.commit(&serde_json::from_value(command).unwrap(), Channel::Cli).unwrap();
}

/// A bundle with all it holds.
struct Whole {
    head: BundleHead,
    records: Vec<BundleRecord>,
}

impl Whole {
    fn of(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let direction = peek_bundle(&bytes).unwrap().direction;
        let any = Expected { store: None, unit: None, campaign: None, direction, last: 0, origin: None };
        let (head, records) = read_bundle(&bytes, &secret(), &any).unwrap();
        Self { head, records }
    }

    fn sealed(&self) -> Vec<u8> {
        write_bundle(&self.head, &self.records, &secret(), LIGHT, Suite::default()).unwrap()
    }
}

/// Changes bytes as a bad disk or a clumsy forger does.
fn spoilt(whole: &[u8], rng: &mut TestRng) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=below(rng, 3) {
        let at = below(rng, bytes.len());
        let end = (at + 1 + below(rng, 40)).min(bytes.len());
        match below(rng, 6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, below(rng, 256) as u8),
            2 => drop(bytes.drain(at..end)),
            3 => bytes[at..end].fill(0xff),
            4 => bytes.extend_from_within(at..end),
            _ => bytes[at] ^= 1 << below(rng, 8),
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

/// Changes what is inside as somebody can who knows the passphrase: head and records, sealed again.
fn remade(whole: &Whole, rng: &mut TestRng) -> Vec<u8> {
    let mut head = whole.head.clone();
    match below(rng, 8) {
        0 => head.counter = [0, 1, u64::MAX][below(rng, 3)],
        1 => ["I000002", "I999999999999999999999", "", "../I000001"][below(rng, 4)].clone_into(&mut head.campaign),
        2 => ["U000002", ""][below(rng, 2)].clone_into(&mut head.unit),
        3 => head.origin[below(rng, 32)] ^= 1,
        4 => head.direction = Direction::Out,
        5 => head.store[below(rng, 16)] ^= 1,
        _ => {}
    }
    let mut records = whole.records.clone();
    let text = String::from_utf8(records[0].bytes.clone()).unwrap();
    let pieces: Vec<&str> = text.split_inclusive(|c: char| ",:{}[]\"/".contains(c)).collect();
    let mut parts: Vec<String> = pieces.iter().map(|p| (*p).to_owned()).collect();
    for _ in 0..below(rng, 3) {
        let (at, from) = (below(rng, parts.len()), below(rng, pieces.len()));
        match below(rng, 4) {
            0 => pieces[from].clone_into(&mut parts[at]),
            1 => drop(parts.remove(at)),
            2 => {
                parts[at] = parts[at]
                    .replace(|c: char| c.is_ascii_digit(), ["9", "0", "-1", "184467440737095516160"][below(rng, 4)]);
            }
            _ => parts[at] = parts[at].replace(|c: char| !c.is_ascii(), "\u{202e}="),
        }
    }
    records[0].bytes = parts.concat().into_bytes();
    match below(rng, 12) {
        0 => records.clear(),
        1 => records.push(records[0].clone()),
        2 => "computer".clone_into(&mut records[0].kind),
        _ => {}
    }
    Whole { head, records }.sealed()
}

#[test]
fn hostile_bundles_leave_a_real_store_as_it_was() {
    let rounds = times(1_000, 100_000);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let host = settings(at("host.shoumi"));
    let init = Init {
        unit: "甲单位".to_owned(),
        pack: "p5-company".to_owned(),
        law: false,
        tracking_from: None,
        mode: Mode::Personal,
        passphrase: false,
        suite: Suite::default(),
        administrators: Vec::new(),
    };
    let session = Session::init(&host, &init).unwrap();
    for number in ["J-01", "J-02"] {
        does(&session, json!({"command":"add_computer","number":number,"secrecy":"secret"}));
    }
    does(&session, json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001","C000002"]}));
    let answer = |item: &str, value: &str, remark: &str| json!({"command":"answer_items","inspection":"I000001","answers":[{"subjects":["C000001"],"items":[item],"value":value,"remark":remark}]});
    does(&session, answer("B2", "fails", "门未锁"));
    session.bundle_out(&BundleOf::Inspection(InspectionId(1)), &at("out")).unwrap();
    Session::bundle_open(&settings(at("laptop.shoumi")), &at("out")).unwrap();
    let laptop = Session::open(&settings(at("laptop.shoumi"))).unwrap();
    does(&laptop, answer("G1", "conforms", ""));
    does(&laptop, answer("B2", "fails", "门未锁，无人"));
    laptop.bundle_return(None, &at("back")).unwrap();
    drop(laptop);
    let (out, back) = (Whole::of(&at("out")), Whole::of(&at("back")));
    let (out_bytes, back_bytes) = (out.sealed(), back.sealed());

    let head = || session.read(|s| Ok(s.head())).unwrap();
    let (before, bytes) = (head(), std::fs::read(&host.store).unwrap());
    let bad = at("bad");
    let merge = |session: &Session, dry| session.bundle_merge(&bad, &BTreeMap::new(), Some(Take::Laptop), dry);
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[31; 32]);
    let (mut opened, mut sound) = (0, 0);
    for round in 0..rounds {
        match round % 4 {
            0 | 1 => {
                let hostile = spoilt(&back_bytes, &mut rng);
                std::fs::write(&bad, &hostile).unwrap();
                assert!(hostile == back_bytes || merge(&session, false).is_err(), "round {round} was taken");
            }
            2 => {
                // Nothing of a laptop's store is there when its bundle is not whole.
                let hostile = spoilt(&out_bytes, &mut rng);
                std::fs::write(&bad, &hostile).unwrap();
                let new = settings(at("new.shoumi"));
                assert!(hostile == out_bytes || Session::bundle_open(&new, &bad).is_err(), "round {round} was opened");
                assert!(!new.store.exists(), "round {round} left a store");
            }
            _ => {
                std::fs::write(&bad, remade(&back, &mut rng)).unwrap();
                if merge(&session, true).is_err() {
                    assert!(merge(&session, false).is_err(), "round {round}: what may not be shown is taken");
                } else {
                    // Whoever knows the passphrase may say other answers; some of them are let into a copy of the store.
                    opened += 1;
                    if opened % 50 == 1 {
                        std::fs::copy(&host.store, at("copy.shoumi")).unwrap();
                        std::fs::copy(host.key_path(), at("copy.shoumi.key")).unwrap();
                        let copy = Session::open(&settings(at("copy.shoumi"))).unwrap();
                        // It may still be refused: the rules of an inspection come after the bundle's own.
                        sound += usize::from(merge(&copy, false).is_ok());
                        assert_eq!(copy.verify().unwrap().problems, [], "round {round}");
                    }
                }
            }
        }
        assert_eq!(head(), before, "round {round}");
        if round % 500 == 0 {
            assert!(std::fs::read(&host.store).unwrap() == bytes, "round {round} changed the file");
        }
    }
    assert!(std::fs::read(&host.store).unwrap() == bytes, "the file is as it was");
    assert_eq!(session.verify().unwrap().problems, []);
    assert!(opened > rounds / 50, "{opened} of {rounds}");
    std::fs::write(&bad, &back_bytes).unwrap();
    assert!(merge(&session, false).unwrap().first.merged, "the true one is still taken");
    reached(
        "hostile_bundles_leave_a_real_store_as_it_was",
        format!(
            "{rounds} bundles: 0 panics, file and head as before; {opened} remade ones readable, {sound} of them merged into copies that verify"
        ),
    );
}
