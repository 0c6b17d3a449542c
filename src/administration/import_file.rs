//! Parses the TOML file of one organisation into an [`Import`], or returns every fault with its line. Pure.
//!
//! ```toml
//! [organiser]
//! slug = "itajarvi"
//! name = "Itäjärven hyvinvointialue"
//!
//! [[service]]
//! slug = "kotihoito"
//! name = "Kotihoito"
//!
//! [[producer]]
//! slug = "itarannan-palvelut"
//! name = "Itärannan palvelut"
//!
//! [[unit]]
//! slug = "itaranta"
//! name = "Kotihoito Itäranta"
//! service = "kotihoito"
//! sensitive = false                                   # default
//! closed_on = 2030-01-01                              # optional
//! placement = [{ producer = "itarannan-palvelut", from = 2026-01-01 }]     # and to = …
//!
//! [[principal]]
//! slug = "aino-esimerkki"
//! name = "Aino Esimerkki"
//! kind = "person"                                     # default; or client, kiosk
//! email = "aino@example.fi"                           # optional
//! language = "fi"                                     # default; or sv, en
//!
//! [[grant]]                                           # a place is unit = …, producer = … or organiser = …
//! principal = "aino-esimerkki"
//! role = "organiser"
//! organiser = "itajarvi"
//!
//! [[worker]]
//! unit = "itaranta"
//! principal = "aino-esimerkki"
//! from = 2026-01-01                                   # and to = …
//!
//! [[card_colours]]
//! unit = "itaranta"
//! week = 2026-11-16                                   # a Monday
//! colours = { keltainen = "aino-esimerkki" }
//!
//! [[agreement]]
//! producer = "itarannan-palvelut"
//! service = "kotihoito"                               # optional, as are unit and channel: only for these
//! handler = "aino-esimerkki"                          # optional, as is substitute
//! acknowledge = 2                                     # working days
//! decide = 10
//! tell = 14
//! told_how = "Ilmoitustaululla kerran viikossa"
//! board_every = 5                                     # optional: working days between two posts of the board
//! breach = "aino-esimerkki"                           # optional: who is notified of a broken deadline
//! signed_by = "Aino Esimerkki, Eero Esimerkki"
//! from = 2026-01-01                                   # and to = …
//!
//! [[routing_rule]]                                    # at unit, producer or (default) the organiser
//! code = "last"
//! position = 1000
//! reason = "Palaute, jota mikään muu sääntö ei koske"
//! enabled = true                                      # default; from = … and to = … are optional
//! then = { category = "general" }                     # and when = { … }, as in a call
//!
//! [[closure]]
//! day = 2026-12-24
//! reason = "Jouluaatto"
//! ```
//!
//! A file is self-contained: everything it refers to is in it. Importing it again updates the names and other fields of
//! what has the same short name and adds what is new; nothing is ever deleted. A disabled principal stays disabled.

mod reader;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::ToSpan;
use jiff::civil::Date;

use super::fields::{colour_fault, colour_word, email_fault, language_fault, period_fault, week_fault};
use super::rules::{self, NewRule};
use crate::agreement::{Terms, WorkingDays};
use crate::base::{Channel, redacted_debug};
use crate::instrument::Catalogue;
use crate::organisation::roles::is_for_persons;
use crate::organisation::{NodeKind, PrincipalKind, Role};
use crate::routing::rule::{Known, POSITION_MAX};
use crate::routing::{Conditions, RuleResults, RuleText};
use reader::{Reader, Table};

pub use super::NodeName;

/// The maximum size of a file in bytes.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// One fault of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ImportFault {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, and what to write.
    pub reason: String,
}

/// Something with a short name and a name.
#[derive(Debug, Clone)]
pub struct Named {
    pub line: usize,
    /// Its short name.
    pub slug: String,
    pub name: String,
}

#[derive(Debug, Clone)]
pub struct UnitEntry {
    /// Its line, short name and name.
    pub named: Named,
    /// The service's short name.
    pub service: String,
    /// Whether its first screen names emergency help.
    pub sensitive: bool,
    /// The first day on which it takes no feedback.
    pub closed_on: Option<Date>,
    /// Its producers over time.
    pub placements: Vec<Period>,
}

/// A short name with a period.
#[derive(Debug, Clone)]
pub struct Period {
    pub line: usize,
    /// Whose period it is: a short name.
    pub slug: String,
    pub from: Date,
    /// Last day, or none.
    pub to: Option<Date>,
}

