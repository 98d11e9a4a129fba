//! `khobao parse`: the project's reading of Vietnamese newspaper text, for people who have text already.

use std::io::BufRead;

use clap::{Args as ClapArgs, ValueEnum};

use super::Ending;
use super::options::Shared;
use super::out::Out;
use crate::text::stream::{DateOfLine, DatelineOfLine, Line, TextOfLine};

/// The longest line that is read, in bytes; a longer one is cut there.
const LINE_BYTES_MAX: usize = 1 << 20;

/// Read lines of newspaper text on stdin and print what they say
///
/// Each line is TEXT, or PUBLISHED, a tab and TEXT where the publication time is known (2023-05-10,
/// 2023-05-10T17:45 or 2023-05). One JSON object a line is printed for each.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  printf '2023-05-10\\tBBK - Chiều 10/5, Đảng ủy …\\n' | khobao parse dateline"
)]
pub(super) struct Args {
    /// What to read in each line
    #[arg(value_enum)]
    what: What,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// How an article opens: code, place, part of day, date
    Dateline,
    /// A printed date line
    Date,
    /// Any text: cleaned, and folded for search
    Text,
}

pub(super) fn dateline_schema() -> schemars::Schema {
    super::schema::of::<DatelineOfLine>()
}

pub(super) fn date_schema() -> schemars::Schema {
    super::schema::of::<DateOfLine>()
}

pub(super) fn text_schema() -> schemars::Schema {
    super::schema::of::<TextOfLine>()
}

pub(super) fn run(args: &Args, _shared: &Shared) -> anyhow::Result<Ending> {
    let mut out = Out::stdout();
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    while read_line(&mut input, &mut line)? {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        let line = Line::read(text);
        match args.what {
            What::Dateline => out.json(&line.dateline())?,
            What::Date => out.json(&line.date())?,
            What::Text => out.json(&line.cleaned())?,
        }
    }
    out.finish()?;
    Ok(Ending::done())
}

/// Reads one line, however long, keeping its first [`LINE_BYTES_MAX`] bytes; false at the end of the input.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            return Ok(!line.is_empty());
        }
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let taken = end.map_or(chunk.len(), |at| at + 1);
        let room = LINE_BYTES_MAX.saturating_sub(line.len());
        line.extend_from_slice(&chunk[..taken.min(room)]);
        input.consume(taken);
        if end.is_some() {
            // An empty line is a line too.
            if line.is_empty() {
                line.push(b'\n');
            }
            return Ok(true);
        }
    }
}
