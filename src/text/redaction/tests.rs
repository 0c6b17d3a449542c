use proptest::prelude::*;

use super::identity_codes::CHECK_SYMBOLS;
use super::*;

fn redacted(text: &str) -> String {
    Redacted::from_text(text, "fi").into_string()
}

#[track_caller]
fn taken(code: &str) {
    assert_eq!(redacted(code), REMOVED_FI, "{code:?}");
    let within = format!("Olen {code}, päivää.");
    assert_eq!(redacted(&within), format!("Olen {REMOVED_FI}, päivää."), "{code:?}");
}

#[track_caller]
fn kept(text: &str) {
    let result = Redacted::from_text(text, "fi");
    assert_eq!(result.as_str(), text);
    assert_eq!(result.removed(), 0);
}

#[test]
fn the_official_fictional_codes_are_taken() {
    for code in ["010594Y9032", "020594X903P", "020504B904H", "010594-9032", "131052-308T"] {
        taken(code);
        taken(&code.to_lowercase());
    }
}

#[test]
fn a_date_with_a_sign_is_taken_whatever_the_check_symbol() {
    for sign in "+-YXWVUABCDEFabcdefyxwvu".chars() {
        taken(&format!("010594{sign}9032"));
        taken(&format!("010594{sign}903Z"));
        taken(&format!("311299{sign}0000"));
    }
    taken("290200A1234");
    taken("290296-123ä");
    kept("290295-1234");
    kept("310494-1234");
    kept("000194-1234");
    kept("011394-1234");
    kept("010594G9032");
    kept("010594Z9032");
}

#[test]
fn any_dash_and_any_space_may_stand_in_it() {
    for dash in "-\u{2010}\u{2011}\u{2012}–—―\u{2212}\u{fe63}\u{ff0d}\u{207b}".chars() {
        taken(&format!("010594{dash}9032"));
        taken(&format!("010594 {dash} 9032"));
        taken(&format!("010594{dash}{dash}9032"));
    }
    for code in [
        "010594 - 9032",
        "010594-903 2",
        "0 1 0 5 9 4 - 9 0 3 2",
        "01 05 94 A 903 2",
        "010594\u{a0}-\u{a0}9032",
        "010594-\n9032",
        "0105 94-90 32",
        "010594  y  903  2",
    ] {
        taken(code);
    }
}

#[test]
fn invisible_characters_and_other_scripts_hide_nothing() {
    for code in [
        "0\u{200b}10594-9032",
        "010594\u{200d}-\u{2060}9032",
        "01\u{ad}0594-90\u{ad}32",
        // A soft hyphen in place of the hyphen is still a sign.
        "010594\u{ad}9031",
        "010594\u{ad} 9031",
        "010594-903\u{fe0f}2",
        "\u{ff10}\u{ff11}\u{ff10}\u{ff15}\u{ff19}\u{ff14}\u{ff0d}\u{ff19}\u{ff10}\u{ff13}\u{ff12}",
        "010594\u{ff21}903\u{ff21}",
        "٠١٠٥٩٤-٩٠٣٢",
        "𝟎𝟏𝟎𝟓𝟗𝟒-𝟗𝟎𝟑𝟐",
        "0\u{20e3}10594-9032",
        // Cyrillic letters А and С.
        "010594\u{410}9032",
        "010594\u{441}9032",
        "010594\0-9032",
    ] {
        taken(code);
    }
    // The text outside of the code is not changed.
    assert_eq!(redacted("\u{200b}010594-9032\u{200b}."), format!("\u{200b}{REMOVED_FI}\u{200b}."));
}

#[test]
fn without_a_sign_only_with_the_right_check_symbol() {
    for code in [
        "0105949032",
        "010594 9032",
        "010594 903 2",
        "010594903 2",
        "01 05 94 9032",
        "0 1 0 5 9 4 9 0 3 2",
        "020594903p",
        "0\u{200b}105949032",
    ] {
        taken(code);
    }
    for text in [
        "0105949033",
        "010594 9033",
        "020594903Q",
        // 010594 9032 in groups that nobody uses for a code.
        "010 594 9032",
        "0105 949032",
        "01059 49032",
        "0105949032\u{ad}1",
    ] {
        kept(text);
    }
}

