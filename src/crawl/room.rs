//! Room on the disk: a crawl ends in good order before the disk is full.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::{Clock, Stop, StopReason};
use crate::archive::{self, Space};

/// What is left free on a large disk, in bytes, where nobody says otherwise.
pub const FREE_BYTES_DEFAULT: u64 = 1 << 30;
/// On a small disk this part of it is left free instead.
pub const FREE_PART_DEFAULT: u64 = 20;
/// How often the disk is asked.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// The room to be left on a disk, in bytes: what was asked for, else 1 GiB or a twentieth of a smaller disk.
#[must_use]
pub fn floor(asked: Option<u64>, disk: Space) -> u64 {
    asked.unwrap_or_else(|| FREE_BYTES_DEFAULT.min(disk.total / FREE_PART_DEFAULT))
}

/// Orders the stop where the disk has less room than is to be left. A disk that cannot be asked is taken to have
/// room: the archive itself will say when it has none.
pub(super) fn check(archive: &Path, asked: Option<u64>, stop: &Stop) {
    if let Ok(space) = archive::space(archive) {
        let floor = floor(asked, space);
        if space.free < floor {
            stop.order(StopReason::Room { free: space.free, floor });
        }
    }
}

/// Asks again and again, until the crawl ends.
pub(super) async fn watch(archive: PathBuf, asked: Option<u64>, clock: Arc<dyn Clock>, stop: Arc<Stop>) {
    while !stop.is_ordered() {
        clock.sleep(ASK_EVERY).await;
        let (archive, stop) = (archive.clone(), Arc::clone(&stop));
        // A disk on a network may answer late.
        let asking = tokio::task::spawn_blocking(move || check(&archive, asked, &stop));
        if asking.await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_disk_keeps_a_twentieth_free_and_a_large_one_a_gibibyte() {
        let disk = |total| Space { free: 0, total };
        assert_eq!(floor(None, disk(64 << 20)), (64 << 20) / 20);
        assert_eq!(floor(None, disk(1 << 40)), 1 << 30);
        assert_eq!(floor(Some(7), disk(1 << 40)), 7);
    }
}
