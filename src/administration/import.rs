//! Writes an imported organisation: all of it, or nothing.
//!
//! What has the same short name (or the same unit and first day, for placements and workers) is updated, what is new is
//! added, nothing is deleted. Importing the same file twice changes nothing the second time.

use std::collections::{HashMap, HashSet};

use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use super::agreements::{next_version, says_the_same};
use super::card_colours::bounds_fault;
use super::change::{Change, ChangedBy};
use super::import_file::{AgreementEntry, Import, Named, PrincipalEntry, UnitEntry};
use super::{NodeName, rules};
use crate::agreement::{Agreement, Coverage, Side, State, counting_within};
use crate::base::{Fault, Instant, Kind, Problem};
use crate::handling::moved_deadlines;
use crate::organisation::{
    CardColour, CareService, Grant, MailWish, Node, NodeKind, Organiser, Placement, Principal, Producer, Role, Unit,
    Worker,
};
use crate::service::Service;
use crate::store::{
    Day, agreements as agreement_store, closures, organisation as store, principals as principal_store,
};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportReport {
    pub added: usize,
    /// Rows that existed and changed.
    pub updated: usize,
}

/// Writes `import` in one transaction and puts it in force.
///
/// An organiser that is new gets the rules of the configuration, unless the file brings rules for it.
///
/// # Errors
/// [`Problem`] with a fault for each line that conflicts with what is stored; `settings-broken` when the settings would
/// be inconsistent. Nothing is written then.
pub async fn import(service: &Service, import: &Import) -> Result<ImportReport, Problem> {
    let change = Change::begin(service, ChangedBy::CommandLine).await?;
    let now = service.now();
    let mut writing = Writing { change, now, ids: Ids::default(), faults: Vec::new(), report: ImportReport::default() };
    writing.everything(import).await?;
    if !writing.faults.is_empty() {
        return Err(Problem::of_faults(writing.faults));
    }
    let report = writing.report;
    if report != ImportReport::default() {
        writing.change.finish().await?;
    }
    Ok(report)
}

/// Ids by short name, of rows that existed and rows that were written.
#[derive(Default)]
struct Ids {
    organiser: Uuid,
    services: HashMap<String, Uuid>,
    producers: HashMap<String, Uuid>,
    units: HashMap<String, Uuid>,
    principals: HashMap<String, Uuid>,
    /// Workers by unit and principal.
    workers: HashMap<(Uuid, Uuid), Vec<Worker>>,
}

struct Writing<'s> {
    change: Change<'s>,
    now: Instant,
    ids: Ids,
    faults: Vec<Fault>,
    report: ImportReport,
}

