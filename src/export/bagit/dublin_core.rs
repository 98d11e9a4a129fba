//! What the bag holds, in the fifteen elements of Dublin Core (ISO 15836), as `oai_dc` writes them.

use super::super::csv::moment;
use super::super::{ExportError, Job};
use super::Member;
use super::xml::element;
use crate::archive::{Choice, Outgoing};

const OPENING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<oai_dc:dc xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\" \
xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
xsi:schemaLocation=\"http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd\">
";

pub(super) fn document(
    job: &Job<'_>,
    outgoing: &Outgoing<'_>,
    members: &[Member],
) -> Result<String, ExportError> {
    let newspapers = outgoing.newspapers()?;
    let names: Vec<&str> = newspapers.iter().map(|newspaper| newspaper.name.as_str()).collect();
    let mut elements = vec![
        element("dc:title", &format!("Web archive: {}", names.join(", "))),
        element("dc:type", "Collection"),
        element("dc:date", &moment(job.options.now)),
        element("dc:language", "vi"),
        element("dc:format", "application/wacz"),
        element("dc:format", "application/jsonl"),
    ];
    for newspaper in &newspapers {
        elements.push(element("dc:publisher", &newspaper.name));
        elements.push(element("dc:source", &newspaper.hosts.join(", ")));
        let provinces = newspaper.province.iter().chain(&newspaper.province_2025);
        elements.extend(provinces.map(|province| element("dc:coverage", province)));
    }
    if let Some((first, last)) = outgoing.span()? {
        elements.push(element("dc:coverage", &format!("captured {}/{}", moment(first), moment(last))));
    }
    let what = match job.selection.choice {
        Choice::All => "All captures of the archive",
        Choice::Newspapers(_) => "All captures of the newspapers",
        Choice::Articles(_) => "The pages of the selected articles",
    };
    elements.push(element("dc:description", &format!("{what}; selected by: {}", job.selection.filters)));
    elements.extend(
        members.iter().map(|member| element("dc:identifier", &format!("sha256:{}", member.digests.sha256))),
    );
    let lines: Vec<String> = elements.iter().map(|element| format!("  {element}\n")).collect();
    Ok(format!("{OPENING}{}</oai_dc:dc>\n", lines.concat()))
}
