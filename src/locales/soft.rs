//! Soft hyphens for long Finnish words: many browsers have no Finnish dictionary, and `overflow-wrap` breaks a compound anywhere
//! and without a hyphen.

/// Fewest letters of a word that gets soft hyphens: it does not fit on one line of a heading on a phone.
const LONG: usize = 14;
/// Letters that stay together at the beginning of a word.
const BEGINNING: usize = 3;
/// Letters that stay together at its end: the last part of a compound seldom is shorter.
const END: usize = 6;
/// The soft hyphen: visible only where a line breaks at it.
const SOFT: char = '\u{ad}';

/// The text with soft hyphens where its long words may be broken. A Finnish syllable begins with a consonant before a
/// vowel; in other languages the text stays as it is.
pub fn hyphens(text: &str, language: &str) -> String {
    if language != "fi" {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut word: Vec<char> = Vec::new();
    for symbol in text.chars() {
        if symbol.is_alphabetic() {
            word.push(symbol);
        } else {
            part(&word, &mut out);
            word.clear();
            out.push(symbol);
        }
    }
    part(&word, &mut out);
    out
}

fn part(word: &[char], out: &mut String) {
    let is_vowel = |symbol: char| "aeiouyåäö".contains(symbol.to_lowercase().next().unwrap_or(symbol));
    for (index, symbol) in word.iter().enumerate() {
        let begins = !is_vowel(*symbol) && word.get(index + 1).is_some_and(|next| is_vowel(*next));
        if word.len() >= LONG && begins && index >= BEGINNING && word.len() - index >= END {
            out.push(SOFT);
        }
        out.push(*symbol);
    }
}

#[cfg(test)]
mod tests {
    use super::hyphens;

    #[test]
    fn long_finnish_words_may_be_parted_at_their_syllables() {
        let seen = |text, language| hyphens(text, language).replace('\u{ad}', "-");
        assert_eq!(seen("Asiakastyytyväisyyskysely", "fi"), "Asia-kas-tyy-ty-väi-syys-kysely");
        assert_eq!(seen("Koivurannan sosiaalityö", "fi"), "Koivurannan sosiaalityö");
        assert_eq!(seen("Klientnöjdhetsenkät", "sv"), "Klientnöjdhetsenkät");
    }
}
