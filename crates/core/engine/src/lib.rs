//! The one state machine: step, client table, watermark, snapshot