#[test]
fn without_a_sign_after_the_word_hetu() {
    for announcing in [
        "hetu ",
        "Hetuni on ",
        "HETU: ",
        "hetu=",
        "hetu",
        "hetun loppu, tai siis tunnus on ",
        "Henkilötunnus: ",
        "henkilötunnukseni on ",
        "henkilotunnus ",
        "henkilo\u{308}tunnus ",
        "henkilö\u{ad}tunnus ",
        "sotu ",
        "sosiaaliturvatunnukseni ",
        "Personbeteckning ",
        "min personbeteckning är ",
        "my personal identity code is ",
    ] {
        for code in ["0105949033", "010594 9033", "010 594 9033", "010594903Z"] {
            let text = format!("{announcing}{code}.");
            assert_eq!(redacted(&text), format!("{announcing}{REMOVED_FI}."), "{text}");
        }
    }
    // Two after one word, and codes of all kinds in one text.
    let two = Redacted::from_text("hetut 0105949033 ja 0205049049", "fi");
    assert_eq!(two.as_str(), format!("hetut {REMOVED_FI} ja {REMOVED_FI}"));
    assert_eq!(two.removed(), 2);
    kept("Hetu puuttuu. Se on kyllä jo teidän järjestelmässä 0105949033");
    kept("hetu 3105949");
    kept("hetu 9905949033");
    kept("siihetu 0105949033");
}

#[test]
fn the_sign_needs_no_announcement_even_when_glued_to_one() {
    assert_eq!(redacted("hetuni010594-9033"), format!("hetuni{REMOVED_FI}"));
}

#[test]
fn parts_of_longer_runs_are_kept() {
    for text in [
        "1010594-9032",
        "010594-90321",
        "010594-9032\u{200b}5",
        "5\u{ad}010594-9032",
        "00105949032",
        "01059490321",
        "A0105949032",
        "120524-12345",
        "FI2112040112345678",
    ] {
        kept(text);
    }
    for (text, expected) in [
        ("(010594-9032)", "(#)"),
        ("_010594-9032_", "_#_"),
        ("12.010594-9032.", "12.#."),
        ("5 010594-9032 6", "5 # 6"),
        ("5 0 1 0 5 9 4 - 9 0 3 2 6", "5 # 6"),
        ("010594-9032 020594X903P", "# #"),
        ("010594-9032/020594X903P", "#/#"),
        ("LUP-010594-9032-1", "LUP-#-1"),
    ] {
        assert_eq!(redacted(text), expected.replace('#', REMOVED_FI));
    }
}

#[test]
fn what_only_looks_a_little_like_a_code_is_kept() {
    for text in [
        "040-1234567",
        "040-123 4567",
        "+358 40 123 4567",
        "+358401234567",
        "050 1234 567",
        "050 123 4567",
        "045 678 9012",
        "09 1234 5678",
        "1 234,50 €",
        "12 345 678,90 euroa",
        "FI21 1234 5600 0007 85",
        "1.5.2024",
        "01.05.2024",
        "010524",
        "2024-05-01",
        "010524-150524",
        "klo 12.30–14.00",
        "08:00-16:00",
        "LUP-2024-001234",
        "123/2024",
        "1234567",
        "1234567-8",
        "010524 - 150 €",
        "010524 Espoo",
        "311224 klo 1200",
        "",
        "-",
        "0",
        "010594-",
        "010594-903",
    ] {
        kept(text);
        kept(&format!("Asia {text} on kesken."));
    }
}

#[test]
fn the_note_is_in_the_language_of_the_text() {
    for (language, note) in [
        ("fi", REMOVED_FI),
        ("sv", REMOVED_SV),
        ("sv-FI", REMOVED_SV),
        ("en", REMOVED_EN),
        ("en_GB", REMOVED_EN),
        ("se", REMOVED_FI),
        ("", REMOVED_FI),
    ] {
        assert_eq!(Redacted::from_text("010594-9032", language).as_str(), note);
    }
}

