//! The program: see `kaiku --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    kaiku::cli::main()
}
