//! Gateway log bytes to events or rejects, one module per format
