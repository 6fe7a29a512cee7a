//! The baits that an operator names: paths, parameters and tokens, compiled to one matcher.
//!
//! Targets are compared as they were logged, escapes and all. Of a token only its length and a hash are
//! kept: nothing that is printed or saved can give it away.

use gait_event::{Event, published::hash128};

/// Canaries of one configuration, at most.
pub const CANARIES_MAX: usize = 256;
/// Shortest and longest token, bytes: shorter ones could be words, longer ones are no tokens.
pub const TOKEN_BYTES: std::ops::RangeInclusive<usize> = 12..=127;

/// Where a bait lies.
#[derive(Clone, PartialEq, Eq)]
pub enum Bait {
    /// Exactly this path, without a query.
    Path(String),
    /// Every path that begins so.
    Prefix(String),
    /// A parameter of the query with this name.
    Parameter(String),
    /// A value that was planted somewhere: as a segment of the path or the value of a parameter.
    Token(String),
}

impl std::fmt::Debug for Bait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Path(path) => f.debug_tuple("Path").field(path).finish(),
            Self::Prefix(path) => f.debug_tuple("Prefix").field(path).finish(),
            Self::Parameter(name) => f.debug_tuple("Parameter").field(name).finish(),
            Self::Token(token) => write!(f, "Token({} bytes)", token.len()),
        }
    }
}

/// One bait of an operator.
#[derive(Clone, Debug)]
pub struct Canary {
    /// The bait.
    pub bait: Bait,
    /// The host it counts for, lower case; on every one without it.
    pub site: Option<String>,
}

/// Why a canary cannot be one. Tokens are not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanaryError {
    /// A path that no request has.
    #[error("path `{0}` must begin with `/` and have no query, fragment or blank")]
    BadPath(String),
    /// A prefix of everything.
    #[error("prefix `/` is every path: name a place that nobody is led to")]
    Everything,
    /// A parameter that no query has.
    #[error("parameter `{0}` must be a name without `=`, `&`, `?`, `#` or blank")]
    BadParameter(String),
    /// A token that is too short or too long.
    #[error("the token has {0} bytes; 12 to 127 keep it apart from words")]
    TokenLength(usize),
    /// A token that would be cut where it stands.
    #[error("the token must not hold `/`, `=`, `&`, `?`, `#` or blank")]
    BadToken,
    /// A site that no request has.
    #[error("site `{0}` must be a host in lower case, without port")]
    BadSite(String),
    /// Too many.
    #[error("is one too many: the most is {CANARIES_MAX}")]
    TooMany,
}

/// A text or a hash that is looked for, and on which host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place<T> {
    at: T,
    site: Option<Box<str>>,
}

impl<T> Place<T> {
    fn is_on(&self, event: &Event<'_>) -> bool {
        self.site.as_deref().is_none_or(|site| event.host == Some(site))
    }
}

/// The compiled baits of an operator. The default has none and costs one comparison per event.
#[derive(Clone, Debug, Default)]
pub struct Canaries {
    /// How many there are.
    count: usize,
    /// Sorted, as are parameters and tokens.
    paths: Vec<Place<Box<str>>>,
    prefixes: Vec<Place<Box<str>>>,
    parameters: Vec<Place<Box<str>>>,
    tokens: Vec<Place<u128>>,
    /// Lengths that a token has, one bit each.
    token_lengths: u128,
}

