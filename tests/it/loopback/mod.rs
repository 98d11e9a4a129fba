//! Servers on 127.0.0.1 that do what a test tells them, down to the byte: pages, errors, and everything hostile that
//! a library's server would not let through. Each keeps a log of what it was asked and when, and dies with its value.
//!
//! A [`Site`] is a table of paths; [`Server`] serves it by HTTP/1.1, with or without TLS; [`Proxy`] and [`Socks`]
//! take any host and port to a given server, so that `https://baobackan.vn` can be stood in for; [`Http2`] is there for
//! what differs in HTTP/2.

mod http2;
mod listener;
mod proxy;
mod reply;
mod server;
mod socks;
mod tls;

pub(crate) use http2::Http2;
pub(crate) use proxy::Proxy;
pub(crate) use reply::{Reply, Step};
pub(crate) use server::{Asked, Server, Site};
pub(crate) use socks::Socks;
pub(crate) use tls::Authority;
