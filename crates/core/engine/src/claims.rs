//! The claims of user agents that were read lately.
//!
//! Many clients share few user agents, and reading what one claims takes as long as a whole event. What is
//! remembered is what would be read again, so that results depend neither on what is held here nor on the
//! hash by which it is found.

use gait_event::Event;
use gait_fingerprint::Claim;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Places, a power of two. Two user agents that fall into one place take turns in it.
const PLACES: usize = 1024;

/// Longest user agent remembered, bytes. What is longer is rare and read anew.
const TEXT_MAX_BYTES: usize = 512;

#[derive(Clone, Debug)]
struct Known {
    text: String,
    claim: Claim,
}

/// A bounded memory of claims.
#[derive(Debug)]
pub(crate) struct Claims {
    places: Box<[Option<Known>]>,
    hash_seed: u64,
}

impl Claims {
    pub(crate) fn new(hash_seed: u64) -> Self {
        Self { places: vec![None; PLACES].into(), hash_seed }
    }

    /// What [`Claim::of`] says of a (masked) event.
    pub(crate) fn of(&mut self, event: &Event<'_>) -> Claim {
        let Some(text) = event.user_agent.filter(|text| text.len() <= TEXT_MAX_BYTES) else {
            return Claim::of(event);
        };
        // Whether an empty one is absent or masked is told by more than the text.
        if text.is_empty() || text == "-" {
            return Claim::of(event);
        }
        let hash = xxh3_64_with_seed(text.as_bytes(), self.hash_seed);
        let at = usize::try_from(hash % PLACES as u64).unwrap_or(0);
        let Some(place) = self.places.get_mut(at) else { return Claim::of(event) };
        match place {
            Some(known) if known.text == text => known.claim,
            Some(known) => {
                text.clone_into(&mut known.text);
                known.claim = Claim::of(event);
                known.claim
            }
            None => place.insert(Known { text: text.to_owned(), claim: Claim::of(event) }).claim,
        }
    }

    /// Bytes of the places and their texts, at most [`PLACES`] times [`TEXT_MAX_BYTES`] and a little.
    pub(crate) fn bytes(&self) -> usize {
        let texts: usize = self.places.iter().flatten().map(|known| known.text.capacity()).sum();
        size_of_val(&*self.places) + texts
    }
}

#[cfg(test)]
mod tests {
    use gait_event::{FieldSet, Mask};

    use super::*;

    fn event(user_agent: Option<&str>) -> Event<'_> {
        let mut event = Event { user_agent, ..Event::default() };
        event.logged.insert(FieldSet::USER_AGENT);
        event
    }

    #[test]
    fn what_is_remembered_is_what_would_be_read() {
        let mut claims = Claims::new(7);
        let long = format!("sqlmap/1.7 {}", "x".repeat(TEXT_MAX_BYTES));
        // More user agents than places, so that they take turns, each of them twice in a row.
        let many: Vec<String> = (0..PLACES * 2)
            .map(|n| match n % 4 {
                0 => format!("curl/8.{n}"),
                1 => format!("Mozilla/5.0 (compatible; Googlebot/2.{n})"),
                2 => format!("nikto/{n}"),
                _ => format!("Mozilla/5.0 (X11; Linux x86_64) Gecko/{n} Firefox/140.0"),
            })
            .collect();
        let odd = [None, Some(""), Some("-"), Some(long.as_str())];
        let texts = many.iter().map(|text| Some(text.as_str())).chain(odd);
        for text in texts.flat_map(|text| [text, text]) {
            let event = event(text);
            assert_eq!(claims.of(&event), Claim::of(&event), "{text:?}");
        }
        assert!(claims.bytes() < PLACES * (TEXT_MAX_BYTES + size_of::<Option<Known>>()));
    }

    #[test]
    fn a_masked_user_agent_claims_nothing() {
        let (mut claims, mut event) = (Claims::new(7), event(Some("curl/8")));
        let logged = claims.of(&event);
        Mask { ua: true, ..Mask::default() }.apply(&mut event);
        assert_ne!(claims.of(&event), logged);
        assert_eq!(claims.of(&event), Claim::of(&event));
    }
}
