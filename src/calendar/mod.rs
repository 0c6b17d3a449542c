//! The Finnish working-day calendar: public holidays, and the closures of organisers, producers and units. Pure.

pub mod places;
pub mod working_days;

pub use places::Calendars;
pub use working_days::{
    Calendar, CalendarError, Holiday, LONGEST_TERM, is_broken, local_date, local_instant, local_midnight, monday_of,
    public_holiday, thursday_of_week,
};
