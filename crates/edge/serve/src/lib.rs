//! Risk endpoint, health and console over a published board
