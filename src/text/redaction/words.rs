//! Words in and around codes, in Finnish, Swedish and English: in upper case and without dots and rings
//! (`HENKILOTUNNUS`), since people leave these out.

use super::characters::{Item, Kind};

/// How many letters of a word are kept; the longest word in this file is shorter.
const LETTERS_MAX: usize = 28;

/// Fewest letters of a name that spells a letter ("Ari"); a shorter word ("my") spells none.
const NAME_LETTERS_MIN: usize = 3;

/// A word in upper case ASCII letters; `?` stands for other letters.
#[derive(Clone, Copy)]
pub(super) struct Word {
    letters: [u8; LETTERS_MAX],
    length: usize,
}

impl Word {
    pub(super) const EMPTY: Self = Self { letters: [0; LETTERS_MAX], length: 0 };

    /// The word of these items; `None` if there are none, or one is no letter.
    pub(super) fn of<'a>(items: impl IntoIterator<Item = &'a Item>) -> Option<Self> {
        let mut word = Self::EMPTY;
        for item in items {
            let Kind::Letter(letter) = item.kind else { return None };
            word.push(letter);
        }
        (word.length > 0).then_some(word)
    }

    /// Adds a letter that [`super::characters`] folded.
    pub(super) fn push(&mut self, letter: char) {
        let plain = match letter {
            'Ä' | 'Å' => b'A',
            'É' => b'E',
            _ => u8::try_from(letter).ok().filter(u8::is_ascii).unwrap_or(b'?'),
        };
        if let Some(place) = self.letters.get_mut(self.length) {
            *place = plain;
            self.length += 1;
        }
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.letters[..self.length]).unwrap_or_default()
    }

    /// Its only letter.
    pub(super) fn single_letter(&self) -> Option<char> {
        (self.length == 1).then(|| char::from(self.letters[0]))
    }

    fn is(&self, words: &[&str]) -> bool {
        let word = self.as_str();
        words.contains(&word)
    }

    fn begins(&self, stems: &[&str]) -> bool {
        let word = self.as_str();
        stems.iter().any(|stem| word.starts_with(stem))
    }

    /// Whether a code follows such a word: "hetuni", "henkilötunnukseni", "personbeteckningen".
    pub(super) fn announces_code(&self) -> bool {
        self.begins(&[
            "HETU",
            "HENKILOTUN",
            "HENKILONUMER",
            "HENKTUN",
            "HLOTUN",
            "SOTU",
            "SOSIAALITURVATUN",
            "SOTUTUN",
            "PERSONBET",
            "PERSONNUM",
            "PERSNR",
            "SOCIALSKYDDS",
            "IDENTITY",
        ])
    }

    /// Whether this word after `before` announces a code: "henk. tunnus", "ID code", "social security number".
    pub(super) fn announces_code_behind(&self, before: &Self) -> bool {
        self.begins(&["TUNNU", "NUMERO", "NUMER", "NUMBER", "CODE", "KOD", "NR", "BETECKNING"])
            && before.is(&["HENK", "HLO", "HENKILO", "ID", "PERSONAL", "SECURITY", "PERS", "PERSON", "NATIONAL"])
    }

    /// Whether a day of birth follows.
    pub(super) fn announces_birth(&self) -> bool {
        self.begins(&["SYNT", "SYNNY", "FODD", "FODEL", "BORN", "BIRTH", "DOB"])
    }

    /// Whether a phone number follows, so that what follows is no code.
    pub(super) fn announces_phone(&self) -> bool {
        self.is(&["PUH", "TEL", "TFN"])
            || self.begins(&[
                "SOIT",
                "PUHELI",
                "GSM",
                "KANNYK",
                "TELEF",
                "RING",
                "CALL",
                "PHONE",
                "MOBIL",
                "FAX",
                "FAKSI",
                "WHATSAPP",
                "TEKSTIVIEST",
                "TEXTVIEST",
                "SMS",
                "NUMEROST",
                "NUMEROON",
            ])
    }

    /// Whether a number follows that may be a phone number: "numeroni on".
    pub(super) fn announces_number(&self) -> bool {
        self.begins(&["NUMERO", "NUMRO"]) || self.is(&["NRO", "NR", "NUMRET", "NUMMER", "NUMBER"])
    }

    /// Whether the number of a document follows, such as an invoice, an order or an account: "Lasku 131052-9301".
    pub(super) fn announces_document(&self) -> bool {
        self.begins(&[
            "LASKU",
            "VIITE",
            "TILAU",
            "TILIN",
            "TOSITE",
            "KUITTI",
            "SOPIMU",
            "DIAARI",
            "SARJAN",
            "SEURANTA",
            "LAHETYS",
            "FAKTUR",
            "RAKNING",
            "REFERENS",
            "BESTALLN",
            "DIARIE",
            "AVTAL",
            "KONTO",
            "KVITTO",
            "SERIEN",
            "INVOICE",
            "REFERENCE",
            "ORDER",
            "ACCOUNT",
            "RECEIPT",
            "CONTRACT",
            "SERIAL",
            "TRACKING",
        ]) || self.is(&["TILI", "BILL", "DNRO", "DNR"])
    }

    /// "Is", as in "laskun numero on".
    pub(super) fn is_copula(&self) -> bool {
        self.is(&["ON", "OLI", "AR", "VAR", "IS", "WAS"])
    }

    /// Whether it is a word for a dash or plus.
    pub(super) fn names_sign(&self) -> bool {
        let word = self.as_str();
        let is_line = ["VIIVA", "VIIVAA", "VIIVALLA", "STRECK", "STRECKET"].iter().any(|end| word.ends_with(end));
        is_line && !self.names_mark()
            || self.is(&["MIINUS", "MIINUKSELLA", "MINUS", "PLUS", "PLUSSA", "PLUSSALLA", "DASH", "HYPHEN", "HYPEN"])
    }

    /// Whether it is a word for a separator that is no sign.
    pub(super) fn names_mark(&self) -> bool {
        self.is(&["VALI", "VALILYONTI", "PISTE", "PILKKU", "PUNKT", "KOMMA", "MELLANSLAG", "UNDERSTRECK", "SNEDSTRECK"])
            || self.is(&["SLASH", "UNDERSCORE", "SPACE", "DOT", "POINT", "COMMA"])
            || self.begins(&["KAUTTAVIIV", "VINOVIIV", "ALAVIIV", "PYSTYVIIV"])
    }

    /// Whether it is said before a sign, or about its letter: "ja sitten viiva", "iso A", "A isolla", "capital A".
    pub(super) fn leads_to_sign(&self) -> bool {
        self.is(&[
            "JA",
            "SITTEN",
            "SIIS",
            "MERKKI",
            "VALIMERKKI",
            "PITKA",
            "LYHYT",
            "OCH",
            "SEN",
            "SEDAN",
            "AND",
            "THEN",
        ]) || self.describes_letter()
    }

    /// Whether it describes a letter.
    pub(super) fn describes_letter(&self) -> bool {
        self.is(&["ISO", "ISOLLA", "SUURI", "PIENI", "PIENELLA", "KIRJAIN", "STOR", "STORA", "STORT", "LITEN", "LILLA"])
            || self.is(&["BOKSTAV", "BOKSTAVEN", "VERSAL", "CAPITAL", "BIG", "SMALL", "UPPER", "LOWER", "UPPERCASE"])
            || self.is(&["LOWERCASE", "CASE", "LETTER"])
    }

    /// Whether it may stand between a letter and the word that it begins: "A niinku Aarne", "A som i Adam", "A as in Adam".
    pub(super) fn compares_letter(&self) -> bool {
        self.is(&[
            "NIIN", "NIINKU", "NIINKUN", "NIINKUIN", "KUIN", "KU", "KUTEN", "SOM", "I", "AS", "IN", "LIKE", "FOR",
        ])
    }

    /// Whether this word begins with the letter, as a name that spells the letter does.
    pub(super) fn is_name_of(&self, letter: char) -> bool {
        self.length >= NAME_LETTERS_MIN && char::from(self.letters[0]) == letter
    }

    /// Whether it names the four symbols after the sign: "loppuosa", "viimeiset neljä", "sista fyra", "last four".
    pub(super) fn names_tail(&self) -> bool {
        self.begins(&[
            "LOPPU",
            "LOPUT",
            "LOPUK",
            "PAATTY",
            "PAATTEE",
            "VIIMEI",
            "VIIMES",
            "TUNNUSOSA",
            "PERAOSA",
            "PERASSA",
            "SLUT",
            "SIST",
            "ANDELSE",
            "AVSLUT",
            "REMAIN",
        ]) || self.is(&["PAATE", "JATKO", "PERA", "HANTA", "LAST", "ENDING", "ENDS", "SUFFIX", "FINAL", "TAIL", "REST"])
    }

    /// The number of a month: "lokakuuta", "oktober", "October".
    pub(super) fn month(&self) -> Option<u8> {
        /// By month: Finnish, Swedish, English.
        const MONTHS: [[&str; 3]; 12] = [
            ["TAMMIK", "JANUARI", "JANUARY"],
            ["HELMIK", "FEBRUARI", "FEBRUARY"],
            ["MAALISK", "MARS", "MARCH"],
            ["HUHTIK", "APRIL", "APRIL"],
            ["TOUKOK", "MAJ", "MAY"],
            ["KESAK", "JUNI", "JUNE"],
            ["HEINAK", "JULI", "JULY"],
            ["ELOK", "AUGUSTI", "AUGUST"],
            ["SYYSK", "SEPTEMBER", "SEPTEMBER"],
            ["LOKAK", "OKTOBER", "OCTOBER"],
            ["MARRASK", "NOVEMBER", "NOVEMBER"],
            ["JOULUK", "DECEMBER", "DECEMBER"],
        ];
        let is_named =
            |[finnish, swedish, english]: &[&str; 3]| self.begins(&[finnish]) || self.is(&[swedish, english]);
        let index = MONTHS.iter().position(is_named)?;
        u8::try_from(index + 1).ok()
    }

    /// Whether it may stand between the day and the month: "13th of October", "den 13:e oktober".
    pub(super) fn joins_day_and_month(&self) -> bool {
        self.is(&["ST", "ND", "RD", "TH", "OF", "E", "A", "PAIVA", "PAIVANA"])
    }

    /// The letter whose name this is, among the letters that codes contain.
    pub(super) fn letter_name(&self) -> Option<char> {
        /// By letter: names in Finnish, Swedish and English.
        const NAMES: [(char, &[&str]); 21] = [
            ('A', &["AA", "AY"]),
            ('B', &["BEE", "BE"]),
            ('C', &["SEE", "CEE", "SE"]),
            ('D', &["DEE", "DE"]),
            ('E', &["EE"]),
            ('F', &["AF", "AFFA", "AFF", "EF", "EFF"]),
            ('H', &["HOO", "HA", "AITCH"]),
            ('J', &["JII", "JI", "JAY"]),
            ('K', &["KOO", "KA", "KAY"]),
            ('L', &["AL", "ALLA", "ALL", "EL", "ELL"]),
            ('M', &["AM", "AMMA", "AMM", "EM"]),
            ('N', &["AN", "ANNA", "ANN", "EN"]),
            ('P', &["PEE", "PE"]),
            ('R', &["AR", "ARRA", "ARR"]),
            ('S', &["AS", "ASSA", "ASS", "ES", "ESS"]),
            ('T', &["TEE", "TE"]),
            ('U', &["UU", "YOU"]),
            ('V', &["VEE", "VE"]),
            ('W', &["KAKSOISVEE", "TUPLAVEE", "TUPLAVE", "DUBBELVE"]),
            ('X', &["AKS", "AKSA", "AX", "EX"]),
            ('Y', &["YY", "WHY", "WYE"]),
        ];
        NAMES.iter().find(|(_, names)| self.is(names)).map(|(letter, _)| *letter)
    }

    /// The century sign whose name this is, unless the name is also another word ("se", "de", "ex").
    pub(super) fn name_of_sign(&self) -> Option<char> {
        let is_clear = self.length > 2 || self.is(&["AA", "EE", "UU", "YY", "AF", "AX"]);
        self.letter_name().filter(|_| is_clear && !self.is(&["SEE", "YOU", "WHY"]))
    }

    /// The number that this word says.
    pub(super) fn number(&self) -> Option<Number> {
        // For speed: this runs for every word, and most words begin with another letter.
        if !b"AEFKNOSTVYZ".contains(&self.letters[0]) {
            return None;
        }
        let word = self.as_str();
        if let Some(unit) = unit(word) {
            return Some(Number::Unit(unit));
        }
        if let Some(teen) = teen(word) {
            return Some(Number::Whole(teen));
        }
        // Every word for a ten has one of these pairs of letters, and most other words have none.
        let may_be_ten = self.letters.windows(2).any(|pair| matches!(pair, b"KY" | b"TI" | b"TJ" | b"TY"));
        if !may_be_ten {
            return None;
        }
        TENS.iter().find_map(|(ten, stems)| {
            let rest = stems.iter().find_map(|stem| word.strip_prefix(stem))?;
            match rest {
                "" => Some(Number::Ten(*ten)),
                _ => unit(rest).map(|unit| Number::Whole(ten + unit)),
            }
        })
    }
}

