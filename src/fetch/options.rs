//! How a client is set up, and what can be wrong with that.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use reqwest::header::HeaderValue;
use reqwest::{Certificate, Proxy, redirect, retry};
use url::Url;

use super::guard::{Guard, GuardedResolver, Lookup, SystemLookup};
use super::limits::{HEADER_BYTES_MAX, HEADER_COUNT_MAX, IDLE_TIME_MAX, Limits};

/// How a client is set up. Nothing is taken from the environment: what the user wants is named here.
pub struct Options {
    /// What to be called instead of `khobao/0.1`.
    pub user_agent: Option<String>,
    /// How the newspapers can reach the person behind the crawl: a mail address or a page. It is sent with every
    /// request.
    pub contact: Option<String>,
    /// A proxy for all requests: `http://` (also without a scheme), `https://`, `socks4a://`, `socks5://` or
    /// `socks5h://`, with `user:password@` where it asks for them. It resolves the names of the pages, by whichever
    /// scheme.
    pub proxy: Option<String>,
    /// Certificate authorities to trust beside the system's: PEM, one or several a piece.
    pub ca_certificates: Vec<Vec<u8>>,
    /// Lifts the ban on addresses of this machine and of private networks.
    pub allow_private: bool,
    /// The bounds.
    pub limits: Limits,
    /// The clock that dates the exchanges.
    pub clock: Clock,
    /// How names become addresses.
    pub lookup: Arc<dyn Lookup>,
}

/// What tells the time of day.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

impl Options {
    /// The defaults, with the clock that dates the exchanges.
    pub fn new(clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Options {
        Options {
            user_agent: None,
            contact: None,
            proxy: None,
            ca_certificates: Vec::new(),
            allow_private: false,
            limits: Limits::default(),
            clock: Arc::new(clock),
            lookup: Arc::new(SystemLookup),
        }
    }
}

impl Options {
    /// What the client calls itself: what it was told to, or its own name, with the contact behind.
    pub(super) fn name(&self) -> Result<HeaderValue, FetchError> {
        let own = concat!("khobao/", env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));
        let mut text = self.user_agent.as_deref().unwrap_or(own).trim().to_owned();
        if let Some(contact) = &self.contact {
            text = format!("{text} (+{contact})");
        }
        match HeaderValue::from_str(&text) {
            Ok(value) if !text.is_empty() && value.to_str().is_ok() => Ok(value),
            _ => Err(FetchError::UserAgent(text)),
        }
    }

    /// The HTTP client underneath. Redirects are followed, bodies decoded and failures tried again by us, where it is
    /// recorded and paced.
    pub(super) fn http_client(
        &self,
        name: &HeaderValue,
        guard: Guard,
    ) -> Result<reqwest::Client, FetchError> {
        let mut certificates = Vec::new();
        for (at, pem) in self.ca_certificates.iter().enumerate() {
            certificates
                .extend(authorities(pem).map_err(|what| FetchError::Certificate { number: at + 1, what })?);
        }
        let (proxy, trusted) = match self.proxy.as_deref().map(proxy).transpose()? {
            Some((proxy, host)) => (Some(proxy), Some(host)),
            None => (None, None),
        };
        let resolver = Arc::new(GuardedResolver { lookup: self.lookup.clone(), guard, trusted });
        let builder = || {
            let builder = reqwest::Client::builder()
                .redirect(redirect::Policy::none())
                .retry(retry::never())
                .referer(false)
                .no_gzip()
                .no_deflate()
                .no_brotli()
                .no_zstd()
                .no_proxy()
                .dns_resolver(resolver.clone())
                .connect_timeout(self.limits.connect_time_max)
                .http1_max_headers(HEADER_COUNT_MAX)
                .http2_max_header_list_size(u32::try_from(HEADER_BYTES_MAX).unwrap_or(u32::MAX))
                // Set here and not only with each request, so that a proxy hears it with CONNECT too.
                .user_agent(name.clone())
                .pool_idle_timeout(IDLE_TIME_MAX)
                .pool_max_idle_per_host(1);
            match &proxy {
                Some(proxy) => builder.proxy(proxy.clone()),
                None => builder,
            }
        };
        builder()
            .tls_certs_merge(certificates.clone())
            .build()
            // A bare machine has no authorities at all: http still works, and https says what is missing.
            .or_else(|_| builder().tls_certs_only(certificates).build())
            .map_err(|error| FetchError::Setup(error.to_string()))
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The proxy may carry a password.
        f.debug_struct("Options")
            .field("user_agent", &self.user_agent)
            .field("contact", &self.contact)
            .field("proxy", &self.proxy.is_some())
            .field("ca_certificates", &self.ca_certificates.len())
            .field("allow_private", &self.allow_private)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Why a client could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The proxy's address.
    #[error(
        "the proxy '{proxy}' cannot be used: {what} \
         (write it as http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT)"
    )]
    Proxy {
        /// The proxy as the user wrote it, without its password.
        proxy: String,
        /// What is wrong.
        what: String,
    },
    /// A certificate file.
    #[error("certificate {number} of the certificate authorities cannot be read: {what} (it has to be PEM)")]
    Certificate {
        /// Which one, from 1.
        number: usize,
        /// What is wrong.
        what: String,
    },
    /// The name to be called by.
    #[error("the user agent '{0}' cannot be sent: only visible ASCII letters and blanks can")]
    UserAgent(String),
    /// The HTTP client.
    #[error("the HTTP client could not be set up: {0}")]
    Setup(String),
}

/// The authorities of a PEM file.
fn authorities(pem: &[u8]) -> Result<Vec<Certificate>, String> {
    let found = Certificate::from_pem_bundle(pem).map_err(|error| error.to_string())?;
    if found.is_empty() { Err("there is no certificate in it".to_owned()) } else { Ok(found) }
}

/// The proxy, and its host. `socks5` and `socks4` become the schemes by which the proxy resolves names.
fn proxy(text: &str) -> Result<(Proxy, String), FetchError> {
    let fault = |shown: &str, what: String| FetchError::Proxy { proxy: shown.to_owned(), what };
    // As with curl, `host:port` alone is an HTTP proxy.
    let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let url = Url::parse(&whole).map_err(|error| fault(text, error.to_string()))?;
    let mut shown = url.clone();
    if url.password().is_some() {
        let _ = shown.set_password(Some("***"));
    }
    let shown = shown.as_str();
    let host = url.host_str().ok_or_else(|| fault(shown, "it has no host".to_owned()))?.to_owned();
    let rest = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
    let scheme = match url.scheme() {
        "socks5" | "socks5h" => "socks5h",
        "socks4" | "socks4a" => "socks4a",
        scheme @ ("http" | "https") => scheme,
        other => return Err(fault(shown, format!("the scheme {other} is not known"))),
    };
    let proxy = Proxy::all(format!("{scheme}://{rest}")).map_err(|error| fault(shown, error.to_string()))?;
    Ok((proxy, host))
}
