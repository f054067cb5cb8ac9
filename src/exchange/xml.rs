//! Foreign XML within limits: no document type, no entities, a limit on size, depth and number of elements, and the line
//! of everything that is wrong. A reader asks for the children of an element one by one, so nothing is kept but what it wants.

use std::borrow::Cow;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use encoding_rs::{Encoding, GB18030, GBK, UTF_8};
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

use super::input::open;
use super::problem::shown;
use crate::error::{Error, Kind};

/// Largest file.
const MOST_BYTES: u64 = 128 << 20;
/// Deepest nesting; readers of nested groups call themselves, so this also bounds the stack.
const MOST_DEPTH: usize = 100;
/// Most elements.
const MOST_ELEMENTS: usize = 4_000_000;

/// A failure about an exchanged file.
pub(super) fn bad(code: &'static str) -> Error {
    Error::new(Kind::Input, code)
}

/// Reads a file with `read`, so that every failure names the file and a fault in a parser refuses the file.
pub(super) fn with_file<T>(path: &Path, read: impl FnOnce(&str) -> Result<T, Error>) -> Result<T, Error> {
    let named = |e: Error| e.with("file", path.display());
    let text = text_of_file(path).map_err(named)?;
    catch_unwind(AssertUnwindSafe(|| read(&text)))
        .unwrap_or_else(|_| Err(bad("xml_damaged").with("line", "?").with("why", "?")))
        .map_err(named)
}

/// The bytes of an ordinary file of at most `most` bytes.
pub(super) fn bytes_of_file(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let unreadable = |e: std::io::Error| bad("import_unreadable").with("why", e);
    let file = open(path).map_err(unreadable)?.ok_or_else(|| bad("file_not_ordinary"))?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(bad("evidence_too_large").with("most", most >> 20));
    }
    Ok(bytes)
}

fn text_of_file(path: &Path) -> Result<String, Error> {
    decode(bytes_of_file(path, MOST_BYTES)?)
}

/// Bytes as text: UTF-8, or the Chinese encodings where the declaration names one of them.
pub(super) fn decode(mut bytes: Vec<u8>) -> Result<String, Error> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    let head = bytes.get(..bytes.len().min(200)).unwrap_or_default();
    let declared = String::from_utf8_lossy(head).split_once("encoding=").and_then(|(_, rest)| {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest.get(1..)?.split(quote).next().map(str::to_owned)
    });
    let encoding = declared.as_deref().map_or(Some(UTF_8), |label| Encoding::for_label(label.as_bytes()));
    match encoding {
        Some(e) if e == UTF_8 => {}
        Some(e) if e == GBK || e == GB18030 => {
            return GB18030
                .decode_without_bom_handling_and_without_replacement(&bytes)
                .map(Cow::into_owned)
                .ok_or_else(|| bad("xml_encoding").with("encoding", "GB18030").with("line", 1));
        }
        _ => {
            let name = shown(&declared.unwrap_or_default());
            return Err(bad("xml_encoding").with("encoding", name).with("line", 1));
        }
    }
    String::from_utf8(bytes).map_err(|e| {
        let good = e.utf8_error().valid_up_to();
        let before = e.as_bytes().get(..good).unwrap_or_default();
        bad("xml_encoding").with("encoding", "UTF-8").with("line", line_at(before))
    })
}

fn line_at(before: &[u8]) -> usize {
    before.split(|b| *b == b'\n').count()
}

/// An element whose children are to be read.
pub(super) struct Tag<'a> {
    /// Local name; empty for elements of other vocabularies.
    pub name: String,
    /// Where it stands; the line is counted only when something is wrong.
    at: usize,
    start: BytesStart<'a>,
}

impl Tag<'_> {
    /// An attribute's value; empty when it is missing or damaged. For names that are only looked up.
    pub(super) fn plain_attribute(&self, name: &str) -> String {
        let mut all = self.start.attributes();
        all.with_checks(false)
            .filter_map(Result::ok)
            .find(|a| a.key.as_ref() == name)
            .and_then(|a| quick_xml::escape::unescape(&a.value).ok().map(Cow::into_owned))
            .unwrap_or_default()
    }
}

/// The reader: a cursor in the text.
pub(super) struct Xml<'a> {
    reader: NsReader<&'a [u8]>,
    text: &'a str,
    /// Whether a namespace belongs to the vocabulary that is read.
    ours: fn(&str) -> bool,
    depth: usize,
    elements: usize,
    /// Local name of the first element, for complaints.
    root: String,
}

