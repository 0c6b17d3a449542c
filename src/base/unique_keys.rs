//! JSON objects in which no key may stand twice.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

/// The fault of a key that stands twice.
pub const STANDS_TWICE: &str = "this key stands twice in its object";

/// Reads an object whose keys are data, for `deserialize_with`. Of two values of one key, one would be lost in silence.
///
/// # Errors
/// The reader's; a key that stands twice, at its place.
pub fn unique_keys<'de, D, M, V>(reader: D) -> Result<M, D::Error>
where
    D: Deserializer<'de>,
    M: IntoIterator<Item = (String, V)> + FromIterator<(String, V)>,
    V: Deserialize<'de>,
{
    reader.deserialize_map(Object(PhantomData)).map(|held| held.into_iter().collect())
}

struct Object<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Object<V> {
    type Value = BTreeMap<String, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut held = BTreeMap::new();
        while let Some(key) = access.next_key::<String>()? {
            if held.contains_key(&key) {
                // Read as a value, the fault has the place of its key.
                access.next_value_seed(Twice)?;
            }
            let value = access.next_value()?;
            held.insert(key, value);
        }
        Ok(held)
    }
}

/// The second value of a key.
struct Twice;

impl<'de> DeserializeSeed<'de> for Twice {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, _: D) -> Result<(), D::Error> {
        Err(D::Error::custom(STANDS_TWICE))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Map, Value};

    use super::{STANDS_TWICE, unique_keys};
    use crate::base::redacted_debug;

    #[derive(Deserialize)]
    struct Held {
        #[serde(deserialize_with = "unique_keys")]
        answers: Map<String, Value>,
    }

    redacted_debug!(Held {});

    #[test]
    fn a_key_stands_once() {
        let held: Held = serde_json::from_str(r#"{"answers": {"a": 1, "b": null}}"#).expect("an object");
        assert_eq!(Value::Object(held.answers), serde_json::json!({"a": 1, "b": null}));
        for json in [r#"{"answers": {"a": 1, "a": 1}}"#, r#"{"answers": {"a": 1, "b": 2, "\u0061": {"c": 3}}}"#] {
            let why = serde_json::from_str::<Held>(json).expect_err("a key that stands twice").to_string();
            assert!(why.starts_with(STANDS_TWICE), "{why}");
        }
        assert!(serde_json::from_str::<Held>(r#"{"answers": []}"#).is_err());
    }
}