#[test]
fn our_own_notes_announce_nothing() {
    for note in [REMOVED_FI, REMOVED_SV, REMOVED_EN] {
        kept(&format!("{note} 0105949033"));
        kept(&format!("{note}0105949033"));
    }
    // In brackets that the giver typed, the same word announces a code.
    assert_eq!(redacted("[henkilötunnus] 0105949033"), format!("[henkilötunnus] {REMOVED_FI}"));
}

#[test]
fn debug_shows_no_text() {
    let text = Redacted::from_text("Hei 010594-9032", "fi");
    assert_eq!(format!("{text:?}"), "Redacted { bytes: 30, removed: 1 }");
}

/// Were the work not linear, this test would take minutes.
#[test]
fn long_texts_are_fast() {
    const BYTES: usize = 100_000;
    for part in [
        "0",
        "0 ",
        "1 ",
        " ",
        "-",
        "01",
        "010594",
        "010594 ",
        "010594-",
        "010594-903 ",
        "hetu ",
        "hetu0",
        "a",
        "a@",
        "@",
        "(at)",
        "+",
        "+0",
        "00 ",
        "0-",
        "\u{ad}",
        "0\u{200b}",
        "[",
        "[henkilötunnus poistettu",
        "010594-9032 ",
        "hetu101010594A010594-9032-",
        "010594 loppu ",
        "1.1.1994 sana ",
        "010594 A niinku ",
        "yksi nolla ",
        "(010594",
        "0O",
        "&amp;",
        "%25",
        "&#45;",
        "<b>",
    ] {
        let text = part.repeat(BYTES / part.len());
        let _ = Redacted::from_text(&text, "fi");
        let _ = masked(&text);
    }
    let wide_gaps = format!("0{}1{}0", " ".repeat(BYTES / 5), " ".repeat(BYTES / 5)).repeat(10);
    kept(&wide_gaps);
}

#[test]
fn phone_numbers_and_addresses_are_masked() {
    for (text, expected) in [
        ("Soita 040-1234567 illalla", "Soita ••• illalla"),
        ("040 123 4567.", "•••."),
        ("puh.0401234567", "puh.•••"),
        ("+358 40 123 4567", "•••"),
        ("+358 (0)40 123 4567", "•••"),
        ("00358401234567", "•••"),
        ("358401234567", "•••"),
        ("(09) 123 4567", "(•••"),
        ("0400 123456, 050\u{a0}1234\u{a0}567", "•••, •••"),
        ("0401234567 0501234567", "••• •••"),
        ("040-1234567/050-1234567", "•••/•••"),
        ("matti@example.fi/0401234567", "•••/•••"),
        ("040 123 4567 12 kertaa", "••• 12 kertaa"),
        ("040\u{2011}123\u{200b}4567", "•••"),
        ("\u{ff10}\u{ff14}\u{ff10}1234567", "•••"),
        ("+46 8 123 456 78", "•••"),
        ("matti.meikalainen@example.fi", "•••"),
        ("Kirjoita: matti_m+x@posti.example.fi.", "Kirjoita: •••."),
        ("(åsa@exämple.fi)", "(•••)"),
        ("a@b@c.fi", "•••"),
        ("<a@b.fi>, c@d.fi", "<•••>, •••"),
        ("matti(at)example.fi", "•••"),
        ("matti (at) example.fi!", "•••!"),
        ("matti [ät] example.fi", "•••"),
        ("0401234567@example.fi", "•••"),
        ("mat\u{200b}ti@example.fi", "•••"),
    ] {
        assert_eq!(masked(text), expected, "{text}");
        assert_eq!(masked(expected), expected);
    }
    for text in [
        "",
        "Hyvä palvelu, 5/5!",
        "LUP-2024-0012345",
        "123/2024",
        "1 234,50 €",
        "01.05.2024",
        "01-05-2024",
        "2024-05-01",
        "klo 08:00-16:00",
        "soita 112 tai 116 117",
        "asteikolla 0 1 2 3 4 5 6 7 8 9 10",
        "nähdään @ kirjasto",
        "@kaiku",
        "kaiku@",
        "1234567",
        "FI21 1234 5600 0007 85",
        "1 + 1 = 2",
        REMOVED_FI,
    ] {
        assert_eq!(masked(text), text);
    }
}