impl Period {
    /// Whether the two periods share a day.
    fn overlaps(&self, other: &Self) -> bool {
        self.to.is_none_or(|last| other.from <= last) && other.to.is_none_or(|last| self.from <= last)
    }
}

#[derive(Clone)]
pub struct PrincipalEntry {
    /// Its line, short name and name.
    pub named: Named,
    pub kind: PrincipalKind,
    /// The address for notices.
    pub email: Option<String>,
    /// The language of notices.
    pub language: String,
}

redacted_debug!(PrincipalEntry {});

/// A role of a principal at a place.
#[derive(Debug, Clone)]
pub struct GrantEntry {
    /// The principal's short name.
    pub principal: String,
    pub role: Role,
    pub at: NodeName,
}

/// A worker at a unit.
#[derive(Debug, Clone)]
pub struct WorkerEntry {
    /// The unit's short name.
    pub unit: String,
    pub period: Period,
}

/// A colour in one week.
#[derive(Debug, Clone)]
pub struct ColourEntry {
    pub line: usize,
    /// The unit's short name.
    pub unit: String,
    /// The Monday.
    pub week: Date,
    pub colour: String,
    /// The worker's short name.
    pub principal: String,
}

/// A version of an agreement.
#[derive(Debug, Clone)]
pub struct AgreementEntry {
    pub period: Period,
    /// Only for this service.
    pub service: Option<String>,
    /// Only for this unit.
    pub unit: Option<String>,
    /// Only for this channel.
    pub channel: Option<Channel>,
    pub handler: Option<String>,
    /// The handler's substitute.
    pub substitute: Option<String>,
    pub terms: Terms,
    /// How effects are told to the givers.
    pub told_how: String,
    /// Working days between two posts of the board.
    pub board_every: Option<WorkingDays>,
    /// The person notified of broken deadlines.
    pub breach: Option<String>,
    pub signed_by: String,
}

/// A routing rule at a place.
#[derive(Debug, Clone)]
pub struct RuleEntry {
    pub at: NodeName,
    /// The rule with its days.
    pub rule: NewRule,
}

/// A closed day.
#[derive(Debug, Clone)]
pub struct ClosureEntry {
    pub day: Date,
    /// Why.
    pub reason: String,
}

/// A whole organisation in which every reference resolves. Only [`Import::from_toml`] makes one.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Import {
    pub organiser: Named,
    pub services: Vec<Named>,
    pub producers: Vec<Named>,
    pub units: Vec<UnitEntry>,
    /// People, clients and kiosks.
    pub principals: Vec<PrincipalEntry>,
    pub grants: Vec<GrantEntry>,
    /// The workers of each unit.
    pub workers: Vec<WorkerEntry>,
    /// One entry for each colour and week.
    pub card_colours: Vec<ColourEntry>,
    /// In the order of the file.
    pub agreements: Vec<AgreementEntry>,
    pub routing_rules: Vec<RuleEntry>,
    pub closures: Vec<ClosureEntry>,
}

/// The short names that were read, each with the line on which it first occurs. Entries with other faults count too, so
/// that references to them give no further fault.
#[derive(Default)]
struct Names {
    organiser: Option<String>,
    services: BTreeMap<String, usize>,
    producers: BTreeMap<String, usize>,
    units: BTreeMap<String, usize>,
    principals: BTreeMap<String, usize>,
    persons: BTreeSet<String>,
}

impl Import {
    /// Parses a file. `catalogue` decides which instruments its rules may name.
    ///
    /// # Errors
    /// All faults in the order of their lines. If the file is not TOML, only the syntax faults.
    pub fn from_toml(content: &str, catalogue: &Catalogue) -> Result<Self, Vec<ImportFault>> {
        let mut reader = Reader::new(content);
        let Some(root) = reader.document() else {
            return Err(reader.into_faults());
        };
        let read = read(&mut reader, &Table::of(&root), catalogue);
        match read {
            Some(import) if reader.is_clean() => Ok(import),
            _ => Err(reader.into_faults()),
        }
    }
}

