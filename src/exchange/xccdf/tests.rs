//! Benchmarks and results: the sample, the packages of Debian, a run of `oscap`, and thousands of damaged files.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use proptest::prelude::*;

use super::read::benchmarks;
use super::results::results;
use crate::error::Error;
use crate::exchange::benchmark::{Benchmark, Gravity, Outcome};
use crate::exchange::{Wanted, draft_template, read_benchmarks, read_results};
use crate::rules::read_template;

const SAMPLE: &str = include_str!("../../../tests/data/exchange/sample-xccdf.xml");
const RESULTS: &str = include_str!("../../../tests/data/exchange/sample-results.xml");

fn sample() -> Benchmark {
    benchmarks(SAMPLE, None).unwrap().remove(0)
}

fn id(kind: &str, name: &str) -> String {
    format!("xccdf_test.shoumi_{kind}_{name}")
}

/// A value of 100 KB named 1,000 times in a file of 160 KB; and thousands of profiles.
#[test]
fn a_small_file_fills_no_memory() {
    const NS: &str = "http://checklists.nist.gov/xccdf/1.2";
    let rule = format!(
        "<Rule id=\"r\"><title>t</title><description>{}</description></Rule>",
        "<sub idref=\"v\"/> ".repeat(1000)
    );
    let value = format!("<Value id=\"v\"><title>v</title><value>{}</value></Value>", "x".repeat(100_000));
    let text = format!("<Benchmark xmlns=\"{NS}\" id=\"b\">{value}{rule}</Benchmark>");
    let read = benchmarks(&text, None).unwrap().remove(0);
    let length = read.rules[0].description.len();
    assert!((1 << 20..17 << 20).contains(&length), "{length}");
    let profile = |n| format!("<Profile id=\"p{n}\"><title>p</title></Profile>");
    let profiles = (0..1001).map(profile).collect::<Vec<_>>().concat();
    let text =
        format!("<Benchmark xmlns=\"{NS}\" id=\"b\">{profiles}<Rule id=\"r\"><title>t</title></Rule></Benchmark>");
    assert_eq!(benchmarks(&text, None).unwrap_err().code, "xccdf_too_many_profiles");
}

#[test]
fn a_benchmark_is_read_whole() {
    let b = sample();
    assert_eq!((b.title.as_str(), b.version.as_str()), ("涉密计算机检查样例", "1.3"));
    assert_eq!(b.description, "自编样例，不含任何真实内容。");
    assert_eq!((b.groups.len(), b.rules.len(), b.profiles.len()), (3, 3, 2));
    let rule = &b.rules[0];
    assert_eq!(rule.id, id("rule", "length"));
    assert_eq!(rule.title, "口令不少于 8 个字符", "the value stands in its place");
    assert_eq!(rule.description, "查看设置：\nminlen = 8");
    assert_eq!(b.path(rule), ["使用", "口令"]);
    assert_eq!((rule.gravity, rule.weight, rule.selected), (Gravity::Medium, 1.0, false));
    let clauses: Vec<_> = rule.references.iter().map(|r| (r.source.as_str(), r.clause.as_str())).collect();
    assert_eq!(clauses, [("p8", "第十条第五项"), ("p8-computers", "G4")]);
    assert_eq!(rule.fix_text, "修改口令策略。");
    assert_eq!(rule.fix_scripts[0].1, "sed -i 's/x/y/' /etc/pwquality.conf\necho <done>");
    assert_eq!(rule.check_text, "问使用人。");
    assert_eq!(rule.check_names[0].1, "oval:sample:def:1");
}