/// A text in which redacting again once took more; found by the properties below.
#[test]
fn redacting_again_changes_nothing_where_a_code_ends_within_the_next() {
    let text = "hetu101010594A010594-9032-";
    unchanged_when_repeated(text).unwrap();
    // The text between the two becomes a code when the second is removed.
    assert_eq!(redacted(text), format!("hetu{REMOVED_FI}{REMOVED_FI}-"));
}

// ---- Properties ----

/// Redacting again takes nothing, whatever the language asked for, and masking again hides nothing.
fn unchanged_when_repeated(text: &str) -> Result<(), TestCaseError> {
    for (language, next) in [("fi", "sv"), ("sv", "en"), ("en", "fi")] {
        let once = Redacted::from_text(text, language);
        let twice = Redacted::from_text(once.as_str(), next);
        prop_assert_eq!(twice.as_str(), once.as_str());
        prop_assert_eq!(twice.removed(), 0);
    }
    let masked_once = masked(text);
    prop_assert_eq!(masked(&masked_once), masked_once);
    Ok(())
}

fn any_date() -> impl Strategy<Value = String> {
    (1..=31_u8, 1..=12_u8, 0..=99_u8)
        .prop_filter("a date that exists", |(day, month, year)| match month {
            2 => *day <= 28 || (*day == 29 && year % 4 == 0),
            4 | 6 | 9 | 11 => *day <= 30,
            _ => true,
        })
        .prop_map(|(day, month, year)| format!("{day:02}{month:02}{year:02}"))
}

fn check_symbol(digits: &str) -> char {
    let number: usize = digits.parse().unwrap();
    "0123456789ABCDEFHJKLMNPRSTUVWXY".chars().nth(number % 31).unwrap()
}

/// The symbols of a code with a sign and with any check symbol.
fn any_code() -> impl Strategy<Value = Vec<char>> {
    let signs: Vec<char> = "+-YXWVUABCDEF\u{2010}\u{2011}–—\u{2212}".chars().collect();
    (any_date(), prop::sample::select(signs), 0..1000_u16, "[0-9A-Z]")
        .prop_map(|(date, sign, number, check)| format!("{date}{sign}{number:03}{check}").chars().collect())
}

/// The same with the right check symbol.
fn right_code() -> impl Strategy<Value = Vec<char>> {
    any_code().prop_map(|mut code| {
        let digits: String = code.iter().take(10).filter(|symbol| symbol.is_ascii_digit()).collect();
        code[10] = check_symbol(&digits);
        code
    })
}

/// Where people make a pause in a code: around its sign and before its check symbol.
fn is_pause(index: usize) -> bool {
    matches!(index, 6 | 7 | 10)
}

/// The same symbols as people, keyboards and word processors may have written them. Only an invisible gap is anywhere
/// else than `may_be_gap` says.
fn spelled(code: Vec<char>, may_be_gap: fn(usize) -> bool) -> impl Strategy<Value = String> {
    let gaps = vec!["", "", "", " ", "  ", "\u{a0}", "\t", "\n", "\u{200b}", "\u{200d}", "\u{ad}", "\u{feff}"];
    let gap = prop::sample::select(gaps);
    let length = code.len();
    (prop::collection::vec((gap, any::<bool>(), 0..4_u8), length), Just(code)).prop_map(move |(noise, code)| {
        let mut text = String::new();
        for (index, (symbol, (gap, lower, script))) in code.into_iter().zip(noise).enumerate() {
            let is_seen = gap.contains(char::is_whitespace);
            if index > 0 && (may_be_gap(index) || !is_seen) {
                text.push_str(gap);
            }
            text.push(match (symbol, script) {
                ('0'..='9' | 'A'..='Z', 0) => char::from_u32(u32::from(symbol) + 0xfee0).unwrap(),
                _ if lower => symbol.to_ascii_lowercase(),
                _ => symbol,
            });
        }
        text
    })
}

