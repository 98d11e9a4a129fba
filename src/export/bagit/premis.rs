//! What was done with the content, in PREMIS 3.0: the files with their digests, every run that captured pages and
//! every check of the archive, this export, and the program that did it.

use std::io::Write;

use super::super::csv::moment;
use super::super::file::NewFile;
use super::super::{ExportError, Job};
use super::xml::element;
use super::{CAPTURES, Member};
use crate::archive::{Provenance, ProvenanceKind};

const OPENING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<premis xmlns=\"http://www.loc.gov/premis/v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
xsi:schemaLocation=\"http://www.loc.gov/premis/v3 http://www.loc.gov/standards/premis/premis.xsd\" version=\"3.0\">
";

/// The program's name as an agent.
const AGENT: &str = "khobao";

pub(super) fn write(job: &Job<'_>, members: &[Member], file: &mut NewFile) -> Result<(), ExportError> {
    let path = file.path().to_owned();
    let mut put = |text: &str| file.write_all(text.as_bytes()).map_err(ExportError::io(&path));
    put(OPENING)?;
    for member in members {
        put(&object(member))?;
    }
    job.reader.each_provenance(|done| put(&event_of(&done)))?;
    put(&event(
        "export",
        "dissemination",
        &moment(job.options.now),
        &format!("khobao export bagit; selected by: {}", job.selection.filters),
        ("success", ""),
        members,
    ))?;
    put(&agent())?;
    put("</premis>\n")
}

fn identifier(kind: &str, value: &str) -> String {
    format!(
        "<{kind}Identifier>{}{}</{kind}Identifier>",
        element(&format!("{kind}IdentifierType"), "local"),
        element(&format!("{kind}IdentifierValue"), value)
    )
}

fn object(member: &Member) -> String {
    let fixity = |algorithm: &str, digest: &str| {
        format!(
            "<fixity>{}{}</fixity>",
            element("messageDigestAlgorithm", algorithm),
            element("messageDigest", digest)
        )
    };
    let format = if member.name == CAPTURES { "application/wacz" } else { "application/jsonl" };
    format!(
        "<object xsi:type=\"file\">{}<objectCharacteristics>{}{}{}<format><formatDesignation>{}</formatDesignation></format></objectCharacteristics>{}</object>\n",
        identifier("object", member.name),
        fixity("SHA-256", &member.digests.sha256),
        fixity("SHA-512", &member.digests.sha512),
        element("size", &member.digests.bytes.to_string()),
        element("formatName", format),
        element("originalName", member.name),
    )
}

fn event_of(done: &Provenance) -> String {
    let (name, kind) = match done.kind {
        ProvenanceKind::Capture => ("capture", "capture"),
        ProvenanceKind::FixityCheck => ("fixity-check", "fixity check"),
    };
    let end = done.ended_at.map(|end| format!("/{}", moment(end))).unwrap_or_default();
    let outcome = (if done.is_sound { "success" } else { "failure" }, done.outcome.as_str());
    event(
        &format!("{name}-{}", done.id),
        kind,
        &format!("{}{end}", moment(done.started_at)),
        &done.what,
        outcome,
        &[],
    )
}

/// An event, in the order of elements that the schema asks for.
fn event(
    id: &str,
    kind: &str,
    time: &str,
    detail: &str,
    (outcome, note): (&str, &str),
    objects: &[Member],
) -> String {
    let note = if note.is_empty() {
        String::new()
    } else {
        format!("<eventOutcomeDetail>{}</eventOutcomeDetail>", element("eventOutcomeDetailNote", note))
    };
    let objects: Vec<String> = objects
        .iter()
        .map(|member| {
            format!(
                "<linkingObjectIdentifier>{}{}</linkingObjectIdentifier>",
                element("linkingObjectIdentifierType", "local"),
                element("linkingObjectIdentifierValue", member.name)
            )
        })
        .collect();
    format!(
        "<event>{}{}{}<eventDetailInformation>{}</eventDetailInformation><eventOutcomeInformation>{}{note}</eventOutcomeInformation><linkingAgentIdentifier>{}{}</linkingAgentIdentifier>{}</event>\n",
        identifier("event", id),
        element("eventType", kind),
        element("eventDateTime", time),
        element("eventDetail", detail),
        element("eventOutcome", outcome),
        element("linkingAgentIdentifierType", "local"),
        element("linkingAgentIdentifierValue", AGENT),
        objects.concat(),
    )
}

fn agent() -> String {
    format!(
        "<agent>{}{}{}{}</agent>\n",
        identifier("agent", AGENT),
        element("agentName", AGENT),
        element("agentType", "software"),
        element("agentVersion", env!("CARGO_PKG_VERSION")),
    )
}
