//! Detectors as data, compiled to a closed set of operators