/// The first letters of words that announce a code, a birthday, a phone number or the end of a code.
const ANNOUNCING: [&str; 42] = [
    "het", "hen", "hlo", "sot", "sos", "pers", "soc", "iden", "synt", "synn", "fod", "born", "birt", "dob", "puh",
    "tel", "tfn", "soit", "gsm", "kann", "ring", "call", "phon", "mob", "fax", "faks", "what", "teks", "text", "sms",
    "num", "nr", "lop", "paat", "viim", "tunn", "per", "slut", "sist", "and", "avs", "rema",
];

/// Text that neither contains nor announces a code, and that a code can follow and precede.
fn any_surroundings() -> impl Strategy<Value = (String, String)> {
    let announces_nothing = |text: &String| {
        let plain = text.to_lowercase().replace('ö', "o").replace(['ä', 'å'], "a");
        !plain
            .split(|character: char| !character.is_alphabetic())
            .any(|word| ANNOUNCING.iter().any(|start| word.starts_with(start)))
    };
    let before = r"([a-zåäöA-ZÅÄÖ ,.!?\n😀]{0,30}[ ,.:;(\n])?".prop_filter("announces nothing", announces_nothing);
    (before, r"([ ,.:;)\n][a-zåäöA-ZÅÄÖ ,.!?\n😀]{0,30})?")
}

/// Numbers of everyday life that are no codes.
fn everyday_number() -> impl Strategy<Value = String> {
    let phone = prop_oneof![
        "0[45][0-9]-[0-9]{7}",
        "0[45][0-9]-[0-9]{3} [0-9]{4}",
        "0[45][0-9] [0-9]{3} [0-9]{4}",
        "0[45][0-9] [0-9]{4} [0-9]{3}",
        r"\+358 [45][0-9] [0-9]{3} [0-9]{4}",
        r"\+358[45][0-9]{8}",
        "0[45]00 [0-9]{6}",
        "09 [0-9]{3} [0-9]{4}",
        "09-[0-9]{7}",
    ];
    let amount = prop_oneof![
        "[1-9][0-9]{0,2},[0-9]{2} €",
        "[1-9][0-9]{0,2} [0-9]{3},[0-9]{2} €",
        "[1-9][0-9]{0,2} [0-9]{3} [0-9]{3} euroa",
        "[1-9][0-9]{0,8} eur",
    ];
    let date_or_time = prop_oneof![
        any_date(),
        "[1-9]\\.[1-9]\\.20[0-9]{2}",
        "[0-3][0-9]\\.[01][0-9]\\.[0-9]{4}",
        "20[0-9]{2}-[01][0-9]-[0-3][0-9]",
        "[0-2][0-9][.:][0-5][0-9]",
        "[0-2][0-9][.:][0-5][0-9]–[0-2][0-9][.:][0-5][0-9]",
        (any_date(), any_date()).prop_map(|(from, to)| format!("{from}-{to}")),
    ];
    let case_number = prop_oneof![
        "LUP-20[0-9]{2}-[0-9]{6}",
        "[0-9]{1,5}/20[0-9]{2}",
        "[0-9]{7}",
        "[0-9]{7}-[0-9]",
        "[A-Z]{2,3}/[0-9]{1,5}/[0-9]{2}\\.[0-9]{2}\\.[0-9]{2}/20[0-9]{2}",
    ];
    let account = "FI[0-9]{2} [0-9]{4} [0-9]{4} [0-9]{4} [0-9]{2}";
    prop_oneof![phone, amount, date_or_time, case_number, account]
}

