//! Whom a few letters find, and in which order, among names that are alike.

use proptest::prelude::*;
use shoumi::domain::{Date, IdentityNumber, Level, PersonId, PersonSummary};
use shoumi::index::search::{Search, Term, highlight_name};
use shoumi::index::{Index, Lookup};

use super::index::person;

const NAMES: &str = "张伟 张玮 张小伟 张文涛 章伟 庄伟 赵伟 赵子文 周薇 李娜 李安娜 欧阳娜娜 欧阳修 单雄信 单增曲珍 曾国强 曾静 \
    解晓东 谢晓东 仇英 区小敏 查良镛 任伟 华罗庚 尉迟恭 万俟卨 长孙无忌 澹台明 令狐冲 李重庆 王重阳 王磊 王蕾 汪磊 吕布 陆布 \
    翟天临 覃明 朴正洙 盖叫天 乐嘉 宁静 阿不都热依木·买买提 迪丽热巴·迪力木拉提 JohnSmith 司马光 上官婉儿 刘晨 刘辰 刘诚 柳晨 沈琛 \
    蔡明 彩虹 李彩 魏蔚 卫明 韦伟";

fn today() -> Date {
    "2026-05-01".parse().unwrap()
}

fn people() -> Vec<PersonSummary> {
    let departments = ["财务处", "卫生处", "档案室", "重庆办事处"];
    let mut all: Vec<PersonSummary> = NAMES
        .split_whitespace()
        .enumerate()
        .map(|(i, n)| person(i as u64 + 1, n, departments[i % 4], Level::General))
        .collect();
    let digits = "99010119800229123";
    let number = format!("{digits}{}", shoumi::domain::identity::check_digit(digits).unwrap());
    all[0].identity = Some(IdentityNumber::parse(&number).unwrap());
    all
}

/// What a look-up that streams finds, in order; two that share the people find the same.
pub fn find(people: &[PersonSummary], text: &str, today: Date, limit: usize) -> (usize, Vec<PersonId>) {
    let of = |people: &[PersonSummary]| {
        let mut lookup = Lookup::new(text, limit)?;
        for p in people {
            lookup.pass(&p.head(today));
        }
        Some(lookup)
    };
    let Some(whole) = of(people).map(Lookup::found) else { return (0, Vec::new()) };
    let (some, others) = people.split_at(people.len() / 3);
    assert_eq!(of(some).unwrap().with(of(others).unwrap()).found(), whole, "{text:?}");
    whole
}

fn index() -> Index {
    let mut index = Index::new(today());
    for p in people() {
        index.put_person(&p);
    }
    index
}

fn ids(index: &Index, text: &str, limit: usize) -> Vec<PersonId> {
    let (hits, _) = Search::new(index.people()).query(&Term::split(text), limit);
    hits.iter().map(|h| index.people().at(h.row).unwrap().id).collect()
}

fn names(index: &Index, text: &str) -> Vec<String> {
    ids(index, text, usize::MAX).into_iter().map(|id| index.person(id).unwrap().name).collect()
}

