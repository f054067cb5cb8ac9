//! Names: what look-ups go by, of 512 people in one sealed value beside their summaries. They hang on the people alone, on
//! no rule, choice or day: a commit that moves no name, department or post leaves the value as it is.

use std::collections::HashMap;

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};

use super::StoreError;
use super::codec::{Table, encode, place, segment_key, take};
use super::rows::{Rows, SEGMENT, Source};
use crate::domain::{Date, IdentityNumber, PersonHead, PersonId, PersonSummary, RecordKind, Shared, UnitId};

/// What one person is looked up by. It has no `Debug`: the identity number in it is whole.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Name<'a> {
    unit: UnitId,
    department: Text<'a>,
    full: &'a str,
    /// Empty for none, as the next.
    identity: &'a str,
    staff_number: &'a str,
    /// The title that counts before any day, and from which day on (days of the common era) another.
    post: Text<'a>,
    later: Vec<(i32, Text<'a>)>,
}

/// A text that people share; read from a value, with its place among the texts there.
#[derive(Clone, Copy)]
struct Text<'a> {
    text: &'a str,
    place: Option<u32>,
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Text<'_> {}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, place: None }
    }
}

impl<'a> From<&'a PersonSummary> for Name<'a> {
    fn from(p: &'a PersonSummary) -> Self {
        let (mut post, mut later) = ("", Vec::<(i32, Text<'a>)>::new());
        for phase in &p.phases {
            let last = later.last().map_or(post, |(_, post)| post.text);
            match phase.from {
                Some(from) if last != phase.post => later.push((from.num_days_from_ce(), phase.post.as_str().into())),
                Some(_) => {}
                None => post = &phase.post,
            }
        }
        Self {
            unit: p.unit,
            department: p.department.as_str().into(),
            full: &p.name,
            identity: p.identity.as_ref().map(IdentityNumber::reveal).unwrap_or_default(),
            staff_number: p.staff_number.as_deref().unwrap_or_default(),
            post: post.into(),
            later,
        }
    }
}

/// The value: the segment's revision when it was written, the texts that people share, and a column of each part, an entry
/// a person in the order of their positions.
#[derive(Serialize, Deserialize)]
struct Columns<'a> {
    revision: u64,
    #[serde(borrow)]
    texts: Vec<&'a str>,
    /// Where people stand one behind the other: the first, and how many.
    position: Vec<(u32, u32)>,
    unit: Runs<UnitId>,
    /// Place among the texts.
    department: Vec<u32>,
    /// Place among the texts.
    post: Vec<u32>,
    #[serde(borrow)]
    name: Texts<'a>,
    #[serde(borrow)]
    identity: Texts<'a>,
    #[serde(borrow)]
    staff_number: Texts<'a>,
    /// Place in the columns, first day, place among the texts; by person and day.
    later: Vec<(u32, i32, u32)>,
}

/// A column in which the same value often stands several times in a row: each with how many times it does.
#[derive(Serialize, Deserialize)]
struct Runs<T>(Vec<(T, u32)>);

impl<T: Copy + PartialEq> Runs<T> {
    fn of(values: impl Iterator<Item = T>) -> Self {
        let mut runs: Vec<(T, u32)> = Vec::new();
        for value in values {
            match runs.last_mut().filter(|(last, _)| *last == value) {
                Some((_, times)) => *times += 1,
                None => runs.push((value, 1)),
            }
        }
        Self(runs)
    }

    /// How many values there are.
    fn count(&self) -> u64 {
        self.0.iter().map(|(_, times)| u64::from(*times)).sum()
    }

    fn each(&self) -> impl Iterator<Item = T> {
        self.0.iter().flat_map(|(value, times)| std::iter::repeat_n(*value, *times as usize))
    }
}

/// Texts one behind the other.
#[derive(Serialize, Deserialize)]
struct Texts<'a> {
    all: &'a str,
    /// Bytes of each.
    lengths: Runs<u32>,
}