/// A number below 100 as one word says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// 0 to 9.
    Unit(u8),
    /// A number of two digits that is complete in this word.
    Whole(u8),
    /// 20, 30, …, 90: a unit may follow as a separate word.
    Ten(u8),
}

/// 0 to 9 in written and spoken Finnish, Swedish (of Finland too) and English.
fn unit(word: &str) -> Option<u8> {
    let value = match word {
        "NOLLA" | "NOL" | "NOLL" | "ZERO" | "OH" | "O" | "NOUGHT" => 0,
        "YKSI" | "YKS" | "YKKONEN" | "ETT" | "EN" | "ONE" => 1,
        "KAKSI" | "KAKS" | "KAKKONEN" | "TVA" | "TWO" => 2,
        "KOLME" | "KOLM" | "KOL" | "KOLOME" | "KOLMONEN" | "TRE" | "TRI" | "THREE" => 3,
        "NELJA" | "NEL" | "NELIA" | "NELONEN" | "FYRA" | "FIRA" | "FOUR" => 4,
        "VIISI" | "VIIS" | "VIITONEN" | "FEM" | "FIVE" => 5,
        "KUUSI" | "KUUS" | "KUTONEN" | "SEX" | "SIX" => 6,
        "SEITSEMAN" | "SEITTEMAN" | "SEITTAMAN" | "SEITEMAN" | "SEISKA" | "SJU" | "SEVEN" => 7,
        "KAHDEKSAN" | "KAHEKSAN" | "KAHEKSA" | "KASI" | "ATTA" | "EIGHT" => 8,
        "YHDEKSAN" | "YHEKSAN" | "YHEKSA" | "YSI" | "NIO" | "NIE" | "NINE" => 9,
        _ => return None,
    };
    Some(value)
}

