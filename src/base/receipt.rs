//! The codes that are printed on paper: the giver's receipt code and the serial of a card.
//!
//! A receipt code lets a giver, even an anonymous one, come back to see what came of the feedback. It is
//! copied by hand from a stub or a screen, so it is written in Crockford's base32 (no letters that look like digits)
//! and ends in a check symbol that catches every single wrong symbol and every swap of neighbours.
//!
//! The check: the symbols are numbers of GF(32), made with the polynomial x⁵+x²+1, and the last is chosen so that
//! Σ αⁱ·sᵢ = 0, with i from 0 at the left and α = x. One wrong symbol changes the sum by αⁱ·d with d ≠ 0, a swap of
//! neighbours by (αⁱ+αⁱ⁺¹)·d; neither is ever 0, since α has order 31, more than a code has symbols.
//!
//! A receipt code is a secret: the store keeps only its keyed hash, it has no `Display`, `Debug` never shows it, and
//! errors about a typed code do not contain it. Randomness comes from the caller.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::characters::{digit_value, folded_letter, is_dash, is_invisible};

/// Symbols of a receipt code: 15 that carry 75 bits and the check symbol.
pub const RECEIPT_SYMBOLS: usize = 16;
/// Random bytes that a receipt code is made of; the last 5 of their 80 bits are not used.
pub const RECEIPT_ENTROPY_BYTES: usize = 10;
/// Symbols of a card's serial: 6 that carry 30 bits and the check symbol.
pub const SERIAL_SYMBOLS: usize = 7;
/// Random bytes that a card's serial is made of; the last 2 of their 32 bits are not used.
pub const SERIAL_ENTROPY_BYTES: usize = 4;

/// Crockford's base32: no I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The value of a byte that is not in [`ALPHABET`].
const NOT_A_SYMBOL: u8 = u8::MAX;
const BITS_PER_SYMBOL: usize = 5;
const SYMBOL_MASK: u128 = 0b1_1111;
/// x⁵+x²+1, whose root α generates all 31 numbers of GF(32) but 0.
const FIELD_POLYNOMIAL: u8 = 0b10_0101;
/// x⁵, the first bit that no longer fits into a number of GF(32).
const FIELD_OVERFLOW: u8 = 0b10_0000;
/// Words that people copy with the code or write before it.
const BEFORE_A_CODE: [&str; 22] = [
    "koodi",
    "koodini",
    "kuittikoodi",
    "kuittikoodini",
    "kuitti",
    "on",
    "kod",
    "koden",
    "kvittokod",
    "kvittokoden",
    "kvitto",
    "min",
    "mitt",
    "är",
    "code",
    "receipt",
    "my",
    "the",
    "is",
    "number",
    "numero",
    "nummer",
];
/// How many symbols are between two dashes.
const SYMBOLS_IN_A_GROUP: usize = 4;

/// Why a typed text is not a code. It never contains what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptCodeError {
    /// Too few or too many letters and digits.
    #[error("the code has {expected} letters and digits, not {found}")]
    WrongLength {
        expected: usize,
        /// How many were typed.
        found: usize,
    },
    /// A symbol that no code contains, such as U or Ä.
    #[error("symbol {position} of the code is not one of its letters and digits")]
    NotInAlphabet {
        /// Which one, counted from 1 among letters and digits.
        position: usize,
    },
    /// The check symbol does not fit: there is a typing fault somewhere.
    #[error("there is a typing fault in the code: check it against the paper")]
    CheckFails,
}

/// The secret code with which a giver comes back. A value of this type always passes the check.
///
/// Not `Copy` and not serialisable, so that it goes only where it is sent on purpose: [`ReceiptCode::reveal`] for
/// the giver, [`ReceiptCode::as_canonical`] for the keyed hash. Equality is not constant-time: look codes up by hash.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiptCode {
    /// Numbers of GF(32), from the left.
    symbols: [u8; RECEIPT_SYMBOLS],
}

impl ReceiptCode {
    /// The code made of the first 75 of these 80 bits, which must be random (or an HMAC).
    #[must_use]
    pub fn from_entropy(entropy: &[u8; RECEIPT_ENTROPY_BYTES]) -> Self {
        Self { symbols: symbols_from_entropy(entropy) }
    }

    /// Reads a code as people type and paste it: in any case, with dashes, spaces and other marks anywhere or nowhere, O for
    /// 0, I or L for 1, in fullwidth letters and digits, with invisible characters between; also behind "Koodi:" and the
    /// like, and in the address that its QR code has.
    ///
    /// # Errors
    /// [`ReceiptCodeError`], with a symbol outside the alphabet reported before a wrong length.
    pub fn parse(typed: &str) -> Result<Self, ReceiptCodeError> {
        Ok(Self { symbols: parse_symbols(typed)? })
    }

