//! Logs on stderr, as text or JSON.

use tracing_subscriber::filter::LevelFilter;

use super::options::{Color, LogFormat, Shared};

/// Starts the log as the options say. A second start (in tests of the library) changes nothing.
pub(super) fn start(shared: &Shared) {
    match shared.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    let level = match (shared.quiet, shared.verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, _) => LevelFilter::DEBUG,
    };
    let builder =
        tracing_subscriber::fmt().with_max_level(level).with_writer(anstream::stderr).with_target(false);
    // It is already started only where a test runs several commands in one process.
    let _ = match shared.log_format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.compact().try_init(),
    };
}
