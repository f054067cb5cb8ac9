//! What can be done with a person now, as plain values: the menu offers them, a form asks for what each needs. The
//! domain decides; nothing here refuses.

use crate::domain::command::TripEvent;
use crate::domain::{DeviceState, RecordId, State, TripState};
use crate::index::{PersonRow, Row};

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Deed {
    /// Agrees at the step a request waits for.
    Agree(u32),
    /// Refuses a request.
    Disagree(u32),
    /// Records the objection of the competent organs.
    Object(u32),
    /// Moves a trip on.
    Trip(u32, TripEvent),
    /// Files a travel request.
    NewTrip,
    /// Records a training.
    Training,
    /// Records a pledge.
    Pledge,
    /// Records leaving the post.
    Leave,
    /// Chooses the length of a period.
    Length(u32),
    /// Extends a period.
    Extend(u32),
    /// Closes a period.
    Close(u32),
    /// Adds a post.
    Post,
    /// Sets the level.
    Level,
    /// Changes plain fields.
    Edit,
    /// Adds a person.
    AddPerson,
    /// Decides a choice of a unit: place of the unit, place of the choice among the unit's.
    Choose(u32, u32),
    /// Ends a post, others going on.
    EndPost,
    /// Writes down a journey of the past.
    PastTrip,
    /// Records a review, an assessment, a joint check or a visit.
    Review,
    /// Waives a duty that is open.
    Waiver,
    /// Opens a case.
    Case,
    /// Registers a computer or peripheral.
    AddComputer,
    /// Registers a medium or carrier.
    AddMedium,
    /// Something with a computer or medium.
    Device(DeviceDeed, RecordId),
}

/// Something to do with a computer or medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum DeviceDeed {
    /// Hands it to somebody.
    Issue,
    /// Moves it to another room or department.
    Move,
    /// Takes it out of a person's hands.
    TakeBack,
    /// Sends it out for repair.
    SendOut,
    /// Takes it back from repair.
    Return,
    /// Destroys it.
    Destroy,
    /// Starts a year's volume of its usage log.
    Volume,
    /// Destroys a volume whose time is over.
    DestroyVolume,
    /// Changes plain fields.
    Change,
}

impl DeviceDeed {
    /// Stable name: locale key `deed.<code>`.
    const fn code(self) -> &'static str {
        match self {
            Self::Issue => "issue_device",
            Self::Move => "move_device",
            Self::TakeBack => "take_back_device",
            Self::SendOut => "send_out_device",
            Self::Return => "return_device",
            Self::Destroy => "destroy_device",
            Self::Volume => "new_volume",
            Self::DestroyVolume => "destroy_volume",
            Self::Change => "change_device",
        }
    }

    /// The letter that chooses it in the menu.
    const fn letter(self) -> char {
        match self {
            Self::Issue => 'i',
            Self::Move => 'm',
            Self::TakeBack => 't',
            Self::SendOut => 's',
            Self::Return => 'r',
            Self::Destroy => 'd',
            Self::Volume => 'v',
            Self::DestroyVolume => 'x',
            Self::Change => 'e',
        }
    }
}

impl Deed {
    /// Stable name: locale key `deed.<code>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agree(_) => "agree",
            Self::Disagree(_) => "disagree",
            Self::Object(_) => "object",
            Self::Trip(_, TripEvent::Submit) => "submit",
            Self::Trip(_, TripEvent::Withdraw) => "withdraw",
            Self::Trip(_, TripEvent::IssuePapers) => "issue_papers",
            Self::Trip(_, TripEvent::Depart) => "depart",
            Self::Trip(_, TripEvent::Return) => "return",
            Self::Trip(_, TripEvent::Report) => "report",
            Self::Trip(_, TripEvent::PapersBack) => "papers_back",
            Self::NewTrip => "new_trip",
            Self::Training => "training",
            Self::Pledge => "pledge",
            Self::Leave => "leave",
            Self::Length(_) => "length",
            Self::Extend(_) => "extend",
            Self::Close(_) => "close",
            Self::Post => "post",
            Self::Level => "level",
            Self::Edit => "edit",
            Self::AddPerson => "add_person",
            Self::Choose(..) => "choose",
            Self::EndPost => "end_post",
            Self::PastTrip => "past_trip",
            Self::Review => "review",
            Self::Waiver => "waiver",
            Self::Case => "case",
            Self::AddComputer => "add_computer",
            Self::AddMedium => "add_medium",
            Self::Device(deed, _) => deed.code(),
        }
    }

    /// The letter that chooses it in the menu.
    pub const fn letter(self) -> char {
        match self {
            Self::Agree(_) => 'y',
            Self::Disagree(_) => 'n',
            Self::Object(_) => 'o',
            Self::Trip(_, TripEvent::Submit) => 'j',
            Self::Trip(_, TripEvent::Withdraw) => 'w',
            Self::Trip(_, TripEvent::IssuePapers) => 'i',
            Self::Trip(_, TripEvent::Depart) => 'd',
            Self::Trip(_, TripEvent::Return) => 'r',
            Self::Trip(_, TripEvent::Report) | Self::AddMedium => 'b',
            Self::Trip(_, TripEvent::PapersBack) => 'z',
            Self::NewTrip => 'v',
            Self::Training => 't',
            Self::Pledge => 'p',
            Self::Leave => 'l',
            Self::Length(_) => 's',
            Self::Extend(_) => 'x',
            Self::Close(_) => 'c',
            Self::Post => 'g',
            Self::Level => 'k',
            Self::Edit => 'e',
            Self::AddPerson | Self::AddComputer => 'a',
            // The one has a box of its own, the other is a person's.
            Self::Choose(..) | Self::EndPost => 'u',
            Self::PastTrip => 'f',
            Self::Review => 'h',
            Self::Waiver => 'm',
            Self::Case => 'q',
            Self::Device(deed, _) => deed.letter(),
        }
    }

    /// The computer or medium it concerns.
    pub const fn device(self) -> Option<RecordId> {
        match self {
            Self::Device(_, id) => Some(id),
            _ => None,
        }
    }

    /// The trip it concerns.
    pub const fn trip(self) -> Option<u32> {
        match self {
            Self::Agree(n) | Self::Disagree(n) | Self::Object(n) | Self::Trip(n, _) => Some(n),
            _ => None,
        }
    }
}

