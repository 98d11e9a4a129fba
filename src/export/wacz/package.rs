//! The ZIP file of a WACZ with its description: every file of it with length and digest, and the description's own.
//!
//! Nothing in it is deflated: what is large is gzip already, and a replay tool reads pieces of the files in place.

use std::io::Write;

use chrono::{DateTime, Datelike, Timelike, Utc};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::ExportError;
use super::super::csv::moment;
use super::super::digest::sha256;
use super::super::file::NewFile;

/// The version of the format.
const WACZ_VERSION: &str = "1.1.1";

/// A WACZ in the making.
pub(in crate::export) struct Package {
    path: std::path::PathBuf,
    zip: ZipWriter<NewFile>,
    now: DateTime<Utc>,
    resources: Vec<Value>,
    open: Option<Open>,
}

/// The file being written.
struct Open {
    name: String,
    hash: Sha256,
    bytes: u64,
}

impl Package {
    /// Begins a package in a file.
    pub(in crate::export) fn new(file: NewFile, now: DateTime<Utc>) -> Package {
        let path = file.path().to_owned();
        Package { path, zip: ZipWriter::new(file), now, resources: Vec::new(), open: None }
    }

    /// Begins a file of the package, which may be of any length.
    pub(super) fn begin(&mut self, name: &str) -> Result<(), ExportError> {
        self.start(name)?;
        self.open = Some(Open { name: name.to_owned(), hash: Sha256::new(), bytes: 0 });
        Ok(())
    }

    fn start(&mut self, name: &str) -> Result<(), ExportError> {
        let mut options =
            SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
        if let Some(time) = zip_time(self.now) {
            options = options.last_modified_time(time);
        }
        self.zip.start_file(name, options).map_err(|error| ExportError::format(&self.path, error))
    }

    /// Adds bytes to the file.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.zip.write_all(bytes).map_err(ExportError::io(&self.path))?;
        if let Some(open) = &mut self.open {
            open.hash.update(bytes);
            open.bytes += bytes.len() as u64;
        }
        Ok(())
    }

    /// Ends the file and takes it into the description.
    pub(super) fn end(&mut self) {
        let Some(Open { name, hash, bytes }) = self.open.take() else { return };
        let short = name.rsplit('/').next().unwrap_or(&name);
        let hash = format!("sha256:{}", HEXLOWER.encode(&hash.finalize()));
        self.resources.push(json!({"name": short, "path": name, "hash": hash, "bytes": bytes}));
    }

    /// Adds a whole file.
    pub(super) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        self.begin(name)?;
        self.put(bytes)?;
        self.end();
        Ok(())
    }

    /// Adds the description and ends the package. Gives its size in bytes.
    pub(super) fn finish(mut self, filters: &str) -> Result<u64, ExportError> {
        let description = json!({
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "title": "Captures of Vietnamese newspapers",
            "description": format!("Exported from an archive of khobao: {filters}"),
            "software": format!("khobao/{}", env!("CARGO_PKG_VERSION")),
            "created": moment(self.now),
            "resources": self.resources,
        });
        let description = format!("{description:#}\n");
        let digest = json!({
            "path": "datapackage.json",
            "hash": format!("sha256:{}", sha256(description.as_bytes())),
        });
        for (name, text) in
            [("datapackage.json", description), ("datapackage-digest.json", format!("{digest:#}\n"))]
        {
            self.start(name)?;
            self.put(text.as_bytes())?;
        }
        let path = self.path;
        let file = self.zip.finish().map_err(|error| ExportError::format(&path, error))?;
        file.finish()
    }
}

/// A moment as ZIP writes it, in UTC; none where it lies outside of what ZIP can write (1980 to 2107).
fn zip_time(now: DateTime<Utc>) -> Option<zip::DateTime> {
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    zip::DateTime::from_date_and_time(
        u16::try_from(now.year()).ok()?,
        small(now.month()),
        small(now.day()),
        small(now.hour()),
        small(now.minute()),
        small(now.second()),
    )
    .ok()
}
