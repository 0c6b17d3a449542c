//! The ratios that were last accepted, and which of them a run falls below.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A ratio may fall by this part of itself: it varies that much from run to run.
const MAY_FALL_BY: f64 = 0.1;
const HEAD: &str = "\
# The ratios that were last accepted. `cargo bench --bench intake -- --guard` names each that falls by more than a tenth
# and fails; `-- --accept` writes what was measured to this file. PostgreSQL is measured under `tests/with-postgres --durable`.
";

/// Ratios by what they are of; higher is better.
pub type Ratios = BTreeMap<String, f64>;

/// The content of the file.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// Feedbacks that the databases held when the ratios were measured. Others cannot be compared.
    pub feedbacks_held: u32,
    pub ratios: Ratios,
}

impl Accepted {
    /// # Errors
    /// What is wrong with the file, and where.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let lines: String = self.ratios.iter().map(|(name, ratio)| format!("{name:?} = {ratio:.3}\n")).collect();
        format!("{HEAD}feedbacks_held = {}\n\n[ratios]\n{lines}", self.feedbacks_held)
    }

    /// Takes what was measured. What was not measured, as when PostgreSQL is missing, stays as it was.
    pub fn accept(&mut self, measured: &Ratios) {
        self.ratios.extend(measured.iter().map(|(name, ratio)| (name.clone(), *ratio)));
    }

    /// What became worse, and what cannot be compared.
    pub fn compare(&self, measured: &Ratios) -> Comparison {
        let mut comparison = Comparison::default();
        for (name, accepted) in &self.ratios {
            match measured.get(name) {
                Some(reached) if *reached >= accepted * (1.0 - MAY_FALL_BY) => comparison.kept += 1,
                Some(reached) => {
                    comparison.fell.push(Fall { name: name.clone(), accepted: *accepted, reached: *reached })
                }
                None => comparison.not_measured.push(name.clone()),
            }
        }
        comparison.not_accepted = measured.keys().filter(|name| !self.ratios.contains_key(*name)).cloned().collect();
        comparison
    }
}

/// A ratio that fell by more than a tenth.
#[derive(Debug, PartialEq)]
pub struct Fall {
    pub name: String,
    pub accepted: f64,
    pub reached: f64,
}

/// What was measured beside what was accepted.
#[derive(Debug, Default, PartialEq)]
pub struct Comparison {
    /// How many did not fall by more than a tenth.
    pub kept: usize,
    pub fell: Vec<Fall>,
    /// Accepted ratios that were not measured now.
    pub not_measured: Vec<String>,
    /// Measured ratios that the file does not name.
    pub not_accepted: Vec<String>,
}

impl Comparison {
    /// Whether something was compared and nothing fell.
    pub fn holds(&self) -> bool {
        self.kept > 0 && self.fell.is_empty()
    }
}
