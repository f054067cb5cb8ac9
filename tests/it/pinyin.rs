//! By which letters a name is found, by the quick lookup and by the live filter of the lists: the readings that offices
//! use, the ways of writing that keyboards and input methods leave behind, and what is doubtful.

use shoumi::domain::{Date, Level, PersonSummary};
use shoumi::index::Index;
use shoumi::index::search::{Search, Term};

use super::index::person;
use super::index_search::find;

fn today() -> Date {
    "2026-05-01".parse().unwrap()
}

/// Name, then everything it is found by; `!` before what does not find it.
const NAMES: &[(&str, &str)] = &[
    (
        "张伟",
        "zw zhangwei zhang,w zhang,wei 张w 张,w 张wei 张伟 伟 wei ZW ZhangWei ZHANGWEI ｚｗ Ｚｈａｎｇｗｅｉ 张ｗ zhangw zhwei zhangwe z,w !wz !hang",
    ),
    ("单雄信", "sxx shan shanxiongxin 单x"),
    ("曾国强", "zgq zeng zengguoqiang ceng"),
    ("解晓东", "xxd xie xiexiaodong jie"),
    ("仇英", "qy qiu qiuying chou"),
    ("查良镛", "zly zha zhaliangyong cha"),
    ("区小敏", "oxm ou ouxiaomin qu"),
    ("盖叫天", "gjt ge gejiaotian gai gaijiaotian"),
    ("任建平", "rjp ren renjianping"),
    ("华罗庚", "hlg hua hualuogeng"),
    ("朴正洙", "pzz piao piaozhengzhu pu"),
    ("尉迟刚", "ycg yc yuchi yuchigang 尉迟g wei"),
    ("万俟宁", "mqn moqi moqining wan"),
    ("令狐婉", "lhw linghu linghuwan"),
    ("欧阳景行", "oyjx oyjh ouyang ouyangjingxing ouyangjinghang oy 欧阳jx oy,jx"),
    ("司马光", "smg sima simaguang"),
    ("诸葛明德", "zgmd zhuge zhugemingde"),
    ("上官云深", "sgys shangguan"),
    ("夏侯宁", "xhn xiahou xiahouning"),
    ("澹台明", "ttm tantai"),
    ("长孙无忌", "zswj zhangsun !changsun"),
    ("单于明", "cym chanyu !shanyu"),
    ("鲜于枢", "xys xianyu"),
    ("皇甫嵩", "hfs huangfu"),
    ("吕小芳", "lxf lv lvxiaofang lu luxiaofang lyu lyuxiaofang lüxiaofang LÜ lǚ lǚxiǎofāng"),
    ("陆小芳", "lxf lu luxiaofang !lv"),
    ("王秀女", "wxn wangxiunv wangxiunu wangxiunyu"),
    ("李重庆", "lcq lichongqing"),
    ("王重阳", "wcy wangchongyang wzy wangzhongyang"),
    ("乐嘉", "yj yuejia lj lejia"),
    ("宁静", "nj ning ningjing"),
    ("翟明月", "zmy zhai zhaimingyue dimingyue"),
    ("覃国庆", "qgq qin qinguoqing tan tgq"),
    ("缪晓东", "mxd miao miaoxiaodong"),
    ("牟海涛", "mht mu mou mouhaitao muhaitao"),
    ("瞿丽华", "qlh qu quli"),
    ("冼志伟", "xzw xian xianzhiwei"),
    ("卜晓燕", "bxy bu buxiaoyan"),
    ("繁峙", "pz poshi po"),
    ("召唤", "sh shao zhao zh"),
    ("员外郎", "ywl yun"),
    ("折可存", "skc she sheke"),
    ("洗星海", "xxh xian xianxinghai"),
    ("黑伯", "hb he hei"),
    ("秘书", "bs bi mi"),
    ("种师道", "csd chong"),
    ("柏小松", "bxs bai bo"),
    ("佟丽娅", "tly tong"),
    ("闫妮", "yn yan yanni"),
    ("晏殊", "ys yan yanshu"),
    ("臧天朔", "zts zang"),
    ("逄小刚", "pxg pang"),
    ("褚时健", "csj chu"),
    ("麴义", "qy qu"),
    ("郗鉴", "xj xi chi"),
    ("费翔", "fx fei"),
    ("葛优", "gy ge geyou"),
    ("石磊", "sl shi dan"),
    ("阿依古丽", "aygl ayiguli"),
    ("李娜", "ln lina linuo"),
    ("张曾", "zz zhangzeng zhangceng"),
    ("赵乐乐", "zll zhaolele zyy"),
    ("郝长江", "hcj haochangjiang"),
    ("周朝阳", "zcy zhouchaoyang zhouzhaoyang"),
    ("吴晟", "ws wusheng wucheng wc"),
    ("刘茜", "lq liuqian liuxi lx"),
    ("孙蓓蕾", "sbl sunbeilei"),
    ("何莎", "hs hesha"),
    ("丹宇", "dy dan danyu"),
    ("介明", "jm jie jieming"),
    ("魏征", "wz wei weizheng"),
    ("万里", "wl wan wanli"),
    ("蒲松", "ps pu pusong"),
    ("曲波", "qb qu qubo"),
    ("岑参", "cs cen censhen cencan"),
    ("段率", "ds dl duanshuai duanlv"),
];

