//! Fixed-size behavioural state per client and its feature vector
