//! What every page uses: language, frame and response ([`page::Page`]), the guard before all pages, the assets, the
//! reading of posted fields, and how pages show units and posts. Nothing here depends on a page.

pub mod assets;
pub mod entry;
pub mod guard;
pub mod kiosk_screen;
pub mod page;
pub mod posts;
pub mod problem;
pub mod units;
