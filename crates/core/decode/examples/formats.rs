//! Prints `docs/formats.md`.

fn main() {
    print!("{}", gait_decode::formats_markdown());
}