enum Node<'a> {
    Open(Tag<'a>),
    Close,
    Text(Cow<'a, str>),
    End,
}

impl<'a> Xml<'a> {
    /// A cursor at the beginning; `ours` tells the namespaces of the vocabulary ("" is none).
    pub(super) fn new(text: &'a str, ours: fn(&str) -> bool) -> Self {
        let mut reader = NsReader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, text, ours, depth: 0, elements: 0, root: String::new() }
    }

    /// The local name of the first element, as it may be shown.
    pub(super) fn root(&self) -> String {
        shown(&self.root)
    }

    /// The line the cursor stands in.
    pub(super) fn line(&self) -> usize {
        self.line_of(usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX))
    }

    /// The line of an element.
    pub(super) fn line_of_tag(&self, tag: &Tag) -> usize {
        self.line_of(tag.at)
    }

    fn line_of(&self, at: usize) -> usize {
        line_at(self.text.as_bytes().get(..at).unwrap_or(self.text.as_bytes()))
    }

    /// Goes on to the next element of the vocabulary with one of these names, however deep it lies.
    pub(super) fn find(&mut self, names: &[&str]) -> Result<Option<Tag<'a>>, Error> {
        loop {
            match self.next()? {
                Node::Open(tag) if names.contains(&tag.name.as_str()) => return Ok(Some(tag)),
                Node::End => return Ok(None),
                _ => {}
            }
        }
    }

    /// The next child of the element that was opened last; `None` once it is closed. What is not wanted of a child must be
    /// read with [`Self::skip`] before the next call.
    pub(super) fn child(&mut self) -> Result<Option<Tag<'a>>, Error> {
        loop {
            match self.next()? {
                Node::Open(tag) => return Ok(Some(tag)),
                Node::Close => return Ok(None),
                Node::Text(_) => {}
                Node::End => return Err(self.damaged("unexpected end")),
            }
        }
    }

    /// Leaves the element that was opened last.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if matches!(self.next()?, Node::End) {
                return Err(self.damaged("unexpected end"));
            }
        }
        Ok(())
    }

    /// The text of the element that was opened last, with the text of its children; `put` may write something in the
    /// place of a child. Paragraphs and list entries of the web begin lines, other white space is one blank.
    pub(super) fn text(&mut self, put: impl FnMut(&Tag<'a>, &mut String)) -> Result<String, Error> {
        self.whole_text(put).map(|text| fold(&text))
    }

    /// The same text as it stands, with its line breaks, trimmed.
    pub(super) fn raw_text(&mut self, put: impl FnMut(&Tag<'a>, &mut String)) -> Result<String, Error> {
        self.whole_text(put).map(|text| text.replace(LINE, "\n").trim().to_owned())
    }

    fn whole_text(&mut self, mut put: impl FnMut(&Tag<'a>, &mut String)) -> Result<String, Error> {
        let outside = self.depth.saturating_sub(1);
        let mut out = String::new();
        while self.depth > outside {
            match self.next()? {
                Node::Text(text) => out.push_str(&text),
                Node::Open(tag) if tag.name.is_empty() => {
                    if matches!(tag.start.local_name().as_ref(), "br" | "p" | "li" | "pre" | "div" | "tr") {
                        out.push(LINE);
                    }
                }
                Node::Open(tag) => put(&tag, &mut out),
                Node::Close => {}
                Node::End => return Err(self.damaged("unexpected end")),
            }
        }
        Ok(out)
    }

    /// An attribute without a prefix.
    pub(super) fn attribute(&self, tag: &Tag<'a>, name: &str) -> Result<Option<String>, Error> {
        // A complaint about doubled attributes costs the square of their number; the first one counts.
        for attribute in tag.start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|e| self.damaged(e))?;
            if attribute.key.as_ref() == name {
                let value = quick_xml::escape::unescape(&attribute.value).map_err(|e| self.damaged(e))?;
                return Ok(Some(value.into_owned()));
            }
        }
        Ok(None)
    }

    /// An attribute that must be there and hold something.
    pub(super) fn needed(&self, tag: &Tag<'a>, name: &str) -> Result<String, Error> {
        self.attribute(tag, name)?.filter(|v| !v.trim().is_empty()).ok_or_else(|| {
            bad("xml_missing").with("line", self.line_of(tag.at)).with("element", &tag.name).with("attribute", name)
        })
    }

    /// A complaint about a value at the cursor.
    pub(super) fn wrong(&self, element: &str, value: &str, wanted: &str) -> Error {
        bad("xml_value")
            .with("line", self.line())
            .with("element", shown(element))
            .with("value", shown(value))
            .with("wanted", wanted)
    }

    fn damaged(&self, why: impl ToString) -> Error {
        bad("xml_damaged").with("line", self.line()).with("why", shown(&why.to_string()))
    }

    fn next(&mut self) -> Result<Node<'a>, Error> {
        loop {
            let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(e) => return Err(self.damaged(e)),
            };
            return Ok(match event {
                Event::Start(start) => Node::Open(self.open(start, at)?),
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::Close
                }
                Event::Text(text) => Node::Text(text.into_inner()),
                Event::CData(text) => Node::Text(text.into_inner()),
                Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                    Ok(Some(c)) => Node::Text(Cow::Owned(c.to_string())),
                    Ok(None) => match quick_xml::escape::resolve_xml_entity(&reference) {
                        Some(text) => Node::Text(Cow::Borrowed(text)),
                        None => return Err(bad("xml_dtd").with("line", self.line())),
                    },
                    Err(e) => return Err(self.damaged(e)),
                },
                Event::DocType(_) => return Err(bad("xml_dtd").with("line", self.line())),
                Event::Eof if self.depth > 0 => return Err(self.damaged("unexpected end")),
                Event::Eof => Node::End,
                Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
            });
        }
    }

    fn open(&mut self, start: BytesStart<'a>, at: usize) -> Result<Tag<'a>, Error> {
        self.depth += 1;
        self.elements += 1;
        if self.depth > MOST_DEPTH {
            return Err(bad("xml_too_deep").with("line", self.line()).with("most", MOST_DEPTH));
        }
        if self.elements > MOST_ELEMENTS {
            return Err(bad("xml_too_many").with("line", self.line()).with("most", MOST_ELEMENTS));
        }
        let ours = match self.reader.resolver().resolve_element(start.name()).0 {
            ResolveResult::Bound(namespace) => (self.ours)(namespace.as_ref()),
            ResolveResult::Unbound => (self.ours)(""),
            ResolveResult::Unknown(_) => false,
        };
        if self.elements == 1 {
            start.local_name().as_ref().clone_into(&mut self.root);
        }
        let name = if ours { start.local_name().as_ref().to_owned() } else { String::new() };
        Ok(Tag { name, at, start })
    }
}

