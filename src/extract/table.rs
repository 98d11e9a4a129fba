//! Tables: those of data, and those that only hold something in its place.

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

use super::document::{is_silent, text};

/// Tables within this many tables are no longer looked at as data.
pub(super) const TABLES_DEPTH_MAX: usize = 6;

/// A table of more cells is read as running text.
const CELLS_MAX: usize = 20_000;

/// A cell of data seldom holds more letters.
const CELL_LETTERS_MAX: usize = 400;

/// What a table turns out to be.
pub(super) enum Table {
    /// Rows parted by newlines, cells by tabs.
    Data(String),
    /// A box around text or photos.
    Box,
}

/// Reads a table: data has at least two rows of at least two cells, short texts and no photos.
pub(super) fn read(table: ElementRef<'_>) -> Table {
    let Some(rows) = rows(table) else { return Table::Box };
    let filled: Vec<&Vec<ElementRef<'_>>> = rows.iter().filter(|row| !row.is_empty()).collect();
    let wide = filled.iter().filter(|row| row.len() >= 2).count();
    if wide < 2 || wide * 2 < filled.len() {
        return Table::Box;
    }
    let mut lines = Vec::new();
    let mut full = 0_usize;
    for row in &filled {
        let cells: Vec<String> = row.iter().map(|cell| text(*cell)).collect();
        if cells.iter().any(|cell| cell.len() > CELL_LETTERS_MAX * 3) {
            return Table::Box;
        }
        full += cells.iter().filter(|cell| !cell.is_empty()).count();
        if cells.iter().any(|cell| !cell.is_empty()) {
            lines.push(cells.join("\t"));
        }
    }
    if full < 4 || lines.len() < 2 { Table::Box } else { Table::Data(lines.join("\n")) }
}

/// The rows of a table with their cells; none where a photo or another table stands in it.
fn rows(table: ElementRef<'_>) -> Option<Vec<Vec<ElementRef<'_>>>> {
    let mut rows: Vec<Vec<ElementRef<'_>>> = Vec::new();
    let mut cells = 0_usize;
    let mut node: NodeRef<'_, Node> = *table;
    loop {
        let element = ElementRef::wrap(node);
        let name = element.map_or("", |element| element.value().name());
        match (name, element) {
            ("img" | "amp-img" | "figure" | "video" | "iframe", _) => return None,
            ("table", _) if node != *table => return None,
            ("tr", _) => rows.push(Vec::new()),
            ("td" | "th", Some(cell)) => {
                cells += 1;
                if cells > CELLS_MAX {
                    return None;
                }
                rows.last_mut()?.push(cell);
            }
            _ => {}
        }
        if !is_silent(name)
            && let Some(child) = node.first_child()
        {
            node = child;
            continue;
        }
        loop {
            if node == *table {
                return Some(rows);
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            node = node.parent()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use scraper::{Html, Selector};

    use super::*;

    fn data(html: &str) -> Option<String> {
        let html = Html::parse_fragment(html);
        let table = html.select(&Selector::parse("table").unwrap()).next().unwrap();
        match read(table) {
            Table::Data(text) => Some(text),
            Table::Box => None,
        }
    }

    #[test]
    fn rows_are_parted_by_newlines_and_cells_by_tabs() {
        let html = "<table><tr><th>Xã</th><th>Số hộ</th></tr>\
                    <tr><td><p>Bình Trung</p></td><td> 1.204 </td></tr><tr><td>Nà Lầu</td><td></td></tr></table>";
        assert_eq!(data(html).unwrap(), "Xã\tSố hộ\nBình Trung\t1.204\nNà Lầu\t");
    }

    #[test]
    fn tables_that_hold_text_or_photos_are_boxes() {
        assert_eq!(
            data("<table><tr><td><img src=a.jpg></td><td>Ảnh</td></tr><tr><td>a</td><td>b</td></tr></table>"),
            None
        );
        assert_eq!(data("<table><tr><td>Một ô chữ.</td></tr></table>"), None);
        assert_eq!(data("<table><tr><td>a</td></tr><tr><td>b</td></tr></table>"), None);
    }
}
