//! The pages that anybody may read.

pub mod accessibility;
pub mod board;
pub mod feed;
pub mod poster;
pub mod privacy;
pub mod qr;
pub mod results;
pub mod start;
pub mod style;
pub mod unit;
