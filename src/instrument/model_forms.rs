//! The model instruments load without a fault, and the Finnish of the five that have a source is that of
//! `004_c1086500c68c5cfa.txt`, pp. 5–7, word for word. The program uses the files only; the texts here were copied
//! from the source to compare with them.

use crate::base::channel::Channel;

use super::{Catalogue, Instrument, NumberUnit, Question, QuestionKind, Text};

/// Name and content of every model instrument, as the program embeds them.
pub(crate) fn files() -> Vec<(String, String)> {
    [
        ("tapaaminen-suullinen.toml", include_str!("../../config/instruments/tapaaminen-suullinen.toml")),
        ("tapaaminen-kortti.toml", include_str!("../../config/instruments/tapaaminen-kortti.toml")),
        ("asiakastyytyvaisyys.toml", include_str!("../../config/instruments/asiakastyytyvaisyys.toml")),
        ("asiakastyytyvaisyys-yleinen.toml", include_str!("../../config/instruments/asiakastyytyvaisyys-yleinen.toml")),
        ("ryhmahaastattelu.toml", include_str!("../../config/instruments/ryhmahaastattelu.toml")),
        ("pikapalaute.toml", include_str!("../../config/instruments/pikapalaute.toml")),
        ("saavutettavuus.toml", include_str!("../../config/instruments/saavutettavuus.toml")),
    ]
    .map(|(name, content)| (name.to_owned(), content.to_owned()))
    .to_vec()
}

/// A model instrument in its newest version.
pub(crate) fn model(id: &str) -> Instrument {
    let catalogue = Catalogue::load(&files(), None).unwrap_or_else(|faults| panic!("{faults:#?}"));
    Instrument::clone(catalogue.get(id, None).unwrap())
}

fn finnish(text: &Text) -> &str {
    text.say("fi", None)
}

fn asked<'a>(instrument: &'a Instrument, id: &str) -> &'a Question {
    instrument.question(id).unwrap().1
}

const MEETING: [&str; 3] = [
    "Vastasiko tämä tapaaminen odotuksiasi?",
    "Mitä mieltä olit tapaamisesta?",
    "Mitä toivoisit jatkossa asiakastyöltä?",
];

const ITEMS: [&str; 12] = [
    "Aukioloajat ovat riittävät ja minulle sopivat.",
    "Työntekijä on helposti tavoitettavissa.",
    "Sain vastaanottoajan riittävän nopeasti.",
    "Olen saanut asiallista kohtelua.",
    "Koen, että olen tullut kuulluksi.",
    "Olen saanut riittävästi tietoa ja neuvontaa.",
    "Työntekijä esitti asiat ymmärrettävällä tavalla.",
    "Saamani palvelu on ollut asiantuntevaa.",
    "Olen saanut apua tilanteeseeni.",
    "Työntekijällä oli riittävästi aikaa paneutua asiani käsittelyyn.",
    "Mielipiteeni otetaan huomioon minua/perhettäni koskevissa asioissa.",
    "Yleisarvio palvelusta.",
];

const AGREEMENT: [&str; 5] = [
    "Täysin eri mieltä",
    "Osittain eri mieltä",
    "Ei samaa eikä eri mieltä",
    "Osittain samaa mieltä",
    "Täysin samaa mieltä",
];