impl Canaries {
    /// No canaries.
    pub const NONE: &'static Self = &Self {
        count: 0,
        paths: Vec::new(),
        prefixes: Vec::new(),
        parameters: Vec::new(),
        tokens: Vec::new(),
        token_lengths: 0,
    };

    /// Adds one.
    ///
    /// # Errors
    /// It cannot be one, or there are too many.
    pub fn add(&mut self, canary: &Canary) -> Result<(), CanaryError> {
        if self.count >= CANARIES_MAX {
            return Err(CanaryError::TooMany);
        }
        let site = canary.site.as_deref().map(site_of).transpose()?;
        match &canary.bait {
            Bait::Path(path) => insert(&mut self.paths, path_of(path)?, site),
            Bait::Prefix(path) if path == "/" => return Err(CanaryError::Everything),
            Bait::Prefix(path) => insert(&mut self.prefixes, path_of(path)?, site),
            Bait::Parameter(name) if name.is_empty() || name.contains(ENDS_PARAMETER) => {
                return Err(CanaryError::BadParameter(name.clone()));
            }
            Bait::Parameter(name) => insert(&mut self.parameters, name.as_str().into(), site),
            Bait::Token(token) if !TOKEN_BYTES.contains(&token.len()) => {
                return Err(CanaryError::TokenLength(token.len()));
            }
            Bait::Token(token) if token.contains(ENDS_TOKEN) => return Err(CanaryError::BadToken),
            Bait::Token(token) => {
                self.token_lengths |= 1 << token.len();
                insert(&mut self.tokens, hash128(token.as_bytes()), site);
            }
        }
        self.count += 1;
        Ok(())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// True when the event touches one.
    #[inline]
    pub(crate) fn are_touched_by(&self, event: &Event<'_>) -> bool {
        self.count != 0 && self.look_for(event)
    }

    fn look_for(&self, event: &Event<'_>) -> bool {
        let path = event.path();
        let by_path = holds(&self.paths, |at| (**at).cmp(path), event)
            || self.prefixes.iter().any(|at| path.starts_with(&*at.at) && at.is_on(event));
        if by_path || (self.parameters.is_empty() && self.tokens.is_empty()) {
            return by_path;
        }
        let segments = path.split('/').any(|segment| self.is_token(segment, event));
        segments || event.query().is_some_and(|query| self.asks_for(query, event))
    }

    fn asks_for(&self, query: &str, event: &Event<'_>) -> bool {
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        query.split('&').any(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            holds(&self.parameters, |at| (**at).cmp(name), event) || self.is_token(value, event)
        })
    }

    fn is_token(&self, text: &str, event: &Event<'_>) -> bool {
        let may = TOKEN_BYTES.contains(&text.len()) && self.token_lengths & (1 << text.len()) != 0;
        may && {
            let hash = hash128(text.as_bytes());
            holds(&self.tokens, |at| at.cmp(&hash), event)
        }
    }
}

const ENDS_PARAMETER: [char; 5] = ['=', '&', '?', '#', ' '];
const ENDS_TOKEN: [char; 6] = ['/', '=', '&', '?', '#', ' '];

fn path_of(path: &str) -> Result<Box<str>, CanaryError> {
    let fits = path.starts_with('/') && !path.contains(['?', '#', ' ']);
    if fits { Ok(path.into()) } else { Err(CanaryError::BadPath(path.to_owned())) }
}

fn site_of(site: &str) -> Result<Box<str>, CanaryError> {
    let plain = |c: char| !c.is_ascii_uppercase() && !matches!(c, '/' | ':' | ' ');
    let fits = !site.is_empty() && site.chars().all(plain);
    if fits { Ok(site.into()) } else { Err(CanaryError::BadSite(site.to_owned())) }
}

fn insert<T: Ord>(places: &mut Vec<Place<T>>, at: T, site: Option<Box<str>>) {
    let place = Place { at, site };
    let position = places.partition_point(|held| *held < place);
    places.insert(position, place);
}