fn read<'c>(reader: &mut Reader<'c>, root: &Table<'_, 'c>, catalogue: &Catalogue) -> Option<Import> {
    const KEYS: [&str; 11] = [
        "organiser",
        "service",
        "producer",
        "unit",
        "principal",
        "grant",
        "worker",
        "card_colours",
        "agreement",
        "routing_rule",
        "closure",
    ];
    reader.known_keys(root, &KEYS);
    let mut names = Names::default();
    let organiser = reader.table(root, "organiser").and_then(|table| {
        reader.known_keys(&table, &["slug", "name"]);
        names.organiser = reader.written_slug(&table);
        named(reader, &table, &mut BTreeMap::new())
    });
    let services = list_named(reader, root, "service", &mut names.services);
    let producers = list_named(reader, root, "producer", &mut names.producers);
    let principals = principals(reader, root, &mut names);
    let units = units(reader, root, &mut names);
    let grants = grants(reader, root, &names);
    let workers = workers(reader, root, &names);
    let card_colours = card_colours(reader, root, &names, &workers);
    let agreements = agreements(reader, root, &names, &units);
    let routing_rules = routing_rules(reader, root, &names, catalogue);
    let closures = closures(reader, root);
    let organiser = organiser?;
    let held = grants.iter().any(|grant: &GrantEntry| {
        grant.role == Role::Organiser
            && grant.at.kind == NodeKind::Organiser
            && names.persons.contains(&grant.principal)
    });
    if !held && reader.is_clean() {
        reader.note_line(
            organiser.line,
            format!(
                "nobody holds the role organiser: add a [[grant]] with principal = a person, role = \"organiser\", \
                 organiser = \"{}\", since what nobody else may handle comes to them",
                organiser.slug
            ),
        );
    }
    Some(Import {
        organiser,
        services,
        producers,
        units,
        principals,
        grants,
        workers,
        card_colours,
        agreements,
        routing_rules,
        closures,
    })
}

fn named<'c>(reader: &mut Reader<'c>, table: &Table<'_, 'c>, seen: &mut BTreeMap<String, usize>) -> Option<Named> {
    let slug = reader.new_slug(table, seen);
    let name = reader.name(table, "name");
    Some(Named { line: reader.line(table), slug: slug?, name: name? })
}

fn list_named<'c>(
    reader: &mut Reader<'c>,
    root: &Table<'_, 'c>,
    key: &'static str,
    seen: &mut BTreeMap<String, usize>,
) -> Vec<Named> {
    let mut list = Vec::new();
    for table in reader.tables(root, key) {
        reader.known_keys(&table, &["slug", "name"]);
        list.extend(named(reader, &table, seen));
    }
    list
}

fn principals<'c>(reader: &mut Reader<'c>, root: &Table<'_, 'c>, names: &mut Names) -> Vec<PrincipalEntry> {
    const KINDS: [(&str, PrincipalKind); 3] =
        [("person", PrincipalKind::Person), ("client", PrincipalKind::Client), ("kiosk", PrincipalKind::Kiosk)];
    let mut list = Vec::new();
    for table in reader.tables(root, "principal") {
        reader.known_keys(&table, &["slug", "name", "kind", "email", "language"]);
        let named = named(reader, &table, &mut names.principals);
        let kind = if table.has("kind") { reader.choice(&table, "kind", &KINDS) } else { Some(PrincipalKind::Person) };
        let email = reader.optional_text(&table, "email", email_fault);
        let language = reader.optional_text(&table, "language", language_fault).unwrap_or_else(|| "fi".to_owned());
        if kind.is_none_or(|kind| kind == PrincipalKind::Person) {
            names.persons.extend(reader.written_slug(&table));
        }
        if let (Some(named), Some(kind)) = (named, kind) {
            list.push(PrincipalEntry { named, kind, email, language });
        }
    }
    list
}

fn units<'c>(reader: &mut Reader<'c>, root: &Table<'_, 'c>, names: &mut Names) -> Vec<UnitEntry> {
    let mut list = Vec::new();
    for table in reader.tables(root, "unit") {
        reader.known_keys(&table, &["slug", "name", "service", "sensitive", "closed_on", "placement"]);
        let named = named(reader, &table, &mut names.units);
        let service = reader.reference(&table, "service", &names.services, "[[service]]");
        let sensitive = reader.boolean(&table, "sensitive", false);
        let closed_on = reader.optional_date(&table, "closed_on");
        let mut placements = Vec::new();
        let tables = reader.tables(&table, "placement");
        if tables.is_empty() {
            reader.note(&table, "the unit has no placement: add placement = [{ producer = …, from = … }]".to_owned());
        }
        for placement in tables {
            reader.known_keys(&placement, &["producer", "from", "to"]);
            let producer = reader.reference(&placement, "producer", &names.producers, "[[producer]]");
            placements.extend(period(reader, &placement, producer));
        }
        placements.sort_by_key(|placement| placement.from);
        for (earlier, later) in placements.iter().zip(placements.iter().skip(1)) {
            if earlier.to.is_none_or(|last| later.from <= last) {
                reader.note_line(
                    later.line,
                    format!(
                        "the placement from {} begins before the one from {} has ended: give that one an end",
                        later.from, earlier.from
                    ),
                );
            }
        }
        if let (Some(named), Some(service)) = (named, service) {
            list.push(UnitEntry { named, service, sensitive, closed_on, placements });
        }
    }
    list
}