#[test]
fn a_profile_chooses_and_judges() {
    let b = sample();
    let chosen = |profile: Option<&str>| -> Vec<(String, Gravity, f64)> {
        b.chosen(profile).unwrap().iter().map(|c| (c.rule.id.clone(), c.gravity, c.weight)).collect()
    };
    assert_eq!(chosen(None), [(id("rule", "usb"), Gravity::Unknown, 1.0)]);
    let base = id("profile", "base");
    assert_eq!(
        chosen(Some(&base)),
        [(id("rule", "length"), Gravity::High, 2.5), (id("rule", "usb"), Gravity::Unknown, 1.0)]
    );
    let strict = id("profile", "strict");
    assert_eq!(
        chosen(Some(&strict)),
        [(id("rule", "length"), Gravity::High, 2.5), (id("rule", "camera"), Gravity::High, 1.0)]
    );
    assert_eq!(b.chosen(Some("none")).unwrap_err().code, "xccdf_profile");
    let circle = SAMPLE.replace("_profile_base\">", "_profile_base\" extends=\"xccdf_test.shoumi_profile_strict\">");
    let b = benchmarks(&circle, None).unwrap().remove(0);
    assert_eq!(b.chosen(Some(&strict)).unwrap_err().code, "xccdf_profile_circle");
}

#[test]
fn a_profile_chooses_the_values_its_rules_speak_of() {
    let select = "<select idref=\"xccdf_test.shoumi_rule_length\"";
    let text = |refined: &str| SAMPLE.replacen(select, &[refined, select].concat(), 1);
    let title = |text: &str, profile: Option<&str>| benchmarks(text, profile).unwrap().remove(0).rules[0].title.clone();
    let strong = text("<refine-value idref=\"xccdf_test.shoumi_value_length\" selector=\"twelve\"/>");
    assert_eq!(title(&strong, Some("base")), "口令不少于 12 个字符");
    assert_eq!(title(&strong, Some("strict")), "口令不少于 12 个字符", "it goes on from base");
    assert_eq!(title(&strong, None), "口令不少于 8 个字符");
    let own = text("<set-value idref=\"xccdf_test.shoumi_value_length\">20</set-value>");
    assert_eq!(title(&own, Some("base")), "口令不少于 20 个字符");
    let unknown = text("<refine-value idref=\"xccdf_test.shoumi_value_length\" selector=\"none\"/>");
    assert_eq!(title(&unknown, Some("base")), "口令不少于 8 个字符");
}

#[test]
fn a_profile_becomes_a_checklist() {
    let b = benchmarks(SAMPLE, Some("base")).unwrap().remove(0);
    let drafted = draft_template(&b, Wanted::Profile("base"), None).unwrap();
    let t = read_template("x", &drafted.text).unwrap_or_else(|e| panic!("{e:?}\n{}", drafted.text));
    assert_eq!((t.id.as_str(), t.version.as_str()), ("sample-base", "1.3"));
    assert_eq!(t.parties.iter().map(|p| p.id.as_str()).collect::<Vec<_>>(), ["inspector", "user", "head"]);
    let item = t.item("A1").unwrap();
    assert_eq!(
        (item.text.zh.as_str(), item.severity.as_str()),
        ("口令不少于 8 个字符", "high"),
        "as the profile judges"
    );
    assert_eq!((item.article.as_str(), item.fix.en.as_str()), ("第十条第五项", "修改口令策略。"));
    assert_eq!(item.detail.zh, "查看设置：\nminlen = 8\n\n短口令易被猜出。\n\n问使用人。");
    assert_eq!((item.scan.clone(), item.references.len()), (vec![id("rule", "length")], 2));
    let titles: Vec<&str> = t.groups.iter().map(|g| g.title.zh.as_str()).collect();
    assert_eq!(titles, ["口令", "介质"]);
    assert!(t.items().all(|i| !t.remarks(&i.id).is_empty()), "an item that fails has a ready remark");

    let all = draft_template(&b, Wanted::All, Some("own-name")).unwrap();
    assert_eq!((all.items, all.rules), (3, 3));
    assert_eq!(read_template("x", &all.text).unwrap().id, "own-name");
    assert_eq!(draft_template(&b, Wanted::Profile("no"), None).unwrap_err().code, "xccdf_profile");
    let many = Benchmark { rules: vec![b.rules[0].clone(); 2001], ..b.clone() };
    let error = draft_template(&many, Wanted::All, None).unwrap_err();
    assert_eq!((error.code, error.values["most"].as_str()), ("xccdf_too_many_rules", "2000"));
    let mut long = b;
    long.rules[0].description = "字".repeat(3000);
    let cut = draft_template(&long, Wanted::All, None).unwrap();
    assert_eq!(cut.cut_texts, 1);
    let item = read_template("x", &cut.text).unwrap().item("A1").unwrap().clone();
    assert_eq!((item.detail.zh.chars().count(), item.detail.zh.ends_with('…')), (2000, true));
}

