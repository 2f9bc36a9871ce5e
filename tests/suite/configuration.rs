//! The config file: what it changes, what is refused, and that its page says what the program does.

use crate::support::place::{MockProcess, Place};
use crate::support::{asked, root};

const PAGE: &str = "docs/configuration.md";

/// A place with a config file for its user alone.
fn place(text: &str) -> Place {
    let place = Place::new();
    place.put("config.toml", text);
    private(&place, 0o600);
    place
}

#[cfg(unix)]
fn private(place: &Place, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(place.path().join("config.toml"), std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &Place, _: u32) {}

/// Why a file is not used; no error shows what stands in it.
fn refused(text: &str) -> String {
    let shown = place(text).run(&[], &["--config", "config.toml", "balance", "hyprlab"]);
    assert!(shown.starts_with("exit code: 2") && !shown.contains("canary"), "{shown}");
    let error = shown.lines().find(|line| line.starts_with("error: ")).unwrap();
    error.strip_prefix("error: the config file config.toml is not used: ").unwrap_or(error).to_owned()
}

#[test]
fn what_is_wrong_is_named() {
    let wrong = [
        "[defaults]\nmax_cots = 1",
        "[defaults]\nmax_cost = \"a lot\"",
        "[defaults]\nmax_cost = -1.5",
        "[defaults]\nmax_cost = 1e3",
        "[defaults]\nmax_cost = 0.1000000000000000055",
        "[defaults]\nmax_cost = true",
        "[defaults]\nmax_cost = [1]",
        "[defaults]\nmax_cost = 1\nmax_cost = 2",
        "[default]\nmax_cost = 1",
        "max_cost = 1",
        "[keys]\nhyperlab = \"canary-key\"",
        "[keys]\n302ai = \"canary-key\"",
        "[keys]\nacme = \"canary-key\"",
        "[keys]\nhyprlab = [\"canary-key\", \"canary-key\"]",
        "[keys]\nhyprlab = \"\"",
        "[keys]\nhyprlab = 7",
        "[keys]\nhyprlab = \"canary-key",
        "[keys]\nhyprlab = canary-key",
        "[base_urls]\nhyprlap = \"https://example.com\"",
        "[base_urls]\nhyprlab = 1",
        "\n\n[keys",
        "\"\\u001b[2J\" = 1",
    ];
    let shown: Vec<_> = wrong.iter().map(|text| format!("{text:?}\n  {}\n", refused(text))).collect();
    insta::assert_snapshot!("config_refused", shown.concat());
}

/// A file that others could read or change is not used, and the error says what to type.
#[cfg(unix)]
#[test]
fn a_file_that_is_not_private_is_refused() {
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610] {
        let place = place("[keys]\nhyprlab = \"canary-key\"\n");
        private(&place, mode);
        let shown = place.run(&[], &["--config", "config.toml", "providers"]);
        let expected =
            format!("others can read or change it (mode {mode:03o}); make it yours alone: chmod 600 config.toml");
        assert!(shown.starts_with("exit code: 2") && shown.contains(&expected) && !shown.contains("canary"), "{shown}");
        private(&place, 0o600);
        assert!(place.run(&[], &["--config", "config.toml", "providers"]).starts_with("exit code: 0"));
    }
    let other = place("[keys]\nhyprlab = \"canary-key\"\n");
    // Only root can give a file away.
    if std::os::unix::fs::chown(other.path().join("config.toml"), Some(65_534), None).is_ok() {
        let shown = other.run(&[], &["--config", "config.toml", "providers"]);
        assert!(
            shown.contains("it belongs to another user") && shown.contains("chown \"$(id -u)\" config.toml"),
            "{shown}"
        );
    }
    let place = Place::new();
    std::fs::create_dir(place.path().join("config.toml")).unwrap();
    assert!(place.run(&[], &["--config", "config.toml", "providers"]).contains("it is no file"));
}

