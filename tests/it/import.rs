//! Ugly spreadsheets into an empty register, through the commands they plan, and again: nothing changes.

use std::path::{Path, PathBuf};

use shoumi::decide::{self, Context, Overlay, Who};
use shoumi::domain::operator::Reach;
use shoumi::domain::view::{NaturalKey, ReadError};
use shoumi::domain::*;
use shoumi::exchange::{
    Counts, Directory, Ground, Kind, Options, Plan, Severity, Target, Workbook, bind, plan, read_file,
};
use shoumi::i18n::{Lang, Texts};
use shoumi::rules;

/// A register with one unit and nobody in it.
struct Empty(Unit);

impl View for Empty {
    fn person(&self, _: PersonId) -> Result<Option<Person>, ReadError> {
        Ok(None)
    }
    fn computer(&self, _: ComputerId) -> Result<Option<Computer>, ReadError> {
        Ok(None)
    }
    fn medium(&self, _: MediumId) -> Result<Option<Medium>, ReadError> {
        Ok(None)
    }
    fn inspection(&self, _: InspectionId) -> Result<Option<Inspection>, ReadError> {
        Ok(None)
    }
    fn templates(&self) -> Result<Vec<StoredTemplate>, ReadError> {
        Ok(Vec::new())
    }
    fn unit(&self, _: UnitId) -> Result<Option<Unit>, ReadError> {
        Ok(Some(self.0.clone()))
    }
    fn units(&self) -> Result<Vec<Unit>, ReadError> {
        Ok(vec![self.0.clone()])
    }
    fn operators(&self) -> Result<Vec<Operator>, ReadError> {
        Ok(Vec::new())
    }
    fn next_number(&self, _: RecordKind) -> Result<u64, ReadError> {
        Ok(1)
    }
    fn by_key(&self, _: &NaturalKey) -> Result<Option<u64>, ReadError> {
        Ok(None)
    }
    fn held_by(&self, _: PersonId) -> Result<Vec<Held>, ReadError> {
        Ok(Vec::new())
    }
}

/// A register that imports files.
pub struct Office {
    view: Overlay<'static>,
    who: Who,
    packs: rules::Packs,
    today: Date,
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import").join(name)
}

impl Office {
    pub fn new() -> Self {
        let unit = Unit {
            id: UnitId(1),
            revision: 1,
            name: "甲单位".into(),
            pack: "p5-company".into(),
            pack_version: "1".into(),
            law: false,
            tracking_from: day("2020-01-01"),
            choices: std::collections::BTreeMap::new(),
        };
        let base: &'static Empty = Box::leak(Box::new(Empty(unit)));
        let who = Who { operator: "li.na".into(), roles: vec![Role::Owner], reach: Reach::default() };
        Self { view: Overlay::new(base), who, packs: rules::embedded(), today: day("2026-11-23") }
    }

    pub fn people(&self) -> Vec<Person> {
        let next = self.view.next_number(RecordKind::Person).unwrap();
        (1..next).filter_map(|n| self.view.person(PersonId(n)).unwrap()).collect()
    }

    pub fn plan(&self, kind: Kind, book: &Workbook, options: &Options) -> Plan {
        let mut directory = Directory::new();
        for p in self.people() {
            let identity = p.identity.as_ref().map(IdentityNumber::reveal);
            directory.add_person(p.id, p.unit, &p.name, &p.department, identity, p.staff_number.as_deref());
        }
        for n in 1..self.view.next_number(RecordKind::Computer).unwrap() {
            let c = self.view.computer(ComputerId(n)).unwrap().unwrap();
            directory.add_computer(c.id, c.unit, &c.number);
        }
        for n in 1..self.view.next_number(RecordKind::Medium).unwrap() {
            let m = self.view.medium(MediumId(n)).unwrap().unwrap();
            directory.add_medium(m.id, m.unit, &m.number);
        }
        let ground = Ground { view: &self.view, directory: &directory, unit: UnitId(1), today: self.today };
        plan(kind, book, &ground, options).unwrap()
    }