proptest! {
    // `PROPTEST_CASES` can raise this number.
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(1_000)))]

    #[test]
    fn a_code_with_a_sign_is_taken_however_it_is_spelled(
        code in prop_oneof![
            right_code().prop_flat_map(|code| spelled(code, |_| true)),
            any_code().prop_flat_map(|code| spelled(code, is_pause)),
        ],
        (before, after) in any_surroundings(),
    ) {
        let result = Redacted::from_text(&format!("{before}{code}{after}"), "fi");
        prop_assert_eq!(result.as_str(), format!("{before}{REMOVED_FI}{after}"));
        prop_assert_eq!(result.removed(), 1);
    }

    #[test]
    fn without_a_sign_the_right_check_symbol_decides(
        date in any_date(),
        number in 0..1000_u16,
        check in prop::sample::select(CHECK_SYMBOLS.to_vec()),
        gap in prop::sample::select(vec!["", " ", "\u{a0}", "\u{200b}"]),
        (before, after) in any_surroundings(),
    ) {
        let check = char::from(check);
        let right = check_symbol(&format!("{date}{number:03}")) == check;
        let text = format!("{before}{date}{gap}{number:03}{check}{after}");
        let result = Redacted::from_text(&text, "fi");
        prop_assert_eq!(result.removed(), usize::from(right));
        prop_assert_eq!(result.as_str() == text, !right);
    }

    #[test]
    fn after_hetu_any_check_symbol_is_taken(
        announcing in prop::sample::select(vec!["hetu", "Hetuni on", "HENKILÖTUNNUS:", "personbeteckningen är"]),
        date in any_date(),
        rest in "[0-9]{3}[0-9A-Za-z]",
        gap in prop::sample::select(vec!["", " ", "\u{a0}"]),
    ) {
        let result = redacted(&format!("{announcing} {date}{gap}{rest}"));
        prop_assert_eq!(result, format!("{announcing} {REMOVED_FI}"));
    }

    #[test]
    fn everyday_numbers_are_kept(numbers in prop::collection::vec(everyday_number(), 1..5)) {
        for number in &numbers {
            prop_assert_eq!(&redacted(number), number);
        }
        let sentence = numbers.join(" ja sitten ");
        prop_assert_eq!(redacted(&sentence), sentence);
    }

    #[test]
    fn redacting_and_masking_again_change_nothing(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "0", "1", "5", "01", "94", "010594", "120524", "9032", "903", "903A", "0105949032", "0105949033",
                "010594-9032", "-", "–", "+", "A", "y", "x", " ", " ", " ", "\n", ".", "/", "(", ")", "@", "a.fi",
                "hetu", "hetuni on ", "sana ", "ä", REMOVED_FI, REMOVED_SV, "[", "]", "henkilötunnus",
                "\u{ad}", "\u{200b}", "040 1234567", "+358",
            ]),
            0..25,
        ),
    ) {
        unchanged_when_repeated(&parts.concat())?;
    }

    #[test]
    fn redacting_again_changes_nothing_however_codes_are_spelled(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "0", "1", "4", "O", "l", "S", "T", "01", "05", "94", "1994", "01.05.94", "1.5.1994", "1994-05-01",
                "010594", "0105", "9032", "903", "2", "010594-9032", "0105949032", "01051994", "10594", "-", "–", "A",
                "–", " ", " ", " ", ", ", ".", "/", "*", "_", "(", ")", "[", "]", "<b>", "</b>", "&", "#45;", "&#45;",
                "&nbsp;", "%2D", "%", "25", "\\u", "002D", " viiva ", " iso ", " niinku ", " Aarne", "yksi ", "nolla ",
                "viisi ", "nine ", "five", " fyra ", "kolmetoista ", "ninety ", "tee", "hetu ", "henk", " tunnus ",
                "syntymäaika ", "born ", ", loppu ", " last four ", "soita ", " May ", "toukokuuta ", REMOVED_FI,
                REMOVED_SV, REMOVED_EN, "[henkilötunnus", " poistettu]", "\u{ad}", "\u{200b}", "\u{308}", "\n",
            ]),
            0..25,
        ),
    ) {
        unchanged_when_repeated(&parts.concat())?;
    }

    #[test]
    fn codes_next_to_codes_leave_nothing_to_take(
        glue in prop::collection::vec(
            prop::sample::select(vec!["", "", " ", "1", "A", "-", "(", "/", "hetu", "hetu ", "101010594A", "01.", "O"]),
            2..8,
        ),
        codes in prop::collection::vec(
            prop::sample::select(vec!["010594-9032", "0105949032", "01.05.1994-9032", "(010594)9032", "O10594-9032"]),
            2..8,
        ),
    ) {
        let text: String = glue.iter().zip(&codes).flat_map(|(glue, code)| [*glue, *code]).collect();
        unchanged_when_repeated(&text)?;
    }

    #[test]
    fn nothing_makes_it_fall_over(text in any::<String>()) {
        let once = redacted(&text);
        prop_assert_eq!(redacted(&once), once);
        let _ = masked(&text);
    }

    #[test]
    fn masking_hides_every_number_and_address(
        phone in prop_oneof!["0[45][0-9]-[0-9]{7}", "0[45][0-9] [0-9]{3} [0-9]{4}", r"\+358 [45][0-9] [0-9]{3} [0-9]{4}"],
        address in r"[a-zåäö0-9]{1,9}(\.[a-zåäö0-9]{1,9})?@[a-z0-9]{1,9}\.[a-z]{2,4}",
        (before, after) in any_surroundings(),
    ) {
        prop_assert_eq!(masked(&format!("{before}{phone}{after}")), format!("{before}{MASK}{after}"));
        prop_assert_eq!(masked(&format!("Posti {address}, kiitos")), format!("Posti {MASK}, kiitos"));
    }
}

