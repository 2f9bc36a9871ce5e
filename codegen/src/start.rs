//! What a new provider file begins with.

use polyreel_spec::{id_problem, source};

use crate::Error;

/// A provider file of the invented Acme, with a word of explanation for every part.
const TEMPLATE: &str = include_str!("../templates/new-provider/provider.yaml");

/// Documented requests and replies of the same provider, by the names of their files.
const FIXTURES: [(&str, &str); 3] = [
    ("create.request.yaml", include_str!("../templates/new-provider/create.request.yaml")),
    ("created.reply.yaml", include_str!("../templates/new-provider/created.reply.yaml")),
    ("done.reply.yaml", include_str!("../templates/new-provider/done.reply.yaml")),
];

/// The reason beside every assumption that a new file begins with. No finished file has it.
pub const NOT_LOOKED_UP: &str = "not looked up yet";

/// What is known of a provider before anybody has read its pages.
#[derive(Clone, Copy, Debug)]
pub struct NewProvider<'a> {
    /// Its id: `acme`.
    pub id: &'a str,
    /// What all addresses begin with.
    pub base_url: Option<&'a str>,
    /// The page that documents them.
    pub docs: Option<&'a str>,
    /// The day on which that page is read: `2026-11-20`.
    pub today: &'a str,
}

impl NewProvider<'_> {
    /// The text of its provider file, which is valid: everything that nobody has looked up yet is an assumption in it.
    pub fn file(&self) -> Result<String, Error> {
        if let Some(problem) = id_problem(self.id) {
            return Err(Error::new(format!("{:?} cannot be the id of a provider: {problem}", self.id)));
        }
        let mut text = self.renamed(TEMPLATE);
        for (given, key, place) in [
            (self.base_url, "base_url", format!("https://api.{}.example/v1", self.id)),
            (self.docs, "sources", format!("https://docs.{}.example/video", self.id)),
        ] {
            if let Some(url) = given {
                text = text.replace(&place, url).replace(&format!("  {key}: {NOT_LOOKED_UP}\n"), "");
            }
        }
        let file = format!("providers/{}.yaml", self.id);
        let provider =
            source::read(&file, &text).map_err(|problems| Error::new(format!("nothing was written\n\n{problems}")))?;
        // An address could have ended its line early and said something else.
        let is = [provider.base_url.as_deref(), provider.sources.first().map(|source| &*source.url)];
        for (given, is) in [self.base_url, self.docs].into_iter().zip(is) {
            if given.is_some() && given != is {
                return Err(Error::new(format!("{:?} is not an https address", given.unwrap_or_default())));
            }
        }
        Ok(text)
    }

    /// The fixtures that such a file begins with: the name of each, and what it says.
    pub fn fixtures(&self) -> Vec<(&'static str, String)> {
        let place = format!("https://docs.{}.example/video", self.id);
        let filled = |text| self.renamed(text).replace(&place, self.docs.unwrap_or(&place));
        FIXTURES.map(|(name, text)| (name, filled(text))).into()
    }

    fn renamed(&self, text: &str) -> String {
        let name = self.id[..1].to_uppercase() + &self.id[1..];
        let text = text.replace("acme", self.id).replace("Acme", &name).replace("ACME", &self.id.to_uppercase());
        text.replace("2026-11-20", self.today)
    }
}
