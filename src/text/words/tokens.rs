//! Splits a text into words, with their sentences and clauses.

/// Most characters of a word; a longer one is cut, so that each word costs a bounded time.
const WORD_CHARS_MAX: usize = 40;

/// The word that stands for a smile in a text, for the data files.
pub const SMILE: &str = ":)";

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// In lower case, without apostrophes and soft hyphens. A letter written more than twice in a row is written twice.
    pub word: String,
    /// The number of its sentence, counted from 0.
    pub sentence: usize,
    /// Whether a comma, dash, colon or bracket stands before it.
    pub after_comma: bool,
    /// Whether it begins with a capital letter where no sentence begins: most likely a name.
    pub is_name: bool,
}

/// The words of `text`.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader::default();
    let mut symbols = text.chars().peekable();
    while let Some(symbol) = symbols.next() {
        let next = symbols.peek().copied();
        match symbol {
            '\'' | '’' | '\u{ad}' if !reader.word.is_empty() => {}
            _ if symbol.is_alphanumeric() => {
                let capital = symbol.is_uppercase() && next.is_some_and(char::is_lowercase);
                reader.is_name |= capital && reader.word.is_empty() && reader.sentence_has_words;
                reader.letter(symbol);
            }
            // "8.30" and "1,5" are one word.
            '.' | ',' if next.is_some_and(char::is_numeric) && reader.ends_in_digit() => {}
            '.' | '!' | '?' | '\n' | ';' => reader.end_sentence(),
            ':' | '=' if matches!(next, Some(')' | 'D')) => reader.smile(),
            '\u{1F600}'..='\u{1F60F}' | '\u{1F642}' | '☺' => reader.smile(),
            ',' | '–' | '—' | ':' | '(' | ')' => {
                reader.end_word();
                reader.after_comma = true;
            }
            '-' if next.is_some_and(char::is_whitespace) => {
                reader.end_word();
                reader.after_comma = true;
            }
            _ => reader.end_word(),
        }
    }
    reader.end_word();
    reader.tokens
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    word: String,
    chars: usize,
    sentence: usize,
    sentence_has_words: bool,
    after_comma: bool,
    is_name: bool,
}

impl Reader {
    fn letter(&mut self, symbol: char) {
        for symbol in symbol.to_lowercase() {
            let thrice = self.word.ends_with(symbol)
                && self.word[..self.word.len() - symbol.len_utf8()].ends_with(symbol)
                && !symbol.is_numeric();
            if self.chars < WORD_CHARS_MAX && !thrice {
                self.word.push(symbol);
                self.chars += 1;
            }
        }
    }

    fn ends_in_digit(&self) -> bool {
        self.word.ends_with(char::is_numeric)
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        self.tokens.push(Token {
            word: std::mem::take(&mut self.word),
            sentence: self.sentence,
            after_comma: self.after_comma,
            is_name: self.is_name,
        });
        self.chars = 0;
        self.after_comma = false;
        self.is_name = false;
        self.sentence_has_words = true;
    }

    fn end_sentence(&mut self) {
        self.end_word();
        if self.sentence_has_words {
            self.sentence += 1;
            self.sentence_has_words = false;
        }
        self.after_comma = false;
    }

    fn smile(&mut self) {
        self.end_word();
        self.word.push_str(SMILE);
        self.end_word();
    }
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn words_keep_their_sentence_and_clause() {
        let found = tokens("Hän löi minua, enkä mennyt. Klo 8.30 – don't!!! Apuaaaa :)");
        let words: Vec<&str> = found.iter().map(|token| token.word.as_str()).collect();
        assert_eq!(words, ["hän", "löi", "minua", "enkä", "mennyt", "klo", "830", "dont", "apuaa", ":)"]);
        let sentences: Vec<usize> = found.iter().map(|token| token.sentence).collect();
        assert_eq!(sentences, [0, 0, 0, 0, 0, 1, 1, 1, 2, 2]);
        assert!(found[3].after_comma && found[7].after_comma && !found[4].after_comma);
        let names: Vec<bool> = tokens("Kun Matti söi. Eija EI").iter().map(|token| token.is_name).collect();
        assert_eq!(names, [false, true, false, false, false]);
    }

    #[test]
    fn a_long_word_is_cut() {
        assert_eq!(tokens(&"ab".repeat(100))[0].word.chars().count(), super::WORD_CHARS_MAX);
    }
}
