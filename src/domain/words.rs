//! The small vocabularies. Their names in JSON are stable; their names for people are in `i18n`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name used in JSON, packs and locale keys.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value with this stable name.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.code() == code)
            }
        }
    };
}

words!(
    /// Level of a cleared person, lowest first (p1 3, p5 3).
    Level {
        /// 一般.
        General = "general",
        /// 重要.
        Important = "important",
        /// 核心.
        Core = "core",
    }
);

words!(
    /// Level of a secret, a carrier or a computer, lowest first.
    Secrecy {
        /// 秘密.
        Confidential = "confidential",
        /// 机密.
        Secret = "secret",
        /// 绝密.
        TopSecret = "top_secret",
    }
);

words!(
    /// Where a person stands on a day.
    State {
        /// Known to the register, not on a classified post and never left one.
        Candidate = "candidate",
        /// On a classified post.
        OnPost = "on_post",
        /// Left, in the decommission period, up to and including its last day.
        InPeriod = "in_period",
        /// The period is over and waits to be closed.
        Ended = "ended",
        /// The period is over and closed; only the duty of secrecy stays.
        Released = "released",
    }
);

words!(
    /// Sex as on the identity card.
    Sex {
        /// 男.
        Male = "male",
        /// 女.
        Female = "female",
    }
);

words!(
    /// How a person is employed; retired, seconded and rehired people count "as serving staff" for travel, transfer
    /// and review, not for session counts.
    Employment {
        /// 在职.
        Serving = "serving",
        /// 退休.
        Retired = "retired",
        /// 借调.
        Seconded = "seconded",
        /// 返聘.
        Rehired = "rehired",
        /// 临时聘用.
        Temporary = "temporary",
    }
);

words!(
    /// What a training was for.
    TrainingKind {
        /// 岗前.
        BeforePost = "before_post",
        /// 在岗: the only kind that counts for the sessions of a year.
        OnPost = "on_post",
        /// 离岗.
        BeforeLeaving = "before_leaving",
        /// 出国(境)前.
        BeforeTravel = "before_travel",
        /// 涉外活动前.
        ForeignActivity = "foreign_activity",
        /// 其他.
        Other = "other",
    }
);

words!(
    /// What a signed pledge, responsibility letter or statement is for.
    PledgeKind {
        /// 上岗 (在岗) 保密承诺书.
        OnPost = "on_post",
        /// 年度保密责任状.
        Yearly = "yearly",
        /// 离岗保密承诺书.
        Leaving = "leaving",
        /// 出国(境)保密承诺书.
        Travel = "travel",
        /// 进厂 (入职).
        Joining = "joining",
        /// 调动.
        Transfer = "transfer",
        /// 辞职.
        Resignation = "resignation",
        /// 其他.
        Other = "other",
    }
);

words!(
    /// Private or official travel.
    TripKind {
        /// 因私.
        Private = "private",
        /// 因公.
        Official = "official",
    }
);

words!(
    /// Where a travel request stands.
    TripState {
        /// Being written, not yet submitted.
        Draft = "draft",
        /// Waits for an opinion or approval.
        Pending = "pending",
        /// Approved, papers not yet issued.
        Approved = "approved",
        /// Travel papers handed out.
        PapersIssued = "papers_issued",
        /// Abroad.
        Travelling = "travelling",
        /// Back; report or papers may still be owed.
        Returned = "returned",
        /// Report given, papers back.
        Closed = "closed",
        /// Refused by one of the steps.
        Rejected = "rejected",
        /// Taken back by the person or the office.
        Withdrawn = "withdrawn",
        /// Objected to by the competent organs: final (p4b 37, law 45).
        Objected = "objected",
    }
);

words!(
    /// Why somebody leaves a classified post (p7 2, p4b 38).
    LeavingReason {
        /// 调整到本单位非涉密岗位.
        MovedInside = "moved_inside",
        /// 调出本单位.
        LeftUnit = "left_unit",
        /// 退休.
        Retired = "retired",
        /// 辞职.
        Resigned = "resigned",
        /// 辞退.
        Dismissed = "dismissed",
        /// 合同期满或解除.
        ContractEnded = "contract_ended",
        /// 岗位变更为非涉密岗位.
        PostDeclassified = "post_declassified",
        /// 临时涉密任务结束.
        TaskEnded = "task_ended",
        /// 其他.
        Other = "other",
    }
);

words!(
    /// Which employer a foreign job is with.
    Employer {
        /// 境外驻华机构.
        ForeignBody = "foreign-body",
        /// 境外组织.
        ForeignOrganisation = "foreign-organisation",
        /// 外资企业 (any foreign share, joint ventures included).
        ForeignFunded = "foreign-funded",
        /// 外商独资企业.
        WhollyForeign = "wholly-foreign",
        /// 劳务、咨询或其他服务 for any of them.
        Service = "service",
    }
);

