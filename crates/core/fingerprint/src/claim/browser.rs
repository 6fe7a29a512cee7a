//! The shape of the user agents of browsers and apps.

use super::ClaimKind;

/// Engines of browsers, old and new.
const ENGINES: [&str; 7] =
    ["AppleWebKit/", "Gecko/", "Trident/", "MSIE ", "Presto/", "KHTML/", "Goanna/"];

/// What the user agents of apps carry: their libraries and systems.
const APP_MARKS: [&str; 9] = [
    "CFNetwork/",
    "Darwin/",
    "okhttp/",
    "Alamofire/",
    "Dalvik/",
    "(iPhone;",
    "(iPad;",
    "iOS ",
    "Android ",
];

/// Products that are no app of their own although an app may carry them.
const NOT_APPS: [&str; 5] = ["okhttp", "Dart", "curl", "Java", "Python"];

/// Browser, app or other, by shape alone.
pub(super) fn kind_of(text: &str) -> ClaimKind {
    let mozilla = text.starts_with("Mozilla/") || text.starts_with("Opera/");
    if mozilla && (text.starts_with("Opera/") || ENGINES.iter().any(|mark| text.contains(mark))) {
        // Browsers of the nineties named no engine, but their system; they came after these.
        return ClaimKind::Browser;
    }
    if mozilla && text.contains('(') && text.starts_with("Mozilla/4.") {
        return ClaimKind::Browser;
    }
    if is_app(text) { ClaimKind::App } else { ClaimKind::Other }
}

/// True for a product of its own with a system or an app library behind it:
/// `Shop/5.1.0 okhttp/4.12.0`.
pub(super) fn is_app(text: &str) -> bool {
    let Some((product, version)) = text.split_once('/') else { return false };
    let named = !product.is_empty()
        && product.len() <= 64
        && product != "Mozilla"
        && version.starts_with(|letter: char| letter.is_ascii_digit())
        && !NOT_APPS.contains(&product);
    named && APP_MARKS.iter().any(|mark| text.contains(mark))
}
