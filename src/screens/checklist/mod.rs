//! 检查: the checklist mode. One item under the cursor, its clause, the register's evidence and the last answer beside
//! it. A single key answers; the cursor moves on when the answer is on disk, and keys struck meanwhile wait their turn.

mod act;
mod boxes;
mod draft;
mod files;
mod offer;
mod over;
mod typed;
mod view;

use super::{Context, Effect, Input, Tone};
use crate::domain::inspection::{Answer, Inspection, Signature, Spot, Subject};
use crate::domain::{AnswerValue, InspectionId, InspectionState};
use crate::keys::Action;
use crate::rules::{Item, Sheet, Template};
use crate::ui::field::Field;
use crate::ui::scroll::Scroll;
pub(super) use draft::Draft;
pub use offer::keys;
use typed::Ready;
pub use view::view;

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    id: InspectionId,
    /// The item to begin at.
    at: Option<Spot>,
    sheet: Option<Sheet>,
    /// The item the register has for the operator.
    kept: Option<Spot>,
    /// Whether the place kept in the register has been gone to.
    placed: bool,
    /// Where it stood when the program ended; until the record is read.
    begun: Option<Draft>,
    subject: usize,
    scroll: Scroll,
    mode: Mode,
    /// What is on its way to the disk.
    pending: Option<Pending>,
    /// The checklist could not be read.
    unread: bool,
    undo: Vec<Step>,
    /// What was looked for last.
    sought: String,
    /// Whether an answer goes to every subject at once.
    all: bool,
    size: (u16, u16),
}

/// What the keys mean now.
#[derive(Debug, Clone, PartialEq)]
enum Mode {
    /// Answering.
    Items,
    /// The remark of an item that fails.
    Remark(Field, Ready),
    /// Looking for an item; where the cursor came from.
    Jump(Field, (usize, usize)),
    /// Choosing by arrows what to do.
    Choice(usize),
    /// What to do about items without an answer.
    Missing(usize),
    /// The same answer for all, while some have another one: keep theirs or not.
    Others { value: AnswerValue, remark: String, at: usize },
    /// Whether the signatures given may be void.
    Reopen(usize),
    /// The next party's name.
    Sign(Field),
    /// Who signed a record that is final.
    Signed,
    /// The item in full, from this line on.
    Full(usize),
    /// Choosing the evidence to take out.
    Files(usize),
    /// Why it is taken out.
    Why(Spot, Field),
}

/// An answer this visit gave, and what was there before.
#[derive(Debug, Clone, PartialEq)]
struct Change {
    spot: Spot,
    before: Option<Answer>,
    given: Option<Answer>,
}

/// What one key did, for the key that takes it back.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    /// Where the cursor stood.
    at: (usize, usize),
    changes: Vec<Change>,
}

/// What is to be shown when the disk has it.
#[derive(Debug, Clone, PartialEq)]
enum Pending {
    /// Answers, where the cursor goes, and whether they can be taken back.
    Answers { step: Step, next: (usize, usize), back: bool },
    /// The record as it is now, before an answer is taken back.
    Look,
    /// The cursor's place alone.
    Place,
    /// Ready to be signed.
    Closed,
    /// A signature.
    Signed(Signature),
    /// Back to answering.
    Reopened,
    /// Evidence taken out.
    TakenOut(Spot),
}

impl State {
    /// The checklist of an inspection, at an item or where it was left; what it shows is fetched.
    pub(super) fn new(id: InspectionId, at: Option<Spot>) -> Self {
        Self {
            id,
            at,
            sheet: None,
            kept: None,
            placed: false,
            begun: None,
            subject: 0,
            scroll: Scroll::default(),
            mode: Mode::Items,
            pending: None,
            unread: false,
            undo: Vec::new(),
            sought: String::new(),
            all: false,
            size: (80, 24),
        }
    }

    /// Whether printable characters are text.
    pub(super) const fn typing(&self) -> bool {
        matches!(self.mode, Mode::Remark(..) | Mode::Jump(..) | Mode::Sign(_) | Mode::Why(..))
    }

