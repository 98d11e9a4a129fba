//! What stands in for Parquet in builds without the feature: a word on how to get it.

use std::path::Path;

use super::{ExportError, Job, Report};

pub(super) fn write(job: &Job<'_>, _path: &Path) -> Result<Report, ExportError> {
    Err(ExportError::NotBuilt { format: job.format.as_str(), feature: "parquet" })
}
