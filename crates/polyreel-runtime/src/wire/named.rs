//! Values that an answer names.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::error::without_queries;

/// Values by name. They may hold URLs that somebody signed, so they show themselves without queries.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Named<V>(BTreeMap<String, V>);

impl<V> Named<V> {
    /// Nothing.
    pub fn new() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V> Default for Named<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> Deref for Named<V> {
    type Target = BTreeMap<String, V>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<V> DerefMut for Named<V> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<V> From<BTreeMap<String, V>> for Named<V> {
    fn from(values: BTreeMap<String, V>) -> Self {
        Self(values)
    }
}

impl<V, const COUNT: usize> From<[(String, V); COUNT]> for Named<V> {
    fn from(values: [(String, V); COUNT]) -> Self {
        Self(values.into())
    }
}

impl<V> FromIterator<(String, V)> for Named<V> {
    fn from_iter<I: IntoIterator<Item = (String, V)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl<'n, V> IntoIterator for &'n Named<V> {
    type Item = (&'n String, &'n V);
    type IntoIter = std::collections::btree_map::Iter<'n, String, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<V> IntoIterator for Named<V> {
    type Item = (String, V);
    type IntoIter = std::collections::btree_map::IntoIter<String, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<V: fmt::Debug> fmt::Debug for Named<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown =
            |value: &V| without_queries(&if f.alternate() { format!("{value:#?}") } else { format!("{value:?}") });
        let values: Vec<_> = self.0.iter().map(|(name, value)| (name, shown(value))).collect();
        let mut map = f.debug_map();
        for (name, value) in &values {
            map.entry(name, &format_args!("{value}"));
        }
        map.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_do_not_show() {
        let url = "https://acme.test/film.mp4?sig=SECRET";
        let texts = Named::from([("id".to_owned(), "7".to_owned()), ("url".to_owned(), url.to_owned())]);
        let values = Named::from([("cover".to_owned(), serde_json::json!({ "url": url, "size": 1 }))]);
        assert_eq!(format!("{texts:?}"), r#"{"id": "7", "url": "https://acme.test/film.mp4?…"}"#);
        for shown in [format!("{values:?}"), format!("{values:#?}")] {
            assert!(shown.contains("film.mp4?…") && shown.contains("size") && !shown.contains("SECRET"), "{shown}");
        }
    }
}
