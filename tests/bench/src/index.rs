//! Times the index at N invented people (first argument, 100,000 by default): build, each keystroke of a few words,
//! filters, streaming lookup, memory. Medians of five; quote ratios, not absolute figures.
//!
//! `cargo run --release --manifest-path tests/bench/Cargo.toml --bin index -- 100000`

use std::time::Instant;

use shoumi::domain::summary::{DutySummary, PeriodSummary, Phase, TripSummary};
use shoumi::domain::{Date, DutyKind, Level, PersonId, PersonSummary, State, TripKind, TripState, UnitId};
use shoumi::index::query::Subject;
use shoumi::index::search::{Search, Term};
use shoumi::index::{Index, Query, Sort, SortBy, View, Vocabulary, find};

const SURNAMES: &str = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚单解仇区查华";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国文秀珍春梅海燕志鹏飞宇浩婷雪琳佳欣怡晨曦子涵梓轩博雅思远立新永康安宁晓东向阳振兴卫民";
const DEPARTMENTS: &str = "财务处 人事处 保卫处 办公室 科技部 信息中心 质量部 生产部 采购部 档案室 机要室 总务科 研发一部 研发二部 审计处 后勤处";
const POSTS: &str = "处长 副处长 科员 工程师 机要员 档案员 会计 出纳 主任 秘书 操作员 系统管理员";

struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % below
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.next(list.len())]
    }
}

fn people(n: usize) -> Vec<PersonSummary> {
    let mut r = Random(0x9e37_79b9_7f4a_7c15);
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let given: Vec<char> = GIVEN.chars().collect();
    let departments: Vec<&str> = DEPARTMENTS.split(' ').collect();
    let posts: Vec<&str> = POSTS.split(' ').collect();
    let day = |n: usize| Date::from_ymd_opt(2023, 1, 1).unwrap() + chrono::TimeDelta::days(n as i64);
    (1..=n as u64)
        .map(|id| {
            let surname = r.next(surnames.len()).min(r.next(surnames.len()));
            let mut name = surnames[surname].to_string();
            name.push(r.pick(&given));
            if r.next(3) > 0 {
                name.push(r.pick(&given));
            }
            let left = r.next(5) == 0;
            let leave = day(r.next(1000));
            let level = Some(r.pick(Level::ALL));
            let post = r.pick(&posts).to_owned();
            let mut phases =
                vec![Phase { from: None, state: State::OnPost, level, post: post.clone(), departure: None }];
            if left {
                phases.push(Phase { from: Some(leave), state: State::InPeriod, level, post, departure: Some(1) });
            }
            PersonSummary {
                id: PersonId(id),
                revision: 1,
                unit: UnitId(1),
                department: format!("{}{}", r.pick(&departments), r.next(15)),
                name,
                identity: None,
                staff_number: Some(format!("A{id:06}")),
                phases,
                period: left.then(|| PeriodSummary {
                    departure: 1,
                    pack: "p5-company".into(),
                    start: Some(leave),
                    start_rule: "approval".into(),
                    months: Some(24),
                    last_day: Some(leave + chrono::TimeDelta::days(730)),
                    earliest: None,
                    latest: None,
                    article: "15".into(),
                    stated_last_day: None,
                    assumed: vec!["start_rule".into()],
                    blocked_by: vec![],
                    closed_on: None,
                }),
                more_periods: vec![],
                trained: Vec::new(),
                duties: (0..4)
                    .map(|i| DutySummary {
                        kind: if i % 2 == 0 { DutyKind::Sessions } else { DutyKind::YearlyStatement },
                        pack: "p2-filing".into(),
                        opens: day(i * 180),
                        due: day(i * 180 + 179),
                        article: "1-4".into(),
                        met_from: (r.next(10) > 0).then(|| day(i * 180 + 50)),
                        met_until: None,
                        also_met: vec![],
                    })
                    .collect(),
                trips: (0..r.next(20) / 18)
                    .map(|n| TripSummary {
                        n: n as u32 + 1,
                        kind: TripKind::Private,
                        state: r.pick(TripState::ALL),
                        destination: "日本".into(),
                        depart_on: day(r.next(1200)),
                        return_on: None,
                        submitted_on: None,
                        waits_for: None,
                        waits_by: Default::default(),
                    })
                    .collect(),
                matters: vec![],
                flags: vec![],
            }
        })
        .collect()
}

fn timed<T>(mut f: impl FnMut() -> T) -> (f64, T) {
    let mut times = Vec::new();
    let mut out = None;
    for _ in 0..5 {
        let start = Instant::now();
        out = Some(f());
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    (times[2], out.unwrap())
}

fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0) / 1024
}

fn main() {
    let n = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(100_000);
    let today = Date::from_ymd_opt(2025, 5, 1).unwrap();
    let start = Instant::now();
    let _ = shoumi::text::spell_name("张");
    println!("readings loaded in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let all = people(n);
    let before = memory();
    let start = Instant::now();
    let mut index = Index::new(today);
    for p in &all {
        index.put_person(p);
    }
    println!("build {n}: {:.0} ms, {} MiB", start.elapsed().as_secs_f64() * 1e3, memory() - before);
    for word in [
        "z", "zh", "zha", "zhang", "zhangw", "zhangwei", "w", "wei", "张", "张伟", "zw", "cwc", "财务", "A0001",
        "qqqq", "zhngwei",
    ] {
        let terms = Term::split(word);
        let (ms, (hits, total)) = timed(|| Search::new(index.people()).query(&terms, 100));
        println!("search {word:10} {ms:7.2} ms  {total:6} found, first {:?}", hits.first().map(|h| h.class));
    }
    for query in [
        "",
        "z",
        "zhang",
        "level:core",
        "left<30",
        "dept:财务 left<90",
        "travel:pending",
        "train:overdue zh",
        "dest:日本",
        "-level:core",
    ] {
        let parsed = Query::parse(query, Subject::People, &Vocabulary::default()).unwrap();
        let (ms, list) = timed(|| index.list(View::People, &parsed, None));
        println!("list {query:22} {ms:7.2} ms  {:6} rows", list.items.len());
    }
    for view in [View::Periods, View::Travel, View::Trainings] {
        let (ms, list) = timed(|| index.list(view, &Query::default(), None));
        println!("list {:22} {ms:7.2} ms  {:6} rows", view.code(), list.items.len());
    }
    let by_name = Some(Sort { by: SortBy::Name, descending: false });
    println!("sort by name {:.1} ms", timed(|| index.list(View::People, &Query::default(), by_name)).0);
    println!("counts {:.1} ms", timed(|| index.counts()).0);
    for word in ["zhangwei", "z"] {
        let people = all.clone();
        let start = Instant::now();
        let found = find(people.into_iter(), word, today, 20);
        println!("find {word}: {:.0} ms, {} found", start.elapsed().as_secs_f64() * 1e3, found.total);
    }
    let mut sizes = 0;
    for (_, p) in index.people().lines() {
        sizes += p.packed_len();
    }
    println!("packed summaries {} MiB", sizes >> 20);
}
