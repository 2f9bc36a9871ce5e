//! Closed sets of words: what a word is called in a provider file and what it means is said once.

/// Defines an enum whose variants are words of provider files. The first line of a variant's documentation is also what
/// [`about`](crate::Kind::about) gives.
macro_rules! words {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident { $($(#[doc = $about:literal])* $variant:ident = $word:literal,)* }
    ) => {
        $(#[$attribute])*
        $visibility enum $name {
            $($(#[doc = $about])* $variant,)*
        }

        #[allow(dead_code, reason = "not every set of words needs all of these")]
        impl $name {
            /// All of them, in their usual order.
            $visibility const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// The word in provider files, on the wire, and for people.
            $visibility fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// What it means.
            $visibility fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($about),*).trim_ascii(),)*
                }
            }
        }

        /// Its word.
        impl serde_core::Serialize for $name {
            fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
}
pub(crate) use words;