    pub fn apply(&mut self, plan: &Plan) {
        for row in &plan.rows {
            let mut new = None;
            for command in &row.commands {
                let mut command = command.clone();
                if let Some(id) = new {
                    bind(&mut command, id);
                }
                let cx = Context { packs: &self.packs, who: &self.who, today: self.today };
                let done = decide::decide(&self.view, &cx, &command)
                    .unwrap_or_else(|e| panic!("row {} {}: {e:?} for {command:?}", row.row, row.name));
                if row.target == Target::NewPerson && new.is_none() {
                    new = done.ids[0].parse().ok();
                }
                self.view.absorb(done.changes);
            }
        }
    }

    /// Reads, plans, applies, and plans again: the second time nothing may change.
    pub fn import(&mut self, kind: Kind, path: &Path) -> (Plan, Counts) {
        let book = read_file(path).unwrap_or_else(|e| panic!("{}: {e:?}", path.display()));
        let plan = self.plan(kind, &book, &Options::default());
        assert!(!plan.has_errors(), "{}", complaints(&plan).join("\n"));
        self.apply(&plan);
        let again = self.plan(kind, &book, &Options::default());
        let counts = again.counts();
        let left: Vec<_> =
            again.rows.iter().filter(|r| !r.commands.is_empty()).map(|r| (r.row, &r.commands)).take(3).collect();
        assert_eq!(
            (counts.new, counts.changed, counts.refused),
            (0, 0, 0),
            "{left:#?}\n{}",
            complaints(&again).join("\n")
        );
        let counts = plan.counts();
        (plan, counts)
    }
}

pub fn complaints(plan: &Plan) -> Vec<String> {
    let texts = Texts::new(Lang::ZhCn);
    plan.problems.iter().map(|p| format!("{} {}", p.code, p.line(texts))).collect()
}

/// The faults by row, column letter and code.
fn faults(plan: &Plan) -> Vec<(u32, String, &'static str)> {
    let errors = plan.problems.iter().filter(|p| p.severity == Severity::Error);
    errors.map(|p| (p.row, p.column.clone(), p.code)).collect()
}

#[test]
fn the_register_of_200_on_post_and_40_in_the_period_comes_in_whole() {
    let files = ["register.xlsx", "lo-register.xlsx", "lo-register.xls", "lo-register.ods"];
    let mut first: Option<Vec<Person>> = None;
    for file in files {
        let mut office = Office::new();
        let (plan, counts) = office.import(Kind::People, &fixture(file));
        assert_eq!((counts.new, counts.changed, counts.refused), (240, 0, 0), "{file}");
        let used: Vec<_> = plan.sheets.iter().map(|s| (s.name.as_str(), s.used, s.records, s.hidden)).collect();
        assert_eq!(
            used,
            [
                ("在岗人员", true, 200, false),
                ("脱密期人员", true, 40, false),
                ("填表说明", false, 0, false),
                ("字典", false, 0, true)
            ],
            "{file}"
        );
        let skipped = plan.sheets[0].skipped;
        assert_eq!((skipped.totals, skipped.signatures, skipped.notes), (2, 1, 1), "{file} {skipped:?}");
        assert_eq!((plan.sheets[1].skipped.totals, plan.sheets[1].skipped.signatures), (1, 1), "{file}");
        // Nothing is complained about but the two sheets that hold no list.
        let codes: Vec<_> = plan.problems.iter().map(|p| p.code).collect();
        assert_eq!(codes, ["sheet_not_recognised", "sheet_not_recognised"], "{file}\n{}", complaints(&plan).join("\n"));

        let people = office.people();
        let on_post = people.iter().filter(|p| p.on_post(office.today)).count();
        let left: Vec<&Person> = people.iter().filter(|p| !p.departures.is_empty()).collect();
        assert_eq!((on_post, left.len()), (200, 40), "{file}");
        for p in &people {
            assert!(!p.name.contains([' ', '　']) && p.identity.is_some() && !p.department.is_empty(), "{file} {p:?}");
            let level = p.level_on(office.today).or(p.departures.first().and_then(|d| d.level));
            assert!(level.is_some() && p.sex.is_some(), "{file} {p:?}");
        }
        for p in &left {
            let d = &p.departures[0];
            assert!(d.left_on.is_some() && d.stated_last_day > d.left_on, "{file} {d:?}");
        }
        let one = people.iter().find(|p| p.department == "财务部").unwrap();
        assert_eq!(one.posts[0].title, "会计");
        // All four files say the same.
        match &first {
            None => first = Some(people),
            Some(same) => assert!(same == &people, "{file} differs from register.xlsx"),
        }
    }
}

