//! A call as HTTP has it: where it goes, and what shows who pays.

use polyreel_spec::Auth;

use super::Call;
use crate::origin::Base;

/// What a call carries to show who pays.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Headers, each with its value.
    pub headers: Vec<(String, String)>,
    /// What comes last in the query, not yet escaped.
    pub query: Vec<(String, String)>,
}

impl Credentials {
    pub(crate) fn bearer(token: &str) -> Self {
        Self::header("Authorization", format!("Bearer {token}"))
    }

    fn header(name: &str, value: String) -> Self {
        Self { headers: vec![(name.to_owned(), value)], query: Vec::new() }
    }
}

/// Shows nothing of them.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// What shows who pays, from the secrets in the order of [`Auth::env`]. `None` for a scheme that signs each call anew.
pub fn credentials(auth: &Auth, keys: &[&str]) -> Option<Credentials> {
    let key = keys.first().copied().unwrap_or_default();
    match auth {
        Auth::Bearer { .. } => Some(Credentials::bearer(key)),
        Auth::Header { name, prefix, .. } => Some(Credentials::header(name, format!("{prefix}{key}"))),
        Auth::Query { name, .. } => {
            Some(Credentials { headers: Vec::new(), query: vec![(name.to_string(), key.to_owned())] })
        }
        Auth::JwtHs256 { .. } => None,
    }
}

/// Where a call goes below this base URL, its query included, without the key.
///
/// # Errors
///
/// When the base URL is none that keys may go to, or the call would leave it.
pub fn url(base_url: &str, call: &Call) -> Result<String, String> {
    Ok(Base::parse(base_url)?.url_of(call)?.into())
}

/// A form as it is sent: `application/x-www-form-urlencoded`.
pub fn form_text(pairs: &[(String, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
