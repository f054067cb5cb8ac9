//! Invented people, as the index has them.

use shoumi::domain::summary::{DutySummary, PeriodSummary, Phase, TripSummary};
use shoumi::domain::{Date, DutyKind, Level, PersonId, PersonSummary, State, TripKind, TripState, UnitId};

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

/// So many people, always the same, one at a time: a million of them held at once would make every later start slower.
pub fn people(n: usize) -> impl Iterator<Item = PersonSummary> {
    let mut r = Random(0x9e37_79b9_7f4a_7c15);
    let surnames: Vec<char> = SURNAMES.chars().collect();
    let given: Vec<char> = GIVEN.chars().collect();
    let departments: Vec<&str> = DEPARTMENTS.split(' ').collect();
    let posts: Vec<&str> = POSTS.split(' ').collect();
    let day = |n: usize| Date::from_ymd_opt(2023, 1, 1).unwrap() + chrono::TimeDelta::days(n as i64);
    (1..=n as u64).map(move |id| {
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
        let mut phases = vec![Phase { from: None, state: State::OnPost, level, post: post.clone(), departure: None }];
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
}