#[test]
fn ten_planted_faults_are_named_and_nothing_else() {
    let office = Office::new();
    let book = read_file(&fixture("faults.csv")).unwrap();
    let plan = office.plan(Kind::People, &book, &Options::default());
    let want = [
        (4, "C", "identity_check_digit"),
        (7, "C", "identity_length"),
        (9, "G", "date_impossible"),
        (11, "G", "date_far_future"),
        (13, "F", "unknown_level"),
        (16, "C", "identity_twice"),
        (19, "B", "name_missing"),
        (22, "G", "date_no_day"),
        (26, "G", "on_post_too_young"),
        (30, "H", "date_unreadable"),
    ];
    let got = faults(&plan);
    let got: Vec<_> = got.iter().map(|(r, c, k)| (*r, c.as_str(), *k)).collect();
    assert_eq!(got, want, "{}", complaints(&plan).join("\n"));
    assert_eq!(plan.problems.len(), 10, "{}", complaints(&plan).join("\n"));
    assert_eq!((plan.counts().new, plan.counts().refused), (20, 10));
    for lang in Lang::ALL {
        for p in &plan.problems {
            let line = p.line(Texts::new(lang));
            assert!(!line.contains('<') && !line.contains('{') && !p.hint(Texts::new(lang)).is_empty(), "{line}");
            // No whole identity number in any complaint.
            let digits = line.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap();
            assert!(digits < 15, "{line}");
        }
    }
}

#[test]
fn text_files_of_every_encoding_read() {
    for (file, encoding) in
        [("gb18030.csv", "GB18030"), ("utf16-tabs.csv", "UTF-16LE"), ("blocks-semicolon.csv", "UTF-8")]
    {
        let mut office = Office::new();
        let book = read_file(&fixture(file)).unwrap();
        assert_eq!(book.encoding, encoding, "{file}");
        let (plan, counts) = office.import(Kind::People, &fixture(file));
        assert_eq!(counts.new, 12, "{file}");
        let people = office.people();
        assert!(people.iter().all(|p| p.posts.first().and_then(|x| x.from) == Some(day("2021-05-06"))), "{file}");
        assert!(people.iter().all(|p| p.staff_number.is_some()), "{file}");
        let departments: Vec<&str> = people.iter().map(|p| p.department.as_str()).collect();
        assert_eq!(departments[4..8], ["科研一部"; 4], "{file}");
        if file.starts_with("gb") {
            assert!(people.iter().any(|p| p.name == "阿不都热依木·买买提"));
            assert!(people.iter().any(|p| p.name == "欧阳𠮷娜"));
        }
        if file.starts_with("blocks") {
            assert!(plan.problems.iter().any(|p| p.code == "department_blocks"));
            assert_eq!(plan.sheets[0].skipped.totals, 1);
        }
    }
}

#[test]
fn days_counted_from_1904_are_the_same_days() {
    let mut office = Office::new();
    office.import(Kind::People, &fixture("dates1904.xlsx"));
    let days: Vec<_> = office.people().iter().map(|p| p.posts[0].from.unwrap()).collect();
    assert_eq!(days, ["2020-02-25", "2020-02-26", "2020-02-27", "2020-02-28", "2020-02-29"].map(day));
}

