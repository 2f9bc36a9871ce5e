// @generated from providers/*.yaml by `cargo xtask codegen`; do not edit.
//! The providers of this build: each is a feature, a module, and an entry of [`all`].

use polyreel_runtime::spec::Provider;

/// 302.AI: a typed client.
#[cfg(feature = "ai302")]
pub use polyreel_ai302 as ai302;

/// `HyprLab`: a typed client.
#[cfg(feature = "hyprlab")]
pub use polyreel_hyprlab as hyprlab;

/// Every provider of this build, in the order of their ids.
pub fn all() -> &'static [&'static Provider] {
    static ALL: &[&Provider] = &[
        #[cfg(feature = "ai302")]
        &polyreel_ai302::PROVIDER,
        #[cfg(feature = "hyprlab")]
        &polyreel_hyprlab::PROVIDER,
    ];
    ALL
}
