//! The configuration: parsed and validated once, at the start, and handed on as a value.
//!
//! Each option is taken from the command line, else from the environment (`BILLHEAD_…`), else from the file named by
//! `--config`, else it has its default. Deliberately absent: secrets, and anything that the vendor sets while it runs.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::Args;
use ipnet::IpNet;
use serde::Deserialize;

use crate::domain::key::Tier;
use crate::domain::time::Timestamp;
use crate::error::{Error, Result};

/// The options of `serve` as they are given.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ServeOptions {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "BILLHEAD_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Directory of the database and its key, made if missing [default: ./data]
    #[arg(long, env = "BILLHEAD_DATA", value_name = "DIRECTORY")]
    pub data: Option<PathBuf>,
    /// File with these options, as TOML
    #[arg(long, env = "BILLHEAD_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Billing time that is moved by hand, from this time on. For a new directory; one that was made so keeps its time
    #[arg(long, env = "BILLHEAD_TEST_CLOCK", value_name = "TIME", num_args = 0..=1, default_missing_value = "")]
    pub test_clock: Option<String>,
    /// What to log: error, warn, info, debug, or directives such as billhead=debug [default: info]
    #[arg(long, env = "BILLHEAD_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Worker threads [default: one a core]
    #[arg(long, env = "BILLHEAD_WORKERS", value_name = "N")]
    pub workers: Option<usize>,
    /// Where the pages are reached from outside, such as https://billing.example.com: for links, and for cookies that need TLS
    #[arg(long, env = "BILLHEAD_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed: addresses and networks, separated by commas
    #[arg(long, env = "BILLHEAD_TRUSTED_PROXIES", value_name = "LIST")]
    pub trusted_proxies: Option<String>,
    /// Requests a minute of the standard tier [default: 60]
    #[arg(long, env = "BILLHEAD_RATE_STANDARD", value_name = "N")]
    pub rate_standard: Option<NonZeroU32>,
    /// Requests a minute of the professional tier [default: 120]
    #[arg(long, env = "BILLHEAD_RATE_PROFESSIONAL", value_name = "N")]
    pub rate_professional: Option<NonZeroU32>,
    /// Requests a minute of the enterprise tier [default: 300]
    #[arg(long, env = "BILLHEAD_RATE_ENTERPRISE", value_name = "N")]
    pub rate_enterprise: Option<NonZeroU32>,
    /// Most writes in one transaction; for measuring [default: 256]
    #[arg(long, env = "BILLHEAD_WRITE_BATCH", value_name = "N", hide = true)]
    pub write_batch: Option<usize>,
}

/// The configuration of `serve`.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: SocketAddr,
    pub data: PathBuf,
    /// A test clock is wanted, from this time on where the directory is new.
    pub test_clock: Option<Option<Timestamp>>,
    pub log: String,
    pub workers: usize,
    pub public_url: Option<PublicUrl>,
    pub trusted_proxies: TrustedProxies,
    pub rates: Rates,
    pub write_batch: usize,
}

/// Requests a minute by tier.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    pub standard: NonZeroU32,
    pub professional: NonZeroU32,
    pub enterprise: NonZeroU32,
}

impl Default for Rates {
    fn default() -> Self {
        let rate = |tier: Tier| NonZeroU32::new(tier.default_per_minute()).expect("no tier has a rate of nothing");
        Self { standard: rate(Tier::Standard), professional: rate(Tier::Professional), enterprise: rate(Tier::Enterprise) }
    }
}

impl Rates {
    pub fn of(&self, tier: Tier) -> NonZeroU32 {
        match tier {
            Tier::Standard => self.standard,
            Tier::Professional => self.professional,
            Tier::Enterprise => self.enterprise,
        }
    }
}

/// The proxies that may say for whom they ask.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    pub fn parse(list: &str) -> Result<Self, String> {
        let parse = |part: &str| {
            part.parse::<IpNet>().or_else(|_| part.parse::<IpAddr>().map(IpNet::from)).map_err(|_| format!("\"{part}\" is neither an address nor a network"))
        };
        list.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse).collect::<Result<_, _>>().map(Self)
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }
}

/// Where the server is reached from outside: scheme and host, without a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicUrl(String);

impl PublicUrl {
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not of the form https://billing.example.com");
        let url = url::Url::parse(text).map_err(|_| wrong())?;
        let plain = matches!(url.scheme(), "http" | "https") && url.host().is_some() && url.username().is_empty() && url.password().is_none();
        if plain && url.path() == "/" && url.query().is_none() && url.fragment().is_none() {
            Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
        } else {
            Err(wrong())
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https:")
    }
}

