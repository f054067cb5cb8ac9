//! What a file holds: the KIND of `shoumi import KIND FILE`.

/// The kinds of lists that can be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// People with whatever an office keeps beside them: post, level, a training, a pledge, a departure.
    People,
    /// Posts of people in the register.
    Posts,
    /// Trainings of people in the register.
    Trainings,
    /// Pledges of people in the register.
    Pledges,
    /// Travel requests of people in the register.
    Trips,
    /// Departures; people not yet in the register are added where the row identifies them.
    Departures,
    /// Computers and peripherals.
    Computers,
    /// Media and paper carriers.
    Media,
}

impl Kind {
    /// Every kind, in the order of the manual.
    pub const ALL: [Self; 8] = [
        Self::People,
        Self::Posts,
        Self::Trainings,
        Self::Pledges,
        Self::Trips,
        Self::Departures,
        Self::Computers,
        Self::Media,
    ];

    /// The word on the command line, and the locale key under `import.kind`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Posts => "posts",
            Self::Trainings => "trainings",
            Self::Pledges => "pledges",
            Self::Trips => "trips",
            Self::Departures => "departures",
            Self::Computers => "computers",
            Self::Media => "media",
        }
    }

    /// The kind with this word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.code() == code)
    }

    /// Whether the rows are about devices, not people.
    pub const fn is_device(self) -> bool {
        matches!(self, Self::Computers | Self::Media)
    }
}
