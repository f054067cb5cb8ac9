//! Chains: the steps of a case in order, with what is done.

use super::{Chain, Packs};
use crate::domain::person::{Case, Departure, Trip};
use crate::domain::{Person, Unit};

/// The chain a trip waits on: the first of [`trip_chains`] with an open step, else the first.
pub fn trip_chain(packs: &Packs, unit: &Unit, person: &Person, trip: &Trip) -> Chain {
    let chains = trip_chains(packs, unit, person, trip);
    let open = chains.iter().position(|c| c.next().is_some()).unwrap_or(0);
    chains.into_iter().nth(open).unwrap_or_else(|| empty(unit))
}

/// One chain for each pack that speaks of this trip.
pub fn trip_chains(_packs: &Packs, unit: &Unit, _person: &Person, _trip: &Trip) -> Vec<Chain> {
    vec![empty(unit)]
}

/// The leaving steps of a departure, by the pack it is pinned to.
pub fn departure_chain(_packs: &Packs, unit: &Unit, _person: &Person, _departure: &Departure) -> Chain {
    empty(unit)
}

/// The steps of any other case.
pub fn case_chain(_packs: &Packs, unit: &Unit, _person: &Person, _case: &Case) -> Chain {
    empty(unit)
}

fn empty(unit: &Unit) -> Chain {
    Chain { pack: unit.pack.clone(), steps: Vec::new(), notes: Vec::new() }
}
