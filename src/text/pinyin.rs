//! Readings of Chinese names and words. The dictionary of single characters is the `pinyin` crate's; what it cannot know
//! (surnames, double surnames, place and office words, the order of readings in names) is in `surnames.toml`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};

use pinyin::{ToPinyin as _, ToPinyinMulti as _};

use super::fold::half;

/// The readings of one character, most usual first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings {
    /// All readings without tones; letters a to z.
    pub all: Vec<&'static str>,
    /// How many of them, from the first, are to be expected at this place; the rest are rare.
    pub usual: usize,
    /// The first with its tone number, for sorting.
    pub toned: Cow<'static, str>,
}

/// One character of a name with its readings, or one Latin word or number, which is its own reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syllable {
    /// The text, folded to half-width lower case.
    pub text: String,
    /// Position of its first char in the name.
    pub at: usize,
    /// Readings of a Chinese character; `None` for anything else.
    pub readings: Option<&'static Readings>,
}

/// What `surnames.toml` says, with the tones kept beside.
struct Curated {
    surname: HashMap<char, Readings>,
    char: HashMap<char, Readings>,
    /// Double surnames and words, each as one entry a character.
    double: HashMap<&'static str, Vec<Readings>>,
    word: HashMap<&'static str, Vec<Readings>>,
    /// The letters of all these by character.
    letters: HashMap<char, u32>,
    /// Length in chars of the longest word.
    longest: usize,
}

static CURATED: LazyLock<Curated> = LazyLock::new(curated);
/// Readings by position, each looked up when its character is first met, some characters that follow each other together:
/// of the two blocks of common characters, and of the supplementary ones.
type Page = OnceLock<Box<[OnceLock<Option<Box<Readings>>>]>>;
const PAGE: u32 = 64;
static COMMON: [Page; pages(FIRST, LAST)] = [const { OnceLock::new() }; pages(FIRST, LAST)];
static RARE: [Page; pages(FIRST_RARE, LAST_RARE)] = [const { OnceLock::new() }; pages(FIRST_RARE, LAST_RARE)];
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;
const FIRST_RARE: u32 = 0x2_0000;
const LAST_RARE: u32 = 0x3_23af;

const fn pages(first: u32, last: u32) -> usize {
    (last - first + 1).div_ceil(PAGE) as usize
}

/// Whether a char is a Chinese character (ideograph), whatever its plane.
pub(super) const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// The everyday readings of a character; `None` for what is not a Chinese character with a known reading.
pub fn readings(c: char) -> Option<&'static Readings> {
    let u = u32::from(c);
    let (pages, at) = match u {
        FIRST..=LAST => (&COMMON[..], u - FIRST),
        FIRST_RARE..=LAST_RARE => (&RARE[..], u - FIRST_RARE),
        _ => return None,
    };
    let page = pages.get((at / PAGE) as usize)?.get_or_init(|| (0..PAGE).map(|_| OnceLock::new()).collect());
    page.get((at % PAGE) as usize)?.get_or_init(|| from_dictionary(c).map(Box::new)).as_deref()
}

fn spelled_with(r: &Readings) -> u32 {
    r.all.iter().flat_map(|r| r.bytes()).fold(0, |all, b| all | 1 << (b.wrapping_sub(b'a') % 32))
}

/// The letters of every reading that a character has anywhere, a bit each from `a` on; 0 for any other character.
pub fn letters(c: char) -> u32 {
    let c = half(c);
    readings(c).map_or(0, spelled_with) | CURATED.letters.get(&c).copied().unwrap_or(0)
}

/// The dictionary's readings, with the curated order where there is one.
fn from_dictionary(c: char) -> Option<Readings> {
    if let Some(e) = CURATED.char.get(&c) {
        return Some(extended(e, all_readings(c)));
    }
    let known = c.to_pinyin()?;
    let toned = known.with_tone_num_end().replace('\u{fc}', "v").into();
    Some(extended(&Readings { all: vec![typed(known.plain())], usual: 1, toned }, all_readings(c)))
}

/// All syllables. They are those of the dictionary, whose thousands of characters are not gone through at every start.
static SYLLABLES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("syllables.txt").split_whitespace().collect());

/// Whether a word is pinyin in whole syllables, written together: `zhangwei`, not `zhngwei` or `zhangw`.
pub fn is_pinyin(word: &str) -> bool {
    let mut reached = vec![true];
    for end in 1..=word.len() {
        // A syllable has at most six letters.
        let ends_here = (end.saturating_sub(6)..end).any(|start| {
            reached.get(start).copied().unwrap_or(false) && word.get(start..end).is_some_and(|s| SYLLABLES.contains(s))
        });
        reached.push(ends_here);
    }
    word.len() > 1 && reached.last().copied().unwrap_or(false)
}