#[test]
fn the_first_are_whom_one_means() {
    let index = index();
    let mut wrong = Vec::new();
    for (text, first) in [
        ("zhangwei", "张伟 张玮 章伟"),
        ("zw", "张伟 张玮 章伟 庄伟 赵伟 周薇"),
        ("zhangw", "张伟 张玮 张文涛 章伟"),
        ("zhwei", "张伟 张玮 章伟 庄伟 赵伟 周薇"),
        ("zhang w", "张伟 张玮 张小伟 张文涛"),
        ("张w", "张伟 张玮 张文涛"),
        ("张", "张伟 张玮 张小伟 张文涛"),
        ("张伟", "张伟"),
        ("伟", "张伟"),
        ("shan", "单雄信"),
        ("dan", ""),
        ("zeng", "曾国强 曾静"),
        ("xie", "解晓东 谢晓东"),
        ("xiexiaodong", "解晓东 谢晓东"),
        ("qiuying", "仇英"),
        ("ou", "区小敏 欧阳娜娜 欧阳修"),
        ("zha", "查良镛"),
        ("ren", "任伟"),
        ("li", "李娜 李安娜 李重庆 李彩"),
        ("hualuogeng", "华罗庚"),
        ("yuchi", "尉迟恭"),
        ("moqi", "万俟卨"),
        ("zhangsun", "长孙无忌"),
        ("tantai", "澹台明"),
        ("ouyangnana", "欧阳娜娜"),
        ("oynn", "欧阳娜娜"),
        ("ouyang", "欧阳娜娜 欧阳修"),
        ("lichongqing", "李重庆"),
        ("wangchongyang", "王重阳"),
        ("wanglei", "王磊 王蕾"),
        ("lvbu", "吕布"),
        ("lyubu", "吕布"),
        ("luhu", ""),
        ("zhaitianlin", "翟天临"),
        ("qinming", "覃明"),
        ("tanming", "覃明"),
        ("piao", "朴正洙"),
        ("lejia", "乐嘉"),
        ("yuejia", "乐嘉"),
        ("abdu", ""),
        ("abudu", "阿不都热依木·买买提"),
        ("maimaiti", "阿不都热依木·买买提"),
        ("买买提", "阿不都热依木·买买提"),
        ("dilireba", "迪丽热巴·迪力木拉提"),
        ("john", "JohnSmith"),
        ("smg", "司马光"),
        ("sgwe", "上官婉儿"),
        ("liuchen", "刘晨 刘辰 柳晨"),
        ("ZHANGWEI", "张伟 张玮 章伟"),
        ("ｚｗ", "张伟 张玮 章伟 庄伟 赵伟 周薇"),
        ("zhngwei", "张伟"),
        ("cai", "蔡明"),
        ("weiwei", "魏蔚 韦伟"),
        ("A014", "单雄信"),
        ("p000014", "单雄信"),
    ] {
        let got = names(&index, text);
        let mut want: Vec<&str> = first.split_whitespace().collect();
        let mut start: Vec<&str> = got.iter().take(want.len()).map(String::as_str).collect();
        want.sort_unstable();
        start.sort_unstable();
        if start != want {
            wrong.push(format!("{text}: wanted {first}, got {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} misses\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_unrelated_are_not_found() {
    let index = index();
    for (text, not) in [
        ("zhangwei", "庄伟"),
        ("zhangwei", "赵伟"),
        ("wz", "张伟"),
        ("hang", "张伟"),
        ("zhang", "庄伟"),
        ("qq", "张伟"),
        ("zhangwei", "李娜"),
        ("张三", "张伟"),
        ("chongqing", "张伟"),
    ] {
        assert!(!names(&index, text).iter().any(|n| n == not), "{text} finds {not}");
    }
    for nothing in ["qqqq", "xzxzxz", "990101198", "!!!", "张三丰"] {
        assert_eq!(names(&index, nothing), Vec::<String>::new(), "{nothing}");
    }
}

#[test]
fn people_stand_before_departments_and_posts() {
    let index = index();
    let got = names(&index, "wei");
    let place = |name: &str| got.iter().position(|n| n == name).unwrap_or_else(|| panic!("{name} in {got:?}"));
    for named in ["魏蔚", "卫明", "韦伟", "张伟", "任伟", "周薇"] {
        // 查良镛 works in 卫生处 and is found by nothing else.
        assert!(place(named) < place("查良镛"), "{named} {got:?}");
    }
    assert!(names(&index, "caiwu").len() >= 14, "a department is found by its pinyin");
    assert_eq!(names(&index, "zhang caiwu").first().map(String::as_str), Some("张伟"));
    assert!(names(&index, "chongqing").len() > 10, "the office in Chongqing");
    assert_eq!(names(&index, "chongqing")[0], "李重庆");
}

#[test]
fn identity_numbers_are_found_whole_or_by_their_end() {
    let index = index();
    let number = people()[0].identity.clone().unwrap();
    let whole = number.reveal().to_owned();
    assert_eq!(names(&index, &whole), ["张伟"]);
    assert_eq!(names(&index, &whole[14..]), ["张伟"]);
    assert_eq!(names(&index, &whole[6..14]), Vec::<String>::new(), "not by the birth date");
    assert_eq!(names(&index, &whole[15..]), Vec::<String>::new(), "not by three digits");
}

#[test]
fn the_same_words_give_the_same_order_whatever_was_searched_before() {
    let index = index();
    let search = Search::new(index.people());
    let words = ["zhang", "z", "wei", "zw", "zhwei", "张w", "883", "lei", "n", "zhang w", "cw"];
    for word in words {
        let terms = Term::split(word);
        let before = search.query(&terms, 100);
        for other in words {
            let _ = search.query(&Term::split(other), 5);
        }
        assert_eq!(search.query(&terms, 100), before, "{word}");
        assert_eq!(Search::new(index.people()).query(&terms, 100), before, "{word}, fresh");
    }
}

#[test]
fn the_first_few_are_the_first_of_all() {
    let index = index();
    for word in ["z", "w", "l", "zh", "wei", "cai", "a0", "n", "zhang caiwu"] {
        let all = ids(&index, word, usize::MAX);
        for limit in [1, 3, 7] {
            assert_eq!(ids(&index, word, limit), all[..limit.min(all.len())], "{word} {limit}");
        }
        let (total, streamed) = find(&people(), word, today(), 7);
        assert_eq!(streamed, all[..7.min(all.len())], "{word} streamed");
        assert_eq!(total, all.len(), "{word} streamed");
    }
    assert_eq!(find(&people(), "  ", today(), 7).0, 0);
}

#[test]
fn what_was_matched_is_marked() {
    for (words, name, want) in [
        ("zw", "张小伟", vec![0, 2]),
        ("zhang", "张伟", vec![0]),
        ("伟", "张伟", vec![1]),
        ("oynn", "欧阳娜娜", vec![0, 1, 2, 3]),
        ("zhang wei", "张伟", vec![0, 1]),
        ("qq", "张伟", vec![]),
        ("买", "阿不都·买买提", vec![4]),
    ] {
        assert_eq!(highlight_name(&Term::split(words), name), want, "{words} {name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_name_and_any_words_are_survived_and_streaming_agrees(
        people in proptest::collection::vec(
            (
                "\\PC{0,6}|[张王李单曾欧阳尉迟娜伟]{1,4}|[a-z·A-Z ]{0,12}",
                "[ab12]{0,3}|[A-Za-z0-9 -]{0,6}",
                "财务处|保卫处|财务二处|a1|",
            ),
            1..12,
        ),
        words in "[a-z]{1,6}|[ab12]{1,2}|[张王李a-z ]{1,5}|\\PC{0,10}|[0-9xX-]{1,18}|caiwu|[zw]{4,6}",
        top in 0usize..5,
    ) {
        let all: Vec<PersonSummary> = people
            .iter()
            .enumerate()
            .map(|(i, (name, staff, department))| PersonSummary {
                staff_number: Some(staff.clone()).filter(|s| !s.is_empty()),
                ..person(i as u64 + 1, name, department, Level::Core)
            })
            .collect();
        let mut index = Index::new(today());
        // The order of arrival changes nothing.
        for p in all.iter().rev() {
            index.put_person(p);
        }
        let terms = Term::split(&words);
        let found = ids(&index, &words, usize::MAX);
        let (_, streamed) = find(&all, &words, today(), usize::MAX);
        if !terms.is_empty() {
            prop_assert_eq!(&found, &streamed);
            let ranked = |top| Search::new(index.people()).ranked(&terms, top, Some(&|_| true));
            let by_id = |rows: Vec<u32>| -> Vec<PersonId> {
                rows.into_iter().map(|row| index.people().at(row).unwrap().id).collect()
            };
            prop_assert_eq!(&by_id(ranked(usize::MAX)), &found);
            // Those behind the first few stand in another order, and none is missing.
            let mut few = by_id(ranked(top));
            prop_assert_eq!(&few[..top.min(found.len())], &found[..top.min(found.len())]);
            few.sort_unstable();
            let mut every = found.clone();
            every.sort_unstable();
            prop_assert_eq!(few, every);
        }
        for p in &all {
            let chars = p.name.chars().count();
            prop_assert!(highlight_name(&terms, &p.name).iter().all(|i| *i < chars));
            let _ = (shoumi::text::sort_key(&p.name), shoumi::text::pinyin_words(&p.name), shoumi::text::initials(&p.name));
        }
    }

    #[test]
    fn a_name_is_found_by_itself_its_pinyin_and_its_initials(name in "[张王李单曾解欧伟娜静明强磊重庆乐行朝]{2,4}") {
        let mut index = Index::new(today());
        index.put_person(&person(1, &name, "", Level::Core));
        for spelled in shoumi::text::pinyin_words(&name) {
            let joined: String = spelled.split(' ').collect();
            prop_assert_eq!(ids(&index, &joined, 1).len(), 1, "{}", joined);
            prop_assert_eq!(ids(&index, &spelled, 1).len(), 1, "{}", spelled);
            // Every beginning of it, as it is typed, too.
            for end in 1..joined.len() {
                prop_assert_eq!(ids(&index, &joined[..end], 1).len(), 1, "{}", &joined[..end]);
            }
        }
        for short in shoumi::text::initials(&name) {
            prop_assert_eq!(ids(&index, &short, 1).len(), 1, "{}", short);
        }
        prop_assert_eq!(ids(&index, &name, 1).len(), 1);
    }
}
