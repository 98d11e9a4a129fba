//! Rebuilds the library when a selector file comes or goes: the files are carried in the binary, and the compiler
//! itself sees only changes of those that it has read.

// Cargo takes a build script's orders from its standard output.
#![allow(clippy::print_stdout)]

fn main() {
    println!("cargo::rerun-if-changed=selectors");
}
