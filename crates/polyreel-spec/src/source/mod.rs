//! Reading provider files.
//!
//! Three steps: text → located tree (`node`) → as written (`written`) → as meant (`meaning`, `rules`). All
//! problems are reported at once, each with a stable code and its place.

mod bounds;
mod built_in;
mod closed;
mod codes;
mod containers;
mod diagnostic;
mod forms;
mod language;
mod meaning;
mod node;
mod reading;
mod records;
mod rules;
mod values;
mod written;

pub use bounds::LARGEST_FILE;
pub use codes::{CODES, Code, explain};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use language::{Form, Key, Language, Record, Shape, Words, describe};

use crate::Provider;
use reading::Read as _;
use written::Spec;

/// Reads the text of a provider file. `file` is its name, for diagnostics and because its stem must be the provider's id.
///
/// # Errors
///
/// Everything that is wrong with the file, at once.
pub fn read(file: &str, text: &str) -> Result<Provider, Diagnostics> {
    read_except(file, text, &[])
}

/// Whether Polyreel has a provider of this name. A file that has it too is no file for [`Provider::from_yaml`].
pub fn is_built_in(name: &str) -> bool {
    built_in::NAMES.iter().any(|taken| taken.eq_ignore_ascii_case(name))
}

impl Provider {
    /// Reads a provider file that is not part of Polyreel, for use at run time. `file` is its name, for diagnostics and
    /// because its stem must be the provider's id: `acme.yaml`.
    ///
    /// ```
    /// use polyreel_spec::Provider;
    ///
    /// let problems = Provider::from_yaml("acme.yaml", "provider: acme\nmodles: {}\n").unwrap_err();
    /// assert!(problems.to_string().contains("did you mean `models`?"));
    /// ```
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file, at once; also an id or alias of a built-in provider, whose key it would get,
    /// and an id such as `github`, whose variables usually hold the key to something else.
    pub fn from_yaml(file: &str, text: &str) -> Result<Self, Diagnostics> {
        read_except(file, text, built_in::NAMES)
    }
}

/// Reads a file whose provider has none of the taken names.
fn read_except(file: &str, text: &str, taken: &'static [&'static str]) -> Result<Provider, Diagnostics> {
    let fail = |problems| Err(Diagnostics::new(file, text, problems));
    if text.len() > LARGEST_FILE {
        let message = format!("{} bytes are no provider file: at most {LARGEST_FILE} are read", text.len());
        return fail(vec![Diagnostic { code: "S013", message, hint: None, span: 0..0 }]);
    }
    let node = match node::parse(text) {
        Ok(node) => node,
        Err(problem) => return fail(vec![problem]),
    };
    if matches!(node.tree, node::Tree::Null) {
        let hint = "docs/adding-a-provider.md shows how one begins";
        let (message, hint) = ("the file is empty".to_owned(), Some(hint.to_owned()));
        return fail(vec![Diagnostic { code: "S002", message, hint, span: 0..0 }]);
    }
    let mut context = reading::Context::new(text, taken);
    bounds::check(&node, &mut context);
    if !context.problems.is_empty() {
        return fail(context.problems);
    }
    let spec = Spec::read(&node, &mut context).filter(|spec| bounds::requests(spec, &mut context));
    match spec.and_then(|spec| meaning::mean(&spec, file, &mut context)) {
        Some(provider) if context.problems.is_empty() => Ok(provider),
        _ => fail(context.problems),
    }
}
