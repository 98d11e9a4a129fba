//! The integration tests: one binary, a module a theme, names that are sentences.

mod structure;