impl Writing<'_> {
    async fn everything(&mut self, import: &Import) -> Result<(), Problem> {
        let is_new = self.organiser(&import.organiser).await?;
        self.services(&import.services).await?;
        self.producers(&import.producers).await?;
        for unit in &import.units {
            self.unit(unit).await?;
        }
        for principal in &import.principals {
            self.principal(principal).await?;
        }
        if !self.faults.is_empty() {
            // The rest refers to rows that could not be written.
            return Ok(());
        }
        self.grants(import).await?;
        self.workers(import).await?;
        self.card_colours(import).await?;
        self.agreements(&import.agreements).await?;
        self.rules(import, is_new).await?;
        self.closures(import).await
    }

    fn clash(&mut self, line: usize, detail: String) {
        self.faults.push(Fault::new(format!("line {line}"), Kind::Exists, detail));
    }

    /// The id of a short name in the file; parsing has checked that the file contains it.
    fn known(ids: &HashMap<String, Uuid>, slug: &str) -> Result<Uuid, Problem> {
        ids.get(slug).copied().ok_or_else(|| Problem::internal(format!("{slug} was read but not written")))
    }

    fn node(&self, name: &NodeName) -> Result<Node, Problem> {
        let id = match name.kind {
            NodeKind::Organiser => self.ids.organiser,
            NodeKind::Producer => Self::known(&self.ids.producers, &name.slug)?,
            NodeKind::Unit => Self::known(&self.ids.units, &name.slug)?,
        };
        Ok(Node { kind: name.kind, id })
    }

    /// Writes the organiser; returns whether it is new.
    async fn organiser(&mut self, wanted: &Named) -> Result<bool, Problem> {
        let organisers = self.change.before.tree.organisers.values();
        let held = organisers.filter(|held| held.slug == wanted.slug).map(|held| (held.id, held.name.clone())).next();
        if let Some((id, name)) = held {
            self.ids.organiser = id;
            if name != wanted.name {
                store::rename_organiser(&mut self.change.db, id, &wanted.name).await?;
                self.report.updated += 1;
            }
            return Ok(false);
        }
        let id = self.change.service.new_id()?;
        let row = Organiser { id, slug: wanted.slug.clone(), name: wanted.name.clone() };
        store::insert_organiser(&mut self.change.db, &row, self.now).await?;
        self.ids.organiser = id;
        self.report.added += 1;
        Ok(true)
    }

    async fn services(&mut self, wanted: &[Named]) -> Result<(), Problem> {
        let organiser_id = self.ids.organiser;
        let held: HashMap<String, (Uuid, String)> = self
            .change
            .before
            .tree
            .services
            .values()
            .filter(|held| held.organiser_id == organiser_id)
            .map(|held| (held.slug.clone(), (held.id, held.name.clone())))
            .collect();
        for entry in wanted {
            let id = match held.get(&entry.slug) {
                Some((id, name)) => {
                    if *name != entry.name {
                        store::rename_service(&mut self.change.db, *id, &entry.name).await?;
                        self.report.updated += 1;
                    }
                    *id
                }
                None => {
                    let id = self.change.service.new_id()?;
                    let row = CareService { id, organiser_id, slug: entry.slug.clone(), name: entry.name.clone() };
                    store::insert_service(&mut self.change.db, &row).await?;
                    self.report.added += 1;
                    id
                }
            };
            self.ids.services.insert(entry.slug.clone(), id);
        }
        Ok(())
    }

    async fn producers(&mut self, wanted: &[Named]) -> Result<(), Problem> {
        let organiser_id = self.ids.organiser;
        let held: HashMap<String, Producer> =
            self.change.before.tree.producers.values().map(|held| (held.slug.clone(), held.clone())).collect();
        for entry in wanted {
            let id = match held.get(&entry.slug) {
                Some(held) if held.organiser_id != organiser_id => {
                    self.clash(entry.line, format!("producer \"{}\" belongs to another organiser", entry.slug));
                    continue;
                }
                Some(held) => {
                    if held.name != entry.name {
                        store::rename_producer(&mut self.change.db, held.id, &entry.name).await?;
                        self.report.updated += 1;
                    }
                    held.id
                }
                None => {
                    let id = self.change.service.new_id()?;
                    let row = Producer { id, organiser_id, slug: entry.slug.clone(), name: entry.name.clone() };
                    store::insert_producer(&mut self.change.db, &row).await?;
                    self.report.added += 1;
                    id
                }
            };
            self.ids.producers.insert(entry.slug.clone(), id);
        }
        Ok(())
    }

    async fn unit(&mut self, wanted: &UnitEntry) -> Result<(), Problem> {
        let organiser_id = self.ids.organiser;
        let held = self.change.before.tree.unit_by_slug(&wanted.named.slug).cloned();
        if held.as_ref().is_some_and(|held| held.organiser_id != organiser_id) {
            self.clash(wanted.named.line, format!("unit \"{}\" belongs to another organiser", wanted.named.slug));
            return Ok(());
        }
        let unit = Unit {
            id: held.as_ref().map_or_else(|| self.change.service.new_id(), |held| Ok(held.id))?,
            organiser_id,
            service_id: Self::known(&self.ids.services, &wanted.service)?,
            slug: wanted.named.slug.clone(),
            name: wanted.named.name.clone(),
            sensitive: wanted.sensitive,
            // A unit that was closed after the last import stays closed if the file does not mention it.
            closed_on: wanted.closed_on.or(held.as_ref().and_then(|held| held.closed_on)),
        };
        self.ids.units.insert(unit.slug.clone(), unit.id);
        match held {
            None => {
                store::insert_unit(&mut self.change.db, &unit).await?;
                self.report.added += 1;
            }
            Some(held) => {
                let same = held.name == unit.name
                    && held.service_id == unit.service_id
                    && held.sensitive == unit.sensitive
                    && held.closed_on == unit.closed_on;
                if !same {
                    store::update_unit(&mut self.change.db, &unit).await?;
                    self.report.updated += 1;
                }
            }
        }
        self.placements(unit.id, wanted).await
    }

    async fn placements(&mut self, unit_id: Uuid, wanted: &UnitEntry) -> Result<(), Problem> {
        let tree = &self.change.before.tree;
        let held: Vec<Placement> = tree.placements.values().filter(|held| held.unit_id == unit_id).cloned().collect();
        for entry in &wanted.placements {
            let Some(producer_id) = self.ids.producers.get(&entry.slug).copied() else {
                continue; // its producer is a fault already
            };
            match held.iter().find(|held| held.valid_from == entry.from) {
                Some(held) if held.producer_id != producer_id => self.clash(
                    entry.line,
                    format!(
                        "unit {} is placed with another producer from {}: feedback belongs to it; move the unit from a \
                         later day",
                        wanted.named.slug, entry.from
                    ),
                ),
                // A file without an end does not undo a move that was made after the last import.
                Some(held) if entry.to.is_some() && held.valid_to != entry.to => {
                    store::end_placement(&mut self.change.db, held.id, entry.to).await?;
                    self.report.updated += 1;
                }
                Some(_) => {}
                None => {
                    let row = Placement {
                        id: self.change.service.new_id()?,
                        unit_id,
                        producer_id,
                        valid_from: entry.from,
                        valid_to: entry.to,
                    };
                    store::insert_placement(&mut self.change.db, &row).await?;
                    self.report.added += 1;
                }
            }
        }
        Ok(())
    }

    async fn principal(&mut self, wanted: &PrincipalEntry) -> Result<(), Problem> {
        let organiser_id = self.ids.organiser;
        let slug = &wanted.named.slug;
        let held = self.change.before.tree.principal_by_slug(slug).cloned();
        if let Some(held) = &held
            && (held.organiser_id != organiser_id || held.kind != wanted.kind)
        {
            let why = format!("principal \"{slug}\" exists already, of another organiser or another kind");
            self.clash(wanted.named.line, why);
            return Ok(());
        }
        let principal = Principal {
            id: held.as_ref().map_or_else(|| self.change.service.new_id(), |held| Ok(held.id))?,
            organiser_id,
            slug: slug.clone(),
            kind: wanted.kind,
            name: wanted.named.name.clone(),
            email: wanted.email.clone(),
            language: wanted.language.clone(),
            mail: held.as_ref().map_or_else(MailWish::default, |held| held.mail),
            disabled: held.as_ref().is_some_and(|held| held.disabled),
        };
        self.ids.principals.insert(slug.clone(), principal.id);
        match held {
            None => {
                principal_store::insert(&mut self.change.db, &principal, self.now).await?;
                self.report.added += 1;
            }
            Some(held) => {
                let same =
                    held.name == principal.name && held.email == principal.email && held.language == principal.language;
                if !same {
                    principal_store::update(&mut self.change.db, &principal, self.now).await?;
                    self.report.updated += 1;
                }
            }
        }
        Ok(())
    }

    async fn grants(&mut self, import: &Import) -> Result<(), Problem> {
        let held: HashSet<(Uuid, Role, Node)> =
            self.change.before.tree.grants.iter().map(|held| (held.principal_id, held.role, held.node)).collect();
        for entry in &import.grants {
            let grant = Grant {
                principal_id: Self::known(&self.ids.principals, &entry.principal)?,
                role: entry.role,
                node: self.node(&entry.at)?,
            };
            if !held.contains(&(grant.principal_id, grant.role, grant.node)) {
                let id = self.change.service.new_id()?;
                principal_store::insert_grant(&mut self.change.db, id, &grant, self.now, None).await?;
                self.report.added += 1;
            }
        }
        Ok(())
    }

    async fn workers(&mut self, import: &Import) -> Result<(), Problem> {
        for held in self.change.before.tree.workers.values() {
            self.ids.workers.entry((held.unit_id, held.principal_id)).or_default().push(held.clone());
        }
        for entry in &import.workers {
            let unit_id = Self::known(&self.ids.units, &entry.unit)?;
            let principal_id = Self::known(&self.ids.principals, &entry.period.slug)?;
            let (valid_from, valid_to) = (entry.period.from, entry.period.to);
            let there = self.ids.workers.entry((unit_id, principal_id)).or_default();
            match there.iter_mut().find(|held| held.valid_from == valid_from) {
                Some(held) if valid_to.is_some() && held.valid_to != valid_to => {
                    held.valid_to = valid_to;
                    store::end_worker(&mut self.change.db, held.id, valid_to).await?;
                    self.report.updated += 1;
                }
                Some(_) => {}
                None => {
                    let worker =
                        Worker { id: self.change.service.new_id()?, unit_id, principal_id, valid_from, valid_to };
                    store::insert_worker(&mut self.change.db, &worker).await?;
                    there.push(worker);
                    self.report.added += 1;
                }
            }
        }
        Ok(())
    }

    async fn card_colours(&mut self, import: &Import) -> Result<(), Problem> {
        let today = self.change.service.today();
        let held: HashMap<(Uuid, Date, String), CardColour> = self
            .change
            .before
            .tree
            .colours
            .values()
            .map(|held| ((held.unit_id, held.week, held.colour.clone()), held.clone()))
            .collect();
        for entry in &import.card_colours {
            let unit_id = Self::known(&self.ids.units, &entry.unit)?;
            let principal_id = Self::known(&self.ids.principals, &entry.principal)?;
            let held = held.get(&(unit_id, entry.week, entry.colour.clone()));
            let sunday = entry.week.saturating_add(6.days());
            let worker_id = self
                .ids
                .workers
                .get(&(unit_id, principal_id))
                .into_iter()
                .flatten()
                .find(|worker| worker.valid_from <= sunday && worker.valid_to.is_none_or(|last| entry.week <= last))
                .map(|worker| worker.id)
                .ok_or_else(|| Problem::internal("a worker was read but not written"))?;
            if held.is_some_and(|held| held.worker_id == worker_id) {
                continue;
            }
            if let Some(why) = bounds_fault(entry.week, today) {
                self.clash(entry.line, format!("choose another week: {why}"));
                continue;
            }
            if held.is_some() && entry.week <= today {
                let colour = &entry.colour;
                self.clash(
                    entry.line,
                    format!("{colour} of {} is somebody else's already, and cards may have been typed in", entry.week),
                );
                continue;
            }
            let card = CardColour {
                id: held.map_or_else(|| self.change.service.new_id(), |held| Ok(held.id))?,
                unit_id,
                week: entry.week,
                colour: entry.colour.clone(),
                worker_id,
            };
            store::put_card_colour(&mut self.change.db, &card).await?;
            if held.is_some() {
                self.report.updated += 1;
            } else {
                self.report.added += 1;
            }
        }
        Ok(())
    }

    /// Adds the file's agreements for each coverage as new versions, unless the newest versions from paper have the
    /// same content. An unchanged file does not replace what the two sides have signed in the service since.
    async fn agreements(&mut self, wanted: &[AgreementEntry]) -> Result<(), Problem> {
        let mut groups: Vec<((Uuid, Coverage), Vec<&AgreementEntry>)> = Vec::new();
        for entry in wanted {
            let known = |ids: &HashMap<String, Uuid>, slug: &Option<String>| {
                slug.as_deref().map(|slug| Self::known(ids, slug)).transpose()
            };
            let unit_id = known(&self.ids.units, &entry.unit)?;
            let service_id = known(&self.ids.services, &entry.service)?.filter(|_| unit_id.is_none());
            let coverage = Coverage { service_id, unit_id, channel: entry.channel };
            let key = (Self::known(&self.ids.producers, &entry.period.slug)?, coverage);
            match groups.iter_mut().find(|(held, _)| *held == key) {
                Some((_, entries)) => entries.push(entry),
                None => groups.push((key, vec![entry])),
            }
        }
        let mut all = self.change.before.agreements.clone();
        for ((producer_id, coverage), entries) in groups {
            let mut rows = Vec::with_capacity(entries.len());
            for entry in entries {
                rows.push(self.agreement(entry, producer_id, coverage)?);
            }
            // In the order of their versions.
            let held: Vec<&Agreement> = all
                .iter()
                .filter(|held| held.producer_id == producer_id && held.coverage == coverage)
                .filter(|held| held.proposed_side == Side::Paper)
                .collect();
            let newest = held.get(held.len().saturating_sub(rows.len())..).unwrap_or_default();
            let same = |held: &Agreement, row: &Agreement| says_the_same(held, row) && held.signed_by == row.signed_by;
            if newest.len() == rows.len() && newest.iter().zip(&rows).all(|(held, row)| same(held, row)) {
                continue;
            }
            for mut row in rows {
                row.version = next_version(&all, producer_id);
                // A file replaces whatever was in force for the same coverage.
                let in_the_way = counting_within(&all, producer_id, coverage, row.valid_from, row.valid_to);
                row.replaces_id = in_the_way.last().map(|held| held.id);
                agreement_store::insert(&mut self.change.db, &row, self.now).await?;
                self.report.added += 1;
                all.push(row);
            }
        }
        Ok(())
    }

    fn agreement(&self, entry: &AgreementEntry, producer_id: Uuid, coverage: Coverage) -> Result<Agreement, Problem> {
        let person =
            |slug: &Option<String>| slug.as_deref().map(|slug| Self::known(&self.ids.principals, slug)).transpose();
        Ok(Agreement {
            id: self.change.service.new_id()?,
            producer_id,
            version: 0,
            coverage,
            handler_id: person(&entry.handler)?,
            substitute_id: person(&entry.substitute)?,
            terms: entry.terms,
            told_how: entry.told_how.clone(),
            board_every: entry.board_every,
            breach_id: person(&entry.breach)?,
            signed_by: entry.signed_by.clone(),
            valid_from: entry.period.from,
            valid_to: entry.period.to,
            replaces_id: None,
            state: State::Accepted,
            proposed_side: Side::Paper,
            proposed_by: None,
            proposed_on: Some(self.change.service.today()),
            answered_by: None,
            answered_on: None,
            answer_reason: None,
        })
    }

    async fn rules(&mut self, import: &Import, organiser_is_new: bool) -> Result<(), Problem> {
        let brings_own = import.routing_rules.iter().any(|entry| entry.at.kind == NodeKind::Organiser);
        if organiser_is_new && !brings_own {
            let node = Node::organiser(self.ids.organiser);
            let seeded = self.change.service.config.routing.rules.clone();
            for rule in seeded {
                let rule = rules::NewRule { enabled: true, valid_from: None, valid_to: None, rule };
                rules::write(&mut self.change, node, &rule).await?;
                self.report.added += 1;
            }
        }
        for entry in &import.routing_rules {
            let node = self.node(&entry.at)?;
            let held = self
                .change
                .before
                .rules
                .iter()
                .find(|held| held.node == node && held.text.code == entry.rule.rule.code);
            let same = held.is_some_and(|held| {
                held.text == entry.rule.rule
                    && held.enabled == entry.rule.enabled
                    && held.valid_from == entry.rule.valid_from
                    && held.valid_to == entry.rule.valid_to
            });
            if same {
                continue;
            }
            if held.is_some() {
                self.report.updated += 1;
            } else {
                self.report.added += 1;
            }
            rules::write(&mut self.change, node, &entry.rule).await?;
        }
        Ok(())
    }

    async fn closures(&mut self, import: &Import) -> Result<(), Problem> {
        let node = Node::organiser(self.ids.organiser);
        let held: HashMap<Date, String> = closures::of(&mut self.change.db, node)
            .await?
            .into_iter()
            .filter(|row| row.source == closures::ENTERED)
            .map(|row| (row.day.0, row.reason))
            .collect();
        let mut closed_more = false;
        for entry in &import.closures {
            match held.get(&entry.day) {
                Some(reason) if *reason == entry.reason => continue,
                Some(_) => self.report.updated += 1,
                None => {
                    self.report.added += 1;
                    closed_more = true;
                }
            }
            let day = Day(entry.day);
            closures::put(&mut self.change.db, node, day, closures::ENTERED, &entry.reason).await?;
        }
        if closed_more {
            moved_deadlines::queue(self.change.service, &mut self.change.db, node).await?;
        }
        Ok(())
    }
}
