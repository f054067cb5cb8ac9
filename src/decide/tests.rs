//! Commands decided one after another over an empty register.

use serde_json::json;

use super::*;
use crate::domain::view::NaturalKey;
use crate::domain::{
    Computer, ComputerId, Held, Inspection, InspectionId, Medium, MediumId, Operator, RecordKind, State,
    StoredTemplate, TripState,
};
use crate::rules;

/// A register with nothing in it.
struct Empty;

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
        Ok(None)
    }
    fn units(&self) -> Result<Vec<Unit>, ReadError> {
        Ok(Vec::new())
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

pub(super) struct Office {
    pub(super) view: Overlay<'static>,
    packs: Packs,
    pub(super) who: Who,
    pub(super) today: Date,
}

impl Office {
    pub(super) fn new(pack: &str, today: &str) -> Self {
        let who = Who { operator: "li.na".to_owned(), roles: vec![Role::Owner], reach: Reach::default() };
        let mut office =
            Self { view: Overlay::new(&Empty), packs: rules::embedded(), who, today: today.parse().unwrap() };
        office.does(json!({"command":"add_unit","name":"甲单位","pack":pack,"tracking_from":"2020-01-01"}));
        office
    }

    pub(super) fn tries(&mut self, command: serde_json::Value) -> Result<Decision, Refusal> {
        self.decides(&serde_json::from_value(command).unwrap())
    }

    pub(super) fn decides(&mut self, command: &Command) -> Result<Decision, Refusal> {
        let decision = decide(&self.view, &self.context(), command)?;
        self.view.absorb(decision.changes.clone());
        Ok(decision)
    }

    /// Somebody else asks from here on.
    pub(super) fn as_operator(&mut self, id: &str) {
        self.who = Who::from(&self.view.operator(id).unwrap().unwrap());
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context { packs: &self.packs, who: &self.who, today: self.today }
    }

    pub(super) fn does(&mut self, command: serde_json::Value) -> Decision {
        self.tries(command).unwrap()
    }

    pub(super) fn refused(&mut self, command: serde_json::Value) -> Refusal {
        let before = self.view.len();
        let refusal = self.tries(command).expect_err("must be refused");
        assert_eq!(self.view.len(), before);
        for texts in crate::i18n::Lang::ALL.map(crate::i18n::Texts::new) {
            for key in [format!("refusal.{}", refusal.code), format!("refusal.{}_hint", refusal.code)] {
                let sentence = texts.get(&key).unwrap_or_else(|| panic!("{key} has no sentence"));
                for name in crate::i18n::placeholders(sentence) {
                    assert!(refusal.values.contains_key(&name), "{key} lacks {name}: {:?}", refusal.values);
                }
            }
        }
        refusal
    }

    fn person(&self, n: u64) -> Person {
        self.view.person(PersonId(n)).unwrap().unwrap()
    }

    fn trip_state(&self, n: u64) -> TripState {
        self.person(n).trips.last().unwrap().state
    }
}

fn number(first17: &str) -> String {
    format!("{first17}{}", crate::domain::identity::check_digit(first17).unwrap())
}

#[test]
fn people_are_added_once() {
    let mut office = Office::new("p5-company", "2026-03-16");
    let zhang = json!({"command":"add_person","name":" 张伟 ","identity":number("99010119800101123"),"post":"工程师","level":"core","on_post_from":"2020-05-01"});
    let done = office.does(zhang.clone());
    assert_eq!(done.ids, ["P000001"]);
    assert_eq!(office.person(1).name, "张伟");
    assert_eq!(office.person(1).revision, 1);
    assert_eq!(office.refused(zhang).code, "identity_taken");
    assert_eq!(office.refused(json!({"command":"add_person","name":"  "})).code, "field_empty");
    let mut wrong = number("99010119800101124");
    let last = wrong.pop().unwrap();
    wrong.push(if last == '5' { '6' } else { '5' });
    let refusal = office.refused(json!({"command":"add_person","name":"李娜","identity":wrong}));
    assert_eq!(refusal.code, "identity_check_digit");
    assert!(!refusal.values["value"].contains("19800101"), "{:?}", refusal.values);
    let young = json!({"command":"add_person","name":"王小","identity":number("99010120150101123"),"post":"x","on_post_from":"2026-01-01"});
    assert_eq!(office.refused(young).code, "on_post_too_young");
    let stale = json!({"command":"change_person","person":"P000001","based_on":9,"department":"财务部"});
    let refusal = office.refused(stale);
    assert_eq!((refusal.kind, refusal.code), (RefusalKind::Stale, "stale"));
    office.does(json!({"command":"change_person","person":"P000001","based_on":1,"department":"财务部"}));
    assert_eq!(office.person(1).revision, 2);
    let same = json!({"command":"change_person","person":"P000001","department":"财务部"});
    assert_eq!(office.refused(same).code, "nothing_changed");
}

#[test]
fn a_training_is_recorded_for_all_who_lack_it() {
    let mut office = Office::new("p2-filing", "2026-03-16");
    for name in ["张伟", "李娜", "王芳"] {
        office.does(
            json!({"command":"add_person","name":name,"post":"科员","level":"general","on_post_from":"2024-01-01"}),
        );
    }
    let one = json!({"command":"add_training","persons":["P000001"],"on":"2026-03-01","kind":"on_post","topic":"法规"});
    office.does(one.clone());
    assert_eq!(office.refused(one).code, "already_recorded");
    let all = json!({"command":"add_training","persons":["P000001","P000002","P000003","P000002"],"on":"2026-03-01","kind":"on_post","topic":"法规"});
    let done = office.does(all);
    assert_eq!(done.ids, ["P000002", "P000003"]);
    assert_eq!(done.warnings.len(), 1);
    let future = json!({"command":"add_training","persons":["P000001"],"on":"2026-03-17","kind":"on_post"});
    assert_eq!(office.refused(future).code, "day_in_future");
    let core = json!({"command":"set_level","person":"P000001","level":"core"});
    assert_eq!(office.does(core).warnings[0].code, "level_outside_pack");
}

#[test]
fn a_request_goes_through_the_steps_of_its_pack() {
    let mut office = Office::new("p5-company", "2026-03-16");
    office.does(
        json!({"command":"add_person","name":"张伟","post":"工程师","level":"general","on_post_from":"2020-05-01"}),
    );
    office.does(json!({"command":"submit_trip","person":"P000001","kind":"private","destination":"新加坡","depart_on":"2026-05-01","return_on":"2026-05-08","special_reason":"探亲"}));
    assert_eq!(office.trip_state(1), TripState::Pending);
    let early = json!({"command":"step_trip","person":"P000001","trip":1,"step":"committee","opinion":"agree","by":"委员会","comment":"同意"});
    assert_eq!(office.refused(early).code, "step_not_next");
    let silent =
        json!({"command":"step_trip","person":"P000001","trip":1,"opinion":"agree","by":"人事部","comment":" "});
    assert_eq!(office.refused(silent).code, "field_empty");
    assert_eq!(
        office.refused(json!({"command":"move_trip","person":"P000001","trip":1,"event":"depart"})).code,
        "travel_not_allowed"
    );
    let mut guard = 0;
    while office.trip_state(1) == TripState::Pending {
        office.does(
            json!({"command":"step_trip","person":"P000001","trip":1,"opinion":"agree","by":"某","comment":"同意"}),
        );
        guard += 1;
        assert!(guard < 12, "the chain never ends: {:?}", office.person(1).trips);
    }
    assert_eq!(office.trip_state(1), TripState::Approved);
    office.does(json!({"command":"move_trip","person":"P000001","trip":1,"event":"issue_papers"}));
    office.today = "2026-05-10".parse().unwrap();
    office.does(json!({"command":"move_trip","person":"P000001","trip":1,"event":"depart","on":"2026-05-01"}));
    office.does(json!({"command":"move_trip","person":"P000001","trip":1,"event":"return","on":"2026-05-08"}));
    office.does(json!({"command":"move_trip","person":"P000001","trip":1,"event":"report","text":"按期返回"}));
    assert_eq!(office.trip_state(1), TripState::Returned);
    office.does(json!({"command":"move_trip","person":"P000001","trip":1,"event":"papers_back"}));
    assert_eq!(office.trip_state(1), TripState::Closed);
}

#[test]
fn whoever_writes_in_a_request_has_filed_it_too() {
    let mut office = Office::new("p7-township", "2026-03-16");
    for name in ["张伟", "李四"] {
        office.does(
            json!({"command":"add_person","name":name,"post":"干事","level":"general","on_post_from":"2020-05-01"}),
        );
    }
    let asks = |office: &mut Office, who: &str, roles: &[Role]| {
        office.who.operator = who.to_owned();
        office.who.roles = roles.to_vec();
    };
    let both = [Role::Officer, Role::Approver];
    let agree = |person: &str| json!({"command":"step_trip","person":person,"trip":1,"opinion":"agree","by":"某","comment":"同意"});
    let file = |person: &str, draft: bool| json!({"command":"submit_trip","person":person,"kind":"private","destination":"日本","depart_on":"2026-05-01","special_reason":"就医","draft":draft});
    asks(&mut office, "wang", &both);
    office.does(file("P000001", false));
    office.does(file("P000002", true));
    // Changed by one who then would approve it, and a draft sent off by him.
    asks(&mut office, "li.na", &both);
    office.does(json!({"command":"change_trip","person":"P000001","trip":1,"destination":"韩国"}));
    office.does(json!({"command":"move_trip","person":"P000002","trip":1,"event":"submit"}));
    for person in ["P000001", "P000002"] {
        for who in ["li.na", "wang"] {
            asks(&mut office, who, &both);
            assert_eq!(office.refused(agree(person)).code, "filer_approves", "{who} {person}");
        }
        asks(&mut office, "feng", &both);
        office.does(agree(person));
    }

    // Cases and leavings: what the leaders and the committee decide is not for whoever wrote it down.
    asks(&mut office, "wang", &both);
    office.does(json!({"command":"open_case","person":"P000001","kind":"transfer","reason":"调动"}));
    office.does(json!({"command":"depart","person":"P000002","reason":"moved_inside","left_on":"2026-03-01","approved_on":"2026-03-01"}));
    let case =
        |step: &str| json!({"command":"step_case","person":"P000001","case":1,"step":step,"opinion":"agree","by":"某"});
    let leaving = |step: &str| json!({"command":"step_departure","person":"P000002","departure":1,"step":step,"opinion":"agree","by":"某"});
    assert_eq!(office.refused(case("approval")).code, "filer_approves");
    assert_eq!(office.refused(leaving("leader")).code, "filer_approves");
    office.does(case("talk"));
    asks(&mut office, "feng", &both);
    office.does(case("approval"));
    office.does(leaving("leader"));
    // Who corrects a leaving has written in it; what is asked one way is not approved the other way.
    asks(&mut office, "zhao", &both);
    office.does(json!({"command":"change_departure","person":"P000002","departure":1,"left_on":"2026-03-02"}));
    assert_eq!(office.refused(leaving("leading_group")).code, "filer_approves");
    office.does(json!({"command":"depart","person":"P000001","reason":"moved_inside","left_on":"2026-03-01","approved_on":"2026-03-01"}));
    asks(&mut office, "wang", &both);
    let other = json!({"command":"step_departure","person":"P000001","departure":1,"step":"leader","opinion":"agree","by":"某"});
    assert_eq!(office.refused(other).code, "filer_approves", "wang asked for the transfer");
    // Facts and what the secrecy office does itself are for whoever knows them; the reason is a part of the request.
    office.does(
        file("P000001", false)
            .as_object()
            .map(|o| {
                let mut o = o.clone();
                o.insert("depart_on".into(), json!("2026-06-01"));
                o.remove("special_reason");
                serde_json::Value::Object(o)
            })
            .unwrap(),
    );
    asks(&mut office, "li.na", &both);
    let step = |step: &str| json!({"command":"step_trip","person":"P000001","trip":2,"step":step,"opinion":"agree","by":"某","comment":"就医"});
    office.does(step("special_reason"));
    let next = json!({"command":"step_trip","person":"P000001","trip":2,"opinion":"agree","by":"某","comment":"同意"});
    assert_eq!(office.refused(next).code, "filer_approves");
    // One who is alone with his register does what any desk does.
    asks(&mut office, "wang", &[Role::Owner]);
    office.does(case("leader"));
}

#[test]
fn whoever_files_does_not_approve_and_a_rejection_ends_it() {
    let mut office = Office::new("p7-township", "2026-03-16");
    office.does(
        json!({"command":"add_person","name":"张伟","post":"干事","level":"general","on_post_from":"2020-05-01"}),
    );
    office.who.roles = vec![Role::Officer];
    office.does(json!({"command":"submit_trip","person":"P000001","kind":"private","destination":"日本","depart_on":"2026-05-01","special_reason":"就医"}));
    let own = json!({"command":"step_trip","person":"P000001","trip":1,"opinion":"agree","by":"自己","comment":"同意"});
    assert_eq!(office.refused(own).code, "filer_approves");
    office.who.operator = "wang".to_owned();
    office.does(
        json!({"command":"step_trip","person":"P000001","trip":1,"opinion":"disagree","by":"主管","comment":"不同意"}),
    );
    assert_eq!(office.trip_state(1), TripState::Rejected);
    let again =
        json!({"command":"step_trip","person":"P000001","trip":1,"opinion":"agree","by":"主管","comment":"同意"});
    assert_eq!(office.refused(again).code, "trip_state");
    office.who.roles = vec![Role::Viewer];
    let viewer = json!({"command":"add_person","name":"某"});
    assert_eq!(office.refused(viewer).kind, RefusalKind::Permission);
}

#[test]
fn leaving_ends_posts_starts_the_period_and_closes_after_it() {
    let mut office = Office::new("p5-company", "2026-03-16");
    office.does(
        json!({"command":"add_person","name":"张伟","post":"工程师","level":"general","on_post_from":"2020-05-01"}),
    );
    office.does(json!({"command":"add_medium","number":"J-1","kind":"usb_stick","holder":"P000001"}));
    let neither = json!({"command":"depart","person":"P000001","reason":"retired"});
    assert_eq!(office.refused(neither).code, "departure_days_missing");
    let done = office.does(json!({"command":"depart","person":"P000001","reason":"retired","left_on":"2025-03-15"}));
    assert_eq!(done.ids[0], "P000001-L1");
    assert_eq!(done.warnings[0].code, "still_in_hand");
    assert_eq!(office.person(1).employment, crate::domain::Employment::Retired);
    let unit = office.view.unit(UnitId(1)).unwrap().unwrap();
    let standing = rules::standing(&office.packs, &unit, &office.person(1), office.today);
    assert_eq!(standing.state, State::Ended);
    let returned = json!({"command":"step_departure","person":"P000001","departure":1,"step":"return_all"});
    assert_eq!(office.refused(returned.clone()).code, "still_in_hand");
    let close = json!({"command":"close_period","person":"P000001","departure":1});
    assert_eq!(office.refused(close.clone()).code, "still_in_hand");
    office.does(json!({"command":"take_back","medium":"M000001"}));
    office.does(returned);
    let early = json!({"command":"close_period","person":"P000001","departure":1,"on":"2026-03-15"});
    let refusal = office.refused(early);
    assert_eq!((refusal.code, refusal.values["free_from"].as_str()), ("period_not_over", "2026-03-16"));
    office.does(close);
    let standing = rules::standing(&office.packs, &unit, &office.person(1), office.today);
    assert_eq!(standing.state, State::Released);
    let again = json!({"command":"extend_period","person":"P000001","departure":1,"months":6,"by":"x","reason":"y"});
    assert_eq!(office.refused(again).code, "period_closed");
}

#[test]
fn a_range_is_a_decision_within_the_range() {
    let mut office = Office::new("p2-filing", "2026-03-16");
    office.does(
        json!({"command":"add_person","name":"张伟","post":"科员","level":"general","on_post_from":"2020-05-01"}),
    );
    office.does(json!({"command":"depart","person":"P000001","approved_on":"2025-02-20","left_on":"2025-03-01"}));
    let close = json!({"command":"close_period","person":"P000001","departure":1});
    assert_eq!(office.refused(close).code, "period_undetermined");
    let long =
        json!({"command":"set_period_length","person":"P000001","departure":1,"months":25,"by":"领导","reason":"密级"});
    let refusal = office.refused(long);
    assert_eq!((refusal.code, refusal.article.as_str()), ("length_out_of_range", "2-2"));
    office.does(
        json!({"command":"set_period_length","person":"P000001","departure":1,"months":18,"by":"领导","reason":"密级"}),
    );
    let unit = office.view.unit(UnitId(1)).unwrap().unwrap();
    let standing = rules::standing(&office.packs, &unit, &office.person(1), office.today);
    assert_eq!(standing.period.unwrap().last_day, Date::from_ymd_opt(2026, 8, 20));
}

#[test]
fn township_periods_end_by_themselves() {
    let mut office = Office::new("p7-township", "2026-03-16");
    office.does(
        json!({"command":"add_person","name":"张伟","post":"科员","level":"general","on_post_from":"2020-05-01"}),
    );
    office.does(json!({"command":"depart","person":"P000001","left_on":"2025-03-01"}));
    let extend = json!({"command":"extend_period","person":"P000001","departure":1,"months":6,"by":"x","reason":"y"});
    assert_eq!(office.refused(extend).code, "period_ends_by_itself");
    let close = json!({"command":"close_period","person":"P000001","departure":1});
    assert_eq!(office.refused(close).code, "period_ends_by_itself");
}

#[test]
fn a_case_closes_only_when_the_verdict_allows() {
    let mut office = Office::new("p5-company", "2026-03-16");
    office
        .does(json!({"command":"add_person","name":"张伟","post":"工程师","level":"core","on_post_from":"2020-05-01"}));
    office.does(json!({"command":"open_case","person":"P000001","kind":"resignation","reason":"个人原因"}));
    let twice = json!({"command":"open_case","person":"P000001","kind":"resignation"});
    assert_eq!(office.refused(twice).code, "case_open");
    let close = json!({"command":"close_case","person":"P000001","case":1,"state":"closed"});
    let refusal = office.refused(close);
    assert_eq!(refusal.code, "case_not_allowed");
    assert_eq!(refusal.pack, "p5-company");
    assert!(refusal.verdict.is_some());
    office.does(json!({"command":"close_case","person":"P000001","case":1,"state":"withdrawn"}));
    let no_employer = json!({"command":"open_case","person":"P000001","kind":"foreign_job"});
    assert_eq!(office.refused(no_employer).code, "field_empty");
}

#[test]
fn choices_are_checked_and_recorded_with_their_decision() {
    let mut office = Office::new("p5-company", "2026-03-16");
    let wrong = json!({"command":"set_unit","key":"start_rule","value":"birthday","decided_by":"x","reason":"y"});
    assert_eq!(office.refused(wrong).code, "choice_value");
    let unknown = json!({"command":"set_unit","key":"colour","value":"red","decided_by":"x","reason":"y"});
    assert_eq!(office.refused(unknown).code, "choice_unknown");
    let nobody = json!({"command":"set_unit","key":"start_rule","value":"leaving","decided_by":"","reason":"y"});
    assert_eq!(office.refused(nobody).code, "field_empty");
    office.does(
        json!({"command":"set_unit","key":"start_rule","value":"leaving","decided_by":"委员会","reason":"第3次会议"}),
    );
    let unit = office.view.unit(UnitId(1)).unwrap().unwrap();
    assert_eq!(unit.choice("start_rule"), Some("leaving"));
    for (pack, code) in [("p8-computers", "pack_not_personnel"), ("p9", "no_such_pack")] {
        let refusal =
            office.refused(json!({"command":"add_unit","name":"乙","pack":pack,"tracking_from":"2020-01-01"}));
        assert_eq!(refusal.code, code);
    }
}

#[test]
fn devices_are_numbered_once_and_a_batch_raises_a_revision_once() {
    let mut office = Office::new("p5-company", "2026-03-16");
    office.does(json!({"command":"add_computer","number":"A-1","secrecy":"secret","room":"301"}));
    assert_eq!(office.refused(json!({"command":"add_computer","number":"A-1"})).code, "number_taken");
    office.does(json!({"command":"change_computer","computer":"C000001","fields":{"number":"A-2"}}));
    office.does(json!({"command":"add_computer","number":"A-1"}));
    assert_eq!(office.refused(json!({"command":"take_back"})).code, "take_back_one");
    let changes = office.view.into_changes();
    let computer = changes.iter().find(|c| c.record() == ComputerId(1).into()).unwrap();
    assert_eq!(computer.revision(), 1);
}

#[test]
fn nobody_goes_on_post_inside_a_running_period() {
    let mut office = Office::new("p5-company", "2026-03-16");
    office
        .does(json!({"command":"add_person","name":"张伟","post":"工程师","level":"core","on_post_from":"2020-05-01"}));
    office.does(json!({"command":"depart","person":"P000001","left_on":"2025-03-15"}));
    let back = json!({"command":"add_post","person":"P000001","title":"新岗","level":"core","from":"2026-03-01"});
    let refusal = office.refused(back);
    assert_eq!((refusal.code, refusal.article.as_str()), ("post_not_allowed", "15"));
    let earlier = json!({"command":"add_post","person":"P000001","title":"旧岗","from":"2019-05-01"});
    office.does(earlier);
    let mut bureau = Office::new("p4a-bureau", "2026-03-16");
    let hire = json!({"command":"add_person","name":"李临","employment":"temporary","post":"打字员"});
    assert_eq!(bureau.refused(hire).article, "2");
}

#[test]
fn reviews_whose_order_no_article_fixes_come_as_they_come() {
    let mut office = Office::new("p5-company", "2026-03-16");
    office.does(
        json!({"command":"add_person","name":"张伟","post":"工程师","level":"general","on_post_from":"2020-05-01"}),
    );
    office.does(json!({"command":"submit_trip","person":"P000001","kind":"private","destination":"新加坡","depart_on":"2026-05-01","special_reason":"探亲"}));
    for step in ["department_review", "leader", "secrecy_review"] {
        office.does(json!({"command":"step_trip","person":"P000001","trip":1,"step":step,"opinion":"agree","by":"某","comment":"同意"}));
    }
    assert_eq!(office.trip_state(1), TripState::Pending);
}

#[test]
fn where_the_text_names_no_step_the_unit_still_decides() {
    let mut office = Office::new("p5-company", "2026-03-16");
    office
        .does(json!({"command":"add_person","name":"张伟","post":"工程师","level":"core","on_post_from":"2020-05-01"}));
    office.does(json!({"command":"submit_trip","person":"P000001","kind":"official","destination":"德国",
        "depart_on":"2026-05-01","return_on":"2026-05-08"}));
    assert_eq!(office.trip_state(1), TripState::Pending);
    let unit = office.view.unit(UnitId(1)).unwrap().unwrap();
    let person = office.person(1);
    let chain = rules::trip_chain(&office.packs, &unit, &person, &person.trips[0]);
    assert_eq!((chain.next(), chain.steps[0].article.as_str()), (Some(crate::domain::StepCode::Approval), ""));
    office.does(
        json!({"command":"step_trip","person":"P000001","trip":1,"opinion":"agree","by":"刘主任","comment":"同意"}),
    );
    assert_eq!(office.trip_state(1), TripState::Approved);
}

#[test]
fn a_period_that_has_ended_is_not_extended_and_nobody_leaves_twice() {
    let mut office = Office::new("p5-company", "2026-03-16");
    office.does(
        json!({"command":"add_person","name":"张伟","post":"科员","level":"general","on_post_from":"2020-05-01"}),
    );
    office.does(json!({"command":"set_unit","key":"start_rule","value":"leaving","decided_by":"x","reason":"y"}));
    office.does(json!({"command":"depart","person":"P000001","left_on":"2025-01-10"}));
    let late = json!({"command":"extend_period","person":"P000001","departure":1,"months":6,"by":"x","reason":"y"});
    let refusal = office.refused(late);
    assert_eq!((refusal.code, refusal.values["last_day"].as_str()), ("period_over", "2026-01-10"));
    assert!(!refusal.article.is_empty());
    office.does(json!({"command":"extend_period","person":"P000001","departure":1,"months":6,"by":"x","reason":"y",
        "on":"2026-01-05"}));
    let again = json!({"command":"depart","person":"P000001","left_on":"2026-02-10"});
    assert_eq!(office.refused(again).code, "not_on_post_since");
}

#[test]
fn only_a_journey_that_has_begun_is_written_down() {
    let mut office = Office::new("p5-company", "2026-03-16");
    office
        .does(json!({"command":"add_person","name":"张伟","post":"工程师","level":"core","on_post_from":"2020-05-01"}));
    let trip = |from: &str, extra: serde_json::Value| {
        let mut c =
            json!({"command":"record_trip","person":"P000001","kind":"private","destination":"日本","depart_on":from});
        c.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        c
    };
    assert_eq!(office.refused(trip("2026-03-17", json!({}))).code, "trip_not_begun");
    assert_eq!(office.refused(trip("2026-03-01", json!({"closed":true}))).code, "trip_closed_abroad");
    assert_eq!(office.refused(trip("2026-03-01", json!({"returned_on":"2026-02-27"}))).code, "ends_before_start");
    office.does(trip("2026-03-01", json!({"returned_on":"2026-03-08","approved_by":"刘主任"})));
    assert_eq!(office.trip_state(1), TripState::Returned);
    assert_eq!(office.refused(trip("2026-03-01", json!({"returned_on":"2026-03-08"}))).code, "trip_exists");
    office.does(json!({"command":"move_trip","person":"P000001","trip":1,"event":"report","text":"无异常"}));
    assert_eq!(office.trip_state(1), TripState::Closed);
}
