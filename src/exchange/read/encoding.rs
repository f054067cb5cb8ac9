//! Which encoding a text file is in: a byte order mark, else UTF-8 if it is UTF-8, else GB18030 if it is that, else a line
//! where neither fits.

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use super::bad;
use crate::error::Error;

/// The text and the name of its encoding.
pub(super) fn decode(bytes: Vec<u8>) -> Result<(String, &'static str), Error> {
    if let Some(rest) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        let line = |at: usize| bad("import_mixed_encoding").with("line", line_of(rest, at)).with("encoding", "UTF-8");
        return match std::str::from_utf8(rest) {
            Ok(text) => Ok((text.to_owned(), "UTF-8 BOM")),
            Err(e) => Err(line(e.valid_up_to())),
        };
    }
    if bytes.starts_with(&[0xff, 0xfe]) {
        return wide(&bytes, UTF_16LE, "UTF-16LE");
    }
    if bytes.starts_with(&[0xfe, 0xff]) {
        return wide(&bytes, UTF_16BE, "UTF-16BE");
    }
    if let Some((encoding, name)) = unmarked_wide(&bytes) {
        return wide(&bytes, encoding, name);
    }
    if bytes.iter().filter(|b| **b == 0).nth(bytes.len() / 20).is_some() {
        return Err(bad("import_not_a_table"));
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if !looks_misread(&text) => return Ok((text, "UTF-8")),
        Ok(text) => text.into_bytes(),
        Err(e) => {
            let at = e.utf8_error().valid_up_to();
            let bytes = e.into_bytes();
            if mostly_utf8(&bytes) {
                return Err(bad("import_mixed_encoding").with("line", line_of(&bytes, at)).with("encoding", "UTF-8"));
            }
            bytes
        }
    };
    match GB18030.decode_without_bom_handling_and_without_replacement(&bytes) {
        Some(text) => Ok((text.into_owned(), "GB18030")),
        None => {
            let at = first_bad_gb(&bytes);
            Err(bad("import_mixed_encoding").with("line", line_of(&bytes, at)).with("encoding", "GB18030"))
        }
    }
}

fn wide(bytes: &[u8], encoding: &'static Encoding, name: &'static str) -> Result<(String, &'static str), Error> {
    let body = bytes.strip_prefix(&[0xff, 0xfe]).or_else(|| bytes.strip_prefix(&[0xfe, 0xff])).unwrap_or(bytes);
    match encoding.decode_without_bom_handling_and_without_replacement(body) {
        Some(text) => Ok((text.into_owned(), name)),
        None => Err(bad("import_mixed_encoding").with("line", "?").with("encoding", name)),
    }
}

/// UTF-16 without its mark: separators and digits make every second byte zero.
fn unmarked_wide(bytes: &[u8]) -> Option<(&'static Encoding, &'static str)> {
    if bytes.len() < 8 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), bytes.len() / 2);
    if odd * 4 > half && even * 50 < half {
        return Some((UTF_16LE, "UTF-16LE"));
    }
    if even * 4 > half && odd * 50 < half {
        return Some((UTF_16BE, "UTF-16BE"));
    }
    None
}

/// GB18030 pairs such as C1 AA are no UTF-8, but some (C4 A3 …) are, as letters of other alphabets. A text that has such
/// letters, no Chinese at all, and reads as Chinese in GB18030 was misread.
fn looks_misread(text: &str) -> bool {
    let odd = |c: char| matches!(c, '\u{80}'..='\u{7ff}') && c != '\u{b7}';
    if !text.chars().any(odd) || text.chars().any(|c| c > '\u{7ff}') {
        return false;
    }
    let read = GB18030.decode_without_bom_handling_and_without_replacement(text.as_bytes());
    read.is_some_and(|t| {
        t.chars().filter(|c| !c.is_ascii()).all(|c| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'))
    })
}

/// Whether a text that is not UTF-8 as a whole is UTF-8 in most of its Chinese: a few bytes are wrong, or lines in another
/// encoding were pasted in. Reading such a file as GB18030 would turn every name into another.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut wrong) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| *c > '\u{7ff}').count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    // Text in GB18030 has next to no three bytes in a row that are UTF-8.
    good * 4 > wrong
}

fn first_bad_gb(bytes: &[u8]) -> usize {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut out = vec![0; 4096];
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(rest, &mut out, true);
        at += read;
        match result {
            encoding_rs::DecoderResult::OutputFull => {}
            _ => return at.saturating_sub(1),
        }
    }
}

/// The line, from 1, that holds a byte.
fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).filter(|b| **b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let text = "姓名,部门\r\n张伟,联通\r\n";
        let gb = GB18030.encode(text).0.into_owned();
        assert_eq!(decode(gb.clone()).unwrap(), (text.to_owned(), "GB18030"));
        assert_eq!(decode(text.as_bytes().to_vec()).unwrap(), (text.to_owned(), "UTF-8"));
        for (bom, le) in [(true, true), (true, false), (false, true), (false, false)] {
            let units = text.replace("联通", "123456789012").encode_utf16().collect::<Vec<_>>();
            let mut bytes: Vec<u8> = Vec::new();
            if bom {
                bytes.extend(if le { [0xff, 0xfe] } else { [0xfe, 0xff] });
            }
            bytes.extend(units.iter().flat_map(|u| if le { u.to_le_bytes() } else { u.to_be_bytes() }));
            assert_eq!(decode(bytes).unwrap().0, text.replace("联通", "123456789012"), "{bom} {le}");
        }
        // One broken byte in UTF-8 does not make a file GB18030.
        let mut broken = text.as_bytes().to_vec();
        broken[17] = 0xff;
        let error = decode(broken).unwrap_err();
        assert_eq!((error.code, error.values["line"].as_str()), ("import_mixed_encoding", "2"));
        // A line of the other encoding pasted in.
        let mut mixed = text.as_bytes().to_vec();
        mixed.extend(&gb);
        assert_eq!(decode(mixed).unwrap_err().values["line"], "3");
        // Pairs that are also UTF-8 for other letters.
        let short = GB18030.encode("模").0.into_owned();
        assert!(std::str::from_utf8(&short).is_ok());
        assert_eq!(decode(short).unwrap().0, "模");
        assert!(decode(vec![0; 100]).is_err());
    }

    #[test]
    fn every_gbk_pair_reads_back() {
        let mut all = String::from("姓名\n");
        for lead in 0x81_u8..=0xfe {
            for trail in (0x40_u8..=0x7e).chain(0x80..=0xfe) {
                let pair = [lead, trail];
                if let Some(t) = GB18030.decode_without_bom_handling_and_without_replacement(&pair) {
                    all.push_str(&t);
                }
            }
        }
        let bytes = GB18030.encode(&all).0.into_owned();
        let (text, name) = decode(bytes).unwrap();
        assert_eq!((text, name), (all, "GB18030"));
    }
}
