//! The room left on the disk that an archive lies on.

use std::path::Path;

use super::ArchiveError;

/// The disk of an archive, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// What this process may still write.
    pub free: u64,
    /// The size of the whole file system.
    pub total: u64,
}

/// Asks the file system that the file at `path` lies on, or would lie on.
pub fn space(path: &Path) -> Result<Space, ArchiveError> {
    let named = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A link may lead to another disk than the folder it stands in.
    let place = if path.exists() { path } else { named };
    let stats = fs4::statvfs(place).map_err(|error| ArchiveError::io(place, error))?;
    Ok(Space { free: stats.available_space(), total: stats.total_space() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_yet_is_asked_for_by_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let space = space(&folder.path().join("khobao.db")).unwrap();
        assert!(space.free <= space.total && space.total > 0);
    }
}