#[test]
fn results_stand_beside_their_rules() {
    let scan = results(RESULTS).unwrap().remove(0);
    assert_eq!((scan.scanner.as_str(), scan.target.as_str()), ("Sample 1.0", "涉密机-01"));
    assert_eq!((scan.started.as_str(), scan.profile), ("2026-03-16T09:00:00+08:00", id("profile", "base")));
    assert_eq!(scan.results[0].messages, ["minlen = 6"]);
    let scan = results(RESULTS).unwrap().remove(0);
    let b = sample();
    let pairs = scan.beside(&b).unwrap();
    let found: Vec<_> = pairs.iter().map(|(rule, r)| (rule.id.clone(), r.outcome)).collect();
    assert_eq!(
        found,
        [
            (id("rule", "length"), Outcome::Fail),
            (id("rule", "camera"), Outcome::NotApplicable),
            (id("rule", "usb"), Outcome::Pass)
        ]
    );
    let other = Benchmark { id: "another".into(), ..b };
    assert_eq!(scan.beside(&other).unwrap_err().code, "xccdf_other_benchmark");
}

#[test]
fn a_run_that_matched_nothing_is_refused() {
    let nothing = RESULTS.replace(">fail<", ">notselected<").replace(">pass<", ">notchecked<");
    let error = results(&nothing).unwrap_err();
    assert_eq!(error.code, "xccdf_nothing_matched");
    assert_eq!((error.values["rules"].as_str(), error.values["not_applicable"].as_str()), ("3", "1"));
    let empty = RESULTS.split("<rule-result").next().unwrap().to_owned() + "</TestResult>";
    assert_eq!(results(&empty).unwrap_err().code, "xccdf_nothing_matched");
}

#[test]
fn what_is_wrong_has_a_line_a_value_and_a_sentence() {
    let cases: Vec<(String, &str, &str, &str)> = vec![
        (SAMPLE.replace("severity=\"medium\"", "severity=\"terrible\""), "xml_value", "27", "terrible"),
        (SAMPLE.replace("weight=\"1.0\"", "weight=\"NaN\""), "xml_value", "27", "NaN"),
        (SAMPLE.replace("selected=\"false\" severity=\"high\"", "selected=\"maybe\""), "xml_value", "42", "maybe"),
        (SAMPLE.replace("<Rule id=\"xccdf_test.shoumi_rule_usb\"", "<Rule"), "xml_missing", "48", ""),
        (SAMPLE.replace("rule_usb\"", "rule_camera\""), "xccdf_twice", "48", ""),
        (SAMPLE.replace("</Benchmark>", ""), "xml_damaged", "51", ""),
        (SAMPLE.replace("xccdf/1.2", "other"), "xccdf_none", "", ""),
        (
            SAMPLE.replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<!DOCTYPE x SYSTEM 'file:///etc/passwd'>"),
            "xml_dtd",
            "1",
            "",
        ),
    ];
    for (text, code, line, value) in cases {
        let error = benchmarks(&text, None).unwrap_err();
        let get = |name: &str| error.values.get(name).map_or("", String::as_str);
        assert_eq!((error.code, get("line"), get("value")), (code, line, value), "{error:?}");
    }
    let wrong = RESULTS.replace(">fail<", ">perhaps<");
    assert_eq!(results(&wrong).unwrap_err().values["value"], "perhaps");
    let path = std::env::temp_dir().join(format!("shoumi-xccdf-{}.xml", std::process::id()));
    std::fs::write(&path, "<x/>").unwrap();
    let error = read_results(&path).unwrap_err();
    std::fs::remove_file(&path).unwrap();
    assert_eq!((error.code, error.values["root"].as_str()), ("xccdf_no_results", "x"));
    assert_eq!(error.values["file"], path.display().to_string());
    assert_eq!(read_benchmarks(Path::new("/"), None).unwrap_err().code, "file_not_ordinary");
    assert_eq!(read_benchmarks(Path::new("/nowhere/x"), None).unwrap_err().code, "import_unreadable");
}

