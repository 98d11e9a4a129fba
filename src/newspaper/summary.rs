//! A newspaper in one row, for the list of newspapers.

use schemars::JsonSchema;
use serde::Serialize;

use super::Newspaper;

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// The newspaper's id.
    pub id: String,
    /// Its printed name.
    pub name: String,
    /// The province it wrote for, in the borders before July 2025; null for a national newspaper.
    pub province: Option<String>,
    /// The province that holds that land since July 2025.
    pub province_2025: Option<String>,
    /// `live`, or what became of it.
    pub status: String,
    /// How well its file is evidenced: `high`, `medium` or `low`.
    pub confidence: String,
    /// The kind of evidence.
    pub evidence: Option<String>,
    /// The family its file builds on.
    pub family: Option<String>,
    /// Its hosts; the first is the one of today.
    pub hosts: Vec<String>,
    /// The codes that open its datelines.
    pub codes: Vec<String>,
    /// Its layouts, oldest first.
    pub layouts: Vec<String>,
    /// Whether today's pages are read by the generic reader, because their markup is not known.
    pub generic: bool,
}

impl Newspaper {
    /// The newspaper in one row.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            id: self.id.clone(),
            name: self.name.clone(),
            province: self.province.clone(),
            province_2025: self.province_2025.clone(),
            status: self.status.to_string(),
            confidence: self.confidence.as_str().to_owned(),
            evidence: self.evidence.clone(),
            family: self.family.clone(),
            hosts: self.hosts.clone(),
            codes: self.codes.clone(),
            layouts: self.layouts.iter().map(|layout| layout.name.clone()).collect(),
            generic: self.layouts.last().is_none_or(super::Layout::is_generic),
        }
    }
}
