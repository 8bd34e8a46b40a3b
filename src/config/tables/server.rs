//! A server that we talk to: name, port, encryption, certificates.

use std::net::IpAddr;

use super::super::{
    Server, Tls,
    section::Section,
    shape::{file, host, whole, word},
};

/// Reads the keys that IMAP and SMTP have in common; the port depends on the encryption.
pub(super) fn server(from: &mut Section<'_>, tls: Tls, port: fn(Tls) -> u16) -> Option<Server> {
    let host = from.required("host", host());
    let words = vec![("implicit", Tls::Implicit), ("starttls", Tls::StartTls), ("none", Tls::None)];
    let tls = from.or("tls", word(words), tls);
    let port = from.or("port", whole(1, 65535), port(tls.unwrap_or(Tls::Implicit)));
    let ca_file = from.optional("ca_file", file());
    let (host, tls) = (host?, tls?);
    if tls == Tls::None && !loopback(&host) {
        from.tell(
            "tls",
            format!(
                "tls = \"none\" enverrait le mot de passe et les messages en clair à « {host} » ; \
                 attendu : \"implicit\" ou \"starttls\" (\"none\" : vers cette machine seulement)"
            ),
        );
    }
    Some(Server { host, port: port?, tls, ca_file: ca_file? })
}

/// Whether nothing leaves the machine on the way to this host.
fn loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
