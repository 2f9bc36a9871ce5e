//! What a provider offers around the making of a film.

use super::super::containers::Short;
use super::super::forms::{HttpCode, HttpsUrl, Variable};
use super::super::reading::{Many, Map};
use super::super::records::records;
use super::super::values::{Lines, Millis};
use super::{Condition, PlaceEntry};
use crate::{Address, Encoding, Method, Path, Scalar, SignatureEncoding, State};

records! {
    /// How a call shows who pays: exactly one key.
    Auth: choice {
        /// `Authorization: Bearer <key>`.
        bearer: OneSecret,
        /// A header of its own.
        header: NamedSecret,
        /// A parameter in the query.
        query: NamedSecret,
        /// A JSON web token that the client signs.
        jwt_hs256: Jwt,
    }

    /// Where the key is.
    OneSecret {
        /// The environment variable; begins with the provider's id in capitals.
        env: Variable,
    }

    /// Where the key is, and where it goes.
    NamedSecret {
        /// The header's or parameter's name.
        name: String = required,
        /// What stands before the key in a header.
        prefix: String,
        /// The environment variable; begins with the provider's id in capitals.
        env: Variable,
    }

    /// Two secrets that sign a token.
    Jwt {
        /// The environment variable of the key's identifier.
        key_env: Variable,
        /// The environment variable of the secret.
        secret_env: Variable,
        /// How long a token is good for.
        lifetime: Millis,
        /// How long before now it begins to be good.
        not_before: Millis,
    }

    /// How the film is fetched.
    Download {
        /// The film's URL needs the key.
        auth: bool,
        /// `GET` by default.
        method: Method,
        /// The endpoint that gives the film, when no reply names a URL.
        path: Address,
        /// Constants, and references to saved values.
        query: Map<Scalar>,
    }

    /// How a job is stopped.
    Cancel {
        /// `POST` by default.
        method: Method,
        /// The path below the base URL.
        path: Address = required,
        /// The saved value that holds the URL to use instead.
        url_from: String,
        /// Constants, and references to saved values.
        query: Map<Scalar>,
        /// Constants, and references to saved values.
        body: Map<Scalar>,
        /// This call's own envelope test.
        ok: Condition,
        /// HTTP codes that mean: it is stopped.
        done: Many<HttpCode>,
        /// HTTP codes that mean: it will be stopped.
        requested: Many<HttpCode>,
        /// HTTP codes that mean: it cannot be stopped any more.
        refused: Many<HttpCode>,
        /// States in which it can be stopped.
        during = "while": Many<State>,
        /// The same call deletes a job that is finished.
        deletes_finished: bool,
    }

    /// How the account is asked.
    Balance {
        /// `GET` by default.
        method: Method,
        /// The path below the base URL.
        path: Address = required,
        /// Constants.
        query: Map<Scalar>,
        /// This call's own envelope test.
        ok: Condition,
        /// Where the amount is.
        amount: Short<PlaceEntry> = required,
        /// A currency, or one of `credits`.
        unit: String,
    }

    /// How a file is handed over.
    Upload {
        /// `POST` by default.
        method: Method,
        /// The path below the base URL.
        path: Address = required,
        /// `multipart` by default.
        encoding: Encoding,
        /// The part that holds the file.
        file_at: Path = required,
        /// Where the reply says what the create then names.
        id: Many<Path> = required,
        /// This call's own envelope test.
        ok: Condition,
    }

    /// How the provider calls back.
    Webhook {
        /// Where the job's id is; the first that is there.
        id: Many<Path> = required,
        /// What a registration call must be answered with.
        challenge: Path,
        /// How a callback shows that it is genuine.
        verify: Verify,
    }

    /// How a callback shows that it is genuine: exactly one key.
    Verify: choice {
        /// HMAC-SHA256 over parts of the callback.
        hmac_sha256: Hmac,
        /// The Standard Webhooks scheme.
        standard_webhooks: StandardWebhooks,
        /// Ed25519 with keys from a JSON web key set.
        ed25519_jwks: Jwks,
        /// The secret itself, given back.
        echo_secret: EchoSecret,
    }

    /// HMAC-SHA256 over parts of the callback.
    Hmac {
        /// The header that holds the signature: `header:X-Signature`.
        signature: Path = required,
        /// What stands before it.
        prefix: String,
        /// `hex` or `base64`.
        encoding: SignatureEncoding,
        /// What is signed, in order: headers (`header:X-Time`), paths into the callback's body, or all of it: `body`.
        over: Many<String> = required,
        /// What stands between the parts.
        joined_by: Lines,
        /// The environment variable that holds the secret.
        env: Variable,
    }

    /// The Standard Webhooks scheme.
    StandardWebhooks {
        /// The environment variable that holds the secret.
        secret_env: Variable,
    }

    /// Ed25519 with keys from a JSON web key set.
    Jwks {
        /// Where the keys are.
        jwks: HttpsUrl = required,
    }

    /// The secret itself, given back.
    EchoSecret {
        /// The header that holds it.
        header: String = required,
        /// The environment variable that holds the secret.
        env: Variable,
    }
}