const STEPS: [(&str, &str); 7] = [
    (
        "Haastattelun tavoite",
        "Miksi haastattelu tehdään? Kysymysten muotoilu teemoittain, esim.: mitä mieltä olet toiminnasta ja miten kehittäisit toimintaa?",
    ),
    (
        "Haastattelun toteutuksesta sopiminen",
        "Kuka/ketkä haastattelee, missä ja milloin? Haastattelijan on oltava riittävän neutraali, ja ulkopuolisen haastattelijan käyttö voi lisätä luottamusta. Paikan tulee olla miellyttävä ja rauhallinen, ja paikkatoiveita voi kysyä haastateltavilta. Haastattelun tuotos voidaan kerätä tekemällä muistiinpanoja, äänittämällä tai videoimalla.",
    ),
    (
        "Ryhmän kokoaminen",
        "5–10 henkilöä, haastattelijoita 1–3 ryhmäkoon mukaan. Haastattelun tavoite on otettava huomioon.",
    ),
    (
        "Haastattelu",
        "Alussa on tärkeää kertoa ryhmäläisille haastattelun tavoite ja eteneminen. Tärkeää on luoda luottamuksellinen, kannustava ja tasavertainen ilmapiiri. Haastattelija huolehtii puheenvuorojen jakautumisesta tasaisesti osallistujien kesken, ohjaa keskustelua, tekee kysymyksistä tarvittaessa konkreettisempia ja huolehtii aikataulusta. Haastattelijan on oltava empaattinen, jotta haastateltavat kokevat tulevansa kuulluiksi ja ymmärretyiksi.",
    ),
    (
        "Yhteenveto",
        "Haastattelija kerää haastattelusta palauteyhteenvedon esim. SWOT-analyysiä käyttäen. Yhteenvetoon kirjataan sekä toiminnan hyvät että kehitettävät asiat.",
    ),
    (
        "Palautekeskustelu",
        "Palaute käsitellään joko asiakkaiden, työntekijöiden ja esimiesten kanssa yhdessä tai erikseen.",
    ),
    (
        "Esiin nousseiden asioiden käytäntöön vieminen",
        "Sovitaan, mitä asioita lähdetään kehittämään, kuka vastaa prosessista ja mikä on aikataulu.",
    ),
];

#[test]
fn the_oral_form_has_three_open_questions() {
    let oral = model("tapaaminen-suullinen");
    assert_eq!(oral.channels, [Channel::Oral]);
    assert_eq!(finnish(&oral.title), "Suullinen asiakaspalaute");
    assert_eq!(oral.questions.len(), 3);
    for (id, words) in ["q1", "q2", "free"].into_iter().zip(MEETING) {
        assert_eq!(finnish(&asked(&oral, id).text), words);
        assert_eq!(asked(&oral, id).kind, QuestionKind::Text);
    }
}

#[test]
fn the_card_has_two_questions_on_three_faces_and_one_open() {
    let card = model("tapaaminen-kortti");
    assert_eq!(card.channels, [Channel::Card]);
    assert_eq!(finnish(&card.title), "Asiakaspalaute");
    assert_eq!(card.questions.len(), 3);
    for (id, words) in ["q1", "q2", "q3"].into_iter().zip(MEETING) {
        assert_eq!(finnish(&asked(&card, id).text), words);
    }
    for id in ["q1", "q2"] {
        let scale = card.scale_of(asked(&card, id)).unwrap();
        let printed: Vec<_> = scale.as_printed().map(|step| (step.value, step.face)).collect();
        assert_eq!(printed, [(3, Some(5)), (2, Some(3)), (1, Some(1))]);
    }
    assert_eq!(asked(&card, "q3").kind, QuestionKind::Text);
}