#[test]
fn trainings_find_their_people_and_computers_come_in() {
    let mut office = Office::new();
    office.import(Kind::People, &fixture("register.xlsx"));
    let (plan, counts) = office.import(Kind::Trainings, &fixture("trainings.xlsx"));
    assert_eq!((counts.changed, plan.sheets[0].skipped.totals), (20, 1));
    let trained: Vec<_> = office.people().into_iter().filter(|p| !p.trainings.is_empty()).collect();
    assert_eq!(trained.len(), 20);
    let t = &trained[0].trainings[0];
    assert_eq!((t.kind, t.minutes, t.topic.as_str()), (TrainingKind::OnPost, Some(240), "保密法实施条例"));

    let (_, counts) = office.import(Kind::Computers, &fixture("computers.ods"));
    assert_eq!(counts.new, 12);
    let first = office.view.computer(ComputerId(1)).unwrap().unwrap();
    assert_eq!(first.disk_serials, ["WD0A", "WD0B"]);
    assert_eq!((first.secrecy, first.custodian_name.as_str()), (Some(Secrecy::Confidential), "责任0"));
    assert_eq!(first.os_installed_on, Some(day("2023-05-01")));
}

#[test]
fn the_sheets_of_the_demo_come_in_and_its_faults_are_named() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo");
    let mut office = Office::new();
    let (_, counts) = office.import(Kind::People, &demo.join("roster.csv"));
    assert_eq!(counts.new, 8);
    office.import(Kind::Departures, &demo.join("leavers.csv"));
    assert!(office.people().iter().filter(|p| !p.departures.is_empty()).count() >= 3);
    let book = read_file(&demo.join("roster-faulty.csv")).unwrap();
    let plan = Office::new().plan(Kind::People, &book, &Options::default());
    assert_eq!(faults(&plan).len(), 4, "{}", complaints(&plan).join("\n"));
}

/// A csv in a folder of its own.
fn csv(lines: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    std::fs::write(&path, lines.join("\n")).unwrap();
    (folder, path)
}

fn number(first17: &str) -> String {
    format!("{first17}{}", identity::check_digit(first17).unwrap())
}

#[test]
fn what_differs_is_changed_and_empty_cells_clear_nothing() {
    let mut office = Office::new();
    let a = number("99010119800229123");
    let (_f, path) =
        csv(&["姓名,身份证号,部门,岗位,涉密等级,电话,备注", &format!("张伟,{a},办公室,秘书,重要,13800000000,无")]);
    office.import(Kind::People, &path);
    let (_f, path) =
        csv(&["姓名,身份证号,部门,岗位,涉密等级,电话", &format!("张 伟,{},科研一部,,核心,", a.to_lowercase())]);
    let book = read_file(&path).unwrap();
    let plan = office.plan(Kind::People, &book, &Options::default());
    let fields: Vec<_> = plan.rows[0].differences().iter().map(|c| c.field).collect();
    assert_eq!(fields, ["department", "level"]);
    office.import(Kind::People, &path);
    let p = &office.people()[0];
    assert_eq!((p.department.as_str(), p.phone.as_deref()), ("科研一部", Some("13800000000")));
    assert_eq!((p.level_on(office.today), p.posts.len()), (Some(Level::Core), 1));
    assert_eq!(office.people().len(), 1);
}

