//! Who works with the register: accounts, their rights and how far these reach, the public keys they come with.

use base64ct::{Base64, Base64Unpadded, Encoding};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Date, Role, UnitId};

/// Somebody who works with the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Operator {
    /// Sequence number in the store.
    pub number: u64,
    /// Counts the changes to this record, from 1.
    pub revision: u64,
    /// The id given on the command line, for example `li.na`.
    pub id: String,
    /// Name.
    pub name: String,
    /// Rights.
    pub roles: Vec<Role>,
    /// Units the rights reach; empty reaches all.
    pub units: Vec<UnitId>,
    /// Departments the rights reach; empty reaches the whole unit.
    pub departments: Vec<String>,
    /// The key the account comes with, on a host.
    pub key: Option<OperatorKey>,
    /// Out at the next commit.
    pub disabled: bool,
    /// Why the account was last granted rights, shut or opened.
    pub reason: String,
}

impl Operator {
    /// An account without rights.
    pub fn new(number: u64, id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            number,
            revision: 0,
            id: id.into(),
            name: name.into(),
            roles: Vec::new(),
            units: Vec::new(),
            departments: Vec::new(),
            key: None,
            disabled: false,
            reason: String::new(),
        }
    }

    /// How far the rights reach.
    pub fn reach(&self) -> Reach {
        Reach { units: self.units.clone(), departments: self.departments.clone() }
    }

    /// One of the three administrators (三员).
    pub fn administers(&self) -> bool {
        self.roles.iter().any(|r| ADMINISTRATORS.contains(r))
    }
}

/// How far the rights of an account reach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// These units; empty reaches all.
    pub units: Vec<UnitId>,
    /// These departments; empty reaches whole units.
    pub departments: Vec<String>,
}

impl Reach {
    /// Nothing is out of reach.
    pub const fn is_everything(&self) -> bool {
        self.units.is_empty() && self.departments.is_empty()
    }

    /// Whether a record of this unit and department is within reach. One that says no department is within that of
    /// whoever reaches whole units.
    pub fn covers(&self, unit: UnitId, department: &str) -> bool {
        (self.units.is_empty() || self.units.contains(&unit))
            && (self.departments.is_empty() || self.departments.iter().any(|d| d == department.trim()))
    }
}

/// 三员: each excludes every other role.
pub const ADMINISTRATORS: [Role; 3] = [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor];

/// Whether a text is an id: a small letter, then letters, digits, `.`, `-`, `_`, 32 at most. It stands in a command line
/// of `sshd`, so nothing that a shell reads is in it.
pub fn is_operator_id(text: &str) -> bool {
    let rest = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
    text.len() <= 32 && text.bytes().next().is_some_and(|b| b.is_ascii_lowercase()) && text.bytes().all(rest)
}

/// A public key of OpenSSH.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperatorKey {
    /// Its kind, for example `ssh-ed25519`.
    pub kind: String,
    /// The key itself, as it stands in the `.pub` file.
    pub text: String,
    /// Noted on.
    pub since: Date,
}

/// Why a text is no key an account may have: locale key `refusal.key_<code>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyProblem {
    /// A private key: it has to stay where it is.
    Private,
    /// Not one line `kind text comment`.
    Shape,
    /// A kind that is not taken.
    Kind,
    /// Text that does not read, or not as the kind it says.
    Text,
    /// An RSA key shorter than 3072 bits.
    Short,
}

/// The kinds of keys that are taken.
pub const KEY_KINDS: [&str; 7] = [
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
];

/// Bits of an RSA key that is taken.
const RSA_BITS: usize = 3072;

