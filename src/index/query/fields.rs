//! Which fields there are, what they hold, and which list knows them.

use super::super::list::View;

/// What a query is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// People and their trips.
    People,
    /// Computers and peripherals.
    Computers,
    /// Media and carriers.
    Media,
    /// Computers, peripherals, media and carriers together.
    Devices,
    /// Inspections.
    Inspections,
    /// Findings of inspections.
    Findings,
    /// Entries of the journal.
    Journal,
}

impl From<View> for Subject {
    fn from(view: View) -> Self {
        match view {
            View::Computers | View::Due => Self::Computers,
            View::Inspections => Self::Inspections,
            View::Findings => Self::Findings,
            View::Media => Self::Media,
            View::Devices => Self::Devices,
            _ => Self::People,
        }
    }
}

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Record id.
    Id,
    /// Name.
    Name,
    /// Staff number, or number of a device.
    Number,
    /// Unit id.
    Unit,
    /// Department.
    Department,
    /// Post.
    Post,
    /// Level.
    Level,
    /// State.
    State,
    /// Days left.
    Left,
    /// Last day of the period.
    End,
    /// First day of the period.
    Start,
    /// Length of the period.
    Months,
    /// Pack of the period.
    Pack,
    /// State of a trip.
    Travel,
    /// Kind of a trip.
    Trip,
    /// Where a trip goes.
    Destination,
    /// Departure of a trip.
    Depart,
    /// Return of a trip.
    Return,
    /// Training.
    Train,
    /// Next due day of a training.
    Due,
    /// A duty open now: overdue, or due within 30 days.
    Duty,
    /// A duty overdue.
    Overdue,
    /// For whom a travel request or a case waits.
    Waits,
    /// What a case under way is about.
    Case,
    /// The day a case was opened.
    Opened,
    /// Pledges.
    Pledge,
    /// Flags, assumed and missing choices.
    Flag,
    /// Kind of a device.
    Kind,
    /// Model of a computer.
    Model,
    /// Title of a medium.
    Title,
    /// Who answers for a computer.
    Custodian,
    /// Who uses a computer.
    User,
    /// Who holds a medium.
    Holder,
    /// Room.
    Room,
    /// Who made a journal entry.
    Operator,
    /// What an entry did.
    Verb,
    /// A record an entry changed, by id or by name.
    Record,
    /// How an entry came in.
    Channel,
    /// The day of an entry.
    On,
    /// The fields an entry changed.
    Changed,
    /// The number of an entry.
    Entry,
    /// Checklist of an inspection.
    Template,
    /// Campaign of an inspection.
    Campaign,
    /// Who inspects.
    Inspector,
    /// The day an inspection is planned for.
    Planned,
    /// The day an inspection was signed.
    Signed,
    /// What is inspected.
    Subject,
    /// How the findings stand.
    Finding,
    /// The step a finding waits for.
    Step,
    /// The day a finding was made.
    Found,
    /// Who mends a finding.
    Responsible,
    /// The item of the checklist.
    Item,
    /// The clause.
    Article,
    /// The day a machine is to be inspected next.
    Inspect,
    /// The day a machine was inspected last.
    Inspected,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text: `:` contains, `=` is.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// One of a list of words; the first item names the list in the vocabulary. `true`: they have an order.
    Words(&'static str, &'static [&'static str], bool),
}

/// A field of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// Which.
    pub field: Field,
    /// Stable code, always understood; key of its names in the vocabulary.
    pub code: &'static str,
    /// What it holds.
    pub kind: Kind,
}

const fn spec(field: Field, code: &'static str, kind: Kind) -> Spec {
    Spec { field, code, kind }
}

const LEVELS: Kind = Kind::Words("level", &["none", "general", "important", "core"], true);
const SECRECY: Kind = Kind::Words("secrecy", &["none", "confidential", "secret", "top_secret"], true);
const STATES: Kind = Kind::Words("state", &["candidate", "on_post", "in_period", "ended", "released"], false);
const TRIP_STATES: Kind = Kind::Words(
    "travel",
    &[
        "draft",
        "pending",
        "approved",
        "papers_issued",
        "travelling",
        "returned",
        "closed",
        "rejected",
        "withdrawn",
        "objected",
        "any",
        "none",
    ],
    false,
);
const DEVICE_STATES: Kind =
    Kind::Words("device", &["in_store", "in_use", "in_repair", "taken_back", "destroyed"], false);

