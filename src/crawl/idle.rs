//! What a crawl does while its lanes wait: pages are packed, a few in every second in which no page is being read.
//!
//! Lanes wait most of the time, for politeness; compressing well takes ten times as long as compressing quickly, and
//! so waits for them. A lane that has a page to read finds its desk free: packing looks before every payload, works
//! on a connection of its own, and ends with the crawl. What it did not come to, the next crawl or `khobao pack` does.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tracing::debug;

use super::run::Shared;
use crate::archive::{Archive, ArchiveError, Packer, Packing};

/// How often idle moments are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A crawl that read more pages than this between two looks has no idle moments, though no page is being read just now.
const IDLE_VISITS_MAX: u64 = 64;
/// How long is packed at a time: a tenth of one core at most.
const SPELL: Duration = Duration::from_millis(100);

/// The archive and where packing stands in it.
struct Bench {
    archive: Archive,
    packer: Packer,
}

impl Bench {
    fn open(path: &Path) -> Result<Bench, ArchiveError> {
        let packer = Packer::new(&Packing::default())
            .map_err(|source| ArchiveError::Io { path: path.to_owned(), source })?;
        Ok(Bench { archive: Archive::open_existing(path)?, packer })
    }
}

/// Packs in idle moments until the crawl ends. What hinders it is no fault of the crawl.
pub(super) async fn pack(shared: Arc<Shared>, path: PathBuf) {
    let mut bench = None;
    let mut visits = 0;
    while !shared.stop.is_ordered() {
        shared.clock.sleep(LOOK_EVERY).await;
        let visits_before = std::mem::replace(&mut visits, shared.desks.visits());
        if visits - visits_before > IDLE_VISITS_MAX || !shared.desks.are_all_free() {
            continue;
        }
        let (shared, path) = (Arc::clone(&shared), path.clone());
        let spell = tokio::task::spawn_blocking(move || {
            let mut at = match bench {
                Some(bench) => bench,
                None => Bench::open(&path)?,
            };
            spell(&shared, &mut at)?;
            Ok::<_, ArchiveError>(at)
        });
        match spell.await {
            Ok(Ok(at)) => bench = Some(at),
            Ok(Err(error)) => return debug!("packing beside the crawl ends: {error}"),
            Err(error) => return debug!("packing beside the crawl broke down: {error}"),
        }
    }
}

/// Packs for a while, as long as all desks are free and something waits.
fn spell(shared: &Shared, bench: &mut Bench) -> Result<(), ArchiveError> {
    let begun = shared.clock.instant();
    while shared.clock.instant().duration_since(begun) < SPELL {
        let is_idle = !shared.stop.is_ordered() && shared.desks.are_all_free();
        if !is_idle || !bench.archive.pack_one(&mut bench.packer, shared.clock.now())? {
            break;
        }
    }
    Ok(())
}