#[test]
fn a_signed_code_is_taken_where_a_space_is_missing() {
    for text in ["hetuni010594Y9032", "olen 010594-9032ja asun täällä", "tunnus:020504B904Hkiitos", "abc010594-9032"]
    {
        let redacted = Redacted::from_text(text, "fi");
        assert_eq!(redacted.removed(), 1, "{text} became {}", redacted.as_str());
    }
    let longer = "tilaus 010594-90321";
    assert_eq!(Redacted::from_text(longer, "fi").as_str(), longer);
}

#[test]
fn a_code_is_taken_with_points_in_its_date_and_letters_for_digits() {
    for text in ["01.05.94-9032", "01. 05. 94 - 9032", "010594-9O32", "010594-9I3L", "hetu 01.05.94A9032"] {
        let redacted = Redacted::from_text(text, "fi");
        assert_eq!(redacted.removed(), 1, "{text} became {}", redacted.as_str());
    }
    for text in ["kello 01.05.94", "1.5.2024-3.5.2024", "01.05.2024 - 31.05.2024"] {
        assert_eq!(Redacted::from_text(text, "fi").as_str(), text);
    }
}

/// Spellings of 131052-308T and 010594-9032, most with the word that announces them; `«»` marks what is taken.
#[test]
fn a_code_is_taken_in_the_spellings_of_people_and_programs() {
    for text in [
        // The sign in words.
        "hetuni on «131052 väliviiva 308T»",
        "hetu «131052 ja sitten viiva 308T», kiitos",
        "personbeteckning «131052 bindestreck 308T»",
        "identity code «131052 hyphen 308T»",
        "«131052 miinus 308T»",
        "lapsen hetu «010594 A niin kuin Aarne 9032»",
        "koden är «010594 A som i Adam 9032»",
        "it is «010594 capital A 9032»",
        // The check symbol too.
        "se on «131052 viiva 308 tee»",
        "se on «131052-308 iso T»",
        "se on «131052-308T niinku Tauno» ja toinen",
        // All in words.
        "«nolla yks nolla viis yheksän nelonen viiva ysi nolla kolme kakkonen»",
        "«kolmetoista kymmenen viiskytkaks viiva kolme nolla kahdeksan tee»",
        "det är «noll ett noll fem nittiofyra streck nio noll tre två»",
        "it is «zero one, zero five, ninety-four, dash, nine oh three two»",
        // Other marks.
        "hetu «131052/308T»",
        "tunnus «131052(308T)» on",
        "tunnus «(131052)-308T» on",
        "tunnus «131052_308T» on",
        "tunnus «131052**-308T»** on",
        "tunnus «1-3-1-0-5-2-308T» on",
        "tunnus «131052&ndash;308T» on",
        "tunnus «131052&amp;#45;308T» on",
        "tunnus «131052-<b>308T»</b> on",
        "q=«131052%2D308T»&",
        "\"«131052\\u002d308T»\"",
        // Letters for digits.
        "tunnus «I3l052-3O8T» on",
        "tunnus «Ø1Ø594-9Ø32» on",
        "tunnus «1З1052-308T» on",
        // Years in four digits or first.
        "«13.10.1952-308T»",
        "«13/10/1952-308T» on",
        "«1952-10-13-308T»",
        "«19521013-308T»",
        "«52-10-13-308T»",
        "isä «1.5.1994-9032» on",
        // The tail separate from the date.
        "«131052, loppu 308T»",
        "Synnyin «13.10.1952, tunnuksen loppuosa on 308T».",
        "syntynyt «13. lokakuuta 1952, loppu 308T»",
        "född «13.10.1952, de sista fyra är 308T»",
        "born «13 October 1952, the last four digits are 308T»",
        "loppu «308T, syntymäaika 13.10.1952»",
        "hetu alkaa «010594 ja viimeiset neljä on 9033»",
        // Joined by a word, or the other way round.
        "«131052 ja 930V»",
        "olen «131052 ja sitten 930V», kiitos",
        "jag är «131052 och sen 930V»",
        "it is «131052 and 930V»",
        "«13.10.1952 ja 308T»",
        "«930V 131052»",
        "tunnus «930V, 131052» on",
        "se on «308T ja 13.10.1952»",
        // The word for a document says nothing where the check symbol is right or a code is announced.
        "Lasku «131052-930V»",
        "Laskussa on hetu «131052-9301»",
        "Sain laskun. «131052-9301»",
        // A 0 too many or too few.
        "hetu «0131052-308T»",
        "hetu «10594-9032»",
    ] {
        let (before, rest) = text.split_once('«').unwrap();
        let (_, after) = rest.split_once('»').unwrap();
        let text = text.replace(['«', '»'], "");
        assert_eq!(redacted(&text), format!("{before}{REMOVED_FI}{after}"), "{text}");
    }
}