impl<'a> Texts<'a> {
    fn of<'t>(all: &'a mut String, texts: impl Iterator<Item = &'t str>) -> Self {
        let lengths = Runs::of(texts.inspect(|text| all.push_str(text)).map(|text| text.len() as u32));
        Self { all, lengths }
    }

    /// Hands them out in order; `None` where there is none.
    fn each(&self) -> impl Iterator<Item = Option<&'a str>> {
        let (all, mut start) = (self.all, 0);
        self.lengths.each().map(move |length| {
            let end = start + length as usize;
            let text = all.get(start..end);
            start = end;
            text
        })
    }
}

/// Numbers the texts that are in use.
#[derive(Default)]
struct Numbering<'a> {
    texts: Vec<&'a str>,
    numbers: HashMap<&'a str, u32>,
    /// By their old place, so that nothing is looked up for people who stay as they are.
    moved: Vec<Option<u32>>,
}

impl<'a> Numbering<'a> {
    fn of(&mut self, text: Text<'a>) -> u32 {
        let old = text.place.map(|place| place as usize);
        if let Some(known) = old.and_then(|old| self.moved.get(old).copied().flatten()) {
            return known;
        }
        let number = *self.numbers.entry(text.text).or_insert_with(|| {
            self.texts.push(text.text);
            self.texts.len() as u32 - 1
        });
        if let Some(old) = old {
            self.moved.resize(self.moved.len().max(old + 1), None);
            if let Some(place) = self.moved.get_mut(old) {
                *place = Some(number);
            }
        }
        number
    }
}

/// Encodes the names of a segment by position.
pub(super) fn to_bytes(revision: u64, names: &[Option<Name<'_>>]) -> Result<Vec<u8>, StoreError> {
    let mut numbering = Numbering::default();
    let there: Vec<(u32, &Name<'_>)> = (0..).zip(names).filter_map(|(at, n)| Some((at, n.as_ref()?))).collect();
    let people = || there.iter().map(|(_, n)| *n);
    let department = people().map(|n| numbering.of(n.department)).collect();
    let post = people().map(|n| numbering.of(n.post)).collect();
    let later = (0..).zip(people()).flat_map(|(i, n)| n.later.iter().map(move |(from, post)| (i, *from, *post)));
    let later = later.map(|(i, from, post)| (i, from, numbering.of(post))).collect();
    let (mut names, mut identities, mut staff) = (String::new(), String::new(), String::new());
    let mut position: Vec<(u32, u32)> = Vec::new();
    for (at, _) in &there {
        match position.last_mut().filter(|(first, count)| first + count == *at) {
            Some((_, count)) => *count += 1,
            None => position.push((*at, 1)),
        }
    }
    encode(&Columns {
        revision,
        position,
        unit: Runs::of(people().map(|n| n.unit)),
        department,
        post,
        name: Texts::of(&mut names, people().map(|n| n.full)),
        identity: Texts::of(&mut identities, people().map(|n| n.identity)),
        staff_number: Texts::of(&mut staff, people().map(|n| n.staff_number)),
        later,
        texts: numbering.texts,
    })
}

/// A person among the columns.
struct Row<'a, 'c> {
    position: u32,
    unit: UnitId,
    department: u32,
    post: u32,
    name: &'a str,
    identity: &'a str,
    staff_number: &'a str,
    later: &'c [(u32, i32, u32)],
}

impl<'a> Columns<'a> {
    fn read(bytes: &'a [u8], revision: u64) -> Option<Self> {
        let (columns, rest): (Self, _) = take(bytes)?;
        (rest.is_empty() && columns.revision == revision).then_some(columns)
    }

    /// Hands out the people in order; `None` where the columns do not fit each other.
    fn each(&self, mut each: impl FnMut(Row<'a, '_>) -> Option<()>) -> Option<()> {
        let count: u64 = self.position.iter().map(|(_, count)| u64::from(*count)).sum();
        let lengths = [&self.name.lengths, &self.identity.lengths, &self.staff_number.lengths];
        let counts = lengths.map(Runs::count).into_iter().chain([self.department.len() as u64, self.post.len() as u64]);
        if count > SEGMENT || counts.chain([self.unit.count()]).any(|of| of != count) {
            return None;
        }
        let mut end = 0;
        for (first, count) in &self.position {
            if u64::from(*first) < end {
                return None;
            }
            end = u64::from(*first) + u64::from(*count);
        }
        if end > SEGMENT {
            return None;
        }
        let positions = self.position.iter().flat_map(|(first, count)| *first..first + count);
        let (mut names, mut identities, mut staff) = (self.name.each(), self.identity.each(), self.staff_number.each());
        let shared = self.department.iter().zip(&self.post);
        let mut later = self.later.as_slice();
        for (((i, position), unit), (department, post)) in (0..).zip(positions).zip(self.unit.each()).zip(shared) {
            let mine = later.iter().take_while(|(of, ..)| *of == i).count();
            let (of_this, others) = later.split_at_checked(mine)?;
            later = others;
            each(Row {
                position,
                unit,
                department: *department,
                post: *post,
                name: names.next()??,
                identity: identities.next()??,
                staff_number: staff.next()??,
                later: of_this,
            })?;
        }
        later.is_empty().then_some(())
    }
}

/// The names by position.
pub(super) fn parse(bytes: &[u8], revision: u64) -> Option<Vec<Option<Name<'_>>>> {
    let columns = Columns::read(bytes, revision)?;
    let text = |n: u32| columns.texts.get(n as usize).map(|text| Text { text, place: Some(n) });
    let mut out = Vec::new();
    columns.each(|row| {
        if u64::from(row.position) >= SEGMENT || (row.position as usize) < out.len() {
            return None;
        }
        out.resize(row.position as usize, None);
        out.push(Some(Name {
            unit: row.unit,
            department: text(row.department)?,
            full: row.name,
            identity: row.identity,
            staff_number: row.staff_number,
            post: text(row.post)?,
            later: row.later.iter().map(|(_, from, post)| Some((*from, text(*post)?))).collect::<Option<_>>()?,
        }));
        Some(())
    })?;
    Some(out)
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|t| !t.is_empty())
}

