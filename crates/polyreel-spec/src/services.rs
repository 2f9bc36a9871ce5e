//! What a provider offers around the making of a film: keys, downloads, cancelling, balance, uploads, callbacks.

use crate::words::words;
use crate::{HttpPattern, List, Operation, Path, Place, Provider, State, Text};

/// How a call shows who pays. Schemes that need code have a name here; there are no formulas.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum Auth {
    /// `Authorization: Bearer <key>`.
    Bearer {
        /// The environment variable that holds the key. It begins with the provider's id in capitals.
        env: Text,
    },
    /// A header of its own.
    Header {
        /// The header's name.
        name: Text,
        /// What stands before the key: `Key `.
        prefix: Text,
        /// The environment variable that holds the key.
        env: Text,
    },
    /// A parameter in the query.
    Query {
        /// The parameter's name.
        name: Text,
        /// The environment variable that holds the key.
        env: Text,
    },
    /// `Authorization: Bearer <token>`, a JSON web token that the client signs with HMAC-SHA256.
    JwtHs256 {
        /// The environment variable that holds the key's identifier, the token's issuer.
        key_env: Text,
        /// The environment variable that holds the secret.
        secret_env: Text,
        /// How long a token is good for, in milliseconds.
        lifetime: u64,
        /// How long before now it begins to be good, in milliseconds.
        not_before: u64,
    },
}

impl Auth {
    /// The environment variables that hold what is secret, the one that names the account first.
    pub fn env(&self) -> Vec<&str> {
        match self {
            Self::Bearer { env } | Self::Header { env, .. } | Self::Query { env, .. } => vec![env],
            Self::JwtHs256 { key_env, secret_env, .. } => vec![key_env, secret_env],
        }
    }
}

/// The variables of one provider in the environment.
#[derive(Clone, Copy, Debug)]
pub struct Access<'p> {
    pub(crate) provider: &'p Provider,
}

impl Access<'_> {
    /// The id in capitals: what every environment variable of this provider begins with.
    pub fn prefix(&self) -> String {
        self.provider.id.to_ascii_uppercase()
    }

    /// The variable that replaces the base URL: `HYPRLAB_BASE_URL`.
    pub fn base_url(&self) -> String {
        format!("{}_BASE_URL", self.prefix())
    }
}

/// How a film is fetched.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Download {
    /// The film's URL needs the key, which is sent to the base origin only.
    pub auth: bool,
    /// The endpoint that gives the film, when no reply names a URL.
    pub operation: Option<Operation>,
}

/// How a job is stopped.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Cancel {
    /// The call.
    pub operation: Operation,
    /// HTTP codes that mean: it is stopped.
    pub done: List<HttpPattern>,
    /// HTTP codes that mean: it will be stopped; the poll says when.
    pub requested: List<HttpPattern>,
    /// HTTP codes that mean: it cannot be stopped any more.
    pub refused: List<HttpPattern>,
    /// States in which it can be stopped; empty means any before the end.
    pub during: List<State>,
    /// The same call deletes a job that is finished.
    pub deletes_finished: bool,
}

/// How an account is asked.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Balance {
    /// The call.
    pub operation: Operation,
    /// Where the amount is.
    pub amount: Place,
    /// A currency, or one of the provider's credits.
    pub unit: Text,
}

/// How a file is handed over before a create.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Upload {
    /// The call, one for each file.
    pub operation: Operation,
    /// The part that holds the file.
    pub file_at: Path,
    /// Where the reply says what the create then names.
    pub id: List<Path>,
}

/// How a provider calls back. A callback is a nudge to poll, nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Webhook {
    /// Where the job's id is; the first that is there.
    pub id: List<Path>,
    /// What a registration call must be answered with.
    pub challenge: Option<Path>,
    /// How a callback shows that it is genuine.
    pub verify: Option<Verify>,
}

/// How a callback shows that it is genuine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum Verify {
    /// HMAC-SHA256 over parts of the callback.
    HmacSha256 {
        /// The header that holds the signature.
        signature: Text,
        /// What stands before it: `sha256=`.
        prefix: Text,
        /// How it is written.
        encoding: SignatureEncoding,
        /// What is signed, in order.
        over: List<Signed>,
        /// What stands between the parts.
        joined_by: Text,
        /// The environment variable that holds the secret.
        env: Text,
    },
    /// The Standard Webhooks scheme.
    StandardWebhooks {
        /// The environment variable that holds the secret.
        secret_env: Text,
    },
    /// Ed25519 with keys from a JSON web key set.
    Ed25519Jwks {
        /// Where the keys are.
        jwks: Text,
    },
    /// The secret itself, given back.
    EchoSecret {
        /// The header that holds it.
        header: Text,
        /// The environment variable that holds the secret.
        env: Text,
    },
}

impl Verify {
    /// The environment variable that holds the secret; `None` where there is none.
    pub fn env(&self) -> Option<&str> {
        match self {
            Self::HmacSha256 { env, .. } | Self::EchoSecret { env, .. } => Some(env),
            Self::StandardWebhooks { secret_env } => Some(secret_env),
            Self::Ed25519Jwks { .. } => None,
        }
    }
}

words! {
    /// How a signature is written.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
    pub enum SignatureEncoding {
        /// Hexadecimal.
        Hex = "hex",
        /// Base64.
        Base64 = "base64",
    }
}

/// A part of a callback that is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub enum Signed {
    /// A header or a value of the body.
    Value(Path),
    /// The whole body, as it came.
    Body,
}