/// True when one of the sorted places compares as equal and is on the site of the event.
fn holds<T>(
    places: &[Place<T>],
    compare: impl Fn(&T) -> std::cmp::Ordering,
    event: &Event<'_>,
) -> bool {
    let first = places.partition_point(|held| compare(&held.at).is_lt());
    let equal = places.iter().skip(first).take_while(|held| compare(&held.at).is_eq());
    equal.into_iter().any(|held| held.is_on(event))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;

    const TOKEN: &str = "AKIA7Q2MXEXAMPLE9";

    fn compiled(baits: &[(Bait, Option<&str>)]) -> Result<Canaries, CanaryError> {
        let mut canaries = Canaries::default();
        for (bait, site) in baits {
            canaries.add(&Canary { bait: bait.clone(), site: site.map(str::to_owned) })?;
        }
        Ok(canaries)
    }

    fn all() -> Canaries {
        compiled(&[
            (Bait::Path("/old-admin".into()), None),
            (Bait::Path("/only-here".into()), Some("shop.example")),
            (Bait::Path("/only-here".into()), Some("help.example")),
            (Bait::Prefix("/internal/v0/".into()), None),
            (Bait::Parameter("debug_token".into()), None),
            (Bait::Token(TOKEN.into()), None),
        ])
        .unwrap()
    }

    fn touches(canaries: &Canaries, host: &str, target: &str) -> bool {
        canaries.are_touched_by(&Event { host: Some(host), target, ..Event::default() })
    }

    #[test]
    fn each_kind_of_bait_is_found_where_it_lies_and_nowhere_else() {
        let canaries = all();
        for (target, touched) in [
            ("/old-admin", true),
            ("/old-admin?x=1", true),
            ("/old-admin/", false),
            ("/old-admin2", false),
            ("/Old-Admin", false),
            ("/only-here", true),
            ("/internal/v0/", true),
            ("/internal/v0/keys.css", true),
            ("/internal/v0", false),
            ("/x?debug_token", true),
            ("/x?a=1&debug_token=7#y", true),
            ("/x?debug_tokens=7", false),
            ("/x#debug_token=7", false),
            ("/keys/AKIA7Q2MXEXAMPLE9/rotate", true),
            ("/keys?id=AKIA7Q2MXEXAMPLE9", true),
            ("/keys?id=AKIA7Q2MXEXAMPLE8", false),
            ("/keys?id=AKIA7Q2MXEXAMPLE99", false),
            ("/", false),
            ("", false),
        ] {
            assert_eq!(touches(&canaries, "shop.example", target), touched, "{target}");
        }
        assert!(touches(&canaries, "help.example", "/only-here"));
        assert!(!touches(&canaries, "else.example", "/only-here"), "of other sites");
        assert!(!touches(Canaries::NONE, "shop.example", "/old-admin"));
    }

    #[test]
    fn a_token_is_nowhere_to_be_read() {
        assert!(!format!("{:?}", all()).contains(TOKEN));
        assert_eq!(format!("{:?}", Bait::Token(TOKEN.into())), "Token(17 bytes)");
    }

    #[test]
    fn what_would_catch_people_or_nobody_is_refused() {
        for (bait, told) in [
            (Bait::Path("admin".into()), "path `admin`"),
            (Bait::Path("/a?b".into()), "path `/a?b`"),
            (Bait::Prefix("/".into()), "every path"),
            (Bait::Prefix(String::new()), "path ``"),
            (Bait::Parameter(String::new()), "parameter ``"),
            (Bait::Parameter("a=b".into()), "parameter `a=b`"),
            (Bait::Token("secret".into()), "has 6 bytes"),
            (Bait::Token("x".repeat(128)), "has 128 bytes"),
            (Bait::Token("one/two/three/four".into()), "must not hold"),
        ] {
            let error = compiled(&[(bait, None)]).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
            assert!(!error.contains("three"), "{error}");
        }
        let path = Bait::Path("/a".into());
        let error = compiled(&[(path.clone(), Some("Shop:80"))]).unwrap_err();
        assert_eq!(error, CanaryError::BadSite("Shop:80".into()));
        let many = vec![(path, None); CANARIES_MAX + 1];
        assert_eq!(compiled(&many).unwrap_err(), CanaryError::TooMany);
    }
}
