//! The crawl's instruments over HTTP: `/metrics` in the text format of Prometheus (exposition format 0.0.4), and
//! `/healthz`, which says 200 while the crawl makes progress or waits by plan, else 503 with the reason.
//!
//! There is no authentication: it is for this machine or a private network. What it tells is bounded: a handful of
//! series a newspaper.

use std::fmt::{self, Write};
use std::future::Future;
use std::io;
use std::sync::Arc;

use axum::Router;
use axum::extract::State as Extracted;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;

use super::Gauge;
use super::gauge::{Counters, State};

/// The content type that the format demands.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Serves the instruments until `end`.
pub async fn serve(
    listener: TcpListener,
    gauge: Arc<Gauge>,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router =
        Router::new().route("/metrics", get(metrics)).route("/healthz", get(healthz)).with_state(gauge);
    axum::serve(listener, router).with_graceful_shutdown(end).await
}

async fn metrics(Extracted(gauge): Extracted<Arc<Gauge>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text(&gauge.snapshot(), gauge.now(), resident_bytes()))
}

async fn healthz(Extracted(gauge): Extracted<Arc<Gauge>>) -> (StatusCode, String) {
    match gauge.is_well() {
        Ok(()) => (StatusCode::OK, "ok\n".to_owned()),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

/// The memory that the process has in use; none where the system does not tell in Linux's way.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes << 10)
}

/// What a metric is taken from.
type Value = fn(&Counters) -> u64;

/// The page of metrics.
fn text(state: &State, now: DateTime<Utc>, resident: Option<u64>) -> String {
    let mut page = Page(String::new());
    page.head("khobao_build_info", "gauge", "The version of khobao");
    page.line("khobao_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1_u64);
    page.head("khobao_visits_total", "counter", "Pages that were visited, by what became of them");
    for (id, counters) in &state.newspapers {
        for (fate, count) in &counters.fates {
            page.line("khobao_visits_total", &[("newspaper", id), ("fate", fate)], *count);
        }
    }
    let whole: [(&str, &str, &str, Value); 4] = [
        ("khobao_received_bytes_total", "counter", "Bytes of payloads as received", |row| row.bytes),
        ("khobao_new_articles_total", "counter", "Articles read for the first time", |row| row.new_articles),
        ("khobao_edited_articles_total", "counter", "Articles whose text had changed", |row| row.edited),
        ("khobao_due_pages", "gauge", "Pages that are due", |row| row.due),
    ];
    for (name, kind, help, value) in whole {
        page.head(name, kind, help);
        for (id, counters) in &state.newspapers {
            page.line(name, &[("newspaper", id)], value(counters));
        }
    }
    let name = "khobao_last_success_timestamp_seconds";
    page.head(name, "gauge", "When a page was last read or found unchanged, in seconds since 1970");
    for (id, counters) in &state.newspapers {
        if let Some(at) = counters.last_success {
            page.line(name, &[("newspaper", id)], at.timestamp());
        }
    }
    page.single("khobao_rounds_total", "counter", "Rounds that have begun", Some(state.rounds));
    let since = state.last_page_at.or(state.started_at).map(|at| (now - at).num_seconds().max(0));
    page.single(
        "khobao_seconds_since_last_page",
        "gauge",
        "Seconds since a page was last recorded, or since the start",
        since,
    );
    let next = state.resting_until.map(|until| until.timestamp());
    page.single(
        "khobao_next_round_timestamp_seconds",
        "gauge",
        "When the next round begins, while the crawl rests",
        next,
    );
    page.single("process_resident_memory_bytes", "gauge", "Resident memory size in bytes", resident);
    let start = state.started_at.map(|at| at.timestamp());
    page.single(
        "process_start_time_seconds",
        "gauge",
        "When the process began, in seconds since 1970",
        start,
    );
    page.0
}

/// A page in the text format.
struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl fmt::Display) {
        let labels: Vec<String> =
            labels.iter().map(|(label, text)| format!("{label}=\"{}\"", escaped(text))).collect();
        if labels.is_empty() {
            _ = writeln!(self.0, "{name} {value}");
        } else {
            _ = writeln!(self.0, "{name}{{{}}} {value}", labels.join(","));
        }
    }

    /// A metric without labels; left out where there is no value.
    fn single(&mut self, name: &str, kind: &str, help: &str, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.head(name, kind, help);
            self.line(name, &[], value);
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_keeps_to_the_text_format() {
        let mut state = State { rounds: 2, ..State::default() };
        let counters = Counters { bytes: 9, fates: [("not an article", 3)].into(), ..Counters::default() };
        state.newspapers.insert("báo \"x\"".into(), counters);
        let page = text(&state, DateTime::UNIX_EPOCH, Some(1024));
        assert!(
            page.contains("\nkhobao_visits_total{newspaper=\"báo \\\"x\\\"\",fate=\"not an article\"} 3\n"),
            "{page}"
        );
        assert!(page.contains("# TYPE khobao_rounds_total counter\nkhobao_rounds_total 2\n"), "{page}");
        assert!(page.ends_with('\n') && !page.contains("khobao_next_round"), "{page}");
    }
}
