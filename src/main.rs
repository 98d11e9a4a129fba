//! The program: one call into the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    khobao::cli::main()
}