#[test]
fn rows_that_could_be_two_people_are_refused_with_the_candidates() {
    let mut office = Office::new();
    let (_f, path) = csv(&["姓名,工号,部门,岗位", "王芳,1,办公室,秘书", "王芳,2,财务部,会计", "李明,3,财务部,出纳"]);
    office.import(Kind::People, &path);
    let (_f, path) = csv(&[
        "姓名,部门,培训日期",
        "王芳,,2026-03-01",
        "王芳,财务部,2026-03-01",
        "李明,,2026-03-01",
        "赵六,,2026-03-01",
    ]);
    let plan = office.plan(Kind::Trainings, &read_file(&path).unwrap(), &Options::default());
    let got = faults(&plan);
    assert_eq!(got, [(2, "A".to_owned(), "name_ambiguous"), (5, "A".to_owned(), "not_in_register")]);
    assert!(complaints(&plan)[0].contains("P000001 办公室") && complaints(&plan)[0].contains("P000002"));
    assert_eq!(plan.rows.len(), 2);
    // The same name in another department may be a move or another person.
    let (_f, path) = csv(&["姓名,部门,岗位", "李明,办公室,秘书"]);
    let plan = office.plan(Kind::People, &read_file(&path).unwrap(), &Options::default());
    assert_eq!(faults(&plan)[0].2, "name_elsewhere");
}

