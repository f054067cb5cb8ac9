//! Minimal OOXML: what a printed form needs and nothing else, the same bytes for the same form.
//!
//! Written by hand because the one crate for it brings a second XML reader and a second zip, and cannot repeat a table's
//! heading on every page.

use std::borrow::Cow;
use std::io::{Cursor, Write};

use quick_xml::escape::escape;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use super::{Block, Field, Form, Stamp, Table};
use crate::error::{Error, Kind};
use crate::i18n::Texts;
use crate::text::clean_lines;

/// A4 in twentieths of a point.
const SHORT: u32 = 11_906;
const LONG: u32 = 16_838;
const MARGIN: u32 = 1_247;
/// Height of a line of a form.
const LINE: u32 = 400;

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

pub(super) fn render(form: &Form, stamp: &Stamp, texts: Texts) -> Result<Vec<u8>, Error> {
    let parts = [
        ("[Content_Types].xml", content_types()),
        ("_rels/.rels", relationships(&[("rId1", "officeDocument", "word/document.xml")])),
        ("word/document.xml", document(form, stamp)),
        (
            "word/_rels/document.xml.rels",
            relationships(&[
                ("rId1", "styles", "styles.xml"),
                ("rId2", "header", "header1.xml"),
                ("rId3", "footer", "footer1.xml"),
                ("rId4", "fontTable", "fontTable.xml"),
            ]),
        ),
        ("word/styles.xml", styles(texts)),
        ("word/fontTable.xml", fonts(texts)),
        ("word/header1.xml", header(form, stamp, texts)),
        ("word/footer1.xml", footer(form, stamp, texts)),
    ];
    zipped(&parts).map_err(|e| Error::new(Kind::Input, "form_failed").with("why", e))
}

