//! What each code of a problem protects, and how a file that has it is mended.

/// A rule of the language of provider files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable: `S001`.
    pub code: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// What the rule protects, and what to do.
    pub about: &'static str,
}

/// The rule behind a code, if there is one.
///
/// ```
/// let code = polyreel_spec::source::explain("S001").unwrap();
/// assert_eq!(code.title, "unknown key");
/// ```
pub fn explain(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|known| known.code.eq_ignore_ascii_case(code))
}

const fn code(code: &'static str, title: &'static str, about: &'static str) -> Code {
    Code { code, title, about }
}

/// All rules: Y for YAML, S for structure, R for requests, Q for later calls, A for answers, M for money and time.
pub const CODES: &[Code] = &[
    code(
        "Y001",
        "not readable as YAML",
        "The text is no YAML, or it has more than one document, a key twice, an anchor, an alias, a merge key, a tag, a number \
         that is not finite, or more than 16 levels. Those would make it unclear what holds and which place a problem is \
         about, so each value is written out once where it belongs.",
    ),
    code(
        "S001",
        "unknown key",
        "The record has no such key, so what it says would be ignored in silence. Correct the spelling; if the provider \
         really differs in a new way, the language needs a new word.",
    ),
    code(
        "S002",
        "value of the wrong shape",
        "Another kind of value is expected here, or the value is empty or impossible. The message says what is expected; \
         quote a text that YAML takes for a number.",
    ),
    code(
        "S003",
        "something is missing",
        "Without this part the provider cannot be driven at all. Write it down; if nobody states it, say what you take it to \
         be and list it under `assumed`.",
    ),
    code(
        "S004",
        "field without a type, or with another than its own",
        "Standard inputs such as `prompt` and `duration` mean the same at every provider, so their types are fixed. A field \
         of the provider's own needs a `type`; one that means something else needs another name.",
    ),
    code(
        "S005",
        "not a place",
        "A path leads to one place of a document and an address to one call; this text does neither, or does it where it \
         cannot be written. Spell it as the language's notation says, like `data.works[0].url` or `/videos/{id}`.",
    ),
    code(
        "S006",
        "address that is not https",
        "Keys and films travel to these addresses, so they begin with `https://`, hold no query and do not end in a slash. A \
         path that belongs to every call is part of the base URL.",
    ),
    code(
        "S007",
        "name of nothing",
        "This names a source, a field, a model or another part of the file that is not there. Correct the name or add what \
         it refers to.",
    ),
    code(
        "S008",
        "word or text of another form",
        "Here only certain words, or texts of a certain form, have a meaning. The hint lists them or the nearest one.",
    ),
    code(
        "S009",
        "model name with odd characters",
        "The names of models become parts of addresses, commands and Rust, so they are letters, digits and `. _ - : /`. Choose \
         a plain key, and give the name on the wire as `id` if that is plain too.",
    ),
    code(
        "S010",
        "name that cannot be used",
        "Names of providers, fields and saved values are used in file names, environment variables, references and Rust. Keep \
         to lower-case letters and digits, begin with a letter, and avoid names with a meaning of their own such as `model`.",
    ),
    code(
        "S011",
        "environment variable of somebody else",
        "A provider file reads variables that begin with its own id in capitals and no others, and the program names the host \
         before a key goes there; whose key such a variable holds, nobody can tell. Begin the variable with the id, and leave \
         `…_BASE_URL` to the address.",
    ),
    code(
        "S012",
        "name of somebody else",
        "A file that is read at run time has neither the name of a provider that Polyreel has nor an id like `github` or `aws`, \
         else it would get a key that is not its own. Choose another id, rename the file accordingly, and begin its variables \
         with the new id.",
    ),
    code(
        "S013",
        "more than a provider file can hold",
        "A file has at most 1 MiB, a list or mapping 500 entries, a text 4000 bytes; and what models, inputs, words and rules \
         combine to must be checkable, so that no file keeps its reader busy. Leave out what nobody needs, or make two \
         providers of it.",
    ),
    code(
        "R101",
        "input that is no field",
        "A model lists inputs by their names, and each must be defined once under `fields`. Add the field or correct the name.",
    ),
    code(
        "R102",
        "input listed twice",
        "An input is either required or optional, so it is listed once. Remove one of the two.",
    ),
    code(
        "R103",
        "allowed values that contradict each other",
        "Each allowed value has one spelling and each spelling one value, so that the simulator reads what the client meant. \
         Give one of `values`, `words` and `range`, with distinct values of the field's type.",
    ),
    code(
        "R104",
        "two things at one place",
        "Two parts of a request cannot stand at one place, and a list has no holes. Move one of the two, or make what fills the \
         earlier position required.",
    ),
    code(
        "R105",
        "reference that cannot be resolved",
        "A reference is a whole value, or a piece of an address, and what it names must be known when the call is made. In an \
         address that takes listed values and, for an optional input, a default.",
    ),
    code("R106", "empty constant", "A constant without text cannot be told from one that is missing. Leave it out."),
    code(
        "R107",
        "range or default that does not fit",
        "A range is the lowest and the highest number, and a default is one of the allowed values; otherwise canonical requests \
         would be refused. Correct whichever is not what the provider's page says.",
    ),
    code(
        "R108",
        "inputs that rule each other out",
        "What `not_with` and `needs` ask for must be possible for every model that takes the input. Change the lists, or the \
         inputs of the model.",
    ),
    code(
        "R109",
        "number in a text that cannot be found again",
        "A number that travels as text is read back as the number between its prefix and suffix. Only numbers travel so, and \
         what stands beside the digits may not run on with them.",
    ),
    code(
        "R110",
        "image that cannot travel",
        "An image says in which forms it may travel, and each form needs a call that can carry it: `file` needs a multipart \
         body, `upload` a call of its own. Limits of images are for images alone.",
    ),
    code(
        "R111",
        "nested name in a form",
        "Parts of a form have plain names; only JSON can be nested. Write a single name, or use `encoding: json`.",
    ),
    code(
        "R112",
        "two inputs with one address",
        "Two requests that differ must differ on the wire, but these values spell the same address. Separate the references, or \
         choose other words.",
    ),
    code(
        "R113",
        "two models that look alike",
        "From a request alone it must be clear which model is meant. Let the address or a constant of the body differ, for \
         example by `{model}`.",
    ),
    code(
        "R114",
        "variant that is never chosen",
        "Variants are tried in order, and the plain create serves what is left, so a variant without a condition or one that \
         earlier ones cover makes something of the file mean nothing. Say what it is for with `with` or `models`, move it up, \
         or remove it.",
    ),
    code(
        "Q201",
        "job without an id",
        "What is saved as `id` is what people see in handles and logs, and what they resume a job by. Save the provider's name \
         of the job under it.",
    ),
    code(
        "Q202",
        "saved value that is not there",
        "A later call can use what every create before it has saved, each under a name of its own. Save the value, or correct \
         the name in the reference.",
    ),
    code(
        "Q203",
        "URL that is not saved",
        "`url_from` names a saved value that holds the URL of the call, so every create must save it. Add it to `save`.",
    ),
    code(
        "Q204",
        "call that is about no job",
        "A later call must lead to one job, or somebody else's film would be fetched. Refer to a saved value in its address, \
         query, headers or body, and never to one that holds a whole URL.",
    ),
    code(
        "Q205",
        "two calls with one address",
        "Two calls about a job must differ in method or address, else an answer to one could be taken for the other's. Write \
         down what tells them apart.",
    ),
    code(
        "A301",
        "nothing means done",
        "A job that can never be done would be waited for until the deadline, although it is paid. Say which word or rule means \
         `done`.",
    ),
    code(
        "A302",
        "condition that says nothing",
        "A test of a reply needs a place and what is to be found there: `at` with `is`, or `has`, or `lacks`. Parts that belong \
         to other states than the rule's have no meaning.",
    ),
    code(
        "A303",
        "word or rule that can never apply",
        "Each word means one state, and an earlier rule does not take everything that a later one is for. Remove what is said \
         twice, or change the order.",
    ),
    code(
        "A304",
        "film in no place, or in two",
        "When a job is done, exactly one reply says where the film is. Give an `output` to the poll, or to the result that \
         follows it.",
    ),
    code(
        "A305",
        "two facts at one place of a reply",
        "A reply must be able to hold all of its parts side by side, or the simulator could not write it. Check the paths: one \
         of them is wrong.",
    ),
    code(
        "A306",
        "status word that is also an error code",
        "If the word of the status is read as the failure's code, a failure's kind depends on a word that only says that it \
         failed. Give the status rule a `kind`, or the code another place.",
    ),
    code(
        "A307",
        "reply that is read as something else",
        "Every way to say a state is written out once, with all that it can carry and with less, and read again. Here what is \
         read is not what was said, so a real reply would be misread too. Narrow the rule or correct the path that is named.",
    ),
    code(
        "A308",
        "error rule that matches everything or nothing",
        "A rule needs something to match: an HTTP code like 404 or 5xx, a code, or a part of the message, and a place where the \
         code or the message is. Say what tells this refusal from others.",
    ),
    code(
        "A309",
        "error rule that can never apply",
        "Rules are tried in order, and an earlier one matches whatever this one would. Move it up, or remove it.",
    ),
    code(
        "A310",
        "end of a progress that nobody counts to",
        "Progress is shown as a share of `max`, a number above zero that can be written out. Write 100 or 1, as the provider \
         counts.",
    ),
    code(
        "A311",
        "refusal that may have been paid, said to be harmless without a source",
        "After a refusal that leaves open whether the job exists, a create is never sent again, and after one that says that \
         nothing was created it may be. Give the rule a `source` of its own that says so, or leave `nothing_created` out and give it the kind `provider`.",
    ),
    code(
        "M401",
        "price or time given in no way, or in two",
        "There is one value for all, or a table by some inputs; with neither or both it would be unclear what holds. A time is \
         the usual shortest and longest, in this order.",
    ),
    code(
        "M402",
        "table with gaps",
        "A table of prices or times has a row for every combination of listed values, so that looking one up never fails. Add \
         the rows that the message names, and remove those of values that are not allowed.",
    ),
    code(
        "M403",
        "price that is no price",
        "A price is an exact amount above zero in decimal digits: at most 12 before the point and 12 behind it, nothing like \
         `0x1F` or `1e3`. If nobody states it, it is `unknown`, which is never the same as free.",
    ),
    code(
        "M404",
        "unknown unit of money",
        "Amounts are compared and added, so their unit must be a known currency or one of the file's own `credits`. Say what a \
         credit is worth, or correct the unit.",
    ),
    code(
        "M405",
        "price per something else",
        "A price is per `video` or per `second`, and a price per second needs a model with a `duration` to multiply by. Add the \
         field, or give the price per film.",
    ),
];
