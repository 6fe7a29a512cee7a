//! Marks of attack and of introspection inside a target: what is decoded from percent signs and looked
//! through is only a target whose bytes are odd at a first glance.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{Attack, tally::is_odd};

/// Decoded and looked through up to here.
const LOOK_BYTES: usize = 512;

/// A mark found in a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A mark of an attack.
    Attack(Attack),
    /// GraphQL introspection.
    Introspection,
}

/// What a pattern found in a decoded target, in lower case, stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// No visitor sends this.
    Certain,
    /// Part of an injected statement. One alone may be a sentence.
    Statement,
    /// How an injected statement hides what follows it.
    Comment,
    Traversal,
    Introspection,
}

const PATTERNS: [(&str, Sign); 31] = [
    ("${jndi", Sign::Certain),
    ("<script", Sign::Certain),
    ("<?php", Sign::Certain),
    ("sleep(", Sign::Certain),
    ("benchmark(", Sign::Certain),
    ("extractvalue(", Sign::Certain),
    ("xp_cmdshell", Sign::Certain),
    ("waitfor delay", Sign::Certain),
    ("`id`", Sign::Certain),
    ("' or ", Sign::Statement),
    ("'or'", Sign::Statement),
    ("' and ", Sign::Statement),
    ("union select", Sign::Statement),
    ("union all", Sign::Statement),
    ("order by ", Sign::Statement),
    ("select ", Sign::Statement),
    ("{{", Sign::Statement),
    ("javascript:", Sign::Statement),
    ("onerror=", Sign::Statement),
    (";cat ", Sign::Statement),
    ("|id", Sign::Statement),
    ("1=1", Sign::Statement),
    ("-- ", Sign::Comment),
    ("/*", Sign::Comment),
    ("'", Sign::Comment),
    ("}}", Sign::Comment),
    ("../", Sign::Traversal),
    ("..\\", Sign::Traversal),
    ("/etc/passwd", Sign::Traversal),
    ("__schema", Sign::Introspection),
    ("introspectionquery", Sign::Introspection),
];

/// Built once; `None`, which finds nothing, only if it cannot be built.
static SEARCH: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(PATTERNS.map(|(pattern, _)| pattern)).ok());

/// Looks for marks; the common target costs one pass over its bytes.
pub(crate) fn marks(target: &[u8]) -> [Option<Mark>; 3] {
    if !is_odd(target) {
        return [None; 3];
    }
    let mut plain = [0_u8; LOOK_BYTES];
    let plain = decode(target, &mut plain);
    let (mut certain, mut statements, mut traversal, mut introspection) = (false, 0, false, false);
    let mut comment = plain.ends_with(b"--");
    let found = SEARCH.iter().flat_map(|search| search.find_overlapping_iter(plain));
    for sign in found.filter_map(|at| PATTERNS.get(at.pattern().as_usize())).map(|row| row.1) {
        match sign {
            Sign::Certain => certain = true,
            Sign::Statement => statements += 1,
            Sign::Comment => comment = true,
            Sign::Traversal => traversal = true,
            Sign::Introspection => introspection = true,
        }
    }
    let injection = certain || statements >= 2 || (statements == 1 && comment);
    [
        injection.then_some(Mark::Attack(Attack::Injection)),
        traversal.then_some(Mark::Attack(Attack::Traversal)),
        introspection.then_some(Mark::Introspection),
    ]
}

/// Percent-decodes into `out`, in lower case, `+` as a space.
fn decode<'o>(target: &[u8], out: &'o mut [u8; LOOK_BYTES]) -> &'o [u8] {
    let mut rest = target;
    let mut len = 0;
    for slot in out.iter_mut() {
        let (byte, tail) = match rest {
            [b'%', high, low, tail @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                (hex(*high) << 4 | hex(*low), tail)
            }
            [b'+', tail @ ..] => (b' ', tail),
            [byte, tail @ ..] => (*byte, tail),
            [] => break,
        };
        *slot = byte.to_ascii_lowercase();
        rest = tail;
        len += 1;
    }
    out.get(..len).unwrap_or_default()
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit.to_ascii_lowercase() - b'a') + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attacks(target: &str) -> Vec<Mark> {
        marks(target.as_bytes()).into_iter().flatten().collect()
    }

    #[test]
    fn attacks_are_marked() {
        for target in [
            "/index.php?id=1%27%20OR%201=1--",
            "/search?q=lamp%20ORDER%20BY%205262--%20RwHG",
            "/?x=${jndi:ldap://x/a}",
            "/p?q=%3Cscript%3Ealert(1)%3C/script%3E",
            "/p?id=1+UNION+ALL+SELECT+NULL--",
        ] {
            assert!(attacks(target).contains(&Mark::Attack(Attack::Injection)), "{target}");
        }
        for target in ["/../../etc/passwd", "/img?f=%2e%2e%2f%2e%2e%2fconfig", "/a/..%5cwin.ini"] {
            assert!(attacks(target).contains(&Mark::Attack(Attack::Traversal)), "{target}");
        }
        assert_eq!(attacks("/graphql?query={__schema{types{name}}}"), [Mark::Introspection]);
    }

    #[test]
    fn what_people_type_is_not() {
        for target in [
            "/search?q=o%27reilly+books",
            "/search?q=select+a+sofa",
            "/search?q=order+by+phone",
            "/wiki/Foo_(bar)",
            "/search?q=%22oak+table%22+-pine",
            "/p/mug--large",
            "/jquery.min..js",
        ] {
            assert_eq!(attacks(target), [], "{target}");
        }
    }
}
