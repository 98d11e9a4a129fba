//! Crawling: one lane for each newspaper, or for the newspapers on one server, each strictly one page at a time.
//!
//! A lane asks the archive what is due, robots.txt whether it may, waits its turn, fetches, reads, has it recorded, and
//! asks again. Lanes share the archive with its one writer, the desks to read at, the tally, and the pace of servers
//! that several of them ask. What a kill interrupts was not recorded, and so is due again.

pub mod clock;
mod desks;
mod dry;
mod entry;
mod event;
mod every;
mod front;
mod gauge;
mod idle;
mod judge;
mod lane;
mod ledger;
mod manners;
pub mod metrics;
pub mod once;
pub mod room;
mod run;
mod schedule;
mod servers;
mod stay;
mod stop;
mod tally;
mod visits;
mod writer;

pub use clock::{Clock, SystemClock};
pub use dry::{DryRun, Planned, Word};
pub use event::{Event, Together, Watcher};
pub use every::{Every, EveryError};
pub use gauge::Gauge;
pub use ledger::NewspaperReport;
pub use run::{CrawlError, Crew, Plan, Report, crawl};
pub use stay::{Renewed, Stay};
pub use stop::{Stop, StopReason};
pub use tally::Tally;
pub use visits::Visits;
