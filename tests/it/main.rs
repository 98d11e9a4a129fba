//! The integration tests: one binary, a module a theme, names that are sentences.

// A test says what went wrong by failing where it stands.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod archive;
mod charsets;
mod cli;
mod crawl;
mod datelines;
mod demo;
mod discover;
mod fetch;
mod loopback;
mod new;
#[path = "../../benches/newspaper/mod.rs"]
mod newspaper_tool;
mod newspapers;
mod program;
mod queries;
mod reading;
mod readme;
mod schemas;
mod settings;
mod spoilt;
mod structure;
mod text;
