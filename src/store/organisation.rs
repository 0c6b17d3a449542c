//! Organisers, services, producers, units, placements, workers and card colours. Small tables that are read
//! whole into the settings, save card colours of past weeks. Nothing here is ever deleted except a card colour whose week has not begun.

use jiff::civil::Date;
use uuid::Uuid;

use super::sql::{row, statements};
use super::{Connected, Day, StoreResult, Writer};
use crate::base::{Channel, Instant, channel};
use crate::organisation::{CardColour, CareService, Organiser, Placement, Producer, Unit, Worker};

row! {
    /// A row of `services` or `producers`.
    #[derive(Debug)]
    pub struct NamedRow {
        pub id: Uuid,
        pub organiser_id: Uuid,
        /// Its short name.
        pub slug: String,
        pub name: String,
    }
}

row! {
    /// A row of `units`.
    #[derive(Debug)]
    pub struct UnitRow {
        pub id: Uuid,
        pub organiser_id: Uuid,
        pub service_id: Uuid,
        /// Its short name.
        pub slug: String,
        pub name: String,
        /// Whether it names emergency help first.
        pub sensitive: bool,
        /// Its first day without feedback.
        pub closed_on: Option<Day>,
    }
}

row! {
    /// A row of `placements` (whose other id is the producer's) or `workers` (the principal's).
    #[derive(Debug)]
    pub struct PeriodRow {
        pub id: Uuid,
        pub unit_id: Uuid,
        /// The producer or principal.
        pub other_id: Uuid,
        pub valid_from: Day,
        /// Last day, or none.
        pub valid_to: Option<Day>,
    }
}

row! {
    /// A row of `card_colours`.
    #[derive(Debug)]
    pub struct ColourRow {
        pub id: Uuid,
        pub unit_id: Uuid,
        /// The Monday.
        pub week: Day,
        pub colour: String,
        pub worker_id: Uuid,
    }
}

statements! {
    ORGANISERS() -> (Uuid, String, String) =
        "SELECT id, slug, name FROM organisers";
    SERVICES() -> NamedRow =
        "SELECT id, organiser_id, slug, name FROM services";
    PRODUCERS() -> NamedRow =
        "SELECT id, organiser_id, slug, name FROM producers";
    UNITS() -> UnitRow =
        "SELECT id, organiser_id, service_id, slug, name, sensitive, closed_on FROM units";
    PLACEMENTS() -> PeriodRow =
        "SELECT id, unit_id, producer_id AS other_id, valid_from, valid_to FROM placements";
    WORKERS() -> PeriodRow =
        "SELECT id, unit_id, principal_id AS other_id, valid_from, valid_to FROM workers";
    LAST_COLOUR_WEEK() -> (Option<Day>,) =
        "SELECT MAX(week) FROM card_colours";
    CARD_COLOURS(Day) -> ColourRow =
        "SELECT id, unit_id, week, colour, worker_id FROM card_colours WHERE week >= $1";
    INSERT_ORGANISER(Uuid, String, String, i64) =
        "INSERT INTO organisers (id, slug, name, created_at) VALUES ($1, $2, $3, $4)";
    RENAME_ORGANISER(String, Uuid) =
        "UPDATE organisers SET name = $1 WHERE id = $2";
    INSERT_SERVICE(Uuid, Uuid, String, String) =
        "INSERT INTO services (id, organiser_id, slug, name) VALUES ($1, $2, $3, $4)";
    RENAME_SERVICE(String, Uuid) =
        "UPDATE services SET name = $1 WHERE id = $2";
    INSERT_PRODUCER(Uuid, Uuid, String, String) =
        "INSERT INTO producers (id, organiser_id, slug, name) VALUES ($1, $2, $3, $4)";
    RENAME_PRODUCER(String, Uuid) =
        "UPDATE producers SET name = $1 WHERE id = $2";
    INSERT_UNIT(Uuid, Uuid, Uuid, String, String, bool, Option<Day>) =
        "INSERT INTO units (id, organiser_id, service_id, slug, name, sensitive, closed_on) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE_UNIT(Uuid, String, bool, Option<Day>, Uuid) =
        "UPDATE units SET service_id = $1, name = $2, sensitive = $3, closed_on = $4 WHERE id = $5";
    INSERT_PLACEMENT(Uuid, Uuid, Uuid, Day, Option<Day>) =
        "INSERT INTO placements (id, unit_id, producer_id, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5)";
    END_PLACEMENT(Option<Day>, Uuid) =
        "UPDATE placements SET valid_to = $1 WHERE id = $2";
    INSERT_WORKER(Uuid, Uuid, Uuid, Day, Option<Day>) =
        "INSERT INTO workers (id, unit_id, principal_id, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5)";
    END_WORKER(Option<Day>, Uuid) =
        "UPDATE workers SET valid_to = $1 WHERE id = $2";
    PUT_CARD_COLOUR(Uuid, Uuid, Day, String, Uuid) =
        "INSERT INTO card_colours (id, unit_id, week, colour, worker_id) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (unit_id, week, colour) DO UPDATE SET worker_id = excluded.worker_id";
    REMOVE_CARD_COLOUR(Uuid) =
        "DELETE FROM card_colours WHERE id = $1";
    ABOUT(Uuid) -> (Uuid,) =
        "SELECT w.principal_id FROM card_colours c JOIN workers w ON w.id = c.worker_id WHERE c.id = $1";
}