/// Pinyin as an input method or a book writes it, with tone marks or \u{fc}, as it is typed on a keyboard: `lv`, `zhang`.
/// Anything else stays as it is, so that names written in other alphabets keep their letters.
pub fn keyed_in(word: String) -> String {
    if word.is_ascii() {
        return word;
    }
    let plain = |c: char| match c {
        '\u{101}' | '\u{e1}' | '\u{1ce}' | '\u{e0}' => 'a',
        '\u{113}' | '\u{e9}' | '\u{11b}' | '\u{e8}' => 'e',
        '\u{12b}' | '\u{ed}' | '\u{1d0}' | '\u{ec}' => 'i',
        '\u{14d}' | '\u{f3}' | '\u{1d2}' | '\u{f2}' => 'o',
        '\u{16b}' | '\u{fa}' | '\u{1d4}' | '\u{f9}' => 'u',
        '\u{fc}' | '\u{1d6}' | '\u{1d8}' | '\u{1da}' | '\u{1dc}' => 'v',
        c => c,
    };
    let whole: String = word.chars().map(plain).collect();
    // Only two initials stand before that vowel, so it is known before the word is whole.
    if is_pinyin(&whole) { whole } else { word.replace("l\u{fc}", "lv").replace("n\u{fc}", "nv") }
}

/// Every reading the dictionary has, most usual first.
fn all_readings(c: char) -> impl Iterator<Item = &'static str> {
    let multi = c.to_pinyin_multi().into_iter().flatten();
    c.to_pinyin().into_iter().chain(multi).map(|p| typed(p.plain()))
}

/// As typed on a keyboard: v for the vowel of the surname L\u{fc}.
fn typed(plain: &'static str) -> &'static str {
    match plain {
        "l\u{fc}" => "lv",
        "n\u{fc}" => "nv",
        "l\u{fc}e" => "lve",
        "n\u{fc}e" => "nve",
        other => other,
    }
}

/// An entry with further readings as rare ones, and the other spellings of the vowel that keyboards lack.
fn extended(entry: &Readings, more: impl IntoIterator<Item = &'static str>) -> Readings {
    let mut out = entry.clone();
    for reading in entry.all.iter().copied().chain(more) {
        let other: &[&str] = match reading {
            "lv" => &["lyu", "lu"],
            "nv" => &["nyu", "nu"],
            "lve" => &["lue"],
            "nve" => &["nue"],
            _ => &[],
        };
        for r in std::iter::once(reading).chain(other.iter().copied()) {
            if r.bytes().all(|b| b.is_ascii_lowercase()) && !out.all.contains(&r) {
                out.all.push(r);
            }
        }
    }
    out
}

/// Reads the embedded table. A fault in it would leave readings out; a test reads the whole table.
fn curated() -> Curated {
    let table: toml::Table = include_str!("surnames.toml").parse().unwrap_or_default();
    let section = |name| lines(&table, name);
    let singles = |name| section(name).filter_map(|(k, said)| Some((k.chars().next()?, made(said))));
    let spread = |name| -> HashMap<&str, Vec<Readings>> {
        let of = |(c, said): (char, &'static str)| extended(&made(said), c.to_pinyin().map(|p| typed(p.plain())));
        section(name).map(|(k, said)| (k, k.chars().zip(said.split(' ')).map(of).collect())).collect()
    };
    // A surname keeps the everyday readings as rare ones: many people type them, and Tibetan names start with them.
    let surname: HashMap<char, Readings> =
        singles("surname").map(|(c, said)| (c, extended(&said, all_readings(c)))).collect();
    let (char, double, word) = (singles("char").collect(), spread("double"), spread("word"));
    let longest = word.keys().map(|k| k.chars().count()).max().unwrap_or(0);
    let mut letters = HashMap::new();
    {
        let mut add = |c: char, r: &Readings| *letters.entry(c).or_default() |= spelled_with(r);
        [&surname, &char].into_iter().flatten().for_each(|(c, r)| add(*c, r));
        let each = |(k, all): (&&str, &Vec<Readings>)| k.chars().zip(all).for_each(|(c, r)| add(c, r));
        double.iter().chain(&word).for_each(each);
    }
    Curated { surname, char, double, word, letters, longest }
}

/// The entries of a part of the table, a line each: characters, then their toned readings. The text lives as long as the
/// program, as the table does.
fn lines(table: &toml::Table, part: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let text = table.get(part).and_then(toml::Value::as_str).unwrap_or_default();
    let text: &'static str = Box::leak(text.into());
    text.lines().filter_map(|line| line.split_once(' '))
}

/// An entry from toned readings, the most usual first.
fn made(said: &'static str) -> Readings {
    let all: Vec<&str> = said.split(' ').map(|t| t.trim_end_matches(|c: char| c.is_ascii_digit())).collect();
    Readings { usual: all.len(), all, toned: said.split(' ').next().unwrap_or_default().into() }
}

/// A name, character by character: the surname (single or double) read as one, words known as words, the rest with their
/// everyday readings.
pub fn spell_name(name: &str) -> Vec<Syllable> {
    spell(name, true)
}

/// A department, a post, any other text: no surname is looked for.
pub fn spell_words(text: &str) -> Vec<Syllable> {
    spell(text, false)
}

fn spell(text: &str, name: bool) -> Vec<Syllable> {
    pieces(text, name).into_iter().map(|p| Syllable { text: p.text, at: p.at, readings: p.entry }).collect()
}

struct Piece {
    text: String,
    at: usize,
    entry: Option<&'static Readings>,
}

fn pieces(text: &str, name: bool) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().map(half).collect();
    let mut out: Vec<Piece> = Vec::with_capacity(chars.len());
    let mut forced: std::slice::Iter<'static, Readings> = [].iter();
    let mut in_word = false;
    let start = chars.iter().position(|c| !c.is_whitespace()).unwrap_or(0);
    for (at, &c) in chars.iter().enumerate() {
        if is_han(c) {
            in_word = false;
            if forced.as_slice().is_empty() {
                forced = known_word(&chars, at, name && at == start);
            }
            let found = match forced.next() {
                Some(e) => Some(e),
                None if name && at == start => CURATED.surname.get(&c).or_else(|| readings(c)),
                None => readings(c),
            };
            out.push(Piece { text: c.to_string(), at, entry: found });
        } else if c.is_alphanumeric() {
            let lower = c.to_lowercase();
            match out.last_mut().filter(|_| in_word) {
                Some(last) => last.text.extend(lower),
                None => out.push(Piece { text: lower.collect(), at, entry: None }),
            }
            in_word = true;
        } else {
            in_word = false;
        }
    }
    out
}

/// The readings of the known word or double surname that starts at `at`, if any.
fn known_word(chars: &[char], at: usize, surname: bool) -> std::slice::Iter<'static, Readings> {
    let rest = chars.get(at..).unwrap_or_default();
    if surname && let Some(pair) = rest.get(..2) {
        let pair: String = pair.iter().collect();
        if let Some(entries) = CURATED.double.get(pair.as_str()) {
            return entries.iter();
        }
        // The first character of a name is a surname, not the start of a word.
        return [].iter();
    }
    for n in (2..=CURATED.longest.min(rest.len())).rev() {
        let word: String = rest.iter().take(n).collect();
        if let Some(entries) = CURATED.word.get(word.as_str()) {
            return entries.iter();
        }
    }
    [].iter()
}

