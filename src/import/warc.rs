//! WARC files and the WACZ files that hold them: each response, revisit or resource becomes an exchange.

use std::collections::{HashSet, VecDeque};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use url::Url;
use zip::ZipArchive;

use super::intake::{Intake, Waiting};
use super::record::{Record, Records};
use super::saved::NO_PROTOCOL;
use super::{ImportError, http, open};
use crate::page::{Exchange, Headers};

/// Requests that are remembered until their response comes: tools write the two in either order.
const REQUESTS_KEPT: usize = 16;

/// A file of records on its way in.
struct Pass<'a> {
    path: &'a Path,
    member: Option<usize>,
    /// How the file is told to the user.
    name: String,
    /// The only records to look at; none for all.
    only: Option<HashSet<u64>>,
    requests: VecDeque<(Option<String>, String, Headers)>,
    /// A response that waits for the request behind it.
    held: Option<Record>,
}

/// Takes a WARC file in.
pub(super) fn file(intake: &mut Intake<'_>, path: &Path) -> Result<(), ImportError> {
    let reader = open(path)?;
    Pass::new(path, None, path.display().to_string()).run(intake, reader)
}

/// Takes the WARC files of a WACZ in.
pub(super) fn package(intake: &mut Intake<'_>, path: &Path) -> Result<(), ImportError> {
    let fault = |error: zip::result::ZipError| ImportError::Io {
        path: path.to_owned(),
        source: std::io::Error::new(std::io::ErrorKind::InvalidData, error),
    };
    let file = File::open(path).map_err(|source| ImportError::Io { path: path.to_owned(), source })?;
    let members = ZipArchive::new(BufReader::new(file)).map_err(fault)?.len();
    for member in 0..members {
        packed(intake, path, member, None)?;
    }
    Ok(())
}

/// Takes one file of a WACZ in, where it is a WARC file.
fn packed(
    intake: &mut Intake<'_>,
    path: &Path,
    member: usize,
    only: Option<HashSet<u64>>,
) -> Result<(), ImportError> {
    let fault = |source| ImportError::Io { path: path.to_owned(), source };
    let damage =
        |error: zip::result::ZipError| fault(std::io::Error::new(std::io::ErrorKind::InvalidData, error));
    let file = File::open(path).map_err(fault)?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(damage)?;
    let entry = zip.by_index(member).map_err(damage)?;
    let name = entry.name().map_err(damage)?.into_owned();
    if !name.contains(".warc") {
        return Ok(());
    }
    let told = format!("{}!{name}", path.display());
    let pass = Pass { only, ..Pass::new(path, Some(member), told) };
    pass.run(intake, BufReader::new(entry))
}

/// Looks once more at the revisits whose originals stood in later files, or later in their own.
pub(super) fn resolve_later(intake: &mut Intake<'_>) -> Result<(), ImportError> {
    let mut waiting = std::mem::take(&mut intake.waiting);
    while let Some(first) = waiting.first().cloned() {
        let is_same = |other: &Waiting| other.file == first.file && other.member == first.member;
        let (here, elsewhere): (Vec<Waiting>, Vec<Waiting>) = waiting.into_iter().partition(is_same);
        waiting = elsewhere;
        let only = Some(here.into_iter().map(|waiting| waiting.number).collect());
        if let Some(member) = first.member {
            packed(intake, &first.file, member, only)?;
        } else {
            let name = first.file.display().to_string();
            let pass = Pass { only, ..Pass::new(&first.file, None, name) };
            pass.run(intake, open(&first.file)?)?;
        }
    }
    Ok(())
}

