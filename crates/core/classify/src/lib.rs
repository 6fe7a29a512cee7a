//! Evidence to score, class and additive reasons