/// The period from `from` and `to` of a table, for `slug`.
fn period<'c>(reader: &mut Reader<'c>, table: &Table<'_, 'c>, slug: Option<String>) -> Option<Period> {
    let from = reader.date(table, "from");
    let to = reader.optional_date(table, "to");
    let from = from?;
    if let Some(why) = period_fault(from, to) {
        reader.note_key(table, "to", why.to_owned());
    }
    Some(Period { line: reader.line(table), slug: slug?, from, to })
}

/// The node that a table names by `unit`, `producer` or `organiser`; without any the organiser, if `may_lack`.
fn place<'c>(reader: &mut Reader<'c>, table: &Table<'_, 'c>, names: &Names, may_lack: bool) -> Option<NodeName> {
    let written: Vec<&str> = ["unit", "producer", "organiser"].into_iter().filter(|key| table.has(key)).collect();
    match written.as_slice() {
        [] if may_lack => Some(NodeName { kind: NodeKind::Organiser, slug: names.organiser.clone()? }),
        ["unit"] => {
            let slug = reader.reference(table, "unit", &names.units, "[[unit]]")?;
            Some(NodeName { kind: NodeKind::Unit, slug })
        }
        ["producer"] => {
            let slug = reader.reference(table, "producer", &names.producers, "[[producer]]")?;
            Some(NodeName { kind: NodeKind::Producer, slug })
        }
        ["organiser"] => {
            let known = names.organiser.iter().map(|slug| (slug.clone(), 0)).collect();
            let slug = reader.reference(table, "organiser", &known, "[organiser]")?;
            Some(NodeName { kind: NodeKind::Organiser, slug })
        }
        _ => {
            reader.note(table, "name one place: unit = …, producer = … or organiser = …".to_owned());
            None
        }
    }
}

fn grants<'c>(reader: &mut Reader<'c>, root: &Table<'_, 'c>, names: &Names) -> Vec<GrantEntry> {
    let roles = Role::ALL.map(|role| (role.as_str(), role));
    let mut list: Vec<GrantEntry> = Vec::new();
    let mut seen = HashSet::new();
    for table in reader.tables(root, "grant") {
        reader.known_keys(&table, &["principal", "role", "unit", "producer", "organiser"]);
        let principal = reader.reference(&table, "principal", &names.principals, "[[principal]]");
        let role = reader.choice(&table, "role", &roles);
        let at = place(reader, &table, names, false);
        if let (Some(principal), Some(role), Some(at)) = (principal, role, at) {
            if is_for_persons(role) && !names.persons.contains(&principal) {
                reader.note_key(&table, "principal", "only a person holds the role organiser".to_owned());
            }
            if !seen.insert((principal.clone(), role, at.kind, at.slug.clone())) {
                reader.note(&table, "the same grant stands in the file already: remove one".to_owned());
            }
            list.push(GrantEntry { principal, role, at });
        }
    }
    list
}

fn person<'c>(reader: &mut Reader<'c>, table: &Table<'_, 'c>, key: &'static str, names: &Names) -> Option<String> {
    let slug = reader.reference(table, key, &names.principals, "[[principal]]")?;
    if !names.persons.contains(&slug) {
        reader.note_key(table, key, format!("\"{slug}\" is no person"));
    }
    Some(slug)
}

fn workers<'c>(reader: &mut Reader<'c>, root: &Table<'_, 'c>, names: &Names) -> Vec<WorkerEntry> {
    let mut list: Vec<WorkerEntry> = Vec::new();
    let mut times: HashMap<(String, String), Vec<Period>> = HashMap::new();
    for table in reader.tables(root, "worker") {
        reader.known_keys(&table, &["unit", "principal", "from", "to"]);
        let unit = reader.reference(&table, "unit", &names.units, "[[unit]]");
        let principal = person(reader, &table, "principal", names);
        let period = period(reader, &table, principal);
        if let (Some(unit), Some(period)) = (unit, period) {
            let held = times.entry((unit.clone(), period.slug.clone())).or_default();
            let overlaps = held.iter().any(|held| {
                held.to.is_none_or(|last| period.from <= last) && period.to.is_none_or(|last| held.from <= last)
            });
            held.push(period.clone());
            if overlaps {
                reader.note(&table, "this person works at the unit in that time already".to_owned());
            }
            list.push(WorkerEntry { unit, period });
        }
    }
    list
}

