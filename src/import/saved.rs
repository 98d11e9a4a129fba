//! Pages that somebody saved: the file is the payload, and what came over the wire with it is not known.

use std::io::Read;
use std::path::Path;

use super::intake::Intake;
use super::{ImportError, Notice, open};
use crate::extract::own_address;
use crate::page::Exchange;

/// The largest file that is taken for a page, in bytes.
const PAGE_BYTES_MAX: u64 = 64 << 20;

/// The protocol of what came over no wire; such a capture leaves as a WARC record of type `resource`.
pub(super) const NO_PROTOCOL: &str = "resource";

/// Takes a saved page in.
pub(super) fn page(intake: &mut Intake<'_>, path: &Path) -> Result<(), ImportError> {
    let fault = |source| ImportError::Io { path: path.to_owned(), source };
    let file = path.display().to_string();
    let reader = open(path)?;
    let metadata = reader.get_ref().metadata().map_err(fault)?;
    intake.looked_at(&file);
    if metadata.len() > PAGE_BYTES_MAX {
        return Err(ImportError::TooLarge { bytes: metadata.len(), bytes_max: PAGE_BYTES_MAX });
    }
    let mut body = Vec::new();
    reader.take(PAGE_BYTES_MAX).read_to_end(&mut body).map_err(fault)?;
    let url = intake.plan.url.clone().or_else(|| own_address(&body));
    let url = url.ok_or_else(|| ImportError::NoAddress)?;
    let newspaper = match &intake.plan.newspaper {
        Some(id) => intake.newspaper_of(id),
        None => intake.newspaper(&url),
    };
    if newspaper.is_none() && !intake.plan.all_hosts {
        let host = url.host_str().unwrap_or_default().to_owned();
        return Err(ImportError::NoNewspaper { host });
    }
    let requested_at = if let Some(at) = intake.plan.fetched_at {
        at
    } else {
        let at = metadata.modified().map_err(fault)?.into();
        intake.tell(Notice::TimeOfFile { file, at });
        at
    };
    let exchange = Exchange {
        url,
        requested_at,
        request_headers: Vec::new(),
        protocol: NO_PROTOCOL.to_owned(),
        status: 200,
        response_headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        payload: body.into(),
        remote_address: None,
    };
    intake.take(newspaper, exchange, &[])
}
