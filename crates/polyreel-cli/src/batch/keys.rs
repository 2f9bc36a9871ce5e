//! By what a row is known when its file is read again: its id, or else what it says. Never its line.

use std::collections::{BTreeMap, HashMap};

use ring::digest::{SHA256, digest};
use serde_json::{Number, Value, json};

use super::rows::Row;

/// A key for each row, unique among all rows of all batches.
///
/// With an id it is the id and the row's [`content`]; without, the content and how many equal rows stand before it: so it
/// stays when other rows come, go or move, and an edited row is another one, of which [`id_of`] says whose it was. Two rows
/// never share a key, since ids are unique and the two kinds differ in form: `["BATCH",{"id":"ID"},"CONTENT"]`,
/// `["BATCH","CONTENT",N]`.
pub(crate) fn keys(batch_name: &str, rows: &[Row]) -> Vec<String> {
    let mut seen: HashMap<String, u64> = HashMap::new();
    let key = |row: &Row| match &row.id {
        Some(id) => json!([batch_name, { "id": id }, content(row)]).to_string(),
        None => {
            let content = content(row);
            let nth = seen.entry(content.clone()).or_default();
            *nth += 1;
            json!([batch_name, content, nth]).to_string()
        }
    };
    rows.iter().map(key).collect()
}

/// The id of the row that a key is of, if it has one.
pub(crate) fn id_of(key: &str) -> Option<String> {
    let parts: Value = serde_json::from_str(key).ok()?;
    parts.get(1)?.get("id")?.as_str().map(str::to_owned)
}

/// What a row asks for: equal for equal films, whatever their ids and files are called. A SHA-256 in hexadecimal.
///
pub(crate) fn content(row: &Row) -> String {
    let text = object(row.fields.iter().filter(|(name, _)| *name != "output"));
    let hash = digest(&SHA256, text.as_bytes());
    hash.as_ref().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The one way to write this value: names sorted, no spaces, numbers by what they are worth.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => object(members),
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Number(number) => worth(number),
        Value::Null | Value::Bool(_) | Value::String(_) => value.to_string(),
    }
}

fn object<'v>(members: impl IntoIterator<Item = (&'v String, &'v Value)>) -> String {
    // Whether a map of serde_json is sorted depends on a feature that any dependency can switch on.
    let sorted: BTreeMap<_, _> = members.into_iter().collect();
    let member = |(name, value): (&String, _)| format!("{}:{}", Value::from(&**name), canonical(value));
    format!("{{{}}}", sorted.into_iter().map(member).collect::<Vec<_>>().join(","))
}

