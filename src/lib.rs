//! khobao (kho báo, the storehouse of newspapers): a polite crawler, an exact reader and a lasting archive for
//! Vietnam's provincial press.
//!
//! Three verbs go round in a ring. A [`target::Target`] is fetched and comes back as a [`page::Page`]; the page is
//! read and becomes an [`article::Article`] or a list of [`target::Link`]s; what became of it, an
//! [`outcome::Outcome`], is recorded in the archive, which says what is due next. Reading is pure: no network, no
//! disk, no clock. `ARCHITECTURE.md` tells the whole of it, with the rules of who may name whom.
//!
//! The modules, in reading order:

// The nouns: data only.
pub mod article;
pub mod outcome;
pub mod page;
pub mod target;
pub mod when;

// The pure core.
pub mod coding;
pub mod discover;
pub mod extract;
pub mod html;
pub mod newspaper;
pub mod picture;
pub mod read;
pub mod text;

// How well it reads, and what reads a newspaper that it does not know.
pub mod draft;
pub mod evaluate;

// The edges.
pub mod archive;
pub mod crawl;
pub mod export;
pub mod fetch;
pub mod import;
pub mod reread;

// The glue.
pub mod cli;
pub mod demo;