    /// Whether what a key means is not known yet: something is on its way from or to the disk.
    pub(super) const fn holding(&self) -> bool {
        self.pending.is_some() || (self.sheet.is_none() && !self.unread)
    }

    /// Whether a box of choices is open.
    pub(super) const fn choosing(&self) -> bool {
        use Mode::{Choice, Files, Full, Missing, Others, Reopen, Signed};
        matches!(self.mode, Choice(_) | Missing(_) | Others { .. } | Reopen(_) | Signed | Full(_) | Files(_))
    }

    /// Whose checklist it is.
    pub(super) const fn of(&self) -> InspectionId {
        self.id
    }

    /// Whether something of this screen is on its way to the disk.
    pub(super) const fn waiting(&self) -> bool {
        self.pending.is_some()
    }

    fn items(&self) -> Vec<&Item> {
        self.sheet.as_ref().map(|s| s.template.items().collect()).unwrap_or_default()
    }

    fn template(&self) -> Option<&Template> {
        self.sheet.as_ref().map(|s| &*s.template)
    }

    fn inspection(&self) -> Option<&Inspection> {
        self.sheet.as_ref().map(|s| &s.inspection)
    }

    fn subjects(&self) -> &[Subject] {
        self.inspection().map_or(&[], |i| &i.subjects)
    }

    fn is(&self, state: InspectionState) -> bool {
        self.inspection().is_some_and(|i| i.state == state)
    }

    /// Whether answers may still be given.
    fn open(&self) -> bool {
        self.inspection().is_some_and(|i| matches!(i.state, InspectionState::Planned | InspectionState::Open))
    }

    /// The spot at a place.
    fn spot_at(&self, (subject, item): (usize, usize)) -> Option<Spot> {
        Some(Spot::new(self.subjects().get(subject)?, &self.items().get(item)?.id))
    }

    fn place(&self) -> (usize, usize) {
        (self.subject, self.scroll.at)
    }

    fn spot(&self) -> Option<Spot> {
        self.spot_at(self.place())
    }

    /// The place of a spot.
    fn place_of(&self, spot: &Spot) -> Option<(usize, usize)> {
        let subject = self.subjects().iter().position(|s| *s == spot.subject)?;
        Some((subject, self.items().iter().position(|i| i.id == spot.item)?))
    }

    fn go(&mut self, (subject, item): (usize, usize)) {
        self.subject = subject.min(self.subjects().len().saturating_sub(1));
        let (len, page) = (self.items().len(), self.page());
        self.scroll.to(item.min(len.saturating_sub(1)), len, page);
    }

    /// Rows of items that fit.
    fn page(&self) -> usize {
        let body = usize::from(self.size.1).saturating_sub(3);
        let signed = usize::from(self.inspection().is_some_and(|i| !i.signatures.is_empty()));
        body.saturating_sub(3 + signed + view::below(self.size.0, self.size.1.saturating_sub(3)) as usize)
    }

    /// The place after a place: the next item, then the next subject's first.
    fn after(&self, (subject, item): (usize, usize)) -> (usize, usize) {
        if item + 1 < self.items().len() {
            (subject, item + 1)
        } else if subject + 1 < self.subjects().len() && !self.all {
            (subject + 1, 0)
        } else {
            (subject, item)
        }
    }

    /// The places without an answer, in order; asked for at every frame, of thousands of items.
    fn unanswered(&self) -> impl Iterator<Item = (usize, usize)> {
        let at = |s: usize, subject: &Subject, i: usize, item: &Item, sheet: &Sheet| {
            sheet.inspection.answer(&Spot::new(subject, &item.id)).is_none().then_some((s, i))
        };
        self.sheet.iter().flat_map(move |sheet| {
            sheet.inspection.subjects.iter().enumerate().flat_map(move |(s, subject)| {
                sheet.template.items().enumerate().filter_map(move |(i, item)| at(s, subject, i, item, sheet))
            })
        })
    }