fn card_colours<'c>(
    reader: &mut Reader<'c>,
    root: &Table<'_, 'c>,
    names: &Names,
    workers: &[WorkerEntry],
) -> Vec<ColourEntry> {
    let mut list: Vec<ColourEntry> = Vec::new();
    let mut seen = HashSet::new();
    let mut at_work: HashMap<(&str, &str), Vec<&Period>> = HashMap::new();
    for worker in workers {
        at_work.entry((&worker.unit, &worker.period.slug)).or_default().push(&worker.period);
    }
    for table in reader.tables(root, "card_colours") {
        reader.known_keys(&table, &["unit", "week", "colours"]);
        let unit = reader.reference(&table, "unit", &names.units, "[[unit]]");
        let week = reader.date(&table, "week");
        if let Some(why) = week.and_then(week_fault) {
            reader.note_key(&table, "week", why.to_owned());
        }
        let words = reader.words(&table, "colours");
        let (Some(unit), Some(week)) = (unit, week) else { continue };
        for (line, word, principal) in words {
            let colour = colour_word(&word);
            if let Some(why) = colour_fault(&colour) {
                reader.note_line(line, format!("colour \"{}\": {why}", super::fields::shortened(&word)));
            }
            let sunday = week.saturating_add(6.days());
            let works = at_work
                .get(&(unit.as_str(), principal.as_str()))
                .into_iter()
                .flatten()
                .any(|time| time.from <= sunday && time.to.is_none_or(|last| week <= last));
            if !works {
                let principal = super::fields::shortened(&principal);
                reader.note_line(
                    line,
                    format!("\"{principal}\" does not work at {unit} in that week: add a [[worker]] first"),
                );
            }
            if !seen.insert((unit.clone(), week, colour.clone())) {
                reader.note_line(line, format!("colour \"{colour}\" stands twice in that unit and week"));
            }
            list.push(ColourEntry { line, unit: unit.clone(), week, colour, principal });
        }
    }
    list
}

fn agreements<'c>(
    reader: &mut Reader<'c>,
    root: &Table<'_, 'c>,
    names: &Names,
    units: &[UnitEntry],
) -> Vec<AgreementEntry> {
    const KEYS: [&str; 15] = [
        "producer",
        "service",
        "unit",
        "channel",
        "handler",
        "substitute",
        "acknowledge",
        "decide",
        "tell",
        "told_how",
        "board_every",
        "breach",
        "signed_by",
        "from",
        "to",
    ];
    let channels = Channel::ALL.map(|channel| (channel.as_str(), channel));
    let mut list: Vec<AgreementEntry> = Vec::new();
    for table in reader.tables(root, "agreement") {
        reader.known_keys(&table, &KEYS);
        let producer = reader.reference(&table, "producer", &names.producers, "[[producer]]");
        let period = period(reader, &table, producer);
        let service = table.has("service").then(|| reader.reference(&table, "service", &names.services, "[[service]]"));
        let unit = table.has("unit").then(|| reader.reference(&table, "unit", &names.units, "[[unit]]"));
        let (service, unit) = (service.flatten(), unit.flatten());
        let channel = table.has("channel").then(|| reader.choice(&table, "channel", &channels)).flatten();
        if let (Some(period), Some(unit)) = (&period, units.iter().find(|held| Some(&held.named.slug) == unit.as_ref()))
        {
            if service.as_ref().is_some_and(|service| *service != unit.service) {
                reader.note_key(&table, "service", "the unit gives another service: leave the service out".to_owned());
            }
            let mut placements = unit.placements.iter().filter(|placement| placement.slug == period.slug);
            if !placements.any(|placement| placement.overlaps(period)) {
                let why = "the unit is not placed with this producer on any day of the period";
                reader.note_key(&table, "unit", why.to_owned());
            }
        }
        let handler = if table.has("handler") { person(reader, &table, "handler", names) } else { None };
        let substitute = if table.has("substitute") { person(reader, &table, "substitute", names) } else { None };
        let breach = if table.has("breach") { person(reader, &table, "breach", names) } else { None };
        if handler.is_some() && handler == substitute {
            reader.note_key(&table, "substitute", "the substitute is somebody else than the handler".to_owned());
        }
        let mut days = |key| {
            let days = reader.integer(&table, key, 1..=i64::from(WorkingDays::MOST))?;
            WorkingDays::new(u16::try_from(days).ok()?).ok()
        };
        let (acknowledge, decide, tell) = (days("acknowledge"), days("decide"), days("tell"));
        let board_every = table.has("board_every").then(|| days("board_every")).flatten();
        let terms = match (acknowledge, decide, tell) {
            (Some(acknowledge), Some(decide), Some(tell)) => Terms::new(acknowledge, decide, tell)
                .map_err(|why| reader.note_key(&table, "tell", why.to_string()))
                .ok(),
            _ => None,
        };
        let told_how = reader.sentence(&table, "told_how");
        let signed_by = reader.sentence(&table, "signed_by");
        if let (Some(period), Some(terms), Some(told_how), Some(signed_by)) = (period, terms, told_how, signed_by) {
            let in_the_way = list.iter().find(|held| {
                held.period.slug == period.slug
                    && held.unit == unit
                    && (unit.is_some() || held.service == service)
                    && held.channel == channel
                    && held.period.overlaps(&period)
            });
            if let Some(held) = in_the_way {
                let why = format!("the agreement in line {} holds for the same in that time", held.period.line);
                reader.note(&table, format!("{why}: give one of the two an end before the other begins"));
            }
            list.push(AgreementEntry {
                period,
                service,
                unit,
                channel,
                handler,
                substitute,
                terms,
                told_how,
                board_every,
                breach,
                signed_by,
            });
        }
    }
    list
}

