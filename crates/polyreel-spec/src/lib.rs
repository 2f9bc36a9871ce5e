//! What a video provider *is*: the model behind one provider file.
//!
//! A [`Provider`] says where calls go, how a request is spelled, what replies mean, and what work costs. The client reads
//! it forwards, the simulator backwards; neither holds a fact of its own. This crate has no HTTP and, without its
//! features, depends on serde alone:
//!
//! - `yaml`: [`source::read`] turns the text of a provider file into a [`Provider`], or into diagnostics that point at
//!   the very character.
//! - `bake`: models print themselves as Rust, for the code generator.

mod errors;
mod field;
mod input;
mod money;
mod operation;
mod path;
mod plan;
mod price;
mod provider;
mod scalar;
mod services;
#[cfg(feature = "yaml")]
pub mod source;
mod text;
mod words;

pub use errors::{CodePattern, ErrorRule, Errors, HttpPattern, Kind, Plane, Verdict};
pub use field::{Allowed, Field, FieldType, ImageForm, ImageLimits, Word};
pub use input::{Image, ImageFacts, Input, Inputs, Probe, Violation, Warning};
pub use money::{Amount, AmountError, Money};
pub use operation::{
    Condition, Constant, Delay, Encoding, Method, ModelField, Operation, Output, Pace, Parameter, Place, Progress,
    ReplyShape, Saved, Side, State, Status, StatusRule, Step, Term, TextForm, Variant, Words,
};
pub use path::{Address, Path, Piece, Segment, Tag};
pub use plan::Plan;
pub use price::{Latency, LatencyRow, Per, Price, PriceRow, Quote};
pub use provider::{Assumption, Credit, Excess, Limits, Model, Provider, Region, Retention, Source, id_problem};
pub use scalar::Scalar;
pub use services::{Access, Auth, Balance, Cancel, Download, SignatureEncoding, Signed, Upload, Verify, Webhook};
pub use text::{List, Text, list, text};
