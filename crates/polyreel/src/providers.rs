// @generated from providers/*.yaml by `cargo xtask codegen`; do not edit.
//! The providers of this build: each is a feature, a module, and an entry of [`all`].

use polyreel_runtime::spec::Provider;

/// 302.AI: a typed client.
#[cfg(feature = "ai302")]
pub use polyreel_ai302 as ai302;

/// AI/ML API: a typed client.
#[cfg(feature = "aimlapi")]
pub use polyreel_aimlapi as aimlapi;

/// Eachlabs: a typed client.
#[cfg(feature = "eachlabs")]
pub use polyreel_eachlabs as eachlabs;

/// `HyprLab`: a typed client.
#[cfg(feature = "hyprlab")]
pub use polyreel_hyprlab as hyprlab;

/// Segmind: a typed client.
#[cfg(feature = "segmind")]
pub use polyreel_segmind as segmind;

/// Every provider of this build, in the order of their ids.
pub fn all() -> &'static [&'static Provider] {
    static ALL: &[&Provider] = &[
        #[cfg(feature = "ai302")]
        &polyreel_ai302::PROVIDER,
        #[cfg(feature = "aimlapi")]
        &polyreel_aimlapi::PROVIDER,
        #[cfg(feature = "eachlabs")]
        &polyreel_eachlabs::PROVIDER,
        #[cfg(feature = "hyprlab")]
        &polyreel_hyprlab::PROVIDER,
        #[cfg(feature = "segmind")]
        &polyreel_segmind::PROVIDER,
    ];
    ALL
}