#[test]
fn a_thousand_items_load_at_once() {
    let rule = SAMPLE.split("<Rule").nth(1).unwrap().split("</Rule>").next().unwrap();
    let many: Vec<String> =
        (0..1000).map(|n| format!("<Rule{}</Rule>", rule.replace("rule_length", &format!("rule_{n}")))).collect();
    let many = many.join("\n");
    let head = SAMPLE.split("<Group").next().unwrap();
    let text = format!("{head}{many}</Benchmark>");
    let start = Instant::now();
    let b = benchmarks(&text, None).unwrap().remove(0);
    let took = start.elapsed();
    assert_eq!(b.rules.len(), 1000);
    assert!(took.as_secs_f64() < 1.0, "1,000 items took {took:?}");
}

/// Cuts, doubles and changes the sample at the given places; bytes need not be text any more.
fn mutated(base: &str, edits: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = base.as_bytes().to_vec();
    for (at, what, byte) in edits {
        let at = at % bytes.len().max(1);
        match what % 5 {
            0 => bytes[at] = *byte,
            1 => {
                bytes.remove(at);
            }
            2 => bytes.insert(at, *byte),
            3 => bytes.truncate(at.max(1)),
            _ => {
                let end = (at + usize::from(*byte) * 4).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

fn read_bytes(bytes: Vec<u8>) -> Result<(), Error> {
    let text = crate::exchange::xml::decode(bytes)?;
    let found = benchmarks(&text, None);
    if let Ok(all) = &found {
        for b in all {
            for p in &b.profiles {
                let _ = b.chosen(Some(&p.id));
            }
            for r in &b.rules {
                let _ = b.path(r);
            }
        }
    }
    results(&text)?;
    found.map(|_| ())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_damage_ends_in_a_panic(
        results in any::<bool>(),
        edits in prop::collection::vec((0_usize..8000, any::<u8>(), prop_oneof![any::<u8>(), Just(b'<'), Just(b'>'), Just(b'&'), Just(b'"')]), 1..8),
    ) {
        let _ = read_bytes(mutated(if results { RESULTS } else { SAMPLE }, &edits));
    }
}

/// Where the packages ssg-debian and ssg-applications put their files; says by name what is skipped without them.
fn content(test: &str) -> Option<PathBuf> {
    let folder = PathBuf::from("/usr/share/xml/scap/ssg/content");
    if folder.is_dir() {
        return Some(folder);
    }
    // Written past the harness, which would hide it in a test that passes.
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: apt-get install ssg-debian ssg-applications");
    None
}

#[test]
fn the_benchmarks_of_debian_load() {
    let Some(folder) = content("the_benchmarks_of_debian_load") else { return };
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let wanted = name.ends_with("-xccdf.xml") || name.ends_with("-ds.xml") || name.ends_with("-ds-1.2.xml");
        if !wanted {
            if path.extension().is_some_and(|e| e == "xml") {
                assert_eq!(read_benchmarks(&path, None).unwrap_err().code, "xccdf_none", "{name}");
            }
            continue;
        }
        files += 1;
        let all = read_benchmarks(&path, None).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(all.len(), 1, "{name}");
        let b = &all[0];
        assert!(b.id.starts_with("xccdf_org.ssgproject.content_benchmark_") && !b.title.is_empty(), "{name}");
        assert!(b.rules.iter().all(|r| !r.title.is_empty() && !r.title.contains('\u{1}')), "{name}");
        assert!(b.rules.iter().all(|r| !b.path(r).is_empty()), "{name}");
        let all = std::iter::once(Wanted::All).chain(b.profiles.iter().map(|p| Wanted::Profile(&p.id)));
        for wanted in all {
            let drafted = draft_template(b, wanted, None).unwrap();
            let t = read_template(&name, &drafted.text).unwrap_or_else(|e| panic!("{name} {wanted:?}: {e:?}"));
            assert_eq!((t.items().count(), drafted.cut_references), (drafted.items, 0), "{name} {wanted:?}");
            assert!(drafted.items > 0 && t.groups.len() <= 26, "{name} {wanted:?}");
            assert!(drafted.text.len() < 1 << 20, "{name} {wanted:?}: as long a file as template add reads");
        }
        if name.starts_with("ssg-debian11") {
            assert_eq!((b.rules.len(), b.groups.len(), b.profiles.len()), (355, 250, 5), "{name}");
            let standard = b.chosen(Some("xccdf_org.ssgproject.content_profile_standard")).unwrap();
            assert_eq!(standard.len(), 44, "as many as oscap evaluates");
        }
    }
    assert!(files >= 6, "only {files} files");
}

#[test]
fn a_run_of_oscap_is_read() {
    let Some(folder) = content("a_run_of_oscap_is_read") else { return };
    if Command::new("oscap").arg("--version").output().is_err() {
        let _ = writeln!(std::io::stderr(), "SKIPPED a_run_of_oscap_is_read: apt-get install openscap-scanner");
        return;
    }
    let work = tempfile::tempdir().unwrap();
    let profile = "xccdf_org.ssgproject.content_profile_standard";
    let run = |source: &Path, name: &str| -> PathBuf {
        let out = work.path().join(name);
        let status = Command::new("oscap")
            .args(["xccdf", "eval", "--profile", profile, "--results"])
            .arg(&out)
            .arg(source)
            .current_dir(work.path())
            .output()
            .unwrap();
        assert!(matches!(status.status.code(), Some(0 | 2)), "{}", String::from_utf8_lossy(&status.stderr));
        out
    };
    // Without its platforms the benchmark fits any machine; the checks it names lie beside it.
    let text = std::fs::read_to_string(folder.join("ssg-debian11-xccdf.xml")).unwrap();
    let anywhere: Vec<&str> = text.lines().filter(|l| !l.contains("<xccdf-1.2:platform ")).collect();
    let source = work.path().join("anywhere-xccdf.xml");
    std::fs::write(&source, anywhere.join("\n")).unwrap();
    for name in ["ssg-debian11-oval.xml", "ssg-debian11-ocil.xml"] {
        std::fs::copy(folder.join(name), work.path().join(name)).unwrap();
    }
    let out = run(&source, "results.xml");
    let scan = read_results(&out).unwrap().remove(0);
    assert_eq!(scan.results.len(), 355);
    assert_eq!(scan.profile, profile);
    assert!(scan.scanner.starts_with("OpenSCAP "), "{}", scan.scanner);
    let looked_at = scan.results.iter().filter(|r| r.outcome.is_evidence()).count();
    assert!(looked_at > 20, "{:?}", scan.counts());
    let b = read_benchmarks(&out, None).unwrap().remove(0);
    assert_eq!(scan.beside(&b).unwrap().len(), 355);

    // A benchmark made for a system that is not this one: oscap ends with 0 and has looked at nothing.
    let source = folder.join("ssg-debian10-ds.xml");
    let out = run(&source, "nothing.xml");
    assert_eq!(read_results(&out).unwrap_err().code, "xccdf_nothing_matched");
}