/// What the libraries say of their own start is of no use to anybody.
const DEFAULT_LOG: &str = "info,actix_server=warn";
pub const DEFAULT_DATA: &str = "./data";

/// The time that a test clock begins with; none where it is left out.
pub fn parse_test_clock(text: &str) -> Result<Option<Timestamp>> {
    let time = (!text.is_empty()).then(|| Timestamp::parse(text)).transpose();
    time.map_err(|e| Error::Internal(format!("--test-clock: {e}")))
}

impl ServeOptions {
    pub fn resolve(self) -> Result<Config> {
        let file = match &self.config {
            Some(path) => Self::read_file(path)?,
            None => Self::default(),
        };
        let defaults = Rates::default();
        let proxies = self.trusted_proxies.or(file.trusted_proxies).unwrap_or_default();
        let public_url = self.public_url.or(file.public_url);
        let workers = self.workers.or(file.workers).unwrap_or_else(|| std::thread::available_parallelism().map_or(2, usize::from));
        if !(1..=256).contains(&workers) {
            return Err(Error::Internal(format!("workers is {workers}; it must be 1 to 256")));
        }
        Ok(Config {
            listen: self.listen.or(file.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            data: self.data.or(file.data).unwrap_or_else(|| DEFAULT_DATA.into()),
            test_clock: self.test_clock.or(file.test_clock).map(|t| parse_test_clock(&t)).transpose()?,
            log: self.log.or(file.log).unwrap_or_else(|| DEFAULT_LOG.into()),
            workers,
            public_url: public_url.map(|u| PublicUrl::parse(&u)).transpose().map_err(|e| Error::Internal(format!("public-url: {e}")))?,
            trusted_proxies: TrustedProxies::parse(&proxies).map_err(|e| Error::Internal(format!("trusted-proxies: {e}")))?,
            rates: Rates {
                standard: self.rate_standard.or(file.rate_standard).unwrap_or(defaults.standard),
                professional: self.rate_professional.or(file.rate_professional).unwrap_or(defaults.professional),
                enterprise: self.rate_enterprise.or(file.rate_enterprise).unwrap_or(defaults.enterprise),
            },
            write_batch: self.write_batch.or(file.write_batch).unwrap_or(256),
        })
    }

    fn read_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::Internal(format!("cannot read the configuration file {}: {e}", path.display())))?;
        toml::from_str(&text).map_err(|e| Error::Internal(format!("{} is not right: {e}", path.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_wins_over_the_file_and_the_file_over_the_default() {
        let directory = tempfile::tempdir().unwrap_or_else(|e| panic!("{e}"));
        let path = directory.path().join("billhead.toml");
        std::fs::write(&path, "listen = \"127.0.0.1:9000\"\nrate-standard = 7\ndata = \"/srv/b\"\n").unwrap_or_else(|e| panic!("{e}"));
        let options = ServeOptions { config: Some(path.clone()), listen: Some(SocketAddr::from(([127, 0, 0, 1], 9001))), ..ServeOptions::default() };
        let config = options.resolve().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((config.listen.port(), config.rates.standard.get(), config.rates.enterprise.get()), (9001, 7, 300));
        std::fs::write(&path, "lisen = \"127.0.0.1:9000\"").unwrap_or_else(|e| panic!("{e}"));
        let error = ServeOptions { config: Some(path), ..ServeOptions::default() }.resolve();
        assert!(error.is_err_and(|e| e.to_string().contains("lisen")));
    }

    #[test]
    fn a_public_url_is_a_scheme_and_a_host() {
        let parsed = |text: &str| PublicUrl::parse(text).ok().map(|u| (u.as_str().to_owned(), u.is_secure()));
        assert_eq!(parsed("https://billing.example.com/"), Some(("https://billing.example.com".into(), true)));
        assert_eq!(parsed("http://10.0.0.1:8080"), Some(("http://10.0.0.1:8080".into(), false)));
        for wrong in ["", "billing.example.com", "ftp://x", "https://x/path", "https://x/?a=1", "https://u:p@x", "https://x/#a", "javascript:alert(1)"] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        let proxies = TrustedProxies::parse("127.0.0.1, 10.0.0.0/8,::1").unwrap_or_else(|e| panic!("{e}"));
        for (address, trusted) in [("127.0.0.1", true), ("10.9.8.7", true), ("::1", true), ("127.0.0.2", false)] {
            assert_eq!(address.parse().map(|a| proxies.contains(a)), Ok(trusted), "{address}");
        }
        assert!(TrustedProxies::parse("localhost").is_err());
    }
}