#[test]
fn the_surveys_have_background_twelve_items_and_a_free_word() {
    for id in ["asiakastyytyvaisyys", "asiakastyytyvaisyys-yleinen"] {
        let survey = model(id);
        assert_eq!(survey.channels, [Channel::Web, Channel::Kiosk, Channel::Paper]);
        assert!(survey.asks_volunteers);
        assert_eq!(survey.questions.len(), 16);

        let gender = asked(&survey, "gender");
        assert_eq!(gender.text.say("fi", Some(Channel::Paper)), "Sukupuoli (ympyröi)");
        assert_eq!(gender.text.say("fi", Some(Channel::Web)), "Sukupuoli");
        let options: Vec<_> =
            survey.scale_of(gender).unwrap().as_printed().map(|step| (step.value, finnish(&step.text))).collect();
        assert_eq!(options, [(1, "Nainen"), (2, "Mies")]);

        let year = asked(&survey, "birth_year");
        assert_eq!(finnish(&year.text), "Syntymävuosi (esim. 1973)");
        assert_eq!(year.kind, QuestionKind::Number { unit: Some(NumberUnit::Year), min: 1900, max: 2100 });
        assert_eq!(
            asked(&survey, "client_months").kind,
            QuestionKind::Number { unit: Some(NumberUnit::Months), min: 0, max: 1200 }
        );

        for (number, words) in (1..).zip(ITEMS) {
            let question = asked(&survey, &format!("q{number}"));
            assert_eq!(finnish(&question.text), words);
            let steps: Vec<_> =
                survey.scale_of(question).unwrap().values.iter().map(|step| (step.face, finnish(&step.text))).collect();
            assert_eq!(steps.len(), 5);
            assert_eq!(steps[0].0, Some(1));
            assert_eq!(steps[4].0, Some(5));
            if number < 12 {
                assert!(steps.iter().map(|step| step.1).eq(AGREEMENT));
            }
        }

        let free = asked(&survey, "free");
        assert_eq!(free.kind, QuestionKind::Text);
        assert_eq!(
            free.text.say("fi", Some(Channel::Paper)),
            "Vapaa sana tai terveisiä työntekijöille (voit jatkaa kääntöpuolelle)"
        );
        assert_eq!(free.text.say("fi", Some(Channel::Web)), "Vapaa sana tai terveisiä työntekijöille");

        let counted = survey.questions.iter().filter(|question| question.is_counted()).count();
        assert_eq!(counted, 13, "the source's 13 multiple-choice questions");
        assert!(!gender.has_mean() && !year.is_counted() && asked(&survey, "q12").has_mean());

        let groups: Vec<_> = survey
            .groups
            .iter()
            .map(|group| {
                let ids: Vec<_> = survey.questions_of(&group.id).map(|(_, question)| question.id.as_str()).collect();
                (finnish(&group.title), ids.join(" "))
            })
            .collect();
        assert_eq!(
            groups,
            [
                ("Taustatiedot", "gender birth_year client_months"),
                ("Palveluiden saavutettavuus", "q1 q2 q3"),
                ("Kohtaaminen ja vuorovaikutus", "q4 q5"),
                ("Palvelun laatu ja vaikuttavuus", "q6 q7 q8 q9 q10"),
                ("Asiakkaiden osallisuus", "q11"),
                ("Yleisarvio palvelusta", "q12"),
                ("Vapaa palaute", "free"),
            ]
            .map(|(title, ids)| (title, ids.to_owned()))
        );
    }
}

#[test]
fn the_quick_question_is_one_on_five_faces_and_a_word() {
    let quick = model("pikapalaute");
    assert_eq!(quick.channels, [Channel::Kiosk, Channel::Web]);
    assert!(quick.source.is_none(), "the words are ours");
    let [asked_first, why] = quick.questions.as_slice() else { panic!("two questions") };
    let survey = model("asiakastyytyvaisyys");
    assert_eq!(quick.scale_of(asked_first).unwrap().values, survey.scales["overall5"].values);
    assert_eq!((why.id.as_str(), &why.kind), ("free", &QuestionKind::Text));
}

#[test]
fn only_the_general_survey_leaves_the_service_open() {
    let adult = model("asiakastyytyvaisyys");
    let general = model("asiakastyytyvaisyys-yleinen");
    assert_eq!(
        adult.lead.as_ref().map(finnish),
        Some("Miten olet kokenut aikuissosiaalityön palvelut? Valitse sopivin vaihtoehto.")
    );
    assert_eq!(
        finnish(&asked(&adult, "client_months").text),
        "Kuinka kauan olet ollut sosiaalityön asiakkaana? (esim. 1v 2 kk)"
    );
    assert_eq!(general.lead.as_ref().map(finnish), Some("Miten olet kokenut palvelumme? Valitse sopivin vaihtoehto."));
    // Everything else is the same, so that the two can be compared question by question.
    let differing: Vec<_> = adult
        .questions
        .iter()
        .zip(&general.questions)
        .filter(|(one, other)| one != other)
        .map(|(one, _)| one.id.as_str())
        .collect();
    assert_eq!(differing, ["client_months"]);
    assert_eq!(adult.scales, general.scales);
    assert_eq!(adult.groups, general.groups);
    let general_json = serde_json::to_string(&general.questions).unwrap();
    assert!(!general_json.contains("sosiaali") && !general_json.contains("social"));
}