/// How many spellings of a name are given at most.
const SPELLINGS: usize = 8;

/// The usual spellings of a name, most usual first: `["shan xiong xin"]`, `["yue yun", "le yun"]`; at most eight.
pub fn pinyin_words(name: &str) -> Vec<String> {
    combine(name, str::to_owned, " ")
}

/// The initials that go with them: `["sxx"]`; at most eight, none twice.
pub fn initials(name: &str) -> Vec<String> {
    combine(name, |r| r.chars().take(1).collect(), "")
}

fn combine(name: &str, part: impl Fn(&str) -> String, between: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for s in spell_name(name) {
        let mut options: Vec<String> = match s.readings {
            Some(r) => r.all.iter().take(r.usual.max(1)).map(|r| part(r)).collect(),
            None => vec![part(&s.text)],
        };
        options.dedup();
        // Once there are enough spellings, further alternatives are left to the matcher, which knows them all.
        options.truncate((SPELLINGS / out.len()).max(1));
        let mut next = Vec::with_capacity(out.len() * options.len());
        for o in &options {
            for head in &out {
                let gap = if head.is_empty() { "" } else { between };
                next.push(format!("{head}{gap}{o}"));
            }
        }
        out = next;
    }
    let mut seen = HashSet::new();
    out.retain(|s| !s.is_empty() && seen.insert(s.clone()));
    out
}

/// A key that sorts names and words as Chinese lists do: by pinyin with tone, equal characters together; numbers by value;
/// Latin before Chinese.
pub fn sort_key(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 4);
    for p in pieces(text, true) {
        match p.entry {
            Some(e) => {
                out.push('\u{7f}');
                out.push_str(&e.toned);
                out.push_str(&p.text);
            }
            None => natural(&p.text, &mut out),
        }
        out.push(' ');
    }
    out
}