words!(
    /// The personal cases beside leaving (a departure) and travel (a trip).
    CaseKind {
        /// 调动.
        Transfer = "transfer",
        /// 辞职.
        Resignation = "resignation",
        /// 境外机构、外资企业就业.
        ForeignJob = "foreign_job",
        /// 上岗.
        GoingOnPost = "going_on_post",
        /// 等级确定、变更.
        LevelChange = "level_change",
        /// 不适合, 调离.
        Unsuitable = "unsuitable",
        /// 擅自离职.
        WalkOut = "walk_out",
        /// 违规.
        Breach = "breach",
    }
);

words!(
    /// Where a case stands.
    CaseState {
        /// Steps are being taken.
        Open = "open",
        /// Done.
        Closed = "closed",
        /// Refused by a step.
        Refused = "refused",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
);

words!(
    /// One step of a chain. Packs name the steps they ask for; a record holds the steps taken.
    StepCode {
        /// 特殊情况 (原因) 说明.
        SpecialReason = "special_reason",
        /// 单位同意.
        Consent = "consent",
        /// 先调离涉密岗位.
        LeavePost = "leave_post",
        /// 清退全部载体、物品.
        ReturnAll = "return_all",
        /// 移交.
        HandOver = "hand_over",
        /// 本部门 (有关部门) 验证无误.
        Verified = "verified",
        /// 等待脱密期满.
        WaitPeriod = "wait_period",
        /// 部门审查、部门意见.
        DepartmentReview = "department_review",
        /// 部门负责人 (主管领导) 意见.
        DepartmentLeader = "department_leader",
        /// 保密审查 (小组、委员会).
        SecrecyReview = "secrecy_review",
        /// 单位 (公司) 领导批准.
        Leader = "leader",
        /// 保密工作领导小组批准.
        LeadingGroup = "leading_group",
        /// 保密委员会批准.
        Committee = "committee",
        /// 批准 (批准机关未写明或按权限).
        Approval = "approval",
        /// 任免机关 (主管部门) 批准.
        CompetentAuthority = "competent_authority",
        /// 公安、国安机关意见.
        StateOrganOpinion = "state_organ_opinion",
        /// 人事部门意见.
        PersonnelOpinion = "personnel_opinion",
        /// 保密机构意见.
        SecrecyOpinion = "secrecy_opinion",
        /// 征求上级保密部门意见.
        ConsultAbove = "consult_above",
        /// 上级备案.
        Filed = "filed",
        /// 人事档案注明.
        NoteInFile = "note_in_file",
        /// 签订承诺书.
        Pledge = "pledge",
        /// 上岗前审查.
        Review = "review",
        /// 教育培训.
        Training = "training",
        /// 告知保密义务.
        Told = "told",
        /// 保密提醒谈话.
        Talk = "talk",
        /// 取消系统访问权限.
        AccessCancelled = "access_cancelled",
        /// 确定脱密期期限.
        PeriodSet = "period_set",
        /// 到镇政府办理手续.
        OfficeForm = "office_form",
        /// 接收单位接管脱密期管理.
        TakenOver = "taken_over",
        /// 劝返.
        Recall = "recall",
    }
);

impl StepCode {
    /// Whether it is taken in a meeting: by the unit's leaders, its leading group or its committee.
    pub const fn of_meeting(self) -> bool {
        use StepCode::{Approval, Committee, Consent, Leader, LeadingGroup, SecrecyReview};
        matches!(self, Consent | SecrecyReview | Leader | LeadingGroup | Committee | Approval)
    }
}

words!(
    /// What was said at a step.
    Opinion {
        /// Agreed, approved or simply done.
        Agree = "agree",
        /// Refused.
        Disagree = "disagree",
        /// Objection of the competent organs: final.
        Object = "object",
    }
);

words!(
    /// Something a person owes by a day.
    DutyKind {
        /// 岗前培训.
        TrainingBeforePost = "training_before_post",
        /// 在岗培训 (每年若干次).
        Sessions = "sessions",
        /// 离岗教育.
        TrainingBeforeLeaving = "training_before_leaving",
        /// 出国(境)前教育.
        TrainingBeforeTravel = "training_before_travel",
        /// 上岗审查.
        ReviewBeforePost = "review_before_post",
        /// 定期复审.
        ReReview = "re_review",
        /// 上岗承诺书.
        PledgeOnPost = "pledge_on_post",
        /// 年度责任状.
        YearlyStatement = "yearly_statement",
        /// 离岗承诺书.
        PledgeOnLeaving = "pledge_on_leaving",
        /// 考核.
        Assessment = "assessment",
        /// 联合检查.
        JointCheck = "joint_check",
        /// 回国(境)报告.
        TravelReport = "travel_report",
        /// 证件交回.
        PapersBack = "papers_back",
        /// 备案.
        Filing = "filing",
    }
);

impl DutyKind {
    /// Whether the list of overdue trainings shows it.
    pub const fn is_training(self) -> bool {
        matches!(
            self,
            Self::TrainingBeforePost | Self::Sessions | Self::TrainingBeforeLeaving | Self::TrainingBeforeTravel
        )
    }
}

words!(
    /// What the office checks about a person, beyond training.
    ReviewKind {
        /// 上岗审查.
        BeforePost = "before_post",
        /// 复审.
        ReReview = "re_review",
        /// 考核.
        Assessment = "assessment",
        /// 联合检查.
        JointCheck = "joint_check",
        /// 回访.
        Visit = "visit",
    }
);

words!(
    /// Kinds of equipment.
    ComputerKind {
        /// 台式机.
        Desktop = "desktop",
        /// 便携机.
        Laptop = "laptop",
        /// 服务器.
        Server = "server",
        /// 打印机.
        Printer = "printer",
        /// 其他外部设备.
        Peripheral = "peripheral",
        /// 其他.
        Other = "other",
    }
);

words!(
    /// Kinds of media and paper carriers.
    MediumKind {
        /// U 盘.
        UsbStick = "usb_stick",
        /// 移动硬盘.
        PortableDisk = "portable_disk",
        /// 光盘.
        Disc = "disc",
        /// 硬盘.
        HardDisk = "hard_disk",
        /// 纸质载体.
        Paper = "paper",
        /// 其他.
        Other = "other",
    }
);

words!(
    /// What has become of a computer or a medium.
    DeviceState {
        /// Registered, in the secrecy office.
        InStore = "in_store",
        /// Issued.
        InUse = "in_use",
        /// Sent out or in repair.
        InRepair = "in_repair",
        /// Taken back for good.
        TakenBack = "taken_back",
        /// Destroyed.
        Destroyed = "destroyed",
    }
);

impl DeviceState {
    /// Whether a device in this state still hangs on the people named in its record.
    pub const fn in_hand(self) -> bool {
        matches!(self, Self::InUse | Self::InRepair)
    }
}

words!(
    /// What was answered at one item of a checklist.
    AnswerValue {
        /// 符合.
        Conforms = "conforms",
        /// 不符合.
        Fails = "fails",
        /// 不适用.
        NotApplicable = "not_applicable",
        /// 未查.
        NotChecked = "not_checked",
    }
);

words!(
    /// Where an inspection stands.
    InspectionState {
        /// 已安排.
        Planned = "planned",
        /// 检查中.
        Open = "open",
        /// 待签字.
        Signing = "signing",
        /// 已签字.
        Signed = "signed",
        /// 已更正: a later inspection corrects it.
        Superseded = "superseded",
        /// 已取消.
        Cancelled = "cancelled",
    }
);

words!(
    /// A step on the way to having something mended.
    FindingStep {
        /// 督办.
        Reminded = "reminded",
        /// 已整改.
        Rectified = "rectified",
        /// 已复查.
        Rechecked = "rechecked",
        /// 销号.
        Accepted = "accepted",
        /// 退回.
        SentBack = "sent_back",
    }
);

words!(
    /// What happened to a computer or a medium.
    CustodyKind {
        /// 发放.
        Issued = "issued",
        /// 移位.
        Moved = "moved",
        /// 收回.
        TakenBack = "taken_back",
        /// 送修.
        SentOut = "sent_out",
        /// 送修返回.
        Returned = "returned",
        /// 销毁.
        Destroyed = "destroyed",
    }
);

words!(
    /// In which capacity somebody receives a computer (p8 8.2).
    Capacity {
        /// 部门负责人.
        Head = "head",
        /// 机要人员.
        Clerk = "clerk",
    }
);

words!(
    /// What an operator may be.
    Role {
        /// Works in the register.
        Officer = "officer",
        /// Inspects computers.
        Inspector = "inspector",
        /// Gives a department's opinions.
        DepartmentLeader = "department_leader",
        /// Approves.
        Approver = "approver",
        /// Reads only.
        Viewer = "viewer",
        /// 系统管理员.
        SystemAdmin = "system_admin",
        /// 安全保密管理员.
        SecurityAdmin = "security_admin",
        /// 安全审计员.
        Auditor = "auditor",
        /// The single operator of a personal or demo store, who has every right but the auditor's separation.
        Owner = "owner",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_levels_rank() {
        for v in StepCode::ALL {
            assert_eq!(StepCode::from_code(v.code()), Some(*v));
        }
        assert!(Level::Core > Level::Important && Level::Important > Level::General);
        assert!(Secrecy::TopSecret > Secrecy::Secret);
    }
}