/// Hands out what look-ups go by on a day.
fn each_head(
    bytes: &[u8],
    revision: u64,
    segment: u32,
    today: Date,
    each: &mut dyn FnMut(PersonHead<'_>),
) -> Option<()> {
    let (first, today) = (u64::from(segment) * SEGMENT + 1, today.num_days_from_ce());
    let columns = Columns::read(bytes, revision)?;
    let shared = |no: u32| Some(Shared { no, text: columns.texts.get(no as usize)? });
    columns.each(|row| {
        let post = row.later.iter().rev().find(|(_, from, _)| *from <= today).map_or(row.post, |(_, _, post)| *post);
        each(PersonHead {
            id: PersonId(first + u64::from(row.position)),
            unit: row.unit,
            batch: first,
            department: shared(row.department)?,
            name: row.name,
            identity: some(row.identity),
            staff_number: some(row.staff_number),
            post: shared(post)?,
        });
        Some(())
    })
}

impl<T: Source> Rows<T> {
    /// The names of a segment of people, opened, and their revision: for [`parse`]; `None` beyond the last.
    pub fn names_bytes(&self, segment: u32) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
        let revision = self.manifest.names.get(segment as usize).copied().unwrap_or(0);
        if revision == 0 {
            return Ok(None);
        }
        let bytes = self.opened(Table::Names, &segment_key(RecordKind::Person, segment))?;
        Ok(Some((bytes, revision)))
    }

    /// What look-ups go by, of the people of one segment.
    pub fn people_heads(
        &self,
        segment: u32,
        today: Date,
        each: &mut dyn FnMut(PersonHead<'_>),
    ) -> Result<(), StoreError> {
        let Some((bytes, revision)) = self.names_bytes(segment)? else { return Ok(()) };
        each_head(&bytes, revision, segment, today, each).ok_or_else(|| damaged(segment))
    }
}

/// What the names of a segment are that do not read.
pub(super) fn damaged(segment: u32) -> StoreError {
    StoreError::damaged(place(Table::Names, &segment_key(RecordKind::Person, segment)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::State;
    use crate::domain::summary::Phase;

    fn somebody(posts: &[(Option<&str>, &str)], number: Option<&str>) -> PersonSummary {
        let phase = |(from, post): &(Option<&str>, &str)| Phase {
            from: from.map(|d| d.parse().unwrap()),
            state: State::OnPost,
            level: None,
            post: (*post).to_owned(),
            departure: Some(1),
        };
        let mut p: PersonSummary = serde_json::from_value(serde_json::json!({
            "id": "P000007", "revision": 3, "unit": UnitId(1), "department": "财务处", "name": "张伟", "identity": null,
            "staff_number": "A7", "phases": [], "period": null, "more_periods": [], "duties": [], "trained": ["2024-02-29"],
            "trips": [], "matters": [], "flags": ["stated_differs"],
        }))
        .unwrap();
        p.phases = posts.iter().map(phase).collect();
        p.identity = number.map(|n| IdentityNumber::parse(n).unwrap());
        p
    }

    #[test]
    fn names_read_back_as_the_summaries_say_on_every_day() {
        let twice = [(None, "会计"), (Some("2025-03-01"), "会计"), (Some("2026-03-01"), "机要员")];
        let people = [
            somebody(&twice, Some("11010519491231002X")),
            somebody(&[(Some("2026-03-01"), "财务处")], None),
            somebody(&[], None),
        ];
        let names: Vec<Option<Name<'_>>> =
            [None, Some(&people[0]), None, Some(&people[1]), Some(&people[2])].map(|p| p.map(Name::from)).to_vec();
        assert_eq!(names[1].as_ref().map(|n| n.later.len()), Some(1), "a phase with the same post says nothing new");
        let bytes = to_bytes(9, &names).unwrap();
        assert!(parse(&bytes, 9).unwrap() == names);
        for day in ["2020-01-01", "2025-03-01", "2026-02-28", "2026-03-01", "2030-01-01"] {
            let day: Date = day.parse().unwrap();
            let mut read = Vec::new();
            each_head(&bytes, 9, 2, day, &mut |h| {
                let of =
                    [h.department.text, h.name, h.identity.unwrap_or("-"), h.staff_number.unwrap_or("-"), h.post.text];
                read.push((h.id.0, h.unit, of.map(str::to_owned)));
            })
            .unwrap();
            let told: Vec<_> = [(1026, 0), (1028, 1), (1029, 2)]
                .map(|(id, at)| {
                    let h = people[at as usize].head(day);
                    let of = [
                        h.department.text,
                        h.name,
                        h.identity.unwrap_or("-"),
                        h.staff_number.unwrap_or("-"),
                        h.post.text,
                    ];
                    (id, h.unit, of.map(str::to_owned))
                })
                .to_vec();
            assert_eq!(read, told, "{day}");
        }
    }

    #[test]
    fn names_cut_stale_or_longer_are_none() {
        let person = somebody(&[(None, "会计")], None);
        let names = vec![Some(Name::from(&person))];
        let bytes = to_bytes(9, &names).unwrap();
        assert!(parse(&bytes, 8).is_none());
        for cut in 0..bytes.len() {
            assert!(parse(&bytes[..cut], 9).is_none(), "cut at {cut}");
        }
        assert!(parse(&[bytes, vec![9]].concat(), 9).is_none());
        assert!(parse(&to_bytes(9, &vec![names[0].clone(); 513]).unwrap(), 9).is_none());
        for position in
            [vec![(u32::MAX, 1)], vec![(511, 2)], vec![(3, 1), (3, 1)], vec![(9, 1), (2, 1)], vec![(0, u32::MAX)]]
        {
            let count = position.iter().map(|(_, n)| *n).sum::<u32>().min(2) as usize;
            let text = || Texts { all: "", lengths: Runs::of(std::iter::repeat_n(0, count)) };
            let columns = Columns {
                revision: 9,
                texts: vec![""],
                position: position.clone(),
                unit: Runs::of(std::iter::repeat_n(UnitId(1), count)),
                department: vec![0; count],
                post: vec![0; count],
                name: text(),
                identity: text(),
                staff_number: text(),
                later: Vec::new(),
            };
            let bytes = encode(&columns).unwrap();
            assert!(parse(&bytes, 9).is_none(), "{position:?}");
            assert!(each_head(&bytes, 9, 0, "2026-01-01".parse().unwrap(), &mut |_| ()).is_none(), "{position:?}");
        }
    }
}
