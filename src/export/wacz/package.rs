//! The ZIP file of a WACZ with its description: every file of it with length and digest, and the description's own.
//!
//! Nothing in it is deflated: what is large is gzip already, and a replay tool reads pieces of the files in place.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use flate2::Crc;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::super::ExportError;
use super::super::csv::moment;
use super::super::digest::sha256;
use super::super::draft::Growing;
use super::zip::{self, Entry, HEAD_BYTES};

/// The version of the format.
const WACZ_VERSION: &str = "1.1.1";

/// A WACZ in the making.
pub(super) struct Package {
    path: PathBuf,
    file: Growing,
    now: DateTime<Utc>,
    entries: Vec<Entry>,
    open: Option<Open>,
}

/// How far a package is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Packed {
    /// How long it is.
    pub(super) bytes: u64,
    /// The files that are whole.
    entries: Vec<Entry>,
    /// The name of the file being written, and where its head begins.
    open: Option<(String, u64)>,
}

/// The file being written.
struct Open {
    name: String,
    at: u64,
    hash: Sha256,
    crc: Crc,
    bytes: u64,
}

impl Open {
    fn new(name: &str, at: u64) -> Open {
        Open { name: name.to_owned(), at, hash: Sha256::new(), crc: Crc::new(), bytes: 0 }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.crc.update(bytes);
        self.bytes += bytes.len() as u64;
    }
}

impl Package {
    /// Begins a package in a file, or goes on with it; what stands of the open file is read again for its digest.
    pub(super) fn open(
        path: &Path,
        mut file: Growing,
        now: DateTime<Utc>,
        packed: &Packed,
    ) -> Result<Package, ExportError> {
        let mut open = None;
        if let Some((name, at)) = &packed.open {
            let mut read = Open::new(name, *at);
            file.read_from(at + HEAD_BYTES + name.len() as u64, |bytes| read.add(bytes))?;
            open = Some(read);
        }
        Ok(Package { path: path.to_owned(), file, now, entries: packed.entries.clone(), open })
    }

    /// How long it is.
    pub(super) fn bytes(&self) -> u64 {
        self.file.bytes()
    }

    /// Brings everything to the disk and tells how far it is.
    pub(super) fn sync(&mut self) -> Result<Packed, ExportError> {
        self.file.sync()?;
        let open = self.open.as_ref().map(|open| (open.name.clone(), open.at));
        Ok(Packed { bytes: self.file.bytes(), entries: self.entries.clone(), open })
    }

    /// Begins a file of the package, which may be of any length.
    pub(super) fn begin(&mut self, name: &str) -> Result<(), ExportError> {
        self.open = Some(Open::new(name, self.file.bytes()));
        self.file.put(&zip::head(name, 0, 0, self.now))
    }

    /// Adds bytes to the file.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        if let Some(open) = &mut self.open {
            open.add(bytes);
        }
        self.file.put(bytes)
    }

    /// Ends the file and takes it into the description.
    pub(super) fn end(&mut self) -> Result<(), ExportError> {
        let Some(Open { name, at, hash, crc, bytes }) = self.open.take() else { return Ok(()) };
        let crc = crc.sum();
        self.file.put_at(at, &zip::head(&name, crc, bytes, self.now))?;
        self.entries.push(Entry { name, crc, bytes, at, sha256: HEXLOWER.encode(&hash.finalize()) });
        Ok(())
    }

    /// Adds a whole file.
    pub(super) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        self.begin(name)?;
        self.put(bytes)?;
        self.end()
    }

    /// Adds the description and ends the package. Gives its size in bytes.
    pub(super) fn finish(mut self, now: DateTime<Utc>, filters: &str) -> Result<u64, ExportError> {
        let resource = |Entry { name, bytes, sha256, .. }: &Entry| {
            let short = name.rsplit('/').next().unwrap_or(name);
            json!({"name": short, "path": name, "hash": format!("sha256:{sha256}"), "bytes": bytes})
        };
        let resources: Vec<Value> = self.entries.iter().map(resource).collect();
        let description = json!({
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "title": "Captures of Vietnamese newspapers",
            "description": format!("Exported from an archive of khobao: {filters}"),
            "software": format!("khobao/{}", env!("CARGO_PKG_VERSION")),
            "created": moment(now),
            "resources": resources,
        });
        let description = format!("{description:#}\n");
        let digest = json!({
            "path": "datapackage.json",
            "hash": format!("sha256:{}", sha256(description.as_bytes())),
        });
        self.add("datapackage.json", description.as_bytes())?;
        self.add("datapackage-digest.json", format!("{digest:#}\n").as_bytes())?;
        let directory = zip::directory(&self.entries, self.file.bytes(), self.now);
        self.file.put(&directory)?;
        self.file.finish(&self.path)
    }
}
