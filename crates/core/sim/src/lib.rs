//! Seeded personas as pure event generators