/// All organisers.
///
/// # Errors
/// See [`super::StoreError`], as everywhere in this file.
pub async fn organisers(db: &mut impl Connected) -> StoreResult<Vec<Organiser>> {
    let rows = ORGANISERS.fetch_all(db, ()).await?;
    Ok(rows.into_iter().map(|(id, slug, name)| Organiser { id, slug, name }).collect())
}

/// All services.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn services(db: &mut impl Connected) -> StoreResult<Vec<CareService>> {
    let rows = SERVICES.fetch_all(db, ()).await?;
    Ok(rows
        .into_iter()
        .map(|row| CareService { id: row.id, organiser_id: row.organiser_id, slug: row.slug, name: row.name })
        .collect())
}

/// All producers.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn producers(db: &mut impl Connected) -> StoreResult<Vec<Producer>> {
    let rows = PRODUCERS.fetch_all(db, ()).await?;
    Ok(rows
        .into_iter()
        .map(|row| Producer { id: row.id, organiser_id: row.organiser_id, slug: row.slug, name: row.name })
        .collect())
}

/// All units.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn units(db: &mut impl Connected) -> StoreResult<Vec<Unit>> {
    let rows = UNITS.fetch_all(db, ()).await?;
    Ok(rows
        .into_iter()
        .map(|row| Unit {
            id: row.id,
            organiser_id: row.organiser_id,
            service_id: row.service_id,
            slug: row.slug,
            name: row.name,
            sensitive: row.sensitive,
            closed_on: row.closed_on.map(Date::from),
        })
        .collect())
}

/// All placements.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn placements(db: &mut impl Connected) -> StoreResult<Vec<Placement>> {
    let rows = PLACEMENTS.fetch_all(db, ()).await?;
    Ok(rows
        .into_iter()
        .map(|row| Placement {
            id: row.id,
            unit_id: row.unit_id,
            producer_id: row.other_id,
            valid_from: row.valid_from.into(),
            valid_to: row.valid_to.map(Date::from),
        })
        .collect())
}

/// All workers.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn workers(db: &mut impl Connected) -> StoreResult<Vec<Worker>> {
    let rows = WORKERS.fetch_all(db, ()).await?;
    Ok(rows
        .into_iter()
        .map(|row| Worker {
            id: row.id,
            unit_id: row.unit_id,
            principal_id: row.other_id,
            valid_from: row.valid_from.into(),
            valid_to: row.valid_to.map(Date::from),
        })
        .collect())
}

/// The latest week for which any colour is assigned.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn last_colour_week(db: &mut impl Connected) -> StoreResult<Option<Date>> {
    let (week,) = LAST_COLOUR_WEEK.fetch_one(db, ()).await?;
    Ok(week.map(Date::from))
}

/// Card colours of the weeks from `monday` on.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn card_colours(db: &mut impl Connected, monday: Date) -> StoreResult<Vec<CardColour>> {
    let rows = CARD_COLOURS.fetch_all(db, (Day(monday),)).await?;
    Ok(rows
        .into_iter()
        .map(|row| CardColour {
            id: row.id,
            unit_id: row.unit_id,
            week: row.week.into(),
            colour: row.colour,
            worker_id: row.worker_id,
        })
        .collect())
}

/// Adds an organiser.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert_organiser(tx: &mut Writer, organiser: &Organiser, now: Instant) -> StoreResult<()> {
    INSERT_ORGANISER
        .execute(tx, (organiser.id, organiser.slug.as_str(), organiser.name.as_str(), now.as_micros()))
        .await?;
    Ok(())
}

/// Gives an organiser another name.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn rename_organiser(tx: &mut Writer, id: Uuid, name: &str) -> StoreResult<()> {
    RENAME_ORGANISER.execute(tx, (name, id)).await?;
    Ok(())
}

/// Adds a service.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert_service(tx: &mut Writer, service: &CareService) -> StoreResult<()> {
    INSERT_SERVICE
        .execute(tx, (service.id, service.organiser_id, service.slug.as_str(), service.name.as_str()))
        .await?;
    Ok(())
}

/// Gives a service another name.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn rename_service(tx: &mut Writer, id: Uuid, name: &str) -> StoreResult<()> {
    RENAME_SERVICE.execute(tx, (name, id)).await?;
    Ok(())
}