impl<'a> Pass<'a> {
    fn new(path: &'a Path, member: Option<usize>, name: String) -> Pass<'a> {
        Pass { path, member, name, only: None, requests: VecDeque::new(), held: None }
    }

    fn run(mut self, intake: &mut Intake<'_>, reader: impl BufRead) -> Result<(), ImportError> {
        let path = self.path;
        let fault = |source| ImportError::Io { path: path.to_owned(), source };
        let mut records = Records::new(reader).map_err(fault)?;
        while let Some(found) = records.next().map_err(fault)? {
            if intake.is_stopped() {
                return Ok(());
            }
            match found {
                Ok(record) => self.see(intake, record)?,
                Err(_) if self.only.is_some() => {}
                Err(damage) => {
                    self.release(intake, None)?;
                    intake.damaged(&self.name, (damage.number, damage.place), damage.what);
                }
            }
        }
        self.release(intake, None)
    }

    /// Sorts a record by its type.
    fn see(&mut self, intake: &mut Intake<'_>, record: Record) -> Result<(), ImportError> {
        if self.only.is_none() {
            intake.looked_at(&self.name);
        }
        match record.kind.as_str() {
            "request" => self.see_request(intake, &record)?,
            "response" | "revisit" | "resource" => {
                self.release(intake, None)?;
                let is_wanted = self.only.as_ref().is_none_or(|only| only.contains(&record.number));
                if is_wanted {
                    self.held = Some(record);
                }
            }
            _ => {
                self.release(intake, None)?;
                intake.report.no_captures += u64::from(self.only.is_none());
            }
        }
        Ok(())
    }

    fn see_request(&mut self, intake: &mut Intake<'_>, record: &Record) -> Result<(), ImportError> {
        intake.report.no_captures += u64::from(self.only.is_none());
        let Some(url) = record.address("warc-target-uri") else { return Ok(()) };
        let Some(headers) = http::request(&record.block) else { return Ok(()) };
        let is_of_held = self.held.as_ref().is_some_and(|held| belongs(record, held));
        if is_of_held {
            return self.release(intake, Some(headers));
        }
        if self.requests.len() == REQUESTS_KEPT {
            self.requests.pop_front();
        }
        let id = record.address("warc-record-id").map(str::to_owned);
        self.requests.push_back((id, url.to_owned(), headers));
        Ok(())
    }

    /// Takes the held response in, with its request.
    fn release(&mut self, intake: &mut Intake<'_>, request: Option<Headers>) -> Result<(), ImportError> {
        let Some(record) = self.held.take() else { return Ok(()) };
        let request = request.or_else(|| self.earlier_request(&record));
        self.take(intake, record, request.unwrap_or_default())
    }

    /// The request that stands before its response.
    fn earlier_request(&mut self, response: &Record) -> Option<Headers> {
        let concurrent = response.address("warc-concurrent-to");
        let url = response.address("warc-target-uri");
        let is_its = |(id, target, _): &(Option<String>, String, Headers)| match (concurrent, id) {
            (Some(concurrent), Some(id)) => concurrent == id,
            _ => url == Some(target.as_str()),
        };
        let at = self.requests.iter().rposition(is_its)?;
        self.requests.remove(at).map(|(_, _, headers)| headers)
    }

    fn take(
        &mut self,
        intake: &mut Intake<'_>,
        mut record: Record,
        request_headers: Headers,
    ) -> Result<(), ImportError> {
        let place = (record.number, record.place);
        let url = record.address("warc-target-uri").unwrap_or_default().to_owned();
        let Ok(url) = Url::parse(&url) else {
            intake.damaged(&self.name, place, format!("'{url}' is no address"));
            return Ok(());
        };
        // `dns:` and `urn:` name no pages.
        if !matches!(url.scheme(), "http" | "https") {
            intake.report.no_captures += 1;
            return Ok(());
        }
        let Some(requested_at) = record.moment("warc-date") else {
            intake.damaged(&self.name, place, "it does not tell its date");
            return Ok(());
        };
        let newspaper = intake.newspaper(&url);
        if newspaper.is_none() && !intake.plan.all_hosts {
            return Ok(());
        }
        let block = std::mem::take(&mut record.block);
        let exchange = Exchange {
            url,
            requested_at,
            request_headers,
            protocol: String::new(),
            status: 200,
            response_headers: Headers::new(),
            payload: bytes::Bytes::new(),
            remote_address: record.field("warc-ip-address").map(str::to_owned),
        };
        let exchange = match record.kind.as_str() {
            "resource" => Some(resource(exchange, &record, block)),
            "revisit" => match self.revisit(intake, exchange, &record, block)? {
                Some(exchange) => Some(exchange),
                None => return Ok(()),
            },
            _ => response(exchange, &record, block),
        };
        let Some(exchange) = exchange else {
            intake.damaged(&self.name, place, "its block holds no HTTP response");
            return Ok(());
        };
        let names = [record.field("warc-payload-digest"), record.address("warc-record-id")];
        let names: Vec<&str> = names.into_iter().flatten().collect();
        intake.take(newspaper, exchange, &names)
    }

    /// A revisit with the payload that it refers to; none while that is nowhere.
    fn revisit(
        &mut self,
        intake: &mut Intake<'_>,
        exchange: Exchange,
        record: &Record,
        block: Vec<u8>,
    ) -> Result<Option<Exchange>, ImportError> {
        let profile = record.field("warc-profile").unwrap_or_default();
        let own = response(exchange.clone(), record, block);
        if profile.contains("server-not-modified") {
            return Ok(Some(own.unwrap_or(Exchange {
                status: 304,
                protocol: "HTTP/1.1".into(),
                ..exchange
            })));
        }
        let Some(original) = original(intake, record)? else {
            if self.only.is_some() {
                intake.report.unresolved += 1;
                intake.damaged(
                    &self.name,
                    (record.number, record.place),
                    "the record that it refers to is nowhere",
                );
            } else {
                let file = self.path.to_owned();
                intake.wait(Waiting { file, member: self.member, number: record.number });
            }
            return Ok(None);
        };
        let payload = original.payload.clone();
        Ok(Some(match own {
            Some(own) => Exchange { payload, ..own },
            // A revisit need not repeat the head.
            None => Exchange {
                protocol: original.protocol,
                status: original.status,
                response_headers: original.response_headers,
                payload,
                ..exchange
            },
        }))
    }
}

/// Whether a request belongs to the response before it.
fn belongs(request: &Record, response: &Record) -> bool {
    match (request.address("warc-concurrent-to"), response.address("warc-record-id")) {
        (Some(to), Some(id)) if to == id => true,
        _ => {
            request.address("warc-target-uri") == response.address("warc-target-uri")
                && request.field("warc-date") == response.field("warc-date")
        }
    }
}

fn response(exchange: Exchange, record: &Record, block: Vec<u8>) -> Option<Exchange> {
    let http::Response { protocol, status, headers, payload } = http::response(block)?;
    let protocol = match record.field("warc-protocol") {
        Some("h2") => "HTTP/2.0".to_owned(),
        Some("h3") => "HTTP/3.0".to_owned(),
        _ => protocol,
    };
    Some(Exchange { protocol, status, response_headers: headers, payload, ..exchange })
}

/// What came over no wire, or without its head: the type of its content is all that is known.
fn resource(exchange: Exchange, record: &Record, block: Vec<u8>) -> Exchange {
    let content_type = record.field("content-type").unwrap_or("application/octet-stream");
    Exchange {
        protocol: NO_PROTOCOL.to_owned(),
        response_headers: vec![("content-type".to_owned(), content_type.to_owned())],
        payload: block.into(),
        ..exchange
    }
}

/// The exchange whose payload a revisit repeats: by address and date, else by the name of its record, else by the
/// payload's digest.
fn original(intake: &Intake<'_>, record: &Record) -> Result<Option<Exchange>, ImportError> {
    let url = record.address("warc-refers-to-target-uri").or_else(|| record.address("warc-target-uri"));
    let url = url.and_then(|url| Url::parse(url).ok());
    if let (Some(url), Some(date)) = (url, record.moment("warc-refers-to-date"))
        && let Some(found) = intake.archive.exchange_at(url.as_str(), date)?
    {
        return Ok(Some(found));
    }
    let names = [record.address("warc-refers-to"), record.field("warc-payload-digest")];
    let Some(capture) = names.into_iter().flatten().find_map(|name| intake.bringer_of(name)) else {
        return Ok(None);
    };
    Ok(intake.archive.exchange(capture)?)
}
