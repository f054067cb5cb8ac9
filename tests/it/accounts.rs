//! The accounts of a host on the screens: what each administrator sees and may do, and that two people's steps stay two
//! people's.

use std::sync::Arc;

use shoumi::app::live::Live;
use shoumi::domain::{Operator, Role};
use shoumi::i18n::Lang;
use shoumi::session::{Init, Mode, Session, Settings, Suite};

use crate::room::TODAY;
use crate::support::{Harness, day, settings};

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

struct Host {
    folder: tempfile::TempDir,
}

impl Host {
    /// A host's register with its three administrators.
    fn new() -> Self {
        let host = Self { folder: tempfile::tempdir().unwrap() };
        let named = |role: Role, name: &str| (role, name.to_owned());
        let init = Init {
            unit: "甲单位".to_owned(),
            pack: "p5-company".to_owned(),
            law: false,
            tracking_from: None,
            mode: Mode::Host,
            passphrase: false,
            suite: Suite::default(),
            administrators: vec![
                named(Role::SystemAdmin, "zhao=赵一"),
                named(Role::SecurityAdmin, "qian=钱二"),
                named(Role::Auditor, "sun=孙三"),
            ],
        };
        drop(Session::init(&host.settings("zhao"), &init).unwrap());
        host
    }

    fn settings(&self, operator: &str) -> Settings {
        let mut at = Settings::at(self.folder.path().join("h.shoumi"), Lang::ZhCn);
        at.today = Some(day(TODAY));
        at.operator = Some(operator.to_owned());
        at
    }

    fn session(&self, operator: &str) -> Session {
        Session::open(&self.settings(operator)).unwrap()
    }

    fn sits(&self, operator: &str, lang: Lang, size: (u16, u16)) -> Harness {
        Harness::with(Arc::new(Live::new(self.session(operator))), settings(lang, size, day(TODAY)))
    }

    fn account(&self, id: &str) -> Operator {
        self.session("sun").operators().unwrap().into_iter().find(|o| o.id == id).unwrap()
    }

    fn pictures(&self, name: &str, operator: &str, keys: &str) {
        for lang in Lang::ALL {
            for (w, h) in [(80, 24), (160, 45)] {
                let mut harness = self.sits(operator, lang, (w, h));
                harness.keys(keys);
                insta::with_settings!({ omit_expression => true, description => format!("{w}x{h} {} {operator}: {keys}", lang.code()) }, {
                    insta::assert_snapshot!(format!("{name}-{}-{w}", lang.code()), harness.screen());
                });
            }
        }
    }
}

#[test]
fn an_account_is_opened_by_one_administrator_and_given_rights_by_another() {
    let host = Host::new();
    let mut zhao = host.sits("zhao", Lang::ZhCn, (80, 24));
    zhao.keys("guaali.na<tab>李娜<ctrl-s>");
    assert_eq!((host.account("li.na").name.as_str(), host.account("li.na").roles.as_slice()), ("李娜", &[][..]));
    // The next one stands on the new account: its key is noted there.
    zhao.keys("Gak");
    zhao.paste(KEY);
    zhao.keys("<ctrl-s>");
    assert!(host.account("li.na").key.is_some(), "{}", zhao.screen());
    let offered = zhao.keys("a").screen();
    assert!(offered.contains("停用账号") && !offered.contains("授权（"), "{offered}");

    let mut qian = host.sits("qian", Lang::ZhCn, (80, 24));
    let offered = qian.keys("guGa").screen();
    assert!(offered.contains("授权（") && !offered.contains("开立账号") && !offered.contains("停用账号"), "{offered}");
    let form = qian.keys("g").screen();
    assert!(form.contains("再兼任") && form.contains("部门范围"), "{form}");
    qian.keys("<right><tab><right><right><tab><tab>财务处、总经办<tab>〔2026〕1号<ctrl-s>");
    let account = host.account("li.na");
    assert_eq!(account.roles, [Role::Officer, Role::Inspector], "{}", qian.screen());
    assert_eq!((account.departments.join(" ").as_str(), account.reason.as_str()), ("财务处 总经办", "〔2026〕1号"));
    // The form starts with what the account has: sent again with another reason, nothing else changes.
    qian.keys("ag<tab><tab><tab><tab>复核<ctrl-s>");
    let again = host.account("li.na");
    assert_eq!((again.roles, again.departments, again.reason), (account.roles, account.departments, "复核".to_owned()));

    zhao.refresh();
    zhao.keys("<esc>ad调离<ctrl-s>");
    assert!(host.account("li.na").disabled, "{}", zhao.screen());
    qian.refresh();
    qian.keys("ae复职<ctrl-s>");
    assert!(!host.account("li.na").disabled, "{}", qian.screen());
}

#[test]
fn nobody_deals_with_his_own_account_and_the_auditor_with_none() {
    let host = Host::new();
    let own = host.sits("qian", Lang::ZhCn, (80, 24)).keys("gu<down><down>").screen();
    assert!(own.contains("qian") && own.contains("另一名管理员"), "{own}");
    let offered = host.sits("zhao", Lang::ZhCn, (80, 24)).keys("gua").screen();
    assert!(offered.contains("登记公钥") && !offered.contains("停用账号"), "{offered}");
    let none = host.sits("sun", Lang::ZhCn, (80, 24)).keys("gua").screen();
    assert!(!none.contains("开立") && none.contains("赵一"), "{none}");
}

#[test]
fn what_administrators_see() {
    let host = Host::new();
    host.pictures("administrator_today", "sun", "");
    host.pictures("accounts", "zhao", "gu");
    host.pictures("accounts_grant", "qian", "guag");
    let mut sun = host.sits("sun", Lang::ZhCn, (80, 24));
    assert!(sun.keys("<enter>").screen().contains("账号"), "{}", sun.screen());
    assert!(sun.keys("<esc><down><enter>").screen().contains("日志"), "{}", sun.screen());
}

#[test]
fn officers_are_told_whose_business_accounts_are() {
    let host = Host::new();
    let add = |operator: &str, command: serde_json::Value| {
        let command = serde_json::from_value(command).unwrap();
        host.session(operator).commit(&command, shoumi::domain::Channel::Cli).unwrap();
    };
    add("zhao", serde_json::json!({"command":"add_operator","operator":"li.na","name":"李娜"}));
    add("qian", serde_json::json!({"command":"grant_operator","operator":"li.na","roles":["officer"],"reason":"1号"}));
    let screen = host.sits("li.na", Lang::ZhCn, (80, 24)).keys("gu").screen();
    assert!(screen.contains("安全审计员管理和查看") && !screen.contains("赵一"), "{screen}");
}