/// Where a paragraph begins; no XML text holds this character.
const LINE: char = '\u{2}';

/// White space folded: a run is one blank, or one line break where a paragraph began.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut blank, mut line) = (false, false);
    for c in text.chars() {
        match c {
            LINE => line = true,
            c if c.is_whitespace() => blank = true,
            c => {
                if line && !out.is_empty() {
                    out.push('\n');
                } else if blank && !out.is_empty() {
                    out.push(' ');
                }
                (blank, line) = (false, false);
                out.push(c);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<String, Error> {
        let mut xml = Xml::new(text, str::is_empty);
        match xml.find(&["a"])? {
            Some(_) => xml.text(|tag, out| out.extend(["[", &tag.name, "]"])),
            None => Ok(String::new()),
        }
    }

    #[test]
    fn text_is_folded_and_children_are_named() {
        assert_eq!(all("<x><a>one\n  two&amp;<b/>&#x4e2d;</a></x>").unwrap(), "one two&[b]中");
        let web = "<a xmlns:h='web'>x<h:p>y</h:p> z<h:br/><h:br/>w</a>";
        assert_eq!(all(web).unwrap(), "x\ny z\nw");
    }

    #[test]
    fn hostile_documents_are_refused_with_a_line() {
        for (text, code) in [
            ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "xml_dtd"),
            ("<a>\n&x;</a>", "xml_dtd"),
            ("<a>\n<b></a>", "xml_damaged"),
            ("<a>\n", "xml_damaged"),
            ("<a>&#0;</a>", "xml_damaged"),
        ] {
            assert_eq!(all(text).unwrap_err().code, code, "{text}");
        }
        assert_eq!(all("<a>\n&x;</a>").unwrap_err().values["line"], "2");
        let deep = format!("<a>{}", "<b>".repeat(1_000_000));
        assert_eq!(all(&deep).unwrap_err().code, "xml_too_deep");
    }

    #[test]
    fn encodings_are_told() {
        let gbk = GBK.encode("<?xml version=\"1.0\" encoding=\"gb2312\"?><a>保密</a>").0.into_owned();
        assert!(decode(gbk).unwrap().contains("保密"));
        assert_eq!(decode(b"\xef\xbb\xbf<a/>".to_vec()).unwrap(), "<a/>");
        assert_eq!(decode(b"<a>\n\xff</a>".to_vec()).unwrap_err().values["line"], "2");
        assert_eq!(decode(b"<?xml encoding='utf-16'?>".to_vec()).unwrap_err().code, "xml_encoding");
        assert_eq!(decode(b"<?xml encoding='latin-9'?>".to_vec()).unwrap_err().code, "xml_encoding");
    }
}
