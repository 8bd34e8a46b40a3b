//! The log: on stderr, in English, with fields. Never an address, a subject or a text of a citizen, never a secret.

use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Libraries that print what they carry when asked for more than this: `async-imap` logs LOGIN with its password, and
/// sqlx the statements with their values.
const CAPPED: [&str; 7] = ["async_imap", "imap_proto", "lettre", "rustls", "sqlx", "html5ever", "handlebars"];

/// Starts the log. `RELEVE_LOG` is a filter as of `tracing` (`info`, `releve=debug`); `RELEVE_LOG_FORMAT=json` suits a
/// collector. A command at the prompt stays silent unless something is wrong.
pub(super) fn start(daemon: bool) {
    let usual = if daemon { LevelFilter::INFO } else { LevelFilter::WARN };
    let asked = std::env::var("RELEVE_LOG").unwrap_or_default();
    let mut filter = EnvFilter::builder().with_default_directive(usual.into()).parse_lossy(asked);
    for library in CAPPED {
        // Added last, so that they win over what was asked.
        filter = filter.add_directive(format!("{library}=warn").parse().expect("a level for a crate is a directive"));
    }
    let json = std::env::var("RELEVE_LOG_FORMAT").is_ok_and(|format| format == "json");
    // The message of a panic may quote what it stumbled over, and that may be a citizen's text.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic; its message is withheld");
    }));
    let registry = tracing_subscriber::registry().with(filter);
    // A second start within one process (the tests) keeps the first.
    let _ = if json {
        registry.with(fmt::layer().json().with_writer(std::io::stderr)).try_init()
    } else {
        registry.with(fmt::layer().with_writer(std::io::stderr).with_ansi(false)).try_init()
    };
}