fn zipped(parts: &[(&str, String)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // A fixed day: who prints a form twice gets one file, and the file tells nothing it does not say.
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    for (name, text) in parts {
        zip.start_file(*name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    zip.finish().map(Cursor::into_inner)
}

fn content_types() -> String {
    let office = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let parts: String = [
        ("document", "document.main"),
        ("styles", "styles"),
        ("fontTable", "fontTable"),
        ("header1", "header"),
        ("footer1", "footer"),
    ]
    .iter()
    .fold(String::new(), |mut out, (name, kind)| {
        out.push_str(
            &["<Override PartName=\"/word/", name, ".xml\" ContentType=\"", office, ".", kind, "+xml\"/>"].concat(),
        );
        out
    });
    [
        HEAD,
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">",
        "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>",
        "<Default Extension=\"xml\" ContentType=\"application/xml\"/>",
        &parts,
        "</Types>",
    ]
    .concat()
}

fn relationships(targets: &[(&str, &str, &str)]) -> String {
    let mut out =
        [HEAD, "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"].concat();
    for (id, kind, target) in targets {
        out.push_str(
            &["<Relationship Id=\"", id, "\" Type=\"", REL, "/", kind, "\" Target=\"", target, "\"/>"].concat(),
        );
    }
    out.push_str("</Relationships>");
    out
}

/// Fonts by their Chinese names, as WPS and Word know them, with the Latin names and families others look for.
fn fonts(texts: Texts) -> String {
    let font = |name: &str, latin: &str, family: &str| {
        format!(
            "<w:font w:name=\"{}\"><w:altName w:val=\"{latin}\"/><w:charset w:val=\"86\"/><w:family w:val=\"{family}\"/></w:font>",
            attribute(&texts.t(name))
        )
    };
    format!(
        "{HEAD}<w:fonts xmlns:w=\"{W}\">{}{}{}</w:fonts>",
        font("form.font.text", "FangSong", "modern"),
        font("form.font.table", "SimSun", "roman"),
        font("form.font.title", "SimHei", "swiss"),
    )
}

fn styles(texts: Texts) -> String {
    let face = |name: &str| {
        let name = texts.t(name);
        let name = attribute(&name);
        format!(
            "<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"{name}\" w:cs=\"Times New Roman\"/>"
        )
    };
    let style = |id: &str, paragraph: &str, font: &str, size: u32, bold: bool| {
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{id}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:pPr>{paragraph}</w:pPr><w:rPr>{}{}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr></w:style>",
            face(font),
            if bold { "<w:b/>" } else { "" }
        )
    };
    let language = texts.lang().code();
    format!(
        "{HEAD}<w:styles xmlns:w=\"{W}\"><w:docDefaults><w:rPrDefault><w:rPr>{table}<w:sz w:val=\"21\"/><w:szCs w:val=\"21\"/>\
         <w:lang w:val=\"en-US\" w:eastAsia=\"{language}\"/></w:rPr></w:rPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>\
         {title}{small}{heading}{text}{cell}{label}{sign}</w:styles>",
        table = face("form.font.table"),
        title = style(
            "FormTitle",
            "<w:spacing w:before=\"120\" w:after=\"120\"/><w:jc w:val=\"center\"/>",
            "form.font.title",
            36,
            false
        ),
        small = style("FormSmall", "<w:spacing w:after=\"80\"/><w:jc w:val=\"center\"/>", "form.font.table", 21, false),
        heading = style(
            "FormHeading",
            "<w:keepNext/><w:spacing w:before=\"200\" w:after=\"80\"/>",
            "form.font.title",
            24,
            false
        ),
        text = style(
            "FormText",
            "<w:spacing w:line=\"520\" w:lineRule=\"exact\"/><w:ind w:firstLineChars=\"200\" w:firstLine=\"560\"/><w:jc w:val=\"both\"/>",
            "form.font.text",
            28,
            false
        ),
        cell = style("FormCell", "<w:spacing w:before=\"40\" w:after=\"40\"/>", "form.font.table", 21, false),
        label = style(
            "FormLabel",
            "<w:spacing w:before=\"40\" w:after=\"40\"/><w:jc w:val=\"center\"/>",
            "form.font.table",
            21,
            true
        ),
        sign = style("FormSign", "<w:keepLines/><w:spacing w:before=\"320\"/>", "form.font.table", 24, false),
    )
}

/// Text fit for an attribute or an element: cleaned, then escaped.
fn attribute(text: &str) -> String {
    escape(crate::text::clean(text)).into_owned()
}

/// A run with line breaks where the text has them.
fn run(text: &str) -> String {
    let mut out = String::from("<w:r>");
    for (i, line) in clean_lines(text).iter().enumerate() {
        if i > 0 {
            out.push_str("<w:br/>");
        }
        let line: Cow<str> = escape(line.as_str());
        out.push_str(&["<w:t xml:space=\"preserve\">", &line, "</w:t>"].concat());
    }
    out.push_str("</w:r>");
    out
}

fn paragraph(style: &str, text: &str) -> String {
    ["<w:p><w:pPr><w:pStyle w:val=\"", style, "\"/></w:pPr>", &run(text), "</w:p>"].concat()
}

fn new_page(title: &str) -> String {
    ["<w:p><w:pPr><w:pStyle w:val=\"FormTitle\"/><w:pageBreakBefore/></w:pPr>", &run(title), "</w:p>"].concat()
}

fn width(form: &Form) -> u32 {
    if form.landscape { LONG - 2 * MARGIN } else { SHORT - 2 * MARGIN }
}

fn document(form: &Form, stamp: &Stamp) -> String {
    let mut body = String::new();
    body.push_str(&paragraph("FormTitle", &form.title));
    let subtitle = if form.subtitle.is_empty() { &stamp.unit } else { &form.subtitle };
    body.push_str(&paragraph("FormSmall", subtitle));
    for block in &form.blocks {
        match block {
            Block::Heading(text) => body.push_str(&paragraph("FormHeading", text)),
            Block::Text(text) => body.push_str(&paragraph("FormText", text)),
            Block::Fields(fields) => body.push_str(&field_table(fields, width(form))),
            Block::Table(table) => body.push_str(&list_table(table, width(form))),
            Block::NewPage(title) => body.push_str(&new_page(title)),
            Block::Signatures(who) => {
                for line in who {
                    body.push_str(&paragraph("FormSign", line));
                }
            }
        }
    }
    let (w, h, orient) = if form.landscape { (LONG, SHORT, " w:orient=\"landscape\"") } else { (SHORT, LONG, "") };
    format!(
        "{HEAD}<w:document xmlns:w=\"{W}\" xmlns:r=\"{REL}\"><w:body>{body}<w:sectPr><w:headerReference w:type=\"default\" \
         r:id=\"rId2\"/><w:footerReference w:type=\"default\" r:id=\"rId3\"/><w:pgSz w:w=\"{w}\" w:h=\"{h}\"{orient}/>\
         <w:pgMar w:top=\"1474\" w:right=\"{MARGIN}\" w:bottom=\"1304\" w:left=\"{MARGIN}\" w:header=\"737\" w:footer=\"624\" \
         w:gutter=\"0\"/></w:sectPr></w:body></w:document>"
    )
}

fn table_start(widths: &[u32]) -> String {
    let total: u32 = widths.iter().sum();
    let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
        .iter()
        .map(|side| ["<w:", side, " w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"auto\"/>"].concat())
        .collect();
    let grid: String = widths.iter().map(|w| ["<w:gridCol w:w=\"", &w.to_string(), "\"/>"].concat()).collect();
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{total}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>{borders}</w:tblBorders>\
         <w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"60\" w:type=\"dxa\"/>\
         <w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )
}

/// A table is followed by a paragraph, or two tables would grow into one.
const TABLE_END: &str = "</w:tbl><w:p><w:pPr><w:spacing w:line=\"120\" w:lineRule=\"exact\"/></w:pPr></w:p>";

fn row_start(lines: u32, heading: bool) -> String {
    let height = LINE * lines.max(1);
    let heading = if heading { "<w:tblHeader/>" } else { "" };
    format!("<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"{height}\" w:hRule=\"atLeast\"/>{heading}</w:trPr>")
}

fn cell(style: &str, text: &str, width: u32, span: usize) -> String {
    let span = if span > 1 { format!("<w:gridSpan w:val=\"{span}\"/>") } else { String::new() };
    format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{span}<w:vAlign w:val=\"center\"/></w:tcPr>{}</w:tc>",
        paragraph(style, text)
    )
}

/// Labels and values, two pairs a row; a wide one takes the row.
fn field_table(fields: &[Field], width: u32) -> String {
    let label = width * 17 / 100;
    let value = width / 2 - label;
    let mut out = table_start(&[label, value, label, value]);
    let mut fields = fields.iter().peekable();
    while let Some(first) = fields.next() {
        let second = if first.wide { None } else { fields.next_if(|f| !f.wide) };
        out.push_str(&row_start(first.lines.max(second.map_or(1, |s| s.lines)), false));
        out.push_str(&cell("FormLabel", &first.label, label, 1));
        match second {
            Some(second) => {
                out.push_str(&cell("FormCell", &first.value, value, 1));
                out.push_str(&cell("FormLabel", &second.label, label, 1));
                out.push_str(&cell("FormCell", &second.value, value, 1));
            }
            None => out.push_str(&cell("FormCell", &first.value, value + label + value, 3)),
        }
        out.push_str("</w:tr>");
    }
    out.push_str(TABLE_END);
    out
}

fn list_table(table: &Table, width: u32) -> String {
    let shares: u32 = table.heads.iter().map(|(_, share)| share).sum::<u32>().max(1);
    let widths: Vec<u32> = table.heads.iter().map(|(_, share)| width * share / shares).collect();
    let mut out = table_start(&widths);
    out.push_str(&row_start(1, true));
    for ((title, _), w) in table.heads.iter().zip(&widths) {
        out.push_str(&cell("FormLabel", title, *w, 1));
    }
    out.push_str("</w:tr>");
    for row in &table.rows {
        out.push_str(&row_start(table.lines, false));
        for (i, w) in widths.iter().enumerate() {
            out.push_str(&cell("FormCell", row.get(i).map_or("", String::as_str), *w, 1));
        }
        out.push_str("</w:tr>");
    }
    out.push_str(TABLE_END);
    out
}

fn header(form: &Form, stamp: &Stamp, texts: Texts) -> String {
    let blank = texts.t("form.blank");
    let mark = if stamp.mark.is_empty() { &blank } else { &stamp.mark };
    let copy = stamp.copy.map_or(blank.clone(), |n| n.to_string());
    let left = texts.fill("form.mark", &[("mark", mark)]);
    let right = texts.fill("form.copy", &[("copy", copy)]);
    format!("{HEAD}<w:hdr xmlns:w=\"{W}\">{}</w:hdr>", line_with_ends(&run(&left), &run(&right), width(form), ""))
}

fn footer(form: &Form, stamp: &Stamp, texts: Texts) -> String {
    let field = |name: &str| {
        let part = |kind: &str| ["<w:r><w:fldChar w:fldCharType=\"", kind, "\"/></w:r>"].concat();
        [
            &part("begin"),
            "<w:r><w:instrText xml:space=\"preserve\"> ",
            name,
            " </w:instrText></w:r>",
            &part("separate"),
            "<w:r><w:t>1</w:t></w:r>",
            &part("end"),
        ]
        .concat()
    };
    // The sentence is cut at its two numbers, which the program that prints fills in.
    let sentence = texts.fill("form.page", &[("page", "\u{1}"), ("pages", "\u{2}")]);
    let mut pages = String::new();
    let mut plain = String::new();
    for c in sentence.chars() {
        match c {
            '\u{1}' | '\u{2}' => {
                pages.push_str(&run(&std::mem::take(&mut plain)));
                pages.push_str(&field(if c == '\u{1}' { "PAGE" } else { "NUMPAGES" }));
            }
            c => plain.push(c),
        }
    }
    pages.push_str(&run(&plain));
    let printed = texts.fill("form.printed", &[("by", &stamp.printed_by), ("at", &stamp.printed_at)]);
    let pack = if stamp.pack.is_empty() { String::new() } else { texts.fill("form.pack", &[("pack", &stamp.pack)]) };
    let border = "<w:pBdr><w:top w:val=\"single\" w:sz=\"4\" w:space=\"4\" w:color=\"auto\"/></w:pBdr>";
    format!(
        "{HEAD}<w:ftr xmlns:w=\"{W}\">{}{}</w:ftr>",
        line_with_ends(&run(&pack), &pages, width(form), border),
        line_with_ends(&run(&printed), "", width(form), ""),
    )
}

/// One line with something at its left end and something at its right.
fn line_with_ends(left: &str, right: &str, width: u32, border: &str) -> String {
    format!(
        "<w:p><w:pPr>{border}<w:tabs><w:tab w:val=\"right\" w:pos=\"{width}\"/></w:tabs></w:pPr>{left}<w:r><w:tab/></w:r>{right}</w:p>"
    )
}
