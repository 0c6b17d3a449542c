//! What a character stands for, whatever its script and however it is encoded.

/// Characters that take no place of their own: zero-width spaces and joiners, marks of direction, variation selectors,
/// combining marks (also of keycap digits), control characters other than line ends and tabs.
pub fn is_invisible(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control() && !character.is_whitespace();
    }
    matches!(
        character,
        '\u{300}'..='\u{36f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    ) || (character.is_control() && !character.is_whitespace())
}

/// Unicode's dashes (property Dash, and category Pd) and what looks like one: lines of boxes, macrons, long vowel marks.
pub fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{58a}'
            | '\u{5be}'
            | '\u{1400}'
            | '\u{1806}'
            | '\u{2010}'..='\u{2015}'
            | '\u{2043}'
            | '\u{207b}'
            | '\u{208b}'
            | '\u{2212}'
            | '\u{2500}'
            | '\u{2796}'
            | '\u{2e17}'
            | '\u{2e1a}'
            | '\u{2e3a}'..='\u{2e3b}'
            | '\u{2e40}'
            | '\u{301c}'
            | '\u{3030}'
            | '\u{30a0}'
            | '\u{2d7}'
            | '\u{af}'
            | '\u{2c9}'
            | '\u{203e}'
            | '\u{23af}'
            | '\u{2501}'
            | '\u{30fc}'
            | '\u{3161}'
            | '\u{4e00}'
            | '\u{ff70}'
            | '\u{fe31}'..='\u{fe32}'
            | '\u{fe58}'
            | '\u{fe63}'
            | '\u{ff0d}'
    )
}

/// Where Unicode's runs of ten decimal digits begin, in order. The mathematical digits are five such runs.
pub const ZEROS: [u32; 47] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620,
    0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x1d7ce, 0x1d7d8, 0x1d7e2,
    0x1d7ec, 0x1d7f6, 0x1e950, 0x1fbf0,
];

pub fn digit_value(character: char) -> Option<u8> {
    if character.is_ascii() {
        return character.to_digit(10).and_then(|value| u8::try_from(value).ok());
    }
    let code = u32::from(character);
    let runs_before = ZEROS.partition_point(|zero| *zero <= code);
    let zero = ZEROS.get(runs_before.checked_sub(1)?)?;
    u8::try_from(code - zero).ok().filter(|value| *value <= 9)
}

/// A letter in upper case; fullwidth, mathematical and circled ones, Cyrillic and Greek ones that look Latin, and Ö and Ø
/// (which people type for O and 0) made plain.
pub fn folded_letter(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_uppercase();
    }
    let plain = plain_letter(character).unwrap_or(character);
    match plain.to_uppercase().next().unwrap_or(plain) {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' | 'Ϲ' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'У' | 'Υ' => 'Y',
        'Х' | 'Χ' => 'X',
        'Ζ' => 'Z',
        'Ö' | 'Ø' => 'O',
        other => other,
    }
}

/// The ASCII letter of a fullwidth, circled, squared or mathematical one.
fn plain_letter(character: char) -> Option<char> {
    /// Where alphabets of 26 letters begin: fullwidth, in brackets, circled, squared.
    const ALPHABETS: [u32; 9] = [0xff21, 0xff41, 0x249c, 0x24b6, 0x24d0, 0x1f110, 0x1f130, 0x1f150, 0x1f170];
    /// Mathematical alphabets, in one row.
    const MATHEMATICAL: std::ops::Range<u32> = 0x1d400..0x1d6a4;
    let code = u32::from(character);
    let offset = if MATHEMATICAL.contains(&code) {
        (code - MATHEMATICAL.start) % 26
    } else {
        ALPHABETS.iter().find_map(|start| code.checked_sub(*start).filter(|offset| *offset < 26))?
    };
    char::from_u32(u32::from('A') + offset)
}

#[cfg(test)]
mod tests {
    use super::{ZEROS, digit_value};

    #[test]
    fn the_table_of_digits_is_in_order_and_whole() {
        assert!(ZEROS.is_sorted());
        for zero in ZEROS {
            for value in 0..10 {
                let character = char::from_u32(zero + value).unwrap();
                assert!(character.is_numeric(), "{zero:x}");
                assert_eq!(digit_value(character).map(u32::from), Some(value));
            }
        }
        for other in ['/', ':', 'a', '\0', '½', '²', '\u{ff0f}', '\u{ff1a}', '\u{10ffff}'] {
            assert_eq!(digit_value(other), None);
        }
    }
}
