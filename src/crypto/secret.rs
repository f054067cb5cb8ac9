//! Secret bytes that are wiped when dropped, and how new ones are made.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::CryptoError;

/// 32 secret bytes. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret32([u8; 32]);

impl Secret32 {
    /// Takes the bytes over.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// New random bytes from the system.
    ///
    /// # Errors
    /// [`CryptoError::NoRandom`].
    pub fn random() -> Result<Self, CryptoError> {
        random().map(Self)
    }

    /// The bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret32(..)")
    }
}

/// Random bytes from the system.
///
/// # Errors
/// [`CryptoError::NoRandom`].
pub fn random<const N: usize>() -> Result<[u8; N], CryptoError> {
    let mut out = [0; N];
    getrandom::fill(&mut out).map_err(|_| CryptoError::NoRandom)?;
    Ok(out)
}

/// The contents of a new key file: 64 hexadecimal digits and a newline, so that it survives any editor or printer.
///
/// # Errors
/// [`CryptoError::NoRandom`].
pub fn new_key_file() -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let secret = Secret32::random()?;
    let mut out = Zeroizing::new(Vec::with_capacity(65));
    for byte in secret.bytes() {
        for nibble in [byte >> 4, byte & 15] {
            out.push(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
        }
    }
    out.push(b'\n');
    Ok(out)
}

/// Crockford's alphabet: no I, L, O, U, so that a code read from paper is not misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code: 160 random bits as eight groups of four characters, shown once.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// A new code.
    ///
    /// # Errors
    /// [`CryptoError::NoRandom`].
    pub fn new() -> Result<Self, CryptoError> {
        let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(random()?);
        Ok(Self(bytes.iter().filter_map(|b| ALPHABET.get(usize::from(b & 31))).map(|b| char::from(*b)).collect()))
    }

    /// Reads a code as people type it: any case, hyphens and spaces left out or in, O for 0, I and L for 1.
    ///
    /// # Errors
    /// [`CryptoError::TooShort`] when it has not 32 characters of the alphabet.
    pub fn parse(text: &str) -> Result<Self, CryptoError> {
        let mut out = String::with_capacity(32);
        for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            if !c.is_ascii() || !ALPHABET.contains(&(c as u8)) {
                return Err(CryptoError::TooShort);
            }
            out.push(c);
        }
        if out.len() == 32 { Ok(Self(out)) } else { Err(CryptoError::TooShort) }
    }

    /// The code in groups of four, for paper.
    pub fn reveal(&self) -> String {
        let chars: Vec<char> = self.0.chars().collect();
        chars.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }

    /// The 32 characters.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_reads_back_as_typed() {
        let code = RecoveryCode::new().unwrap();
        let shown = code.reveal();
        assert_eq!(shown.len(), 39, "eight groups of four with hyphens");
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), shown.replace('0', "o")] {
            assert_eq!(RecoveryCode::parse(&typed).unwrap().as_bytes(), code.as_bytes());
        }
        assert!(RecoveryCode::parse("short").is_err());
        assert!(RecoveryCode::parse(&"U".repeat(32)).is_err());
    }

    #[test]
    fn secrets_are_not_printed() {
        let secret = Secret32::new([7; 32]);
        assert!(!format!("{secret:?}").contains('7'));
        assert_eq!(new_key_file().unwrap().len(), 65);
    }
}
