//! The index of a WACZ: CDXJ lines in blocks, each a gzip member, and a small list of where the blocks begin. A
//! replay tool reads the list and then the one block that it needs.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::super::ExportError;
use super::super::digest::sha256;
use super::super::sort::Sorter;
use super::package::Package;

/// Lines in a block, as other tools have it.
const BLOCK_LINES: usize = 3000;

const INDEX: &str = "index.cdx.gz";

/// A block in the making, and the list.
struct Blocks {
    key: String,
    block: String,
    lines: usize,
    offset: usize,
    list: String,
}

/// Writes the index of the lines.
pub(super) fn write(package: &mut Package, sorter: Sorter) -> Result<(), ExportError> {
    let meta = json!({"format": "cdxj-gzip-1.0", "filename": INDEX});
    let mut blocks = Blocks {
        key: String::new(),
        block: String::new(),
        lines: 0,
        offset: 0,
        list: format!("!meta 0 {meta}\n"),
    };
    package.begin(&format!("indexes/{INDEX}"))?;
    sorter.drain(|line| {
        if blocks.lines == 0 {
            // The list has the key and the time of each block's first line.
            line.split(" {").next().unwrap_or_default().clone_into(&mut blocks.key);
        }
        blocks.block.push_str(line);
        blocks.block.push('\n');
        blocks.lines += 1;
        if blocks.lines == BLOCK_LINES { blocks.end(package) } else { Ok(()) }
    })?;
    blocks.end(package)?;
    package.end()?;
    package.add("indexes/index.idx", blocks.list.as_bytes())
}

impl Blocks {
    fn end(&mut self, package: &mut Package) -> Result<(), ExportError> {
        if self.lines == 0 {
            return Ok(());
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let written = encoder.write_all(self.block.as_bytes()).and_then(|()| encoder.finish());
        let packed = written.unwrap_or_default();
        let place = json!({
            "offset": self.offset,
            "length": packed.len(),
            "digest": format!("sha256:{}", sha256(&packed)),
            "filename": INDEX,
        });
        _ = writeln!(self.list, "{} {place}", self.key);
        self.offset += packed.len();
        (self.lines, self.block) = (0, String::new());
        package.put(&packed)
    }
}
