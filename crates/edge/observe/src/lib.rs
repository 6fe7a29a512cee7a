//! The closed metric catalogue and latency histograms