fn all() -> Vec<PersonSummary> {
    NAMES.iter().enumerate().map(|(n, (name, _))| person(n as u64 + 1, name, "机要处", Level::Core)).collect()
}

#[test]
fn every_name_is_found_by_what_one_types() {
    let mut index = Index::new(today());
    let people = all();
    for p in &people {
        index.put_person(p);
    }
    let mut wrong = Vec::new();
    for (name, ways) in NAMES {
        for way in ways.split(' ') {
            let (typed, not) = way.strip_prefix('!').map_or((way, false), |w| (w, true));
            let typed = typed.replace(',', " ");
            let terms = Term::split(&typed);
            let (hits, _) = Search::new(index.people()).query(&terms, usize::MAX);
            let by_filter =
                hits.iter().any(|h| index.person(index.people().at(h.row).unwrap().id).unwrap().name == *name);
            let found = find(&people, &typed, today(), usize::MAX).1;
            let by_find = people.iter().any(|p| p.name == *name && found.contains(&p.id));
            if by_filter != by_find || by_filter == not {
                wrong.push(format!("{name} {way}: filter {by_filter}, find {by_find}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// What is typed, who stands first, and who is found too but further down: for the first it is the usual reading, for
/// the other one that many type though the office does not read the surname so.
const ORDER: &[(&str, &str, &str)] = &[
    ("dan", "丹宇", "单雄信"),
    ("jie", "介明", "解晓东"),
    ("wei", "魏征", "尉迟刚"),
    ("wan", "万里", "万俟宁"),
    ("pu", "蒲松", "朴正洙"),
    ("qu", "曲波", "区小敏"),
    ("shan", "单雄信", "单于明"),
    ("lu", "陆小芳", "吕小芳"),
];

#[test]
fn a_surname_that_is_read_so_stands_before_one_that_is_only_written_so() {
    for (typed, first, later) in ORDER {
        let people = all();
        let found = find(&people, typed, today(), usize::MAX).1;
        let names: Vec<&str> =
            found.iter().filter_map(|id| people.iter().find(|p| p.id == *id)).map(|p| p.name.as_str()).collect();
        let place = |name: &str| names.iter().position(|n| *n == name).unwrap_or(usize::MAX);
        assert!(place(first) < place(later), "{typed}: {names:?}");
    }
}

#[test]
fn departments_and_posts_are_found_by_their_readings() {
    for (department, ways) in [
        ("重庆办事处", "重庆 chongqing cq cqbsc !zhongqing"),
        ("长沙研究所", "changsha csyjs !zhangsha"),
        ("厦门分公司", "xiamen xmfgs"),
        ("财会处", "caikuai ckc"),
        ("会计科", "kuaiji kjk !huijike"),
        ("质量管理部", "zhiliang zlglb guanli"),
        ("行政处", "xingzheng xzc"),
        ("银行监管部", "yinhang yhjgb"),
        ("朝阳区办事处", "chaoyang cyqbsc"),
        ("保密办公室", "baomi bmbgs"),
        ("妇女工作部", "fnv funv fngzb"),
    ] {
        let people = vec![person(1, "甲", department, Level::Core)];
        for way in ways.split(' ') {
            let (typed, not) = way.strip_prefix('!').map_or((way, false), |w| (w, true));
            let found = find(&people, typed, today(), 9).0 == 1;
            assert_eq!(found, !not, "{department} {way}");
        }
    }
}