/// An argument names the file, or else a variable, or else it stands where config files stand.
#[cfg(unix)]
#[test]
fn the_file_is_found() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new();
    for (folder, key) in
        [("xdg/polyreel", "xdg"), ("home/.config/polyreel", "home"), ("named", "named"), ("argument", "argument")]
    {
        std::fs::create_dir_all(place.path().join(folder)).unwrap();
        let file = format!("{folder}/config.toml");
        place.put(&file, &format!("[base_urls]\nhyprlab = \"https://{key}.example.com\"\n"));
        std::fs::set_permissions(place.path().join(&file), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let at = |name: &str| place.path().join(name).to_string_lossy().into_owned();
    let (xdg, home) = (at("xdg"), at("home"));
    let mut environment: Vec<(&str, &str)> = Vec::new();
    let found = |environment: &[(&str, &str)], arguments: &[&str]| {
        let shown = place.run(environment, &[&["providers", "hyprlab", "--json"], arguments].concat());
        let chosen = shown.split("\"chosen_base_url\":").nth(1).unwrap().split(',').next().unwrap();
        chosen.trim_matches('"').trim_start_matches("https://").trim_end_matches(".example.com").to_owned()
    };
    assert_eq!(found(&environment, &[]), "null");
    environment.push(("HOME", &home));
    if cfg!(not(target_os = "macos")) {
        assert_eq!(found(&environment, &[]), "home");
    }
    // Relative ones do not count.
    assert_ne!(found(&[&environment[..], &[("XDG_CONFIG_HOME", "xdg")]].concat(), &[]), "xdg");
    environment.push(("XDG_CONFIG_HOME", &xdg));
    assert_eq!(found(&environment, &[]), "xdg");
    environment.push(("POLYREEL_CONFIG", "named/config.toml"));
    assert_eq!(found(&environment, &[]), "named");
    assert_eq!(found(&environment, &["--config", "argument/config.toml"]), "argument");
    environment.push(("HYPRLAB_BASE_URL", "https://variable.example.com"));
    assert_eq!(found(&environment, &["--config", "argument/config.toml"]), "variable");
    let missing = place.run(&[], &["--config", "nowhere.toml", "providers"]);
    assert!(missing.starts_with("exit code: 2"), "{missing}");
}

/// Who has no `HOME` has a home all the same, and his limits are read from where his jobs are kept.
#[test]
fn the_file_and_the_jobs_have_one_home() {
    for home in ["", "relative"] {
        let shown = Place::new().run(&[("HOME", home)], &["doctor"]);
        let (has_config, has_store) = (!shown.contains("no home to have one in"), !shown.contains("no data folder"));
        assert!(has_config == has_store && has_config != (home == "relative"), "{home:?}: {shown}");
    }
}

/// A key in the file is used where none is in the environment.
#[test]
fn keys_come_from_the_environment_first() {
    let place = place("[keys]\nhyprlab = \"canary-key\"\n");
    let source = |environment: &[(&str, &str)]| {
        let shown = place.run(environment, &["--config", "config.toml", "providers", "hyprlab", "--json"]);
        assert!(!shown.contains("canary"), "{shown}");
        shown.split("\"key_from\":").nth(1).unwrap().split(',').next().unwrap().to_owned()
    };
    assert_eq!(source(&[]), "\"config file\"");
    assert_eq!(source(&[("HYPRLAB_API_KEY", "")]), "\"config file\"");
    assert_eq!(source(&[("HYPRLAB_API_KEY", "k")]), "\"environment\"");
}

/// What stands in the file is what films are made with, unless a variable or an argument says otherwise.
#[test]
fn films_are_made_as_the_file_says() {
    let server = MockProcess::start(&Place::new());
    let all = server.environment();
    let value = |name: &str| all.iter().find(|(own, _)| *own == name).unwrap().1;
    let (base_url, key) = (value("HYPRLAB_BASE_URL"), value("HYPRLAB_API_KEY"));
    let tables = format!("[keys]\nhyprlab = \"{key}\"\n[base_urls]\nhyprlab = \"{base_url}\"\n");
    let expected_to = |settings: &str, environment: &[(&str, &str)], arguments: &[&str], parts: &[&str]| {
        let place = place(&format!("{tables}[defaults]\nstore = \"jobs.sqlite\"\n{settings}\n"));
        std::fs::create_dir(place.path().join("films")).unwrap();
        let generate = ["--config", "config.toml", "generate", "--speed", "1000", "A cat."];
        let shown = place.run(environment, &[&generate[..], arguments].concat());
        assert!(parts.iter().all(|part| shown.contains(part)), "{settings} {environment:?} {arguments:?}: {shown}");
        assert!(place.path().join("jobs.sqlite").exists() || !shown.starts_with("exit code: 0"), "{shown}");
        place
    };
    let hyprlab = ["--provider", "hyprlab"];
    let made = ["exit code: 0", "film.mp4: made by HyprLab"];
    let refused = ["exit code: 2", "nothing was sent"];
    expected_to("", &[], &hyprlab, &made);
    expected_to("", &[("HYPRLAB_API_KEY", "wrong")], &hyprlab, &["exit code: 3"]);
    expected_to("", &[("HYPRLAB_BASE_URL", "http://127.0.0.1:9")], &hyprlab, &["exit code: 2", "127.0.0.1"]);
    expected_to("max_cost = 0.99", &[], &hyprlab, &refused);
    expected_to("max_cost = 0.99", &[("POLYREEL_MAX_COST", "1.00")], &hyprlab, &made);
    expected_to("max_cost = 0.99", &[], &[&hyprlab[..], &["--max-cost", "1"]].concat(), &made);
    expected_to("max_per_day = 0.99", &[], &hyprlab, &refused);
    expected_to("route = \"hyprlab:kling-v2\"", &[], &[], &made);
    expected_to("route = \"segmind\"", &[], &[], &["exit code: 2", "no key is set"]);
    let place = expected_to("output_folder = \"films\"", &[], &hyprlab, &["exit code: 0"]);
    assert!(place.path().join("films/film.mp4").exists());
}

/// A setting in a variable is read like one in the file.
#[test]
fn settings_in_variables_are_checked() {
    for (name, value, is_fine) in [
        ("POLYREEL_MAX_COST", "1.50", true),
        ("POLYREEL_MAX_COST", "", true),
        ("POLYREEL_MAX_COST", "1,50", false),
        ("POLYREEL_MAX_PER_DAY", "-1", false),
        ("POLYREEL_STORE", "~/jobs", true),
        ("POLYREEL_ROUTE", "cheapest-within=300", true),
        ("POLYREEL_ROUTE", "cheapest-within=soon", false),
    ] {
        let shown = Place::new().run(&[(name, value)], &["providers"]);
        assert_eq!(shown.starts_with("exit code: 0"), is_fine, "{name}={value}: {shown}");
        assert!(is_fine || shown.contains(&format!("error: {name}: ")), "{shown}");
    }
}

#[test]
fn the_page_is_what_the_program_does() {
    let path = root().join(PAGE);
    let text = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- polyreel:settings begin", "<!-- polyreel:settings end");
    let page = polyreel_codegen::region(&text, begin, end, &polyreel_cli::configuration_page()).unwrap();
    if asked::<u8>("UPDATE_PAGES").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let how = "UPDATE_PAGES=1 cargo test -p polyreel-tests --test suite -- configuration";
    assert!(
        page == std::fs::read_to_string(&path).unwrap(),
        "{PAGE} says otherwise than the program; write it with: {how}"
    );
    let example = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let shown = place(example).run(&[("HOME", "/home/me")], &["--config", "config.toml", "providers"]);
    assert!(shown.starts_with("exit code: 0"), "the example of {PAGE} is refused: {shown}");
}