#[test]
fn people_are_not_taken_for_totals_nor_totals_for_people() {
    let office = Office::new();
    let id = |n: u32| number(&format!("990101198002{n:02}123"));
    let lines = [
        "涉密人员名单".to_owned(),
        "序号,姓名,身份证号,部门,岗位".to_owned(),
        format!("1,何计,{},合计科,审核", id(11)),
        format!("2,总建国,{},办公室,日期", id(12)),
        "小计,2人,,,".to_owned(),
        "序号,姓名,身份证号,部门,岗位".to_owned(),
        format!("3,注建,{},办公室,制表", id(13)),
        "4,,,,".to_owned(),
        "合　计,,,,3".to_owned(),
        "审核人：,李明,,日期：,2026年1月1日".to_owned(),
        "说明：本表一式两份。,,,,".to_owned(),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (_f, path) = csv(&lines);
    let plan = office.plan(Kind::People, &read_file(&path).unwrap(), &Options::default());
    assert!(!plan.has_errors(), "{}", complaints(&plan).join("\n"));
    let names: Vec<&str> = plan.rows.iter().map(|r| &*r.name).collect();
    assert_eq!(names, ["何计", "总建国", "注建"]);
    let s = plan.sheets[0].skipped;
    assert_eq!((s.totals, s.signatures, s.notes, s.headings, s.blank), (2, 1, 1, 1, 1));
}

#[test]
fn a_map_names_columns_the_office_calls_otherwise() {
    let office = Office::new();
    let (_f, path) = csv(&["人员称呼,牌号,股,分档", "张伟,7,一股,核心"]);
    let book = read_file(&path).unwrap();
    assert_eq!(faults(&office.plan(Kind::People, &book, &Options::default()))[0].2, "no_heading");
    let map = [("name", "人员称呼"), ("staff_number", "牌号"), ("department", "股"), ("level", "分档")];
    let map = map.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    let plan = office.plan(Kind::People, &book, &Options { map, ..Options::default() });
    assert!(!plan.has_errors(), "{}", complaints(&plan).join("\n"));
    assert_eq!(plan.counts().new, 1);
    let map = vec![("colour".to_owned(), "股".to_owned()), ("phone".to_owned(), "没有".to_owned())];
    let codes: Vec<_> = faults(&office.plan(Kind::People, &book, &Options { map, ..Options::default() }))
        .into_iter()
        .map(|f| f.2)
        .collect();
    assert_eq!(codes, ["map_field_unknown", "map_title_missing"]);
    let sheets = vec!["别的".to_owned()];
    let plan = office.plan(Kind::People, &book, &Options { sheets, ..Options::default() });
    assert_eq!(faults(&plan)[0].2, "sheet_missing");
}

#[test]
fn travel_requests_come_in_as_far_as_an_import_may_go() {
    let mut office = Office::new();
    let (_f, path) = csv(&["姓名,工号,部门,岗位", "王芳,1,办公室,秘书"]);
    office.import(Kind::People, &path);
    let (_f, path) = csv(&[
        "姓名,类别,前往国家（地区）,起止时间,审批状态,审批人,审批意见",
        "王芳,因私,日本,2027.1.5-2027.1.12,待审批,,",
        "王芳,因公,德国,2027-02-01至2027-02-08,草稿,,",
        "王芳,因私,法国,2025.1.5-2025.1.12,已撤回,,",
    ]);
    let (_, counts) = office.import(Kind::Trips, &path);
    assert_eq!(counts.changed, 3);
    let states: Vec<_> = office.people()[0].trips.iter().map(|t| (t.destination.clone(), t.state)).collect();
    assert_eq!(states[1], ("德国".to_owned(), TripState::Draft));
    assert_eq!(states[2], ("法国".to_owned(), TripState::Withdrawn));
    let (_f, path) = csv(&[
        "姓名,目的地,出境日期,返回日期,审批状态",
        "王芳,泰国,2025-05-01,,已办结",
        "王芳,泰国,2027-05-08,2027-05-01,待审批",
    ]);
    let plan = office.plan(Kind::Trips, &read_file(&path).unwrap(), &Options::default());
    let codes: Vec<_> = faults(&plan).into_iter().map(|f| f.2).collect();
    assert_eq!(codes, ["date_missing", "return_before_departure"]);
}

#[test]
fn journeys_of_the_past_are_written_down_as_the_list_says() {
    let mut office = Office::new();
    let (_f, path) = csv(&["姓名,工号,部门,岗位", "王芳,1,办公室,秘书", "李强,2,办公室,秘书"]);
    office.import(Kind::People, &path);
    let (_f, path) = csv(&[
        "姓名,目的地,出境日期,返回日期,护照领取日期,护照归还日期,回国报告日期,审批状态,审批人,审批意见",
        "王芳,泰国,2019-05-01,2019-05-08,2019-04-28,2019-05-10,2019-05-12,已办结,刘主任,同意",
        "王芳,日本,2023-05-01,2023-05-08,2023-04-28,,,已批准,刘主任,同意",
        "李强,法国,2026-01-05,,,,,已出境,,",
        "李强,德国,2027-03-05,2027-03-10,,,,已批准,刘主任,同意",
    ]);
    let (plan, counts) = office.import(Kind::Trips, &path);
    assert_eq!(counts.refused, 0, "{:?}", faults(&plan));
    let people = office.people();
    let seen: Vec<_> = people
        .iter()
        .flat_map(|p| &p.trips)
        .map(|t| (t.destination.as_str(), t.state, t.returned_on.is_some()))
        .collect();
    assert_eq!(
        seen,
        [
            ("泰国", TripState::Closed, true),
            ("日本", TripState::Returned, true),
            ("法国", TripState::Travelling, false),
            // What has not begun is asked for: the register approves it step by step.
            ("德国", TripState::Pending, false),
        ]
    );
    let said = people[0].trips[0].on_paper.as_ref().unwrap();
    assert_eq!((said.by.as_str(), said.comment.as_str()), ("刘主任", "同意"));
    assert!(people[0].trips[0].papers_back_on.is_some() && people[0].trips[0].reported_on.is_some());
    assert!(people[0].trips[0].steps.is_empty(), "nobody approved it in the register");
    let (_, again) = office.import(Kind::Trips, &path);
    assert_eq!((again.new, again.changed), (0, 0));
    // A plain list of journeys made, without any state.
    let (_f, path) = csv(&["姓名,前往国家,起止日期", "李强,新加坡,2018.10.1-2018.10.6"]);
    office.import(Kind::Trips, &path);
    assert_eq!(office.people()[1].trips[2].state, TripState::Returned);
}

#[test]
fn leavers_come_in_from_their_own_list() {
    let mut office = Office::new();
    let a = number("99010119800229123");
    let (_f, path) = csv(&[
        "姓名,身份证号,原涉密等级,批准日期,离岗时间,脱密期,脱密期起止",
        &format!("张伟,{a},核心,2026.1.5,2026.1.8,三年,2026.1.8-2029.1.8"),
    ]);
    office.import(Kind::Departures, &path);
    let p = &office.people()[0];
    let d = &p.departures[0];
    assert_eq!((d.left_on, d.approved_on), (Some(day("2026-01-08")), Some(day("2026-01-05"))));
    assert_eq!((d.stated_last_day, d.level), (Some(day("2029-01-08")), Some(Level::Core)));
    assert!(!p.on_post(office.today));
    let (_f, path) = csv(&["姓名,离岗日期", "李四,2026-01-01"]);
    let plan = office.plan(Kind::Departures, &read_file(&path).unwrap(), &Options::default());
    assert_eq!(faults(&plan)[0].2, "not_in_register");
    let (_f, path) = csv(&[
        "姓名,身份证号,部门,上岗日期,离岗日期,脱密期",
        &format!("李四,{},办公室,2020-01-01,2019-01-01,3", number("99010119800229145")),
    ]);
    let plan = office.plan(Kind::People, &read_file(&path).unwrap(), &Options::default());
    let codes: Vec<_> = faults(&plan).into_iter().map(|f| f.2).collect();
    assert_eq!(codes, ["length_without_unit", "left_before_post"]);
}

#[test]
fn a_signed_line_with_its_date_under_a_column_of_dates_is_no_person() {
    // The line of the reporting unit above the heading is no part of it either.
    let person = format!("1,张伟,{},2020-01-02,一般", number("99010119800101123"));
    let (_folder, path) = csv(&[
        "涉密人员登记表,,,,",
        "填报单位：某公司,,,填表日期：2026年3月1日,",
        "序号,姓名,身份证号码,上岗时间,涉密等级",
        &person,
        "填表人：王某,,审核人：李某,2026年3月1日,",
    ]);
    let plan = Office::new().plan(Kind::People, &read_file(&path).unwrap(), &Options::default());
    assert_eq!(plan.rows.len(), 1);
    assert!(!plan.has_errors(), "{:?}", plan.problems);
    assert_eq!(plan.sheets[0].heading, 3);
}

#[test]
fn numbered_groups_are_departments_and_remarks_and_stamps_are_nothing() {
    let person =
        |n: u32, name: &str| format!("{n},{name},{},2020-01-0{n},一般", number(&format!("990101198003{n:02}123")));
    let (one, two) = (person(1, "周瑜"), person(2, "鲁肃"));
    let (_folder, path) = csv(&[
        "序号,姓名,身份证号码,上岗时间,涉密等级",
        "一、办公室,,,,",
        &one,
        "以下为借调人员,,,,",
        "二、业务科（1人）,,,,",
        &two,
        ",核心,1人,,重要",
        "单位负责人签字：,,,2026年1月1日,",
        ",,某局保密办公室,,",
    ]);
    let plan = Office::new().plan(Kind::People, &read_file(&path).unwrap(), &Options::default());
    assert!(!plan.has_errors(), "{}", complaints(&plan).join("\n"));
    let text = format!("{:?}", plan.rows.iter().map(|r| &r.commands).collect::<Vec<_>>());
    assert_eq!(plan.rows.len(), 2);
    assert!(text.contains("department: \"办公室\"") && text.contains("department: \"业务科\""), "{text}");
}

#[test]
fn a_column_of_posts_goes_before_one_of_offices_held() {
    let line = format!("张飞,{},处长,机要员,一般", number("99010119800401123"));
    let (_folder, path) = csv(&["姓名,身份证号,职务,涉密岗位,涉密等级", &line]);
    let plan = Office::new().plan(Kind::People, &read_file(&path).unwrap(), &Options::default());
    assert!(!plan.has_errors(), "{}", complaints(&plan).join("\n"));
    let text = format!("{:?}", plan.rows[0].commands);
    assert!(text.contains("机要员") && !text.contains("处长"), "{text}");
}
