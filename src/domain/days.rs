//! Days inside summaries: numbers where only programs read them, which is shorter and read sooner than their digits; as
//! everywhere else in JSON. For `#[serde(with = "days")]` on days, and on options, lists and pairs of them.

use chrono::Datelike as _;
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

use super::Date;

/// What is written and read as days.
pub trait Days: Sized {
    /// Writes it.
    ///
    /// # Errors
    /// The serializer's.
    fn write<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error>;
    /// Reads it.
    ///
    /// # Errors
    /// The deserializer's; a number that no day has.
    fn read<'de, D: Deserializer<'de>>(d: D) -> Result<Self, D::Error>;
}

/// Writes days; see [`Days`].
///
/// # Errors
/// The serializer's.
pub fn serialize<T: Days, S: Serializer>(days: &T, s: S) -> Result<S::Ok, S::Error> {
    days.write(s)
}

/// Reads days; see [`Days`].
///
/// # Errors
/// The deserializer's; a number that no day has.
pub fn deserialize<'de, T: Days, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    T::read(d)
}

struct Out<'a, T>(&'a T);

impl<T: Days> Serialize for Out<'_, T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.write(s)
    }
}

struct In<T>(T);

impl<'de, T: Days> Deserialize<'de> for In<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        T::read(d).map(Self)
    }
}

impl Days for Date {
    fn write<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() { self.serialize(s) } else { s.serialize_i32(self.num_days_from_ce()) }
    }

    fn read<'de, D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            return Self::deserialize(d);
        }
        Self::from_num_days_from_ce_opt(i32::deserialize(d)?).ok_or_else(|| D::Error::custom("no such day"))
    }
}

impl<T: Days> Days for Option<T> {
    fn write<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Out).serialize(s)
    }

    fn read<'de, D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Option::<In<T>>::deserialize(d).map(|day| day.map(|d| d.0))
    }
}

impl<T: Days> Days for Vec<T> {
    fn write<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self.iter().map(Out))
    }

    fn read<'de, D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Vec::<In<T>>::deserialize(d).map(|days| days.into_iter().map(|d| d.0).collect())
    }
}

impl<A: Days, B: Days> Days for (A, B) {
    fn write<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        (Out(&self.0), Out(&self.1)).serialize(s)
    }

    fn read<'de, D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        <(In<A>, In<B>)>::deserialize(d).map(|(a, b)| (a.0, b.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Four {
        #[serde(with = "super")]
        day: Date,
        #[serde(with = "super")]
        perhaps: Option<Date>,
        #[serde(with = "super")]
        many: Vec<Date>,
        #[serde(with = "super")]
        spans: Vec<(Date, Option<Date>)>,
    }

    fn any_day() -> impl Strategy<Value = Date> {
        (Date::MIN.num_days_from_ce()..=Date::MAX.num_days_from_ce())
            .prop_map(|n| Date::from_num_days_from_ce_opt(n).unwrap())
    }

    proptest! {
        #[test]
        fn days_come_back_in_either_form(day in any_day(), many in proptest::collection::vec(any_day(), 0..5)) {
            let spans = many.iter().map(|d| (*d, (*d > day).then_some(day))).collect();
            let four = Four { day, perhaps: many.first().copied(), many, spans };
            prop_assert_eq!(&postcard::from_bytes::<Four>(&postcard::to_allocvec(&four).unwrap()).unwrap(), &four);
            prop_assert_eq!(&serde_json::from_str::<Four>(&serde_json::to_string(&four).unwrap()).unwrap(), &four);
        }
    }

    #[test]
    fn json_has_the_digits_and_no_number_is_an_impossible_day() {
        let day: Date = "2024-02-29".parse().unwrap();
        let four = Four { day, perhaps: None, many: vec![day], spans: vec![(day, None)] };
        let json = serde_json::to_value(&four).unwrap();
        assert_eq!(json["day"], "2024-02-29");
        assert_eq!(json["spans"], serde_json::json!([["2024-02-29", null]]));
        let bytes = postcard::to_allocvec(&(i32::MAX, None::<i32>, [0_i32; 0], [0_i32; 0])).unwrap();
        assert!(postcard::from_bytes::<Four>(&bytes).is_err());
    }
}
