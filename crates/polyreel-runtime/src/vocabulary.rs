//! Open vocabularies.

/// Defines an open vocabulary: a text with known values as constants. A newer provider file may list more without
/// breaking a program; what it does not list is refused by `submit`, before anything is sent. Used by the generated
/// crates.
///
/// ```
/// polyreel_runtime::vocabulary! {
///     /// Shape of the picture.
///     pub struct AspectRatio {
///         /// `16:9`
///         WIDE_16_9 = "16:9",
///     }
/// }
/// assert_eq!(AspectRatio::WIDE_16_9, AspectRatio::new("16:9"));
/// assert_eq!(AspectRatio::new("21:9").to_string(), "21:9");
/// ```
#[macro_export]
macro_rules! vocabulary {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$value_doc:meta])* $constant:ident = $value:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(::std::borrow::Cow<'static, str>);

        impl $name {
            $($(#[$value_doc])* pub const $constant: Self = Self(::std::borrow::Cow::Borrowed($value));)*

            /// Any value; `submit` refuses one that the provider file does not list.
            pub fn new(value: impl Into<String>) -> Self {
                Self(::std::borrow::Cow::Owned(value.into()))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for $crate::spec::Input {
            fn from(value: $name) -> Self {
                value.0.as_ref().into()
            }
        }
    };
}