    /// Takes a sheet that was read, unless what is shown is newer.
    fn take(&mut self, sheet: Sheet, cx: &Context) {
        if sheet.inspection.id != self.id || self.inspection().is_some_and(|i| i.revision > sheet.inspection.revision) {
            return;
        }
        self.kept = sheet.inspection.cursors.get(&cx.operator.id).cloned();
        let begun = self.begun.as_ref().and_then(|d| d.spot(self.kept.as_ref())).cloned();
        let kept = begun.or_else(|| self.kept.clone());
        self.sheet = Some(sheet);
        if !self.placed {
            self.placed = true;
            let place = self.at.take().or(kept).and_then(|spot| self.place_of(&spot)).unwrap_or_default();
            self.go(place);
            self.begin_again();
        }
    }

    /// What was sent is on disk: shows it.
    fn committed(&mut self, cx: &Context) -> Vec<Effect> {
        match self.pending.take() {
            None => vec![Effect::FetchSheet(self.id)],
            Some(pending) => self.show(pending, cx),
        }
    }

    fn show(&mut self, pending: Pending, cx: &Context) -> Vec<Effect> {
        let Some(sheet) = self.sheet.as_mut() else { return Vec::new() };
        let i = &mut sheet.inspection;
        i.revision += 1;
        match pending {
            Pending::Place | Pending::Look => {}
            Pending::Answers { step, next, back } => {
                if i.state == InspectionState::Planned {
                    i.state = InspectionState::Open;
                }
                for change in &step.changes {
                    match &change.given {
                        Some(answer) => i.answers.insert(change.spot.clone(), answer.clone()),
                        None => i.answers.remove(&change.spot),
                    };
                }
                self.undo.extend(back.then_some(step));
                self.mode = Mode::Items;
                self.go(next);
            }
            Pending::Closed => {
                i.state = InspectionState::Signing;
                self.mode = Mode::Sign(Field::default());
            }
            Pending::Reopened => {
                i.state = InspectionState::Open;
                i.signatures.clear();
                self.mode = Mode::Items;
            }
            Pending::TakenOut(key) => {
                i.evidence.remove(&key);
                self.mode = Mode::Items;
                let said = Effect::Toast(Tone::Done, cx.texts.t("checklist.taken_out"));
                return vec![Effect::FetchSheet(self.id), said];
            }
            Pending::Signed(signature) => {
                i.signatures.push(signature);
                let left = sheet.template.parties.iter().any(|p| i.signatures.iter().all(|s| s.party != p.id));
                if left {
                    self.mode = Mode::Sign(Field::default());
                } else {
                    i.state = InspectionState::Signed;
                    self.mode = Mode::Items;
                    let undated = i.live_findings().filter(|(_, f)| f.due.is_none() && f.open(cx.today)).count();
                    let text = match undated {
                        0 => cx.texts.t("checklist.signed"),
                        n => cx.texts.fill("checklist.signed_undated", &[("n", n.to_string())]),
                    };
                    return vec![Effect::Toast(if undated == 0 { Tone::Done } else { Tone::Plain }, text)];
                }
            }
        }
        Vec::new()
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    match input {
        Input::Shown | Input::Refreshed => vec![Effect::FetchSheet(state.id)],
        Input::Sheet(sheet) => {
            state.take(*sheet, cx);
            match state.pending.take() {
                Some(Pending::Look) => act::take_back(state, cx),
                other => {
                    state.pending = other;
                    Vec::new()
                }
            }
        }
        Input::Resized(w, h) => {
            state.size = (w, h);
            let (len, page) = (state.items().len(), state.page());
            state.scroll.fit(len, page);
            Vec::new()
        }
        Input::Committed(..) => state.committed(cx),
        Input::Failed(why) => {
            state.pending = None;
            state.unread = state.sheet.is_none();
            vec![Effect::Toast(Tone::Trouble, why)]
        }
        Input::Action(_) | Input::Typed(_) | Input::Paste(_) => {
            if state.sheet.is_none() {
                return if input == Input::Action(Action::Back) { vec![Effect::Back] } else { Vec::new() };
            }
            act::act(state, input, cx)
        }
        _ => Vec::new(),
    }
}