#[test]
fn each_unit_offers_the_survey_that_speaks_of_its_service() {
    let offered = |service: &str, channel: Channel| {
        let catalogue = Catalogue::load(&files(), None).unwrap();
        let ids = catalogue.newest().filter(|held| held.offered_to(service, channel)).map(|held| held.id.clone());
        ids.collect::<Vec<_>>()
    };
    for channel in [Channel::Web, Channel::Kiosk] {
        assert_eq!(offered("aikuissosiaalityo", channel), ["asiakastyytyvaisyys", "pikapalaute"]);
        assert_eq!(offered("kotihoito", channel), ["asiakastyytyvaisyys-yleinen", "pikapalaute"]);
    }
    assert_eq!(offered("kotihoito", Channel::Card), ["tapaaminen-kortti"]);
    let accessibility = model("saavutettavuus");
    assert!(accessibility.comes_by(Channel::Web) && !accessibility.offered);
}

#[test]
fn the_group_interview_has_the_seven_steps() {
    let group = model("ryhmahaastattelu");
    assert_eq!(group.channels, [Channel::Group]);
    let steps: Vec<_> = group.steps.iter().map(|step| (finnish(&step.title), finnish(&step.guidance))).collect();
    assert_eq!(steps, STEPS);
    let ids: Vec<_> = group.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(ids, ["goal", "arrangements", "group", "interview", "summary", "discussion", "actions"]);
}

#[test]
fn an_unknown_language_is_answered_in_finnish_and_easy_words_are_used_where_there_are_any() {
    let survey = model("asiakastyytyvaisyys");
    let heard = &asked(&survey, "q5").text;
    assert_eq!(heard.say("se", None), "Koen, että olen tullut kuulluksi.");
    assert_eq!(heard.say_easily("fi", None), "Minua on kuunneltu.");
    assert_eq!(
        asked(&survey, "free").text.say_easily("sv", Some(Channel::Web)),
        "Fritt ord eller hälsningar till de anställda"
    );
}

#[test]
fn the_public_json_mirrors_the_file() {
    let json = serde_json::to_value(model("asiakastyytyvaisyys")).unwrap();
    assert_eq!(json["id"], "asiakastyytyvaisyys");
    assert_eq!(json["version"], 1);
    assert_eq!(json["languages"], serde_json::json!(["fi", "sv", "en"]));
    assert_eq!(json["channels"], serde_json::json!(["web", "kiosk", "paper"]));
    assert_eq!(json["questions"][0]["kind"], "choice");
    assert_eq!(json["questions"][0]["text"]["paper"]["sv"], "Kön (ringa in)");
    assert_eq!(json["questions"][1]["unit"], "year");
    assert_eq!(json["questions"][3]["max"], 5);
    assert_eq!(json["questions"][3]["text"]["en"], "Opening hours are sufficient and suit me.");
    assert_eq!(json["scales"]["overall5"]["values"][4]["fi"], "Erittäin hyvä");
    assert_eq!(json["scales"]["overall5"]["values"][4]["face"], 5);
    assert!(json.get("sha256").is_none() && json.get("source").is_none());
}

#[test]
fn every_channel_has_an_instrument() {
    let catalogue = Catalogue::load(&files(), None).unwrap_or_else(|faults| panic!("{faults:#?}"));
    for channel in Channel::ALL {
        assert!(catalogue.newest().any(|known| known.channels.contains(&channel)), "nothing is given by {channel}");
    }
}
