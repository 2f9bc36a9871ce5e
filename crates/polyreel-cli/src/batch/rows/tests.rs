use proptest::prelude::*;

use super::table::Records;
use super::*;

const FIELDS: &[Field<'static>] = &[
    Field { name: "prompt", kind: Kind::Text },
    Field { name: "output", kind: Kind::Text },
    Field { name: "duration", kind: Kind::Number },
    Field { name: "audio", kind: Kind::Boolean },
    Field { name: "option", kind: Kind::Options },
];

/// What came of a file: a line for each row, or the problems.
fn outcome(format: Format, bytes: &[u8]) -> String {
    let row = |row: &Row| format!("{} {:?} {}", row.line, row.id, Value::from(row.fields.clone()));
    match parse("f", format, bytes, FIELDS) {
        Ok(rows) => rows.iter().map(row).collect::<Vec<_>>().join("\n"),
        Err(problems) => problems.to_string(),
    }
}

fn check(format: Format, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(outcome(format, text.as_bytes()), *expected, "{text}");
    }
}

#[test]
fn json_lines() {
    let nested = format!("{{\"prompt\":{}", "[".repeat(500));
    check(
        Format::JsonLines,
        &[
            (r#"{"prompt":"a"}"#, r#"1 None {"prompt":"a"}"#),
            (
                "\u{feff}{\"id\":\"x\",\"duration\":5.0}\r\n\r\n  \n{\"id\":7,\"audio\":true}\r\n",
                "1 Some(\"x\") {\"duration\":5.0}\n4 Some(\"7\") {\"audio\":true}",
            ),
            (
                r#"{"prompt":null,"option":{"seed":7,"style":"x","none":null}}"#,
                r#"1 None {"option":{"seed":7,"style":"x"}}"#,
            ),
            (r#"{"id":null,"option":{}}"#, "1 None {}"),
            ("", "f: holds no rows; write one for each film"),
            ("\n \r\n", "f: holds no rows; write one for each film"),
            ("[1]", "f:1: no JSON object in one line: invalid type: sequence, expected an object at column 0"),
            (
                "{\"prompt\":\n\"a\"}",
                concat!(
                    "f:1: no JSON object in one line: EOF while parsing a value at column 10\n",
                    "f:2: no JSON object in one line: invalid type: string \"a\", expected an object at column 3",
                ),
            ),
            (&nested, "f:1: no JSON object in one line: recursion limit exceeded at column 137"),
            (r#"{"id":""}"#, "f:1: the id is empty; leave it out, or give one"),
            ("{\"id\":\"7\"}\n{\"id\":7}", "f:2: the id \"7\" is that of line 1; give each row its own"),
            (r#"{"prompt":"a","prompt":null}"#, "f:1: prompt is given twice; leave one out"),
            (r#"{"option":{"seed":1,"seed":1}}"#, "f:1: option: the option \"seed\" is given twice; leave one out"),
            (
                r#"{"option":{"seed":[1]}}"#,
                "f:1: option: the option \"seed\" is no text, no number, and not true or false",
            ),
            (
                "{\"promt\":\"a\"}\n{\"promt\":\"a\"}\n{\"7\u{1b}\":1}",
                concat!(
                    "f:1: there is no field \"promt\"; did you mean prompt?\n",
                    "f:3: no JSON object in one line: control character (\\u0000-\\u001F) found while parsing a string at column 4",
                ),
            ),
            (
                r#"{"prompt":5,"duration":"5","audio":1,"option":7,"output":{}}"#,
                concat!(
                    "f:1: prompt: 5 is not a text; put it in quotes\n",
                    "f:1: duration: \"5\" is not a number; write it like 5 or 0.5\n",
                    "f:1: audio: 1 is not true or false\n",
                    "f:1: option: 7 is not an object; write it like {\"seed\": 7}\n",
                    "f:1: output: an object is not a text; put it in quotes",
                ),
            ),
            (
                r#"{"\u001b[2J":1}"#,
                "f:1: there is no field \" [2J\"; known are id, prompt, output, duration, audio, option",
            ),
        ],
    );
}

#[test]
fn table() {
    check(
        Format::Table,
        &[
            ("prompt\na", r#"1 None {"prompt":"a"}"#.replacen('1', "2", 1).as_str()),
            (
                "\u{feff}id, prompt ,duration,audio,option.seed,option.style\r\n7,\"a, \"\"b\"\"\r\nc\",5,TRUE,7,007\r\n\r\n,,,,,\r\nx,,0.5,,\"\"\"7\"\"\",",
                concat!(
                    r#"2 Some("7") {"audio":true,"duration":5,"option":{"seed":7,"style":"007"},"prompt":"a, \"b\"\r\nc"}"#,
                    "\n",
                    r#"6 Some("x") {"duration":0.5,"option":{"seed":"7"}}"#,
                ),
            ),
            ("", "f: holds no rows; write one for each film"),
            ("prompt\r\n", "f: holds no rows; write one for each film"),
            ("id;prompt\n1;a\n", "f:1: columns end in ';'; save the file with commas"),
            (
                "id,promt,prompt,prompt\n1,a,b,c\n",
                concat!(
                    "f:1: there is no field \"promt\"; did you mean prompt?\n",
                    "f:1: two columns \"prompt\"; leave one out",
                ),
            ),
            (
                "option,prompt.x,option.a,option.a\n1,2,3,4",
                concat!(
                    "f:1: the column \"option\": write a column for each option, like option.seed\n",
                    "f:1: the column \"prompt.x\": only options have a dot in their names\n",
                    "f:1: two columns \"option.a\"; leave one out",
                ),
            ),
            (
                "id,prompt\n1,a,b\n2\n1,a\n1,b",
                concat!(
                    "f:2: 3 cells under a header of 2; a text with a comma in it needs quotes around it\n",
                    "f:3: 1 cells under a header of 2; a text with a comma in it needs quotes around it\n",
                    "f:5: the id \"1\" is that of line 4; give each row its own",
                ),
            ),
            (
                "id,duration,audio\n1,5 s,yes\n2,inf,\n3,,FALSE",
                concat!(
                    "f:2: duration: \"5 s\" is not a number; write it like 5 or 0.5\n",
                    "f:2: audio: \"yes\" is not true or false\n",
                    "f:3: duration: \"inf\" is not a number; write it like 5 or 0.5",
                ),
            ),
            // Each of these would be one prompt for many rows, or half of one.
            ("id,prompt\n1,\"a\n2,b\n", "f:2: a quote is opened and never closed; close it"),
            ("id,prompt\n1,\"a\n2,\"b\n", QUOTE_IN_A_CELL),
            ("id,prompt\n1,a \"b\"\n", QUOTE_IN_A_CELL),
            ("id,prompt\n1, \"a, b\"\n", QUOTE_IN_A_CELL),
            ("id,prompt\r1,a\r", "f:1: a line end within a cell needs quotes around the cell"),
        ],
    );
}

const QUOTE_IN_A_CELL: &str =
    "f:2: a cell with a quote in it needs quotes around it, and each of its own doubled: \"a 5\"\" disc\"";

#[test]
fn both_formats_say_the_same() {
    let json = r#"{"id":"x","prompt":"a, b","duration":5,"audio":false,"option":{"seed":7,"style":"x"}}"#;
    let table = "duration,id,prompt,audio,option.seed,option.style\n5,x,\"a, b\",false,7,x\n";
    let fields = |format, text: &str| parse("f", format, text.as_bytes(), FIELDS).unwrap().remove(0).fields;
    assert_eq!(fields(Format::JsonLines, json), fields(Format::Table, table));
}

#[test]
fn what_is_not_utf_8() {
    assert_eq!(outcome(Format::Table, b"prompt\na\n\xe4\n"), "f:3: not UTF-8; save the file in this encoding");
    assert_eq!(outcome(Format::JsonLines, b"\xff\xfe{\0}\0"), "f:1: not UTF-8; save the file in this encoding");
}

#[test]
fn limits() {
    let rows = |count: usize| "{}\n".repeat(count);
    let read = |text: &str| parse("f", Format::JsonLines, text.as_bytes(), FIELDS);
    assert_eq!(read(&rows(MOST_ROWS)).unwrap().len(), MOST_ROWS);
    assert_eq!(read(&rows(MOST_ROWS + 5)).unwrap_err().to_string(), "f:100001: more than 100000 rows; split the file");
    let table = (0..=MOST_ROWS).fold("id\n".to_owned(), |text, id| text + &format!("{id}\n"));
    assert_eq!(outcome(Format::Table, table.as_bytes()), "f:100002: more than 100000 rows; split the file");
    let large = " ".repeat(LARGEST_FILE + 1);
    assert_eq!(read(&large[1..]).unwrap_err().to_string(), "f: holds no rows; write one for each film");
    assert_eq!(read(&large).unwrap_err().to_string(), "f: has more than 64 MiB; split it");
    let many = read(&"x\n".repeat(50)).unwrap_err();
    assert_eq!((many.count(), many.to_string().lines().count()), (50, 21));
    assert!(many.to_string().ends_with("\nand 30 more"), "{many}");
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let read = |name: &str| {
        let result = read(&folder.path().join(name), FIELDS).map_err(|problems| problems.to_string());
        result.map_err(|text| text.replace(&folder.path().join("").display().to_string(), ""))
    };
    std::fs::write(folder.path().join("a.JSONL"), "{\"id\":\"x\"}").unwrap();
    std::fs::write(folder.path().join("a.csv"), "id\nx").unwrap();
    for name in ["a.JSONL", "a.csv"] {
        assert_eq!(read(name).unwrap()[0].id.as_deref(), Some("x"));
    }
    assert_eq!(
        read("a.txt").unwrap_err(),
        "a.txt: its name ends neither in .jsonl nor in .csv; say by it how it is written"
    );
    assert!(read("b.csv").unwrap_err().starts_with("b.csv: cannot be read: "));
    std::fs::File::create(folder.path().join("c.csv")).unwrap().set_len(LARGEST_FILE as u64 + 2).unwrap();
    assert_eq!(read("c.csv").unwrap_err(), "c.csv: has more than 64 MiB; split it");
}

const JSON_LINES: &str = concat!(
    "\u{feff}{\"id\":\"ä\",\"prompt\":\"a \\\"b\\\" \\u00e4 🎬\",\"option\":{\"seed\":7}}\r\n",
    "\r\n{\"duration\":5.5,\"audio\":true}\r\n"
);
const TABLE: &str = concat!(
    "\u{feff}id,prompt,duration,audio,option.seed\r\n",
    "ä,\"a, \"\"b\"\"\r\nc 🎬\",5.5,TRUE,7\r\n\r\n",
    ",\"\",,,\"\"\"x\"\"\"\r\n"
);

/// A file that broke off is read or refused, and its rows are those before the break.
#[test]
fn files_that_break_off() {
    for (format, text) in [(Format::JsonLines, JSON_LINES), (Format::Table, TABLE)] {
        let whole = parse("f", format, text.as_bytes(), FIELDS).unwrap();
        assert_eq!(whole.len(), 2);
        for end in 0..text.len() {
            if let Ok(rows) = parse("f", format, &text.as_bytes()[..end], FIELDS) {
                // The last may be shorter in a table, whose end nothing marks.
                assert_eq!(rows[..rows.len() - 1], whole[..rows.len() - 1], "{format:?} up to {end}");
            }
        }
    }
}

fn mutated() -> impl Strategy<Value = (Format, Vec<u8>)> {
    let byte = prop_oneof![prop::sample::select(b",\"\n\r;\t{}[]:\\.e-0 ".to_vec()), any::<u8>(),];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, byte), 0..6);
    (any::<bool>(), edits).prop_map(|(is_table, edits)| {
        let (format, text) = if is_table { (Format::Table, TABLE) } else { (Format::JsonLines, JSON_LINES) };
        let mut bytes = text.as_bytes().to_vec();
        for (place, what, byte) in edits {
            let place = place.index(bytes.len());
            match what {
                0 => bytes.insert(place, byte),
                1 => bytes[place] = byte,
                _ => {
                    bytes.remove(place);
                }
            }
        }
        (format, bytes)
    })
}

/// What is asked of any bytes: an answer, and rows that keep what [`Row`] promises.
fn is_sound(format: Format, bytes: &[u8]) {
    match parse("f", format, bytes, FIELDS) {
        Ok(rows) => {
            assert!(!rows.is_empty());
            let ids: Vec<_> = rows.iter().filter_map(|row| row.id.as_ref()).collect();
            assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
            for (name, value) in rows.iter().flat_map(|row| &row.fields) {
                let kind = FIELDS.iter().find(|field| field.name == name).map(|field| field.kind).unwrap();
                let fits = match value {
                    Value::String(_) => kind == Kind::Text,
                    Value::Number(_) => kind == Kind::Number,
                    Value::Bool(_) => kind == Kind::Boolean,
                    Value::Object(options) => kind == Kind::Options && !options.is_empty(),
                    Value::Null | Value::Array(_) => false,
                };
                assert!(fits, "{name}: {value}");
            }
        }
        Err(problems) => {
            let text = problems.to_string();
            assert!(problems.count() > 0 && text.lines().count() <= MOST_SHOWN + 1, "{text}");
            assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        is_sound(Format::JsonLines, &bytes);
        is_sound(Format::Table, &bytes);
    }

    #[test]
    fn mutated_files_are_read_or_refused((format, bytes) in mutated()) {
        is_sound(format, &bytes);
    }

    /// What other programs write is read, and means the same.
    #[test]
    fn tables_as_others_write_them(cells in prop::collection::vec(prop::collection::vec("[a,\"\r\n é]{0,4}", 3), 1..5)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for record in &cells {
            writer.write_record(record).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let read: Vec<_> = Records::of(&text).map(|(_, cells)| cells.unwrap()).collect();
        prop_assert_eq!(read, cells);
    }

    /// Whatever is taken is what others take it for.
    #[test]
    fn tables_as_others_read_them((_, bytes) in mutated().prop_filter("a table", |(format, _)| *format == Format::Table)) {
        let Ok(text) = str::from_utf8(&bytes) else { return Ok(()) };
        let text = text.trim_start_matches('\u{feff}');
        let Ok(ours) = Records::of(text).map(|(_, cells)| cells).collect::<Result<Vec<_>, _>>() else { return Ok(()) };
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let theirs: Vec<Vec<String>> =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        let is_blank = |cells: &Vec<String>| cells.iter().all(String::is_empty);
        let [ours, theirs] = [ours, theirs].map(|records| records.into_iter().filter(|cells| !is_blank(cells)).collect::<Vec<_>>());
        prop_assert_eq!(ours, theirs);
    }
}
