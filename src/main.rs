//! The program `releve`: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    releve::cli::main()
}
