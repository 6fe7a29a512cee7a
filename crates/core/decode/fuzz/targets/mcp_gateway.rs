//! `mcp_gateway`: any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gait_decode_fuzz::decode(gait_decode::FormatId::McpGateway, bytes));