/// What can be done with one person, what waits most first; `part` is the trip under the cursor, if it is on one.
pub fn for_one(s: &PersonRow, part: Option<u32>) -> Vec<Deed> {
    let mut out = Vec::new();
    let wanted = |n: u32| part.is_none_or(|p| p == n);
    for t in s.trips.iter().filter(|t| wanted(t.n)) {
        let n = t.n;
        let events: &[TripEvent] = match t.state {
            TripState::Draft => &[TripEvent::Submit, TripEvent::Withdraw],
            TripState::Pending => {
                out.extend([Deed::Agree(n), Deed::Disagree(n), Deed::Object(n)]);
                &[TripEvent::Withdraw]
            }
            TripState::Approved => &[TripEvent::IssuePapers, TripEvent::Depart, TripEvent::Withdraw],
            TripState::PapersIssued => &[TripEvent::Depart, TripEvent::PapersBack],
            TripState::Travelling => &[TripEvent::Return],
            TripState::Returned => &[TripEvent::Report, TripEvent::PapersBack],
            _ => &[],
        };
        out.extend(events.iter().map(|e| Deed::Trip(n, *e)));
        if !out.is_empty() && part.is_none() {
            // One journey at a time: the letters stand for the one that is open.
            break;
        }
    }
    if let Some(period) = &s.departure {
        match s.state {
            State::InPeriod => out.extend([Deed::Length(period.departure), Deed::Extend(period.departure)]),
            State::Ended => out.push(Deed::Close(period.departure)),
            _ => {}
        }
    }
    out.extend([Deed::Training, Deed::Pledge, Deed::NewTrip]);
    if s.state == State::OnPost {
        out.push(Deed::Leave);
    }
    out.push(Deed::Case);
    out.push(Deed::Review);
    if !s.due.is_empty() {
        out.push(Deed::Waiver);
    }
    out.extend([Deed::PastTrip, Deed::Level, Deed::Post]);
    if s.state == State::OnPost {
        out.push(Deed::EndPost);
    }
    out.extend([Deed::Edit, Deed::AddPerson]);
    out
}

/// What can be done with several at once.
pub const FOR_MANY: [Deed; 2] = [Deed::Training, Deed::Pledge];

/// What can be done with the computers and media: with the one under the cursor, if there is one, and in any case.
pub fn for_device(row: Option<&Row>) -> Vec<Deed> {
    let of = match row {
        Some(Row::Computer(c)) => Some((RecordId::from(c.id), c.state)),
        Some(Row::Medium(m)) => Some((RecordId::from(m.id), m.state)),
        _ => None,
    };
    let mut out = Vec::new();
    if let Some((id, state)) = of {
        use DeviceDeed as D;
        let now: &[D] = match state {
            DeviceState::InStore => &[D::Issue, D::Move, D::SendOut, D::Destroy],
            DeviceState::TakenBack => &[D::Issue, D::Destroy],
            DeviceState::InUse => &[D::TakeBack, D::Move, D::SendOut, D::Destroy],
            DeviceState::InRepair => &[D::Return, D::TakeBack],
            DeviceState::Destroyed => &[],
        };
        out.extend(now.iter().chain(&[D::Volume, D::DestroyVolume, D::Change]).map(|d| Deed::Device(*d, id)));
    }
    out.extend([Deed::AddComputer, Deed::AddMedium]);
    out
}
