//! A keystroke over everybody: the index beside three matchers that rank lines of text, on the same people.
//!
//! The peers see one line a person, `name pinyin initials department post number`, made before the clock starts. Before
//! every timing the caches are filled with something else.

use std::hint::black_box;

use fuzzy_matcher::{FuzzyMatcher as _, skim::SkimMatcherV2};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use shoumi::domain::Date;
use shoumi::index::query::Subject;
use shoumi::index::search::{Search, Term};
use shoumi::index::{Index, Query, Sort, SortBy, View, Vocabulary};

use crate::people::people;
use crate::{Figures, median, timed};

/// What is typed, letter by letter.
const TYPED: [&str; 8] = ["zhangwei", "wei", "张伟", "zw", "caiwu", "A0001", "qqqq", "lxd"];
const TOP: usize = 100;

fn line(p: &shoumi::domain::PersonSummary, today: Date) -> String {
    let pinyin = shoumi::text::pinyin_words(&p.name).into_iter().next().unwrap_or_default();
    let initials = shoumi::text::initials(&p.name).into_iter().next().unwrap_or_default();
    let post = p.phase(today).map_or("", |f| f.post.as_str());
    let number = p.staff_number.as_deref().unwrap_or_default();
    format!("{} {pinyin} {initials} {} {post} {number}", p.name, p.department)
}

/// Fills the caches with something else.
fn flush(other: &mut [u64]) {
    for word in other.iter_mut() {
        *word = word.wrapping_mul(5).wrapping_add(1);
    }
    black_box(other);
}

/// Times every keystroke, filters and orders among so many people.
pub fn measure(figures: &mut Figures, size: usize, turns: usize, each: bool) {
    let today = Date::from_ymd_opt(2025, 5, 1).expect("a day");
    let all: Vec<_> = people(size).collect();
    let lines: Vec<String> = all.iter().map(|p| line(p, today)).collect();
    let (build, index) = timed(|| {
        let mut index = Index::new(today);
        all.iter().for_each(|p| index.put_person(p));
        index
    });
    drop(all);
    figures.add("index of everybody, built in memory", "ms", size, build);
    let mut other = vec![1u64; if turns == 1 { 1 << 10 } else { 1 << 23 }];
    let mut run = |f: &mut dyn FnMut() -> usize| {
        let times = (0..turns).map(|_| {
            flush(&mut other);
            timed(|| black_box(f())).0
        });
        median(times.collect())
    };
    let (mut ours, mut best, mut words) = (Vec::new(), Vec::new(), Vec::new());
    let mut of: [Vec<f64>; 4] = Default::default();
    for typed in TYPED {
        for end in typed.char_indices().map(|(at, c)| at + c.len_utf8()) {
            let word = &typed[..end];
            words.push(word);
            let terms = Term::split(word);
            ours.push(run(&mut || Search::new(index.people()).query(&terms, TOP).1));
            let config = frizbee::Config::default();
            let times = [
                run(&mut || frizbee::Matcher::new(word, &config).match_list(&lines).len()),
                run(&mut || frizbee::Matcher::new(word, &config).match_list_parallel(&lines, 0).len()),
                run(&mut || {
                    let mut matcher = nucleo_matcher::Matcher::new(nucleo_matcher::Config::DEFAULT);
                    Pattern::parse(word, CaseMatching::Ignore, Normalization::Smart)
                        .match_list(&lines, &mut matcher)
                        .len()
                }),
                run(&mut || {
                    let matcher = SkimMatcherV2::default().ignore_case();
                    let score = |(n, l): (usize, &String)| matcher.fuzzy_match(l, word).map(|s| (-s, n));
                    let mut found: Vec<(i64, usize)> = lines.iter().enumerate().filter_map(score).collect();
                    found.sort_unstable();
                    found.len()
                }),
            ];
            best.push(times.iter().copied().fold(f64::INFINITY, f64::min));
            of.iter_mut().zip(times).for_each(|(all, ms)| all.push(ms));
        }
    }
    if each {
        for (word, (ours, best)) in words.iter().zip(ours.iter().zip(&best)) {
            println!("{size:>9}  {word:<10} {ours:>8.3} ms, best peer {best:>8.3} ms, {:>6.2} ×", best / ours);
        }
    }
    let ratios: Vec<f64> = best.iter().zip(&ours).map(|(b, o)| b / o).collect();
    let mean = (ratios.iter().map(|r| r.ln()).sum::<f64>() / ratios.len() as f64).exp();
    figures.add("keystroke, first 100 of everybody: median", "ms", size, median(ours.clone()));
    figures.add("keystroke: slowest", "ms", size, ours.iter().copied().fold(0.0, f64::max));
    for (name, times) in ["frizbee", "frizbee, all cores", "nucleo-matcher", "skim (fuzzy-matcher)"].iter().zip(of) {
        figures.add(&format!("the same, {name}: median"), "ms", size, median(times));
    }
    figures.add("best peer / keystroke: geometric mean", "×", size, mean);
    figures.add("best peer / keystroke: least", "×", size, ratios.iter().copied().fold(f64::INFINITY, f64::min));
    let mut worst: Vec<(&f64, &&str)> = ratios.iter().zip(&words).collect();
    worst.sort_by(|a, b| a.0.total_cmp(b.0));
    let worst: Vec<String> = worst.iter().take(12).map(|(r, w)| format!("{w} {r:.2}×")).collect();
    println!("{size:>9}  the least of them: {}", worst.join(", "));
    for (name, query, sort) in [
        ("filter `level:core`", "level:core", None),
        ("filter `left<90 zh`", "left<90 zh", None),
        ("list by name", "", Some(Sort { by: SortBy::Name, descending: false })),
        ("list by department", "", Some(Sort { by: SortBy::Department, descending: true })),
    ] {
        let query = Query::parse(query, Subject::People, &Vocabulary::default()).expect("a query");
        figures.add(name, "ms", size, run(&mut || index.list(View::People, &query, sort).items.len()));
    }
}