    /// The 16 symbols in ASCII, upper case without dashes: what the keyed hash is computed over.
    pub fn as_canonical(&self) -> [u8; RECEIPT_SYMBOLS] {
        self.symbols.map(letter)
    }

    /// The code as text, only for its giver's paper, page or answer: upper case, in groups of four with dashes between
    /// (`7K3M-9QWZ-0B4T-XH2D`). Never to be logged.
    #[must_use]
    pub fn reveal(&self) -> String {
        in_groups(&self.symbols)
    }
}

/// The keyed hash of a receipt code: what the store keeps of it, and finds the feedback by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReceiptHash(pub Uuid);

impl fmt::Debug for ReceiptCode {
    /// Names the type, never the code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptCode(redacted)")
    }
}

/// The serial printed on a card: single-use, erased when the card has been typed in. A value of this type always
/// passes the check. Since stub and card are printed as a pair it is kept out of logs like the receipt code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardSerial {
    /// Numbers of GF(32), from the left.
    symbols: [u8; SERIAL_SYMBOLS],
}

impl CardSerial {
    /// The serial made of the first 30 of these 32 bits, which must be random.
    #[must_use]
    pub fn from_entropy(entropy: &[u8; SERIAL_ENTROPY_BYTES]) -> Self {
        Self { symbols: symbols_from_entropy(entropy) }
    }

    /// Reads a serial as tolerantly as [`ReceiptCode::parse`].
    ///
    /// # Errors
    /// [`ReceiptCodeError`], as for a receipt code.
    pub fn parse(typed: &str) -> Result<Self, ReceiptCodeError> {
        Ok(Self { symbols: parse_symbols(typed)? })
    }

    /// The 7 symbols in ASCII, upper case without dashes.
    pub fn as_canonical(&self) -> [u8; SERIAL_SYMBOLS] {
        self.symbols.map(letter)
    }

    /// The serial as text, for the card only: `7K3M-9QW`. Never to be logged.
    #[must_use]
    pub fn reveal(&self) -> String {
        in_groups(&self.symbols)
    }
}

impl fmt::Debug for CardSerial {
    /// Names the type, never the serial.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardSerial(redacted)")
    }
}

/// The first N−1 symbols from the bits, most significant first, and the check symbol.
fn symbols_from_entropy<const N: usize, const BYTES: usize>(entropy: &[u8; BYTES]) -> [u8; N] {
    let bits = entropy.iter().fold(0_u128, |bits, byte| bits << u8::BITS | u128::from(*byte));
    let mut symbols = [0; N];
    // 8 bits per byte. The unused bits at the right end are shifted out.
    let mut unused_bits = BYTES * 8;
    for symbol in symbols.iter_mut().take(N - 1) {
        unused_bits -= BITS_PER_SYMBOL;
        // The mask leaves 5 bits, so the cast loses nothing.
        *symbol = ((bits >> unused_bits) & SYMBOL_MASK) as u8;
    }
    // The check symbol is still 0 here, so this is the sum of the others: the check adds α^(N−1)·c to it, and since
    // adding is the same as subtracting, c = sum / α^(N−1).
    let sum = check_sum(&symbols);
    symbols[N - 1] = (1..N).fold(sum, |quotient, _| divided_by_alpha(quotient));
    symbols
}

fn parse_symbols<const N: usize>(typed: &str) -> Result<[u8; N], ReceiptCodeError> {
    // As a whole first: in "KODI:…" the word may be the code's first group.
    read_symbols(typed).or_else(|_| read_symbols(code_part(typed)))
}

/// What is likely the code in a text that has more than it: the end of an address, and what follows "Koodi:" or "my code is".
fn code_part(typed: &str) -> &str {
    let mut rest = typed.trim();
    if let Some((_, fragment)) = rest.rsplit_once('#') {
        rest = fragment;
    } else if let Some((_, address)) = rest.rsplit_once("://") {
        let path = address.split(['?', '&']).next().unwrap_or(address).trim_end_matches('/');
        return path.rsplit('/').next().unwrap_or(path);
    }
    rest = rest.split(['?', '&']).next().unwrap_or(rest);
    if let Some((before, after)) = rest.split_once([':', '=', '：'])
        && !before.contains(char::is_numeric)
    {
        return after;
    }
    let is_word = |text: &str| BEFORE_A_CODE.contains(&text.trim_matches('"').to_lowercase().as_str());
    while let Some((word, after)) = rest.split_once(char::is_whitespace)
        && (word.is_empty() || is_word(word))
    {
        rest = after;
    }
    rest
}

