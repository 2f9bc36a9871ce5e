//! Exact money: whole numbers of 10⁻¹² units, never a float.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_core::de::IntoDeserializer as _;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Text;

const DIGITS: usize = 12;
const UNIT: i128 = 10_i128.pow(12);

/// An amount without a currency, exact to 10⁻¹².
///
/// ```
/// # use polyreel_spec::Amount;
/// let price: Amount = "0.315".parse()?;
/// assert_eq!((price * 2).to_string(), "0.63");
/// # Ok::<(), polyreel_spec::AmountError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "bake", derive(databake::Bake), databake(path = polyreel_spec))]
pub struct Amount {
    /// Whole number of 10⁻¹² units.
    pub trillionths: i128,
}

/// Why a text is not an [`Amount`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmountError;

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount is written in digits with at most 12 decimal places, like 1.05")
    }
}

impl std::error::Error for AmountError {}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > DIGITS || whole.len() > DIGITS {
            return Err(AmountError);
        }
        let padded = format!("{whole}{fraction:0<DIGITS$}");
        padded.parse().map(|trillionths| Self { trillionths }).map_err(|_| AmountError)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.trillionths < 0 { "-" } else { "" };
        let all = self.trillionths.unsigned_abs();
        let unit = UNIT.unsigned_abs();
        let fraction = format!("{:0DIGITS$}", all % unit);
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{}", all / unit),
            short => write!(f, "{sign}{}.{short}", all / unit),
        }
    }
}

impl std::ops::Mul<i64> for Amount {
    type Output = Self;
    fn mul(self, times: i64) -> Self {
        Self { trillionths: self.trillionths.saturating_mul(i128::from(times)) }
    }
}

/// The product of two amounts, for credits that are worth a fraction of a currency unit. `None` when it is too large or
/// not exact.
impl Amount {
    /// This many units, each worth `rate`.
    pub fn at_rate(self, rate: Self) -> Option<Self> {
        let product = self.trillionths.checked_mul(rate.trillionths)?;
        (product % UNIT == 0).then_some(Self { trillionths: product / UNIT })
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Prices are never below zero, what is left on an account may be.
        let (amount, sign) = text.strip_prefix('-').map_or((&*text, 1), |amount| (amount, -1));
        amount.parse::<Self>().map(|amount| amount * sign).map_err(de::Error::custom)
    }
}

/// An exact amount of a currency.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// How much.
    pub amount: Amount,
    /// Three letters, for example `USD`.
    pub currency: Text,
}

/// As `{"amount": "0.315", "currency": "USD"}`.
impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("amount", self.amount.to_string().as_str()), ("currency", &self.currency)])
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut parts = BTreeMap::<String, String>::deserialize(deserializer)?;
        let amount = parts.remove("amount").ok_or_else(|| de::Error::missing_field("amount"))?;
        let currency = parts.remove("currency").ok_or_else(|| de::Error::missing_field("currency"))?;
        let amount = Amount::deserialize(amount.into_deserializer())?;
        Ok(Self { amount, currency: currency.into() })
    }
}

/// For people: `$1`, `$0.315`, `2.5 CNY`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.currency == "USD" {
            let amount = self.amount.to_string();
            // Prices read better with cents: $1.00, $0.50; more digits stay as they are.
            match amount.split_once('.') {
                None => write!(f, "${amount}.00"),
                Some((whole, fraction)) => write!(f, "${whole}.{fraction:0<2}"),
            }
        } else {
            write!(f, "{} {}", self.amount, self.currency)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_and_round_trip() {
        for text in ["0", "1", "0.3", "0.315", "1.000000000001", "999999999999.999999999999"] {
            assert_eq!(text.parse::<Amount>().unwrap().to_string(), text);
        }
        assert_eq!("1.00".parse::<Amount>().unwrap().to_string(), "1");
        for text in ["", ".5", "1.", "-1", "1e3", "0.0000000000001", "1000000000000", "1_000", "١"] {
            assert_eq!(text.parse::<Amount>(), Err(AmountError), "{text}");
        }
    }

    #[test]
    fn credits_convert_exactly_or_not_at_all() {
        let amount = |text: &str| text.parse::<Amount>().unwrap();
        assert_eq!(amount("0.3").at_rate(amount("1")), Some(amount("0.3")));
        assert_eq!(amount("0.3").at_rate(amount("0.01")), Some(amount("0.003")));
        assert_eq!(amount("0.000000000001").at_rate(amount("0.5")), None);
    }

    #[test]
    fn dollars_show_cents() {
        let show = |text: &str| Money { amount: text.parse().unwrap(), currency: "USD".into() }.to_string();
        assert_eq!([show("1"), show("0.5"), show("0.315")], ["$1.00", "$0.50", "$0.315"]);
    }
}