fn teen(word: &str) -> Option<u8> {
    if let Some(ones) = word.strip_suffix("TOISTA").or_else(|| word.strip_suffix("TOIST")) {
        return unit(ones).filter(|ones| *ones > 0).map(|ones| 10 + ones);
    }
    let value = match word {
        "KYMMENEN" | "KYMPPI" | "TIO" | "TIE" | "TEN" => 10,
        "ELVA" | "ELEVEN" => 11,
        "TOLV" | "TWELVE" => 12,
        "TRETTON" | "THIRTEEN" => 13,
        "FJORTON" | "FOURTEEN" => 14,
        "FEMTON" | "FIFTEEN" => 15,
        "SEXTON" | "SIXTEEN" => 16,
        "SJUTTON" | "SEVENTEEN" => 17,
        "ADERTON" | "ARTON" | "EIGHTEEN" => 18,
        "NITTON" | "NINETEEN" => 19,
        _ => return None,
    };
    Some(value)
}

/// 20 to 90: how the words begin.
const TENS: [(u8, &[&str]); 8] = [
    (20, &["KAKSIKYMMENTA", "KAKSKYT", "KAKSKYMMENTA", "TJUGO", "TWENTY"]),
    (30, &["KOLMEKYMMENTA", "KOLKYT", "KOLMEKYT", "TRETTIO", "THIRTY"]),
    (40, &["NELJAKYMMENTA", "NELKYT", "FYRTIO", "FORTIO", "FORTY", "FOURTY"]),
    (50, &["VIISIKYMMENTA", "VIISKYT", "VIISKYMMENTA", "FEMTIO", "FIFTY"]),
    (60, &["KUUSIKYMMENTA", "KUUSKYT", "KUUSKYMMENTA", "SEXTIO", "SIXTY"]),
    (70, &["SEITSEMANKYMMENTA", "SEITTEMANKYMMENTA", "SEITKYT", "SEITSEMANKYT", "SJUTTIO", "SEVENTY"]),
    (80, &["KAHDEKSANKYMMENTA", "KAHEKSANKYMMENTA", "KAHEKSANKYT", "KASIKYT", "ATTIO", "EIGHTY"]),
    (90, &["YHDEKSANKYMMENTA", "YHEKSANKYMMENTA", "YHEKSANKYT", "YSIKYT", "NITTIO", "NINETY"]),
];
