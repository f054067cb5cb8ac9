//! Identity numbers of residents: normal form, check digit, birth date (GB 11643).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Date, Sex};

/// A checked 18-digit identity number in normal form (upper-case X). `Debug` and `Display` are masked, so that no log,
/// error or panic text can carry the number; [`IdentityNumber::reveal`] is the one way to the digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct IdentityNumber(String);

/// Why a text is not an identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not 18 characters.
    #[error("identity_length")]
    Length,
    /// Something other than 17 digits and a digit or X.
    #[error("identity_characters")]
    Characters,
    /// The birth date does not exist.
    #[error("identity_birth")]
    BirthDate,
    /// The check digit does not fit.
    #[error("identity_check_digit")]
    CheckDigit,
    /// 15-digit number of the first generation, no longer valid.
    #[error("identity_old")]
    Old,
}

impl IdentityError {
    /// The stable name of the fault; also its locale key under `refusal`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "identity_length",
            Self::Characters => "identity_characters",
            Self::BirthDate => "identity_birth",
            Self::CheckDigit => "identity_check_digit",
            Self::Old => "identity_old",
        }
    }
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// The check character for the first 17 digits; `None` if they are not 17 digits.
pub fn check_digit(first17: &str) -> Option<char> {
    if first17.len() != 17 {
        return None;
    }
    let mut sum = 0;
    for (c, w) in first17.chars().zip(WEIGHTS) {
        sum += c.to_digit(10)? * w;
    }
    CHECK.get((sum % 11) as usize).copied()
}

impl IdentityNumber {
    /// Reads a number as people write it: full-width digits, spaces, a leading apostrophe and a lower-case x are folded.
    ///
    /// # Errors
    /// [`IdentityError`] says which check failed.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let folded: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{feff}'))
            .map(|c| match c {
                '\u{ff10}'..='\u{ff19}' => char::from_digit(c as u32 - 0xff10, 10).unwrap_or(c),
                'x' | '\u{ff38}' | '\u{ff58}' => 'X',
                c => c,
            })
            .collect();
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if folded.len() == 15 && all_digits(&folded) {
            return Err(IdentityError::Old);
        }
        if folded.chars().count() != 18 {
            return Err(IdentityError::Length);
        }
        let first: String = folded.chars().take(17).collect();
        let last = folded.chars().last().unwrap_or(' ');
        if !all_digits(&first) || !(last.is_ascii_digit() || last == 'X') {
            return Err(IdentityError::Characters);
        }
        let number = Self(folded);
        if number.birth_date().is_none() {
            return Err(IdentityError::BirthDate);
        }
        if check_digit(&first) != Some(last) {
            return Err(IdentityError::CheckDigit);
        }
        Ok(number)
    }

    /// The whole number. Every caller must be a place that may show or match it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Birth date from digits 7 to 14.
    pub fn birth_date(&self) -> Option<Date> {
        let digits: String = self.0.chars().skip(6).take(8).collect();
        let number: u32 = digits.parse().ok()?;
        let year = i32::try_from(number / 10_000).ok()?;
        if !(1850..=2200).contains(&year) {
            return None;
        }
        Date::from_ymd_opt(year, number / 100 % 100, number % 100)
    }

    /// Sex from digit 17.
    pub fn sex(&self) -> Option<Sex> {
        let digit = self.0.chars().nth(16)?.to_digit(10)?;
        Some(if digit % 2 == 1 { Sex::Male } else { Sex::Female })
    }

    /// `110***********1234`.
    pub fn masked(&self) -> String {
        let head: String = self.0.chars().take(3).collect();
        let tail: String = self.0.chars().skip(14).collect();
        format!("{head}***********{tail}")
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Display for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl TryFrom<String> for IdentityNumber {
    type Error = IdentityError;

    fn try_from(text: String) -> Result<Self, IdentityError> {
        Self::parse(&text)
    }
}

impl From<IdentityNumber> for String {
    fn from(number: IdentityNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_check(first17: &str) -> String {
        format!("{first17}{}", check_digit(first17).unwrap())
    }

    #[test]
    fn numbers_are_folded_checked_and_masked() {
        let good = with_check("99010119800229123");
        let n = IdentityNumber::parse(&good).unwrap();
        assert_eq!(n.birth_date(), Date::from_ymd_opt(1980, 2, 29));
        assert_eq!(n.sex(), Some(Sex::Male));
        assert_eq!(format!("{n:?}"), n.masked());
        assert!(!n.to_string().contains("19800229"));
        assert_eq!(IdentityNumber::parse(&format!("'{}", good.to_lowercase())), Ok(n.clone()));
        let wide: String =
            good.chars().map(|c| c.to_digit(10).map_or(c, |d| char::from_u32(0xff10 + d).unwrap())).collect();
        assert_eq!(IdentityNumber::parse(&wide), Ok(n));
    }

    #[test]
    fn each_fault_has_its_name() {
        for (text, fault) in [
            ("", IdentityError::Length),
            ("990101800229123", IdentityError::Old),
            ("99010119800229123", IdentityError::Length),
            ("9901011980022912AB", IdentityError::Characters),
            ("990101198102291237", IdentityError::BirthDate),
        ] {
            assert_eq!(IdentityNumber::parse(text), Err(fault), "{text}");
        }
        let mut wrong = with_check("99010119800229123");
        let last = wrong.pop().unwrap();
        wrong.push(if last == '0' { '1' } else { '0' });
        assert_eq!(IdentityNumber::parse(&wrong), Err(IdentityError::CheckDigit));
    }
}
