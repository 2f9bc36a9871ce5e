// @generated from providers/*.yaml by `cargo xtask codegen`; do not edit.
//! Names of the providers that Polyreel has, whether or not this build has them.

/// Ids and aliases.
pub(super) const NAMES: &[&str] =
    &["ai302", "302ai", "302.ai", "aimlapi", "aiml", "eachlabs", "each::labs", "hyprlab", "segmind"];
