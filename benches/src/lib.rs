//! What the benches share: inputs, the work that is measured, CPU time, and the report.
//!
//! The criterion benches (`cargo bench -p gait-benches`) are for comparing two versions of one function.
//! The program `bench-table` (`make bench`) measures each budget of the project once and says how far it is
//! kept. Both take their inputs from the simulator, so a figure can be had again from a seed.

pub mod cpu;
pub mod input;
pub mod machine;
pub mod naive;
pub mod report;
pub mod work;
