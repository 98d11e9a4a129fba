//! The bag's own files: what a bag is, what is in it, and the digests of the payload and of everything else.

use std::path::Path;

use super::super::digest::Digests;
use super::super::folder::Folder;
use super::super::{ExportError, Job};
use super::{Member, member, put};
use crate::archive::Outgoing;

/// The description in Dublin Core.
pub(super) const DUBLIN_CORE: &str = "metadata/dublin-core.xml";
/// The description in PREMIS.
pub(super) const PREMIS: &str = "metadata/premis.xml";
/// How many files a bag has: two of payload, two of metadata, two declarations, four manifests.
pub(super) const FILES: u64 = 10;

const DECLARATION: &str = "bagit.txt";
const INFO: &str = "bag-info.txt";
const MANIFESTS: [&str; 2] = ["manifest-sha256.txt", "manifest-sha512.txt"];
const TAG_MANIFESTS: [&str; 2] = ["tagmanifest-sha256.txt", "tagmanifest-sha512.txt"];

/// Writes them and gives their bytes.
pub(super) fn write(
    job: &Job<'_>,
    path: &Path,
    folder: &Folder,
    outgoing: &Outgoing<'_>,
    payload: &[Member],
) -> Result<u64, ExportError> {
    let mut bytes = put(folder, DECLARATION, b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")?;
    bytes += put(folder, INFO, info(job, outgoing, payload)?.as_bytes())?;
    let [sha256, sha512]: [fn(&Digests) -> &str; 2] = [|of| &of.sha256, |of| &of.sha512];
    bytes += put(folder, MANIFESTS[0], list(payload, sha256).as_bytes())?;
    bytes += put(folder, MANIFESTS[1], list(payload, sha512).as_bytes())?;
    let tags = [DECLARATION, INFO, MANIFESTS[0], MANIFESTS[1], DUBLIN_CORE, PREMIS];
    let tags = tags.into_iter().map(|name| member(path, name)).collect::<Result<Vec<_>, _>>()?;
    bytes += put(folder, TAG_MANIFESTS[0], list(&tags, sha256).as_bytes())?;
    bytes += put(folder, TAG_MANIFESTS[1], list(&tags, sha512).as_bytes())?;
    Ok(bytes)
}

fn list(members: &[Member], digest: fn(&Digests) -> &str) -> String {
    let line = |member: &Member| format!("{}  {}\n", digest(&member.digests), member.name);
    members.iter().map(line).collect::<Vec<_>>().concat()
}

/// RFC 8493 §2.2.2. `Payload-Oxum` is the number of bytes and of files of the payload.
fn info(job: &Job<'_>, outgoing: &Outgoing<'_>, payload: &[Member]) -> Result<String, ExportError> {
    let bytes: u64 = payload.iter().map(|member| member.digests.bytes).sum();
    let newspapers = outgoing.newspapers()?;
    let names: Vec<&str> = newspapers.iter().map(|newspaper| newspaper.name.as_str()).collect();
    let lines = [
        ("Bag-Software-Agent", format!("khobao/{}", env!("CARGO_PKG_VERSION"))),
        ("Bagging-Date", job.options.now.format("%Y-%m-%d").to_string()),
        ("External-Description", format!("Web archive of {}", names.join(", "))),
        ("Internal-Sender-Description", job.selection.filters.replace(['\r', '\n'], " ")),
        ("Payload-Oxum", format!("{bytes}.{}", payload.len())),
    ];
    let lines = lines.iter().map(|(name, value)| format!("{name}: {value}\n"));
    Ok(lines.collect::<Vec<_>>().concat())
}