const DUTIES: &[&str] = &[
    "training_before_post",
    "sessions",
    "training_before_leaving",
    "training_before_travel",
    "review_before_post",
    "re_review",
    "pledge_on_post",
    "yearly_statement",
    "pledge_on_leaving",
    "assessment",
    "joint_check",
    "travel_report",
    "papers_back",
    "filing",
    "any",
    "none",
];

const CASES: &[&str] = &[
    "leaving",
    "transfer",
    "resignation",
    "foreign_job",
    "going_on_post",
    "level_change",
    "unsuitable",
    "walk_out",
    "breach",
    "any",
    "none",
];

const PEOPLE: &[Spec] = &[
    spec(Field::Name, "name", Kind::Text),
    spec(Field::Department, "dept", Kind::Text),
    spec(Field::Post, "post", Kind::Text),
    spec(Field::Level, "level", LEVELS),
    spec(Field::State, "state", STATES),
    spec(Field::Left, "left", Kind::Number),
    spec(Field::End, "end", Kind::Date),
    spec(Field::Start, "start", Kind::Date),
    spec(Field::Months, "months", Kind::Number),
    spec(Field::Travel, "travel", TRIP_STATES),
    spec(Field::Trip, "trip", Kind::Words("trip", &["private", "official"], false)),
    spec(Field::Destination, "dest", Kind::Text),
    spec(Field::Depart, "depart", Kind::Date),
    spec(Field::Return, "return", Kind::Date),
    spec(Field::Train, "train", Kind::Words("train", &["overdue", "due", "done", "none", "ok"], false)),
    spec(Field::Due, "due", Kind::Date),
    spec(Field::Duty, "duty", Kind::Words("duty", DUTIES, false)),
    spec(Field::Overdue, "overdue", Kind::Words("duty", DUTIES, false)),
    spec(Field::Waits, "waits", Kind::Words("waits", &["me", "others", "meeting"], false)),
    spec(Field::Case, "case", Kind::Words("case", CASES, false)),
    spec(Field::Opened, "opened", Kind::Date),
    spec(Field::Pledge, "pledge", Kind::Words("pledge", &["missing", "ok"], false)),
    spec(Field::Flag, "flag", Kind::Text),
    spec(Field::Number, "number", Kind::Text),
    spec(Field::Id, "id", Kind::Text),
    spec(Field::Unit, "unit", Kind::Text),
    spec(Field::Pack, "pack", Kind::Text),
];

const COMPUTERS: &[Spec] = &[
    spec(Field::Number, "number", Kind::Text),
    spec(
        Field::Kind,
        "kind",
        Kind::Words("computer", &["desktop", "laptop", "server", "printer", "peripheral", "other"], false),
    ),
    spec(Field::Model, "model", Kind::Text),
    spec(Field::Level, "level", SECRECY),
    spec(Field::Department, "dept", Kind::Text),
    spec(Field::Custodian, "custodian", Kind::Text),
    spec(Field::User, "user", Kind::Text),
    spec(Field::Room, "room", Kind::Text),
    spec(Field::State, "state", DEVICE_STATES),
    spec(Field::Inspect, "inspect", Kind::Date),
    spec(Field::Inspected, "inspected", Kind::Date),
    spec(Field::Id, "id", Kind::Text),
    spec(Field::Unit, "unit", Kind::Text),
];

const MEDIA: &[Spec] = &[
    spec(Field::Number, "number", Kind::Text),
    spec(
        Field::Kind,
        "kind",
        Kind::Words("medium", &["usb_stick", "portable_disk", "disc", "hard_disk", "paper", "other"], false),
    ),
    spec(Field::Title, "title", Kind::Text),
    spec(Field::Level, "level", SECRECY),
    spec(Field::Department, "dept", Kind::Text),
    spec(Field::Holder, "holder", Kind::Text),
    spec(Field::State, "state", DEVICE_STATES),
    spec(Field::Id, "id", Kind::Text),
    spec(Field::Unit, "unit", Kind::Text),
];

