//! One declaration per section: the struct, its defaults, its keys and their documentation.
//!
//! Whatever a key means is written once, above its field; `gait check` and `docs/config.md` read it
//! from there.

use serde::Serialize;

/// One key of the configuration.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// `section.key`.
    pub(super) path: String,
    /// What it means, one or more sentences.
    pub(super) meaning: String,
    /// The default, as JSON; `null` when there is none.
    pub(super) default: String,
}

impl Key {
    /// The key `name` of `section`. The meaning arrives as the lines of a doc comment.
    pub(super) fn new<T: Serialize>(section: &str, name: &str, doc: &[&str], default: &T) -> Self {
        Self {
            path: format!("{section}.{name}"),
            meaning: doc.concat().trim().to_owned(),
            default: serde_json::to_string(default).unwrap_or_default(),
        }
    }
}

/// Declares a section: `section! { /// doc … struct Name { /// doc … key: Type = default, } }`.
///
/// The struct gets `Default`, `keys(path)` and `read(document, path)`, where `path` is the name of the
/// section, so that one shape can stand at several places.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        struct $name:ident {
            $( $(#[doc = $doc:literal])+ $key:ident: $type:ty = $default:expr, )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, serde::Serialize)]
        pub(crate) struct $name {
            $( $(#[doc = $doc])+ pub(crate) $key: $type, )+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $key: $default, )+ }
            }
        }

        impl $name {
            /// What the section is for.
            pub(super) const ABOUT: &'static str = concat!($($about),+);

            /// The keys of this section, in the order of the documentation.
            pub(super) fn keys(section: &str) -> Vec<$crate::config::section::Key> {
                let default = Self::default();
                vec![$( $crate::config::section::Key::new(
                    section, stringify!($key), &[$($doc),+], &default.$key,
                ) ),+]
            }

            /// Reads the section; what is wrong is recorded in the document.
            pub(super) fn read(
                document: &mut $crate::config::document::Document<'_>,
                section: &str,
            ) -> Self {
                let default = Self::default();
                Self { $(
                    $key: document.read(
                        &format!("{section}.{}", stringify!($key)), default.$key,
                    ),
                )+ }
            }
        }
    };
}

pub(super) use section;
