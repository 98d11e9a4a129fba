//! Results on stdout: text for people, or one JSON object a line.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

/// The results' stream. A reader that goes away (`| head`) ends the run quietly.
pub(super) struct Out {
    stream: BufWriter<Box<dyn Write>>,
}

impl Out {
    /// Results go to stdout; colours only where it is a terminal or they are forced.
    pub(super) fn stdout() -> Out {
        Out { stream: BufWriter::new(Box::new(anstream::stdout())) }
    }

    /// Results go to stdout byte for byte: what looks like a terminal's escape in a page is the page's own.
    pub(super) fn exact() -> Out {
        Out { stream: BufWriter::new(Box::new(io::stdout())) }
    }

    /// Whether colours reach the reader; where they do not, signs must tell what they would.
    #[allow(clippy::unused_self)] // A question about the results' stream, not about stdout at large.
    pub(super) fn has_colour(&self) -> bool {
        anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
    }

    /// Writes a line of text.
    pub(super) fn line(&mut self, text: impl AsRef<str>) -> anyhow::Result<()> {
        self.text(text)?;
        self.write(b"\n")
    }

    /// Writes text as it is.
    pub(super) fn text(&mut self, text: impl AsRef<str>) -> anyhow::Result<()> {
        self.write(text.as_ref().as_bytes())
    }

    /// Writes one JSON object on a line of its own.
    pub(super) fn json(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        let text = serde_json::to_string(value)?;
        self.line(text)
    }

    /// Writes bytes as they are.
    pub(super) fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        unless_closed(self.stream.write_all(bytes))
    }

    /// Hands everything to the reader.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        unless_closed(self.stream.flush())
    }
}

/// The reader has gone away: nobody wants the rest.
#[derive(Debug, thiserror::Error)]
#[error("the reader of the results has gone away")]
pub(super) struct ReaderGone;

fn unless_closed(result: io::Result<()>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(ReaderGone.into()),
        other => Ok(other?),
    }
}