#[test]
fn dates_with_numbers_and_words_beside_them_are_kept() {
    for text in [
        // With the right check symbol.
        "Versio 3.12.2021.9023",
        "Born 12.5.1934, client since 2022.",
        "Synnyin 22.3.1959. Muutin 1998 tänne.",
        "Numeroni on 0403957047.",
        "Soita 0403957047",
        "En anna hetua. Numeroni on 0401234567.",
        "Asia 24-05-01-1234 on kesken",
        "Yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen!",
        // With a wrong one.
        "Versio 3.12.2021-4872 ei aukea",
        "Born on 7 May 1960. In the end 4375 people came.",
        "Tapaaminen 13. lokakuuta 2023 kello 1200",
        "Maksettu 6.6.2025, kortin loppu 9570.",
        "Jakso 2024-05-01-2024-05-15",
        "131052 ja sitten huone 308T",
        "131052 ja 930K",
        "930K 131052",
        "Bussi 930V, tila 131052",
        "Lähtö 131052 ja 0930",
        // The number of a document.
        "Lasku 131052-9301",
        "laskun numero on 131052-9301",
        "Viitenumero: 131052-9301",
        "Tilaus nro 131052-9301",
        "Faktura 131052-9301",
        "Räkning nr 131052-9301",
        "Invoice 131052-9301",
        // Spaces where nobody makes a pause.
        "13105 2-930 K",
        "131 052-930K",
        "1310 52-93 0K",
    ] {
        kept(text);
    }
}

#[test]
fn phone_numbers_with_strokes_and_points_are_masked() {
    for text in ["040/123 4567", "040.1234567", "09/1234 567"] {
        assert!(!masked(text).contains("567"), "{}", masked(text));
    }
    assert_eq!(masked("12.05.2024 klo 9.15"), "12.05.2024 klo 9.15");
}
