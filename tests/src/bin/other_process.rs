//! Another process with a store, see `suite/store/processes.rs`.

fn main() {
    let deed = std::env::args().nth(1).and_then(|deed| serde_json::from_str(&deed).ok());
    polyreel_tests::store::deeds::act(&deed.expect("what to do, as JSON"));
}
