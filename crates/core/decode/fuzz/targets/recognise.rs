//! Finding the format: any bytes, a record per line.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gait_decode_fuzz::recognise(bytes));
