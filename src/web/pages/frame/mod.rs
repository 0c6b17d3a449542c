//! What every page is made of, whoever reads it: language, frame and answer ([`page::Page`]), the guard before all pages,
//! the assets, the reading of posted fields, units and posts as pages show them. Nothing here depends on a page.

pub mod assets;
pub mod entry;
pub mod guard;
pub mod kiosk_screen;
pub mod page;
pub mod posts;
pub mod problem;
pub mod units;