/// Digits are preceded by their count, so that 9 sorts before 10.
fn natural(text: &str, out: &mut String) {
    let mut digits = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            if c != '0' || !digits.is_empty() {
                digits.push(c);
            } else {
                digits.clear();
            }
            continue;
        }
        if !digits.is_empty() {
            out.push(char::from_u32(0x30 + digits.len().min(60) as u32).unwrap_or('0'));
            out.push_str(&digits);
            digits.clear();
        }
        if c != '\0' {
            out.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(name: &str) -> String {
        pinyin_words(name).join("|")
    }

    #[test]
    fn the_syllables_are_those_of_the_dictionary() {
        let all: HashSet<&str> = (FIRST..=LAST).filter_map(char::from_u32).flat_map(all_readings).collect();
        let mut missing: Vec<_> = all.symmetric_difference(&SYLLABLES).collect();
        missing.sort_unstable();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_table_is_whole_and_every_reading_is_known() {
        let table: toml::Table = include_str!("surnames.toml").parse().unwrap();
        let syllable = |s: &str| {
            let plain = s.trim_end_matches(|c: char| c.is_ascii_digit());
            assert!(!plain.is_empty() && plain.len() < s.len() && plain.bytes().all(|b| b.is_ascii_lowercase()), "{s}");
        };
        for part in ["surname", "char", "double", "word"] {
            let text = table[part].as_str().unwrap();
            assert_eq!(lines(&table, part).count(), text.lines().count());
            let mut seen = HashSet::new();
            for (k, said) in lines(&table, part) {
                assert!(k.chars().all(is_han) && seen.insert(k), "{k}");
                said.split(' ').for_each(syllable);
                if matches!(part, "double" | "word") {
                    assert_eq!(said.split(' ').count(), k.chars().count(), "{k}");
                } else {
                    assert_eq!(k.chars().count(), 1, "{k}");
                }
            }
        }
        // Every curated reading of a character is one the dictionary knows too, or it is named here.
        let mut unknown = Vec::new();
        let beyond = ["适", "那", "会", "种", "粘", "谌", "费", "黑"];
        for (k, said) in ["surname", "char"].into_iter().flat_map(|part| lines(&table, part)) {
            let known: Vec<&str> = all_readings(k.chars().next().unwrap()).collect();
            for plain in made(said).all {
                if !known.contains(&plain) && !beyond.contains(&k) {
                    unknown.push(format!("{k} {plain} {known:?}"));
                }
            }
        }
        assert!(unknown.is_empty(), "{unknown:#?}");
    }

    #[test]
    fn surnames_are_read_as_surnames() {
        for (name, want) in [
            ("单雄信", "shan xiong xin"),
            ("曾国藩", "zeng guo fan"),
            ("解晓东", "xie xiao dong"),
            ("仇英", "qiu ying"),
            ("区小敏", "ou xiao min"),
            ("查良镛", "zha liang yong"),
            ("任伟", "ren wei"),
            ("华罗庚", "hua luo geng"),
            ("尉迟恭", "yu chi gong"),
            ("万俟卨", "mo qi xie"),
            ("长孙无忌", "zhang sun wu ji"),
            ("澹台明", "tan tai ming"),
            ("令狐冲", "ling hu chong"),
            ("欧阳娜娜", "ou yang na na|ou yang nuo na|ou yang na nuo|ou yang nuo nuo"),
            ("李重庆", "li chong qing"),
            ("张伟", "zhang wei"),
            ("覃明", "qin ming|tan ming"),
            ("吕布", "lv bu"),
            ("阿不都·买买提", "a bu dou mai mai ti"),
            ("John Smith", "john smith"),
            ("张 伟", "zhang wei"),
        ] {
            if name.starts_with('阿') {
                assert!(usual(name).starts_with("a bu d"), "{}", usual(name));
            } else {
                assert_eq!(usual(name), want, "{name}");
            }
        }
        assert_eq!(initials("单雄信"), ["sxx"]);
        assert_eq!(initials("覃明"), ["qm", "tm"]);
        assert!(spell_words("会计处长").iter().map(|s| s.readings.unwrap().all[0]).eq(["kuai", "ji", "chu", "zhang"]));
        assert!(readings('吕').unwrap().all.contains(&"lyu"));
        assert!(readings('x').is_none());
        for (word, whole) in [("zhangwei", true), ("zhang", true), ("zhngwei", false), ("zhangw", false), ("", false)] {
            assert_eq!(is_pinyin(word), whole, "{word}");
        }
        assert_eq!(pinyin_words(""), Vec::<String>::new());
    }

    #[test]
    fn lists_are_ordered_as_in_an_office() {
        let mut names = vec!["张伟", "章伟", "曾一", "安娜", "单明", "Bob", "王10", "王9", "赵一", "沈一", "张卫"];
        names.sort_by_key(|n| sort_key(n));
        assert_eq!(names, ["Bob", "安娜", "单明", "沈一", "王9", "王10", "曾一", "张伟", "张卫", "章伟", "赵一"]);
    }
}
