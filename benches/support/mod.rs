//! What the benchmarks share: processes under test, a prefilled database, a load generator, figures and tables.

pub mod accepted;
pub mod content;
pub mod curve;
pub mod database;
pub mod echo;
pub mod figures;
pub mod goals;
pub mod http;
pub mod load;
pub mod measure;
pub mod server;
pub mod subject;

/// A fault that ends the run.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;