impl OperatorKey {
    /// Reads the line of a `.pub` file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(line: &str, since: Date) -> Result<Self, KeyProblem> {
        let line = line.trim();
        if line.contains("PRIVATE KEY") {
            return Err(KeyProblem::Private);
        }
        if line.len() > 16 * 1024 || line.chars().any(char::is_control) {
            return Err(KeyProblem::Shape);
        }
        let mut words = line.split(' ').filter(|w| !w.is_empty());
        let (Some(kind), Some(text)) = (words.next(), words.next()) else { return Err(KeyProblem::Shape) };
        if !KEY_KINDS.contains(&kind) {
            return Err(KeyProblem::Kind);
        }
        let blob = Base64::decode_vec(text).map_err(|_| KeyProblem::Text)?;
        let mut fields = Fields(&blob);
        if fields.next() != Some(kind.as_bytes()) {
            return Err(KeyProblem::Text);
        }
        let rest: Vec<&[u8]> = std::iter::from_fn(|| fields.next()).collect();
        if !fields.0.is_empty() {
            return Err(KeyProblem::Text);
        }
        match (kind, rest.as_slice()) {
            ("ssh-ed25519", [key]) | ("sk-ssh-ed25519@openssh.com", [key, _]) if key.len() == 32 => {}
            ("ssh-rsa", [_, modulus]) => {
                let zeros = modulus.iter().take_while(|b| **b == 0).count();
                if modulus.len().saturating_sub(zeros) * 8 < RSA_BITS {
                    return Err(KeyProblem::Short);
                }
            }
            (k, [curve, _]) if k.starts_with("ecdsa-") && k.as_bytes().ends_with(curve) => {}
            ("sk-ecdsa-sha2-nistp256@openssh.com", [_, _, _]) => {}
            _ => return Err(KeyProblem::Text),
        }
        Ok(Self { kind: kind.to_owned(), text: text.to_owned(), since })
    }

    /// The fingerprint as `ssh-keygen -l` and the log of `sshd` show it.
    pub fn fingerprint(&self) -> String {
        let blob = Base64::decode_vec(&self.text).unwrap_or_default();
        format!("SHA256:{}", Base64Unpadded::encode_string(&Sha256::digest(blob)))
    }
}

/// Length and bytes, one after another.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (field, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        self.0 = rest;
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBHmz5RIgAFLGWLFSQODx6fZgIgVHCFvyGXDLcLMbYBa li.na@office";

    fn day() -> Date {
        "2026-03-02".parse().unwrap()
    }

    #[test]
    fn ids_are_safe_in_a_command_line() {
        for good in ["li.na", "a", "zhao-2", "w_1"] {
            assert!(is_operator_id(good), "{good}");
        }
        for bad in ["", "Li", "-x", ".x", "1a", "a b", "a\"", "a;b", "李", "a\n", &"a".repeat(33)] {
            assert!(!is_operator_id(bad), "{bad:?}");
        }
    }

    #[test]
    fn keys_read_and_what_is_none_is_refused_for_its_own_reason() {
        let key = OperatorKey::parse(KEY, day()).unwrap();
        assert_eq!(key.kind, "ssh-ed25519");
        assert!(key.fingerprint().starts_with("SHA256:") && key.fingerprint().len() == 50, "{}", key.fingerprint());
        let small =
            Base64::encode_string(&[&[0, 0, 0, 7][..], b"ssh-rsa", &[0, 0, 0, 1, 3, 0, 0, 0, 2, 0, 9]].concat());
        for (text, problem) in [
            ("-----BEGIN OPENSSH PRIVATE KEY-----", KeyProblem::Private),
            ("", KeyProblem::Shape),
            ("ssh-ed25519", KeyProblem::Shape),
            (&format!("{KEY}\n{KEY}"), KeyProblem::Shape),
            ("ssh-dss AAAAB3NzaC1kc3M=", KeyProblem::Kind),
            (&format!("command=\"sh\" {KEY}"), KeyProblem::Kind),
            ("ssh-ed25519 AAAA!", KeyProblem::Text),
            (&KEY.replace("ssh-ed25519 ", "ecdsa-sha2-nistp256 "), KeyProblem::Text),
            (&KEY.replace("YBa ", "YA= "), KeyProblem::Text),
            (&format!("ssh-rsa {small}"), KeyProblem::Short),
        ] {
            assert_eq!(OperatorKey::parse(text, day()), Err(problem), "{text}");
        }
    }
}
