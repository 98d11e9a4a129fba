//! What a loopback server sends back: an honest answer built from its parts, or any bytes in any rhythm.

use std::fmt::Write;
use std::time::Duration;

/// One act of a server on its connection.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Sends bytes as they are.
    Send(Vec<u8>),
    /// Does nothing for a while.
    Wait(Duration),
    /// Sends the bytes again and again, without end, with a rest in between.
    Forever(Vec<u8>, Duration),
    /// Closes the connection.
    Close,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    steps: Option<Vec<Step>>,
    wait: Duration,
}

impl Reply {
    /// An answer without a body.
    pub(crate) fn status(status: u16) -> Reply {
        Reply { status, headers: Vec::new(), body: Vec::new(), steps: None, wait: Duration::ZERO }
    }

    /// A page of HTML.
    pub(crate) fn html(body: impl Into<Vec<u8>>) -> Reply {
        Reply::status(200).header("content-type", "text/html; charset=utf-8").body(body)
    }

    /// Plain text: robots.txt.
    pub(crate) fn text(body: impl Into<Vec<u8>>) -> Reply {
        Reply::status(200).header("content-type", "text/plain").body(body)
    }

    /// A redirect.
    pub(crate) fn redirect(status: u16, to: &str) -> Reply {
        Reply::status(status).header("location", to)
    }

    /// Whatever the steps do, byte for byte.
    pub(crate) fn steps(steps: Vec<Step>) -> Reply {
        Reply { steps: Some(steps), ..Reply::status(200) }
    }

    /// Adds a header line.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body; its length is told.
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Reply {
        self.body = body.into();
        self
    }

    /// Lets the client wait for the head.
    pub(crate) fn after(mut self, wait: Duration) -> Reply {
        self.wait = wait;
        self
    }

    /// What the server does, step by step. `last` tells the client that the connection closes.
    pub(super) fn into_steps(self, last: bool) -> Vec<Step> {
        if let Some(steps) = self.steps {
            return steps;
        }
        let mut head = format!("HTTP/1.1 {} Reply\r\n", self.status);
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if !matches!(self.status, 204 | 304) {
            let _ = write!(head, "content-length: {}\r\n", self.body.len());
        }
        head.push_str(if last { "connection: close\r\n\r\n" } else { "\r\n" });
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        vec![Step::Wait(self.wait), Step::Send(bytes)]
    }
}