/// 5, 5.0 and 50e-1 are one number.
fn worth(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 => format!("{:.0}", float + 0.0), // -0.0 is 0
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::Map;

    use super::*;

    fn row(id: Option<&str>, fields: &Value) -> Row {
        Row { line: 1, id: id.map(str::to_owned), fields: fields.as_object().cloned().unwrap_or_default() }
    }

    #[test]
    fn what_makes_two_rows_one() {
        let base = json!({"prompt": "a", "duration": 5, "option": {"seed": 7, "style": "x"}});
        for (fields, is_same) in [
            (json!({"option": {"style": "x", "seed": 7.0}, "duration": 50e-1, "prompt": "a"}), true),
            (json!({"prompt": "a", "duration": 5, "option": {"seed": 7, "style": "x"}, "output": "b.mp4"}), true),
            (json!({"prompt": "a", "duration": "5", "option": {"seed": 7, "style": "x"}}), false),
            (json!({"prompt": "A", "duration": 5, "option": {"seed": 7, "style": "x"}}), false),
            (json!({"prompt": "a", "duration": 5, "seed": 7, "option": {"style": "x"}}), false),
            (json!({"prompt": "a", "duration": 5}), false),
        ] {
            let same = content(&row(None, &base)) == content(&row(Some("x"), &fields));
            assert_eq!(same, is_same, "{fields}");
        }
    }

    /// Keys are kept on disk: whoever changes them makes every batch begin anew, and pays it again.
    #[test]
    fn keys_never_change() {
        let hash = "e8256f97d9205db2629c611d8343bb3bbccf27bbd5b41a0353437efca3450aec";
        let fields =
            json!({"prompt": "a \"b\" ä", "duration": 5.0, "cfg_scale": 0.5, "option": {"z": -0.0, "a": true}});
        let rows = [row(Some("cat"), &fields), row(None, &fields), row(None, &fields)];
        let expected = [
            format!(r#"["night",{{"id":"cat"}},"{hash}"]"#),
            format!(r#"["night","{hash}",1]"#),
            format!(r#"["night","{hash}",2]"#),
        ];
        assert_eq!(keys("night", &rows), expected);
        assert_eq!(expected.map(|key| id_of(&key)), [Some("cat".to_owned()), None, None]);
    }

    #[test]
    fn numbers_by_what_they_are_worth() {
        for (one, other) in
            [("5", "5.0"), ("0", "-0.0"), ("1e18", "1000000000000000000"), ("1e19", "10000000000000000000")]
        {
            let [one, other] = [one, other].map(|text| worth(&text.parse().unwrap()));
            assert_eq!(one, other);
        }
        assert_eq!(
            ["0.1", "1e-7", "9007199254740993"].map(|text| worth(&text.parse().unwrap())),
            ["0.1", "1e-7", "9007199254740993"]
        );
    }

    /// Rows of which some are equal; ids are unique.
    fn rows() -> impl Strategy<Value = Vec<Row>> {
        prop::collection::vec((any::<bool>(), 0..4_u8), 1..12).prop_map(|rows| {
            let row = |(line, (named, prompt)): (usize, (bool, u8))| Row {
                line,
                id: named.then(|| format!("id {line}")),
                fields: Map::from_iter([("prompt".to_owned(), json!(prompt))]),
            };
            rows.into_iter().enumerate().map(row).collect()
        })
    }

    /// The keys of all rows that go by the same name.
    fn by_name(rows: &[Row]) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (row, key) in rows.iter().zip(keys("night", rows)) {
            found.entry(row.id.clone().unwrap_or_else(|| content(row))).or_default().insert(key);
        }
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn keys_are_unique(rows in rows()) {
            prop_assert_eq!(keys("night", &rows).iter().collect::<BTreeSet<_>>().len(), rows.len());
        }

        #[test]
        fn rows_that_move_keep_their_keys((before, after) in rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))) {
            prop_assert_eq!(by_name(&before), by_name(&after));
        }

        /// Read from right to left it is about a row that comes.
        #[test]
        fn a_row_that_goes_takes_one_key_with_it(rows in rows(), place in any::<prop::sample::Index>()) {
            let mut fewer = rows.clone();
            let gone = fewer.remove(place.index(rows.len()));
            let name = gone.id.clone().unwrap_or_else(|| content(&gone));
            let (mut before, mut after) = (by_name(&rows), by_name(&fewer));
            let (had, has) = (before.remove(&name).unwrap_or_default(), after.remove(&name).unwrap_or_default());
            prop_assert_eq!(before, after);
            prop_assert!(has.is_subset(&had) && has.len() + 1 == had.len(), "{:?} of {:?}", has, had);
        }

        #[test]
        fn an_edited_row(rows in rows(), place in any::<prop::sample::Index>()) {
            let place = place.index(rows.len());
            let mut edited = rows.clone();
            edited[place].fields.insert("prompt".to_owned(), json!("edited"));
            prop_assert_ne!(content(&edited[place]), content(&rows[place]));
            let (before, after) = (keys("night", &rows), keys("night", &edited));
            match rows[place].id {
                Some(_) => {
                    prop_assert_eq!(id_of(&before[place]), id_of(&after[place]));
                    prop_assert!(!before.contains(&after[place]));
                }
                None => prop_assert!(!before.contains(&after[place])),
            }
        }

        #[test]
        fn batches_share_no_key(rows in rows(), names in ("[a\",\\]]{0,3}", "[a\",\\]]{0,3}").prop_map(|(a, b)| [a.clone(), a + "\"" + &b])) {
            let [one, other] = names.map(|name| keys(&name, &rows).into_iter().collect::<BTreeSet<_>>());
            prop_assert!(one.is_disjoint(&other));
        }
    }
}
