//! Tables for people: columns by the width of their text, no frame, so that they survive copying and `grep`.

use std::fmt;

use comfy_table::{ContentArrangement, TableStyle};

/// A table.
pub(super) struct Table {
    inner: comfy_table::Table,
}

impl Table {
    /// A table with these columns.
    pub(super) fn new(columns: &[&str]) -> Table {
        let mut inner = comfy_table::Table::new();
        inner.load_style(TableStyle::new()).set_content_arrangement(ContentArrangement::Disabled);
        inner.set_header(columns.iter().copied());
        Table { inner }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.inner.add_row(cells.into_iter().collect::<Vec<_>>());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.inner.lines() {
            writeln!(f, "{}", line.trim())?;
        }
        Ok(())
    }
}
