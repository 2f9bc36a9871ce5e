//! Faults that happen by chance.

use std::str::FromStr;

use polyreel_spec::Provider;
use serde_json::{Value, json};

use super::{Fault, Outcome};

/// A fault that happens by chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// What happens.
    pub fault: Fault,
    /// To how many of a hundred.
    pub percent: f64,
    /// At which provider, by its id; `None` is every one.
    pub provider: Option<String>,
}

/// What happens by chance in a world. Whether it does follows from the world's seed and name, from the request and from
/// its attempt, and from nothing else: in whatever order requests come, the same befalls each.
///
/// It is written as JSON. A text stands for a fault that always happens.
///
/// ```
/// use polyreel_mock::FaultProfile;
///
/// let profile: FaultProfile = r#"{"faults": ["not-there-yet", {"fault": "503-poll", "percent": 10}]}"#.parse().unwrap();
/// assert_eq!(profile.risks.len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultProfile {
    /// In the order in which they are looked at.
    pub risks: Vec<Risk>,
}

impl FaultProfile {
    /// Whether each of them can befall something at these providers.
    ///
    /// # Errors
    ///
    /// Which one cannot, and why.
    pub fn check<'p>(&self, providers: &(impl Iterator<Item = &'p Provider> + Clone)) -> Result<(), String> {
        for Risk { fault, provider: only, .. } in &self.risks {
            let concerned = || providers.clone().filter(|own| only.as_deref().is_none_or(|id| *own.id == *id));
            if let Some(id) = only.as_ref().filter(|_| concerned().next().is_none()) {
                return Err(format!("no provider {id:?} is simulated"));
            }
            // What befalls one of them is no mistake.
            let whys: Option<Vec<_>> = concerned().map(|provider| fault.why_never(provider)).collect();
            if let Some(why) = whys.and_then(|whys| whys.into_iter().next()) {
                return Err(why);
            }
        }
        Ok(())
    }

    /// As it is written.
    pub(crate) fn document(&self) -> Value {
        let row = |risk: &Risk| {
            let fault = risk.fault.to_string();
            match &risk.provider {
                Some(provider) => json!({ "fault": fault, "percent": risk.percent, "provider": provider }),
                None => json!({ "fault": fault, "percent": risk.percent }),
            }
        };
        json!({ "faults": self.risks.iter().map(row).collect::<Vec<_>>() })
    }

    /// Reads a document.
    pub(crate) fn of_document(document: &Value) -> Result<Self, String> {
        let rows = document["faults"].as_array().ok_or("`faults` is a list of texts, or of objects with `fault`")?;
        let unknown = document.as_object().into_iter().flatten().map(|(name, _)| name).find(|name| *name != "faults");
        if let Some(name) = unknown {
            return Err(format!("there is no {name:?} here, only `faults`"));
        }
        let risks: Vec<Vec<Risk>> = rows.iter().map(risks).collect::<Result<_, _>>()?;
        Ok(Self { risks: risks.concat() })
    }
}

fn risks(row: &Value) -> Result<Vec<Risk>, String> {
    let (fault, percent, provider) = match row {
        Value::String(fault) => (fault.as_str(), 100.0, None),
        Value::Object(members) => {
            if let Some(name) = members.keys().find(|name| !["fault", "percent", "provider"].contains(&name.as_str())) {
                return Err(format!("a fault has no {name:?}; it has `fault`, `percent` and `provider`"));
            }
            let fault = row["fault"].as_str().ok_or("`fault` is a text like \"503-poll\"")?;
            let percent = row.get("percent").map_or(Some(100.0), Value::as_f64);
            let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
            let percent = percent.ok_or_else(|| format!("`percent` of {fault:?} is a number from 0 to 100"))?;
            let provider = match row.get("provider") {
                None => None,
                Some(id) => Some(id.as_str().ok_or_else(|| format!("`provider` of {fault:?} is an id"))?.to_owned()),
            };
            (fault, percent, provider)
        }
        _ => return Err("a fault is a text like \"503-poll\", or an object with `fault` and `percent`".to_owned()),
    };
    let fault = Outcome::of_name(fault).map_or(fault, |outcome| outcome.plan);
    let fault: Fault = fault.parse().map_err(|error: super::NoFault| error.to_string())?;
    Ok(vec![Risk { fault, percent, provider }])
}

impl FromStr for FaultProfile {
    type Err = String;

    /// As error why the text is no profile, in one line.
    fn from_str(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).map_err(|error| format!("this is no JSON: {error}"))?;
        Self::of_document(&document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_read_back_and_refuse_what_is_none() {
        let text = r#"{"faults":[{"fault":"503-poll","percent":2.5,"provider":"acme"},{"fault":"failed-job","percent":100.0}]}"#;
        let profile: FaultProfile = text.parse().unwrap();
        assert_eq!(profile.document().to_string(), text);
        assert_eq!(
            r#"{"faults": [{"fault": "503-poll", "percent": 2.5, "provider": "acme"}, "failed"]}"#.parse(),
            Ok(profile)
        );
        for (text, why) in [
            ("", "this is no JSON"),
            ("[]", "`faults` is a list"),
            (r#"{"fault": []}"#, "`faults` is a list"),
            (r#"{"faults": [], "seed": 1}"#, "there is no \"seed\" here"),
            (r#"{"faults": [7]}"#, "a fault is a text"),
            (r#"{"faults": ["burn-film"]}"#, "\"burn-film\" is no fault"),
            (r#"{"faults": [{"fault": "503-poll", "percent": 101}]}"#, "`percent` of \"503-poll\" is a number"),
            (r#"{"faults": [{"fault": "503-poll", "rate": 1}]}"#, "a fault has no \"rate\""),
            (r#"{"faults": [{"fault": "503-poll", "provider": 1}]}"#, "`provider` of \"503-poll\" is an id"),
            (r#"{"faults": [{}]}"#, "`fault` is a text"),
        ] {
            let error = text.parse::<FaultProfile>().unwrap_err();
            assert!(error.starts_with(why), "{text}: {error}");
        }
    }
}