/// Adds a producer.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert_producer(tx: &mut Writer, producer: &Producer) -> StoreResult<()> {
    INSERT_PRODUCER
        .execute(tx, (producer.id, producer.organiser_id, producer.slug.as_str(), producer.name.as_str()))
        .await?;
    Ok(())
}

/// Gives a producer another name.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn rename_producer(tx: &mut Writer, id: Uuid, name: &str) -> StoreResult<()> {
    RENAME_PRODUCER.execute(tx, (name, id)).await?;
    Ok(())
}

/// Adds a unit.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert_unit(tx: &mut Writer, unit: &Unit) -> StoreResult<()> {
    INSERT_UNIT
        .execute(
            tx,
            (
                unit.id,
                unit.organiser_id,
                unit.service_id,
                unit.slug.as_str(),
                unit.name.as_str(),
                unit.sensitive,
                unit.closed_on.map(Day),
            ),
        )
        .await?;
    Ok(())
}

/// Writes what may change of a unit: its service, name, sensitivity and first day without feedback.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn update_unit(tx: &mut Writer, unit: &Unit) -> StoreResult<()> {
    UPDATE_UNIT
        .execute(tx, (unit.service_id, unit.name.as_str(), unit.sensitive, unit.closed_on.map(Day), unit.id))
        .await?;
    Ok(())
}

/// Adds a placement.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert_placement(tx: &mut Writer, placement: &Placement) -> StoreResult<()> {
    INSERT_PLACEMENT
        .execute(
            tx,
            (
                placement.id,
                placement.unit_id,
                placement.producer_id,
                Day(placement.valid_from),
                placement.valid_to.map(Day),
            ),
        )
        .await?;
    Ok(())
}

/// Sets the last day of a placement.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn end_placement(tx: &mut Writer, id: Uuid, last: Option<Date>) -> StoreResult<()> {
    END_PLACEMENT.execute(tx, (last.map(Day), id)).await?;
    Ok(())
}

/// Adds a worker.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn insert_worker(tx: &mut Writer, worker: &Worker) -> StoreResult<()> {
    INSERT_WORKER
        .execute(tx, (worker.id, worker.unit_id, worker.principal_id, Day(worker.valid_from), worker.valid_to.map(Day)))
        .await?;
    Ok(())
}

/// Sets the last day of a worker at a unit.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn end_worker(tx: &mut Writer, id: Uuid, last: Option<Date>) -> StoreResult<()> {
    END_WORKER.execute(tx, (last.map(Day), id)).await?;
    Ok(())
}

/// Assigns a colour for a week; an assignment that exists keeps its id and gets the worker of `card`.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn put_card_colour(tx: &mut Writer, card: &CardColour) -> StoreResult<()> {
    PUT_CARD_COLOUR.execute(tx, (card.id, card.unit_id, Day(card.week), card.colour.as_str(), card.worker_id)).await?;
    Ok(())
}

/// Removes an assignment. Only for weeks that have not begun: feedback refers to the assignments of the others.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn remove_card_colour(tx: &mut Writer, id: Uuid) -> StoreResult<()> {
    REMOVE_CARD_COLOUR.execute(tx, (id,)).await?;
    Ok(())
}

/// Whose work a feedback is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Nobody in particular.
    Nobody,
    /// This principal.
    Somebody(Uuid),
    /// Somebody who can no longer be found: treated as the principal who asks.
    Unknown,
}

impl About {
    /// Whether it may be about `principal_id`.
    pub fn is(self, principal_id: Uuid) -> bool {
        match self {
            Self::Nobody => false,
            Self::Somebody(id) => id == principal_id,
            Self::Unknown => true,
        }
    }

    /// The principal, if known, who must not be chosen as handler.
    pub fn principal(self) -> Option<Uuid> {
        match self {
            Self::Somebody(id) => Some(id),
            Self::Nobody | Self::Unknown => None,
        }
    }
}

/// Whose work a stored feedback is about. The settings in memory hold the colours of the last months only, but texts are
/// kept longer, so this asks the table.
///
/// # Errors
/// See [`super::StoreError`].
pub async fn about(
    db: &mut impl Connected,
    channel: Channel,
    author_id: Option<Uuid>,
    colour_id: Option<Uuid>,
) -> StoreResult<About> {
    match channel.properties().about {
        channel::About::Author => return Ok(author_id.map_or(About::Nobody, About::Somebody)),
        channel::About::Nobody => return Ok(About::Nobody),
        channel::About::Colour => {}
    }
    let Some(colour) = colour_id else { return Ok(About::Nobody) };
    let found = ABOUT.fetch_optional(db, (colour,)).await?;
    Ok(found.map_or(About::Unknown, |(principal,)| About::Somebody(principal)))
}