fn read_symbols<const N: usize>(typed: &str) -> Result<[u8; N], ReceiptCodeError> {
    let mut symbols = [0; N];
    let mut found = 0;
    for character in typed.chars().filter(|c| !is_between_symbols(*c)) {
        found += 1;
        let value = value_of(character);
        if value == NOT_A_SYMBOL {
            return Err(ReceiptCodeError::NotInAlphabet { position: found });
        }
        if let Some(symbol) = symbols.get_mut(found - 1) {
            *symbol = value;
        }
    }
    if found != N {
        return Err(ReceiptCodeError::WrongLength { expected: N, found });
    }
    if check_sum(&symbols) != 0 {
        return Err(ReceiptCodeError::CheckFails);
    }
    Ok(symbols)
}

/// Spaces, dashes, other marks, and what cannot be seen: copied text brings points, quotes, marks of direction and zero-width
/// characters along.
fn is_between_symbols(character: char) -> bool {
    !character.is_alphanumeric() || is_dash(character) || is_invisible(character)
}

/// The number of GF(32) that a typed character stands for, or [`NOT_A_SYMBOL`].
fn value_of(character: char) -> u8 {
    if let Some(digit) = digit_value(character) {
        return digit;
    }
    let symbol = match folded_letter(character) {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    (0..).zip(ALPHABET).find(|(_, letter)| char::from(**letter) == symbol).map_or(NOT_A_SYMBOL, |(value, _)| value)
}

/// The letter or digit of a number of GF(32).
fn letter(symbol: u8) -> u8 {
    ALPHABET[usize::from(symbol) % ALPHABET.len()]
}

fn in_groups(symbols: &[u8]) -> String {
    let groups: Vec<String> = symbols
        .chunks(SYMBOLS_IN_A_GROUP)
        .map(|group| group.iter().map(|symbol| char::from(letter(*symbol))).collect())
        .collect();
    groups.join("-")
}

/// Σ αⁱ·sᵢ, by Horner's rule from the right. Adding is exclusive or.
fn check_sum(symbols: &[u8]) -> u8 {
    symbols.iter().rev().fold(0, |sum, symbol| times_alpha(sum) ^ symbol)
}

fn times_alpha(number: u8) -> u8 {
    let shifted = number << 1;
    if shifted & FIELD_OVERFLOW == 0 { shifted } else { shifted ^ FIELD_POLYNOMIAL }
}

fn divided_by_alpha(number: u8) -> u8 {
    if number & 1 == 0 { number >> 1 } else { (number ^ FIELD_POLYNOMIAL) >> 1 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(canonical: &[u8]) -> String {
        String::from_utf8(canonical.to_vec()).unwrap()
    }

    #[test]
    fn alpha_generates_the_whole_field() {
        let mut seen = std::collections::BTreeSet::new();
        let mut power = 1;
        for _ in 0..31 {
            assert!(seen.insert(power));
            assert_eq!(divided_by_alpha(times_alpha(power)), power);
            power = times_alpha(power);
        }
        assert_eq!(power, 1);
        assert!(!seen.contains(&0));
        assert_eq!(times_alpha(0), 0);
    }

    /// Computed independently in Python from the formula above.
    #[test]
    fn known_codes() {
        for (entropy, code) in [
            ([0; RECEIPT_ENTROPY_BYTES], "0000-0000-0000-0000"),
            ([0xff; RECEIPT_ENTROPY_BYTES], "ZZZZ-ZZZZ-ZZZZ-ZZZA"),
            ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "0410-6105-0R3G-G28G"),
        ] {
            assert_eq!(ReceiptCode::from_entropy(&entropy).reveal(), code);
        }
        assert_eq!(CardSerial::from_entropy(&[0xde, 0xad, 0xbe, 0xef]).reveal(), "VTPV-XVJ");
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = ReceiptCode::from_entropy(&[0; RECEIPT_ENTROPY_BYTES]);
        for typed in [
            "0000000000000000",
            "oooo-OOOO-0000-0000",
            " 0000 0000\u{a0}0000\t0000\n",
            "0-0-0-0-0-0-0-0-0-0-0-0-0-0-0-0",
            "--0000\u{2013}0000\u{2011}0000\u{2212}0000--",
            "\u{ff10}\u{ff10}\u{ff10}\u{ff10}\u{ff0d}0000\u{3000}\u{660}\u{660}00-0000",
            "\u{feff}0000\u{200b}0000\u{ad}0000\u{2060}0000\u{200e}",
            "\u{202a}0000-0000-0000-0000\u{202c}",
            // With marks that a mail or a sentence puts around it.
            "0000.0000.0000.0000.",
            "0000/0000/0000/0000",
            "0000:0000:0000:0000",
            "0000_0000_0000_0000",
            "\"0000-0000-0000-0000\"",
            "”0000-0000-0000-0000”,",
            "«0000 0000 0000 0000»!",
            "(0000-0000-0000-0000)",
            "*0000-0000-0000-0000*",
            "`0000-0000-0000-0000`;",
            // Behind words.
            "Koodi: 0000-0000-0000-0000",
            "koodi 0000-0000-0000-0000",
            "Koodini on 0000 0000 0000 0000.",
            "Kuittikoodi:0000000000000000",
            "Kod: 0000-0000-0000-0000",
            "Min kvittokod är 0000-0000-0000-0000",
            "Code: oooo-OOOO-0000-0000",
            "The code is \"0000-0000-0000-0000\"",
            "Receipt code = 0000 0000 0000 0000",
            // In an address.
            "https://kaiku.example.fi/r#0000-0000-0000-0000",
            "https://kaiku.example.fi:8443/r?lang=sv#0000000000000000",
            "<https://kaiku.example.fi/r#0000-0000-0000-0000>",
            "kaiku.example.fi/r#0000-0000-0000-0000",
            "https://kaiku.example.fi/r/0000-0000-0000-0000",
            "https://kaiku.example.fi/r/0000-0000-0000-0000/?lang=en",
            "Koodi: https://kaiku.example.fi/r#0000-0000-0000-0000",
        ] {
            assert_eq!(ReceiptCode::parse(typed), Ok(code.clone()), "{typed:?}");
        }
        // i, l and 1 are the same.
        let ones = "1111-1111-1111-111";
        let check = ALPHABET
            .iter()
            .map(|letter| format!("{ones}{}", char::from(*letter)))
            .find(|whole| ReceiptCode::parse(whole).is_ok())
            .unwrap();
        let typed = check.replacen("1111", "iIlL", 1);
        assert_eq!(ReceiptCode::parse(&typed), ReceiptCode::parse(&check));
        // Fullwidth letters of both cases, and Cyrillic ones that look the same.
        let code = ReceiptCode::from_entropy(&[0xff; RECEIPT_ENTROPY_BYTES]);
        let (upper, lower) = ("\u{ff3a}".repeat(8), "\u{ff5a}".repeat(7));
        assert_eq!(ReceiptCode::parse(&format!("{upper}{lower}\u{ff21}")), Ok(code.clone()));
        assert_eq!(ReceiptCode::parse("ZZZZ-ZZZZ-ZZZZ-ZZZ\u{410}"), Ok(code));
    }

    #[test]
    fn errors_say_what_is_wrong_without_showing_it() {
        use ReceiptCodeError::*;
        for (typed, error) in [
            ("", WrongLength { expected: 16, found: 0 }),
            ("0000-0000-0000-000", WrongLength { expected: 16, found: 15 }),
            ("0000-0000-0000-0000-0", WrongLength { expected: 16, found: 17 }),
            ("0000-U000-0000-0000", NotInAlphabet { position: 5 }),
            ("0000-000ä", NotInAlphabet { position: 8 }),
            ("0000-0000-0000-0000Ä", NotInAlphabet { position: 17 }),
            // A letter whose lower case is one of ours is none itself.
            ("\u{212a}", NotInAlphabet { position: 1 }),
            // What cannot be seen takes no place.
            ("\u{200b}0\u{ff35}", NotInAlphabet { position: 2 }),
            ("0000-0000-0000-0001", CheckFails),
            // The fault is one of the code, not of what stands before it.
            ("Koodi: 0000-0000-0000-0001", CheckFails),
            ("Kod 0000-U000-0000-0000", NotInAlphabet { position: 5 }),
            ("https://kaiku.example.fi/r#0000-0000-0000", WrongLength { expected: 16, found: 12 }),
            ("https://kaiku.example.fi/r", WrongLength { expected: 16, found: 1 }),
            ("0000-0000-0000-0000-0000", WrongLength { expected: 16, found: 20 }),
        ] {
            assert_eq!(ReceiptCode::parse(typed), Err(error), "{typed:?}");
        }
        assert_eq!(CardSerial::parse("000"), Err(WrongLength { expected: 7, found: 3 }));
        assert_eq!(CardSerial::parse("0000-001"), Err(CheckFails));
    }

    #[test]
    fn debug_shows_nothing() {
        let code = ReceiptCode::from_entropy(&[7; RECEIPT_ENTROPY_BYTES]);
        assert_eq!(format!("{code:?}"), "ReceiptCode(redacted)");
        let serial = CardSerial::from_entropy(&[7; SERIAL_ENTROPY_BYTES]);
        assert_eq!(format!("{serial:?}"), "CardSerial(redacted)");
    }

    #[test]
    fn the_bits_that_are_not_used_change_nothing() {
        let mut entropy = [0x5a; RECEIPT_ENTROPY_BYTES];
        let code = ReceiptCode::from_entropy(&entropy);
        entropy[9] ^= 0b0001_1111;
        assert_eq!(ReceiptCode::from_entropy(&entropy), code);
        entropy[9] ^= 0b0010_0000;
        assert_ne!(ReceiptCode::from_entropy(&entropy), code);
    }

    /// Replaces every symbol by every other one, and swaps all neighbours that differ: none may still be read.
    fn every_typing_fault_is_caught(canonical: &[u8], is_read: impl Fn(&str) -> bool) {
        for position in 0..canonical.len() {
            for letter in ALPHABET.iter().filter(|l| **l != canonical[position]) {
                let mut wrong = canonical.to_vec();
                wrong[position] = *letter;
                assert!(!is_read(&text(&wrong)), "symbol {position}");
            }
        }
        for position in 1..canonical.len() {
            if canonical[position] != canonical[position - 1] {
                let mut wrong = canonical.to_vec();
                wrong.swap(position - 1, position);
                assert!(!is_read(&text(&wrong)), "swap at {position}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_typing_fault_in_a_receipt_code_is_caught(entropy: [u8; RECEIPT_ENTROPY_BYTES]) {
            let canonical = ReceiptCode::from_entropy(&entropy).as_canonical();
            every_typing_fault_is_caught(&canonical, |typed| ReceiptCode::parse(typed).is_ok());
        }

        #[test]
        fn every_typing_fault_in_a_serial_is_caught(entropy: [u8; SERIAL_ENTROPY_BYTES]) {
            let canonical = CardSerial::from_entropy(&entropy).as_canonical();
            every_typing_fault_is_caught(&canonical, |typed| CardSerial::parse(typed).is_ok());
        }

        #[test]
        fn codes_come_back(entropy: [u8; RECEIPT_ENTROPY_BYTES]) {
            let code = ReceiptCode::from_entropy(&entropy);
            prop_assert_eq!(code.reveal().len(), 19);
            prop_assert_eq!(code.reveal().replace('-', ""), text(&code.as_canonical()));
            prop_assert_eq!(ReceiptCode::parse(&code.reveal()), Ok(code.clone()));
            prop_assert_eq!(ReceiptCode::parse(&text(&code.as_canonical())), Ok(code));
        }

        #[test]
        fn serials_come_back(entropy: [u8; SERIAL_ENTROPY_BYTES]) {
            let serial = CardSerial::from_entropy(&entropy);
            prop_assert_eq!(serial.reveal().len(), 8);
            prop_assert_eq!(CardSerial::parse(&serial.reveal()), Ok(serial.clone()));
            prop_assert_eq!(CardSerial::parse(&text(&serial.as_canonical()).to_lowercase()), Ok(serial));
        }

        #[test]
        fn tolerant_typing(
            entropy: [u8; RECEIPT_ENTROPY_BYTES],
            noise in prop::collection::vec(
                (prop::sample::select(vec!["", "-", " ", "\u{a0}", "–", " - ", "\u{200b}", "\u{2060}"]), any::<bool>(), 0..3_usize),
                RECEIPT_SYMBOLS,
            ),
        ) {
            let code = ReceiptCode::from_entropy(&entropy);
            let mut typed = String::new();
            for (symbol, (gap, lower, twin)) in code.as_canonical().iter().zip(noise) {
                let twins = match symbol {
                    b'0' => ['0', 'O', 'O'],
                    b'1' => ['1', 'I', 'L'],
                    other => [char::from(*other); 3],
                };
                typed.push_str(gap);
                typed.push(if lower { twins[twin].to_ascii_lowercase() } else { twins[twin] });
            }
            prop_assert_eq!(ReceiptCode::parse(&typed), Ok(code));
        }

        #[test]
        fn nothing_typed_makes_it_fall_over(typed in any::<String>()) {
            let _ = ReceiptCode::parse(&typed);
            let _ = CardSerial::parse(&typed);
        }
    }
}
