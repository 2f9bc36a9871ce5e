//! Text of a provider file can never become code, whatever it says.

use polyreel_codegen::{File, regions, render};
use polyreel_spec::Provider;

use crate::acme::{self, Acme};
use crate::shape::{HOSTILE, Keep, assert_same_shape, shapes};

type Spelling<'a> = dyn Fn(&str) -> String + 'a;

fn files(text: &Spelling<'_>, name: &Spelling<'_>) -> Vec<File> {
    render(&Acme { text, name }.providers()).expect("hostile text can be rendered")
}

fn harmless() -> Vec<File> {
    files(&str::to_owned, &str::to_owned)
}

#[test]
fn texts_change_nothing_but_literals_and_comments() {
    let harmless = harmless();
    let expected = shapes(&harmless, Keep::Names);
    for evil in HOSTILE {
        let spellings: [&Spelling<'_>; 2] = [&|plain| format!("{plain}{evil}"), &|_| (*evil).to_owned()];
        for text in spellings {
            assert_same_shape(&files(text, &str::to_owned), &expected, Keep::Names, evil);
        }
    }
}

#[test]
fn names_stay_names() {
    let harmless = harmless();
    let expected = shapes(&harmless, Keep::Structure);
    for evil in HOSTILE {
        let hostile = files(&str::to_owned, &|plain| format!("{plain}{evil}"));
        assert_same_shape(&hostile, &expected, Keep::Structure, evil);
    }
}

#[test]
fn ids_are_plain() {
    for id in ["", "-", "a-b", "A", "1a", "a/b", "../a", "a\\b", "a.b", "a_b", "a b", "a\n", "ä", "all", "runtime"] {
        let provider = Provider { id: id.into(), ..acme::harmless() };
        let error = render(std::slice::from_ref(&provider)).unwrap_err().to_string();
        assert!(error.contains("cannot be the id of a provider"), "{id:?}: {error}");
        assert!(regions(&[provider]).is_err(), "{id:?}");
    }
    let twice = [acme::harmless(), acme::harmless()];
    assert_eq!(render(&twice).unwrap_err().to_string(), "two providers have the id `acme`");
}