fn routing_rules<'c>(
    reader: &mut Reader<'c>,
    root: &Table<'_, 'c>,
    names: &Names,
    catalogue: &Catalogue,
) -> Vec<RuleEntry> {
    const KEYS: [&str; 11] =
        ["unit", "producer", "organiser", "code", "position", "reason", "enabled", "from", "to", "when", "then"];
    let known = Known {
        catalogue,
        producer: &|slug| names.producers.contains_key(slug),
        service: &|slug| names.services.contains_key(slug),
        unit: &|slug| names.units.contains_key(slug),
        principal: &|slug| names.principals.contains_key(slug),
    };
    let mut list: Vec<RuleEntry> = Vec::new();
    for table in reader.tables(root, "routing_rule") {
        reader.known_keys(&table, &KEYS);
        let at = place(reader, &table, names, true);
        let code = reader.required_text(&table, "code", |_| None);
        let position = reader.integer(&table, "position", 0..=POSITION_MAX);
        let reason = reader.required_text(&table, "reason", |_| None);
        let enabled = reader.boolean(&table, "enabled", true);
        let (valid_from, valid_to) = (reader.optional_date(&table, "from"), reader.optional_date(&table, "to"));
        if let Some(why) = valid_from.and_then(|from| period_fault(from, valid_to)) {
            reader.note_key(&table, "to", why.to_owned());
        }
        let when =
            if table.has("when") { reader.value::<Conditions>(&table, "when") } else { Some(Conditions::default()) };
        let then = reader.value::<RuleResults>(&table, "then");
        let (Some(code), Some(position), Some(reason), Some(when), Some(then)) = (code, position, reason, when, then)
        else {
            continue;
        };
        let rule = RuleText { code, position, reason, when, then };
        for fault in rules::faults(&rule, &known) {
            let key = fault.pointer.trim_start_matches('/');
            let first = key.split('/').next().unwrap_or("");
            reader.note_key(&table, first, format!("{}: {}", key.replace('/', "."), fault.detail));
        }
        let Some(at) = at else { continue };
        if list.iter().any(|held| held.at == at && held.rule.rule.code == rule.code) {
            reader.note_key(&table, "code", format!("\"{}\" stands twice at that place", rule.code));
        }
        list.push(RuleEntry { at, rule: NewRule { enabled, valid_from, valid_to, rule } });
    }
    list
}

fn closures<'c>(reader: &mut Reader<'c>, root: &Table<'_, 'c>) -> Vec<ClosureEntry> {
    let mut list: Vec<ClosureEntry> = Vec::new();
    for table in reader.tables(root, "closure") {
        reader.known_keys(&table, &["day", "reason"]);
        let day = reader.date(&table, "day");
        let reason = reader.sentence(&table, "reason");
        if let (Some(day), Some(reason)) = (day, reason) {
            if list.iter().any(|held| held.day == day) {
                reader.note_key(&table, "day", format!("{day} stands in the file already"));
            }
            list.push(ClosureEntry { day, reason });
        }
    }
    list
}