const DEVICES: &[Spec] = &[
    spec(Field::Number, "number", Kind::Text),
    spec(
        Field::Kind,
        "kind",
        Kind::Words(
            "device_kind",
            &[
                "desktop",
                "laptop",
                "server",
                "printer",
                "peripheral",
                "usb_stick",
                "portable_disk",
                "disc",
                "hard_disk",
                "paper",
                "other",
            ],
            false,
        ),
    ),
    spec(Field::Level, "level", SECRECY),
    spec(Field::Custodian, "custodian", Kind::Text),
    spec(Field::User, "user", Kind::Text),
    spec(Field::Room, "room", Kind::Text),
    spec(Field::State, "state", DEVICE_STATES),
    spec(Field::Inspect, "inspect", Kind::Date),
    spec(Field::Inspected, "inspected", Kind::Date),
    spec(Field::Department, "dept", Kind::Text),
    spec(Field::Model, "model", Kind::Text),
    spec(Field::Id, "id", Kind::Text),
    spec(Field::Unit, "unit", Kind::Text),
];

const FINDING_STATES: &[&str] = &["open", "overdue", "waived", "settled", "none"];

const INSPECTIONS: &[Spec] = &[
    spec(
        Field::State,
        "state",
        Kind::Words("inspection", &["planned", "open", "signing", "signed", "superseded", "cancelled"], false),
    ),
    spec(Field::Campaign, "campaign", Kind::Text),
    spec(Field::Department, "dept", Kind::Text),
    spec(Field::Inspector, "inspector", Kind::Text),
    spec(Field::Planned, "planned", Kind::Date),
    spec(Field::Finding, "finding", Kind::Words("finding", FINDING_STATES, false)),
    spec(Field::Subject, "subject", Kind::Text),
    spec(Field::Template, "template", Kind::Text),
    spec(Field::Signed, "signed", Kind::Date),
    spec(Field::Id, "id", Kind::Text),
    spec(Field::Unit, "unit", Kind::Text),
];

const FINDINGS: &[Spec] = &[
    spec(Field::Finding, "finding", Kind::Words("finding", FINDING_STATES, false)),
    spec(Field::Due, "due", Kind::Date),
    spec(
        Field::Step,
        "step",
        Kind::Words("step", &["found", "rectified", "rechecked", "accepted", "sent_back"], false),
    ),
    spec(Field::Responsible, "responsible", Kind::Text),
    spec(Field::Department, "dept", Kind::Text),
    spec(Field::Subject, "subject", Kind::Text),
    spec(Field::Item, "item", Kind::Text),
    spec(Field::Article, "article", Kind::Text),
    spec(Field::Campaign, "campaign", Kind::Text),
    spec(Field::Found, "found", Kind::Date),
    spec(Field::Id, "id", Kind::Text),
    spec(Field::Unit, "unit", Kind::Text),
];

const JOURNAL: &[Spec] = &[
    spec(Field::Operator, "operator", Kind::Text),
    spec(Field::Verb, "verb", Kind::Text),
    spec(Field::Record, "record", Kind::Text),
    spec(Field::On, "on", Kind::Date),
    spec(Field::Channel, "channel", Kind::Words("channel", &["screen", "cli", "import", "bundle", "system"], false)),
    spec(Field::Changed, "changed", Kind::Text),
    spec(Field::Entry, "entry", Kind::Number),
];

impl Subject {
    /// Every subject.
    pub const ALL: [Self; 7] =
        [Self::People, Self::Computers, Self::Media, Self::Devices, Self::Inspections, Self::Findings, Self::Journal];

    /// The fields, most used first.
    pub const fn fields(self) -> &'static [Spec] {
        match self {
            Self::People => PEOPLE,
            Self::Computers => COMPUTERS,
            Self::Media => MEDIA,
            Self::Devices => DEVICES,
            Self::Inspections => INSPECTIONS,
            Self::Findings => FINDINGS,
            Self::Journal => JOURNAL,
        }
    }

    /// The field with this stable code.
    pub fn field(self, code: &str) -> Option<&'static Spec> {
        self.fields().iter().find(|s| s.code == code)
    }

    /// What is known of one of its fields.
    pub fn spec(self, field: Field) -> Option<&'static Spec> {
        self.fields().iter().find(|s| s.field == field)
    }
}

impl Kind {
    /// Which comparisons the field understands, as they are written.
    pub const fn operators(self) -> &'static str {
        match self {
            Self::Text | Self::Words(_, _, false) => ": =",
            _ => ": = < <= > >=",
        }
    }
}
