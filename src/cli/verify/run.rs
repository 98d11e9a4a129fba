//! The verification itself: opened for writing where that can be, so that it is written down; watched for the clock
//! and for the user's wish to stop.

use std::ops::ControlFlow;
use std::time::Instant;

use super::super::gauge::Gauge;
use super::super::interrupt::Interrupt;
use super::super::options::Shared;
use super::{Args, Report, Summary};
use crate::archive::verify::{self, Event, Fault, Part, Verified};
use crate::archive::{Archive, ArchiveError, Reader};

/// An archive as well as it can be opened.
enum Opened {
    /// What is checked is written down.
    Writable(Box<Archive>),
    /// It is only read.
    Readable(Box<Reader>),
    /// It cannot even be opened, and that is what is wrong with it.
    Damaged(Fault),
}

pub(super) fn verify(args: &Args, shared: &Shared, report: &mut Report) -> anyhow::Result<Summary> {
    let opened = open(shared)?;
    let interrupter = match &opened {
        Opened::Writable(archive) => Some(archive.interrupter()),
        Opened::Readable(reader) => Some(reader.interrupter()),
        Opened::Damaged(_) => None,
    };
    let interrupt = Interrupt::listen(move || {
        if let Some(interrupter) = &interrupter {
            interrupter.interrupt();
        }
    })?;
    let end = args.duration.map(|duration| Instant::now() + duration);
    let is_over = || end.is_some_and(|end| Instant::now() >= end);
    let mut gauge = Gauge::new(shared);
    let on_event = |event: Event<'_>| {
        match event {
            Event::Fault(fault) => gauge.aside(|| report.fault(fault)),
            Event::Step(verified) => gauge.show("verify", verified, || words(verified)),
        }
        let is_last = report.failed.is_some() || interrupt.is_asked() || is_over();
        if is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let stopped_by = |verified: &Verified| match verified.is_done {
        true => "done",
        false if interrupt.is_asked() => "stopped by the user",
        false => "time",
    };
    let summary = match opened {
        Opened::Writable(mut archive) => {
            let verified = archive.verify(args.scope(), chrono::Utc::now(), on_event)?;
            let stopped_by = stopped_by(&verified);
            let is_recorded = archive.finish_verify(stopped_by, chrono::Utc::now()).is_ok();
            Summary { verified, stopped_by: stopped_by.to_owned(), is_recorded, ..Summary::default() }
        }
        Opened::Readable(reader) => {
            let verified = reader.verify(args.scope(), on_event);
            Summary { verified, stopped_by: stopped_by(&verified).to_owned(), ..Summary::default() }
        }
        Opened::Damaged(fault) => {
            report.fault(&fault);
            let verified = Verified { faults: 1, ..Verified::default() };
            Summary { verified, stopped_by: "cannot be read".to_owned(), ..Summary::default() }
        }
    };
    report.failed.take().map_or(Ok(summary), Err)
}

fn open(shared: &Shared) -> anyhow::Result<Opened> {
    let file = &shared.archive;
    // A file that was cut is left as it is; where it cannot be looked at, opening tells why.
    let cut = verify::length_fault(file).ok().flatten();
    let opened = match &cut {
        Some(_) => Err(None),
        None => match Archive::open_existing(file) {
            Ok(archive) => return Ok(Opened::Writable(Box::new(archive))),
            Err(error) => Err(Some(error)),
        },
    };
    match opened {
        Err(None | Some(ArchiveError::ReadOnly { .. } | ArchiveError::Corrupt { .. })) => {}
        Err(Some(error)) => return Err(error.into()),
        Ok(opened) => return Ok(opened),
    }
    match (Reader::open(file), cut) {
        (Ok(reader), _) => Ok(Opened::Readable(Box::new(reader))),
        (Err(_), Some(cut)) => Ok(Opened::Damaged(cut)),
        (Err(ArchiveError::Corrupt { what, .. }), None) => Ok(Opened::Damaged(Fault {
            part: Part::Database,
            id: None,
            what: format!("the file cannot be read: {what}"),
        })),
        (Err(error), None) => Err(error.into()),
    }
}

fn words(verified: &Verified) -> String {
    let Verified { payloads, checked, headers, versions, faults, .. } = verified;
    format!("{checked} of {payloads} pages, {headers} headers, {versions} texts; {faults} faults")
}
