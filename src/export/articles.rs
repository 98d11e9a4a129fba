//! The selected articles, one at a time.

use super::{ExportError, Job};
use crate::archive::StoredArticle;

impl Job<'_> {
    /// Calls `see` with each selected article, its place in the selection from 0 on, in the order of their numbers.
    /// Begins at `from`.
    pub(super) fn each_article(
        &self,
        from: usize,
        mut see: impl FnMut(usize, &StoredArticle) -> Result<(), ExportError>,
    ) -> Result<u64, ExportError> {
        let all = self.selection.articles.len() as u64;
        let mut seen = 0;
        for (place, id) in self.selection.articles.iter().enumerate().skip(from) {
            if let Some(stored) = self.reader.article(*id)? {
                see(place, &stored)?;
                seen += 1;
            }
            self.step(place as u64 + 1, all)?;
        }
        Ok(seen)
    }
}
