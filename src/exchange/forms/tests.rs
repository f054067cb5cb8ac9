//! Every form is a sound document, hostile text stays text, the same form is the same file.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::*;
use crate::i18n::Lang;

const HOSTILE: [&str; 8] = [
    "</w:t><w:evil/>",
    "\u{1b}[31m张\u{202e}三",
    "a&b<c>\"d\"'e'",
    "\u{0}\u{8}\u{b}\u{fffe}\u{ffff}",
    "多行\n第二行\r\n第三行\u{2028}四",
    "]]><![CDATA[",
    "=HYPERLINK(\"x\")",
    "{span}{name}{page}",
];

fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut part = zip.by_index(i).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (name, text)
        })
        .collect()
}

/// The texts of a part; panics when the XML is not well formed or holds characters XML has not.
fn texts_of(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().enable_all_checks(true);
    let (mut out, mut inside) = (Vec::new(), false);
    loop {
        match reader.read_event().unwrap_or_else(|e| panic!("{e}: {xml}")) {
            Event::Start(e) => {
                assert!(!e.name().as_ref().contains("evil"), "{xml}");
                inside = e.name().as_ref() == "w:t";
                if inside {
                    out.push(String::new());
                }
            }
            Event::Text(t) if inside => out.last_mut().unwrap().push_str(&t.into_inner()),
            Event::GeneralRef(r) if inside => {
                let text = quick_xml::escape::resolve_xml_entity(&r).unwrap_or_else(|| panic!("{r:?}"));
                out.last_mut().unwrap().push_str(text);
            }
            Event::End(_) => inside = false,
            Event::Eof => break,
            _ => {}
        }
    }
    let wrong = |c: char| {
        (c < ' ' && !matches!(c, '\n' | '\t' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{1b}' | '\u{202e}')
    };
    assert!(!xml.contains(wrong), "{xml:?}");
    out
}

fn person(text: &str) -> PersonBlock {
    PersonBlock {
        name: text.into(),
        identity: "110***********1234".into(),
        department: text.into(),
        level: "重要".into(),
        ..PersonBlock::default()
    }
}

/// Every form with `text` wherever data goes.
fn all(text: &str, t: Texts) -> Vec<Form> {
    let text = || text.to_owned();
    let opinion =
        OpinionRow { step: "部门负责人意见".into(), opinion: text(), by: text(), on: "2026-03-01".into() };
    vec![
        DepartureApproval {
            person: person(&text()),
            reason: text(),
            span: text(),
            basis: vec![text(), text()],
            extensions: vec![text()],
            destination: text(),
            held: text(),
            opinions: vec![opinion.clone(), OpinionRow::default()],
            ..DepartureApproval::default()
        }
        .form(t),
        LeavingPledge { person: person(&text()), span: text(), destination: text(), copies: text() }.form(t),
        ReturnList {
            person: person(&text()),
            rows: vec![ReturnRow { title: text(), number: text(), level: "机密".into(), quantity: "1".into() }; 3],
        }
        .form(t),
        TravelApproval {
            person: person(&text()),
            destination: text(),
            purpose: text(),
            verdict: vec![text()],
            opinions: vec![opinion],
            ..TravelApproval::default()
        }
        .form(t),
        SignIn {
            topic: text(),
            people: (0..60).map(|_| SignInRow { name: text(), ..SignInRow::default() }).collect(),
            ..SignIn::default()
        }
        .form(t),
        ComputerList { rows: vec![ComputerLine { number: text(), disks: text(), ..ComputerLine::default() }; 40] }
            .form(t),
        InspectionRecord {
            number: "K000001".into(),
            office: text(),
            rows: (1..45)
                .map(|n| CheckRow {
                    code: format!("B{n}"),
                    item: text(),
                    clause: "七条一".into(),
                    result: "符合".into(),
                    note: text(),
                })
                .collect(),
            findings: vec![text()],
            gaps: vec![text()],
            signed: vec![SignedRow { party: text(), name: text(), at: text() }],
            ..InspectionRecord::default()
        }
        .form(t),
        Notice {
            office: text(),
            rows: vec![
                NoticeRow { problem: text(), demand: text(), due: "2026-04-01".into(), ..NoticeRow::default() };
                2
            ],
            ..Notice::default()
        }
        .form(t),
        Minutes {
            bodies: vec![text()],
            present: vec![text(); 5],
            decided: vec![MinutesRow { matter: text(), step: text(), votes: text(), decision: text() }; 20],
            open: vec![MinutesRow { matter: text(), ..MinutesRow::default() }],
            ..Minutes::default()
        }
        .form(t),
    ]
}

fn stamp(text: &str) -> Stamp {
    Stamp {
        mark: text.into(),
        copy: Some(2),
        unit: text.into(),
        pack: text.into(),
        printed_by: text.into(),
        printed_at: "2026-03-16 09:30".into(),
    }
}

#[test]
fn every_form_is_a_sound_document_with_its_marks() {
    for lang in Lang::ALL {
        let t = Texts::new(lang);
        let forms = all("测试", t);
        assert_eq!(forms.len(), FormKind::ALL.len());
        for (form, (kind, code)) in forms.iter().zip(FormKind::ALL) {
            assert_eq!(form.title, kind.title(t), "{code}");
            let bytes = render_form(form, &stamp("秘密"), t).unwrap();
            let parts = parts(&bytes);
            for (name, xml) in &parts {
                let texts = texts_of(xml).join("|");
                assert!(!texts.contains('<') && !texts.contains("form."), "{code} {name}: {texts}");
            }
            let part = |name: &str| parts.iter().find(|(n, _)| n.ends_with(name)).unwrap().1.clone();
            let footer = part("footer1.xml");
            assert!(footer.contains(" PAGE ") && footer.contains(" NUMPAGES "), "{code}");
            assert!(texts_of(&footer).join("").contains("2026-03-16 09:30"), "{code}");
            let header = texts_of(&part("header1.xml")).join("|");
            assert!(header.contains("秘密") && header.contains('2'), "{code}: {header}");
            assert!(part("styles.xml").contains("w:eastAsia=\"宋体\"") && part("fontTable.xml").contains("SimSun"));
            assert_eq!(bytes, render_form(form, &stamp("秘密"), t).unwrap(), "{code}: the same form is the same file");
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    let t = Texts::new(Lang::ZhCn);
    for hostile in HOSTILE {
        for form in all(hostile, t) {
            let bytes = render_form(&form, &stamp(hostile), t).unwrap();
            for (_, xml) in parts(&bytes) {
                texts_of(&xml);
            }
        }
    }
    let form = all(HOSTILE[0], t).remove(0);
    let document = parts(&render_form(&form, &stamp(""), t).unwrap())[2].1.clone();
    assert!(texts_of(&document).iter().any(|line| line == HOSTILE[0]), "the text is there as it was typed");
}

#[test]
fn what_nobody_has_stated_is_left_to_the_pen() {
    let t = Texts::new(Lang::ZhCn);
    let form = LeavingPledge::default().form(t);
    let parts = parts(&render_form(&form, &Stamp::default(), t).unwrap());
    let header = texts_of(&parts.iter().find(|(n, _)| n.ends_with("header1.xml")).unwrap().1).join("|");
    assert_eq!(header, "密级：＿＿＿＿|份号：＿＿＿＿");
    let text = texts_of(&parts.iter().find(|(n, _)| n.ends_with("document.xml")).unwrap().1).join("|");
    assert!(text.contains("脱密期自 ＿＿＿＿") && text.contains("一式 ＿＿＿＿ 份"), "{text}");
    let record = InspectionRecord::default().form(t);
    let Some(Block::Table(signatures)) = record.blocks.last() else { panic!("no signatures") };
    assert_eq!(signatures.rows.len(), 3, "inspector, user, head of the inspected office");
}

/// Ten figures and signs of a day at 10.5 pt in the widest of the usual fonts, with the cell's margins.
const DAY: u32 = 1464;

#[test]
fn a_day_stands_on_one_line_of_the_notice() {
    let texts = Texts::new(Lang::ZhCn);
    let notice = Notice { rows: vec![NoticeRow::default()], ..Notice::default() }.form(texts);
    let parts = parts(&render_form(&notice, &stamp(""), texts).unwrap());
    let xml = parts.iter().find(|(name, _)| name == "word/document.xml").map(|(_, text)| text).unwrap();
    let widths: Vec<u32> =
        xml.split("<w:gridCol w:w=\"").skip(1).map(|r| r.split('"').next().unwrap().parse().unwrap()).collect();
    assert!(widths[4] >= DAY, "{widths:?}");
}
