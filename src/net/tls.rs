//! Encryption: whom to trust, and what to do when trust fails.
//!
//! The roots are those of the system plus the file of the configuration; TLS 1.2 and 1.3 only. There is no way to
//! accept a certificate that does not verify.

use std::{error::Error, io, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{NetError, Stream, io_failure, name};
use crate::config::Server;

/// Speaks TLS to `server` over `stream`; the certificate must be in the name of its `host`.
pub async fn encrypt<S: Stream>(server: &Server, stream: S) -> Result<TlsStream<S>, NetError> {
    let host = ServerName::try_from(server.host.clone())
        .map_err(|_| NetError::Settings(format!("« {} » n'est pas un nom de machine", server.host)))?;
    let connector = TlsConnector::from(Arc::new(client_config(server)?));
    connector.connect(host, stream).await.map_err(|cause| tls_failure(server, &cause))
}

fn client_config(server: &Server) -> Result<ClientConfig, NetError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in extra_roots(server)? {
        roots.add(certificate).map_err(|_| {
            NetError::Settings(format!("un certificat de `ca_file`, pour {}, n'est pas lisible", name(server)))
        })?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| NetError::Settings(format!("TLS ne peut pas être préparé : {cause}")))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// The certificates of `ca_file`, to be trusted besides those of the system.
pub fn extra_roots(server: &Server) -> Result<Vec<CertificateDer<'static>>, NetError> {
    let Some(path) = &server.ca_file else { return Ok(Vec::new()) };
    let wrong = |why: String| NetError::Settings(format!("le fichier `ca_file` {} {why}", path.display()));
    let pem = std::fs::read(path).map_err(|cause| wrong(format!("ne peut pas être lu ({})", cause.kind())))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(wrong("ne contient pas de certificat au format PEM (« -----BEGIN CERTIFICATE----- »)".into())),
    }
}

/// Says why a handshake failed, and what to do. `cause` may wrap the reason several times over.
pub fn tls_failure(server: &Server, cause: &(dyn Error + 'static)) -> NetError {
    match innermost(cause) {
        Cause::Tls(error) => NetError::TlsNotTrusted { server: name(server), why: advice(server, error) },
        Cause::Io(error) => NetError::Unreachable { server: name(server), why: io_failure(error) },
        Cause::Other => NetError::Unreachable { server: name(server), why: "la négociation a été rompue".into() },
    }
}

enum Cause<'a> {
    Tls(&'a rustls::Error),
    Io(&'a io::Error),
    Other,
}

/// `io::Error::source` skips the error that it carries: it has to be asked for by name.
fn innermost<'a>(error: &'a (dyn Error + 'static)) -> Cause<'a> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Cause::Tls(error);
    }
    if let Some(io) = error.downcast_ref::<io::Error>() {
        return match io.get_ref().map(|inner| innermost(inner)) {
            None | Some(Cause::Other) => Cause::Io(io),
            Some(found) => found,
        };
    }
    error.source().map_or(Cause::Other, innermost)
}

fn advice(server: &Server, error: &rustls::Error) -> String {
    use rustls::Error as Tls;
    match error {
        Tls::InvalidCertificate(fault) => match fault {
            CertificateError::UnknownIssuer => {
                "son certificat est signé par une autorité que ce système ne connaît pas ; donnez le certificat de cette autorité dans `ca_file`".into()
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "son certificat a expiré ; faites-le renouveler (ou vérifiez l'heure de cette machine)".into()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "son certificat n'est pas encore valable ; vérifiez l'heure de cette machine".into()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                format!("son certificat n'est pas au nom de « {} » ; mettez dans `host` un nom qui y figure", server.host)
            }
            CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
                "son certificat est celui d'une autorité (CA:TRUE), pas celui d'un serveur ; faites-lui signer un certificat de serveur".into()
            }
            other => format!("son certificat n'est pas valable ({other:?})"),
        },
        Tls::InvalidMessage(_) => {
            "ce port ne parle pas TLS d'emblée ; vérifiez le port, ou choisissez STARTTLS".into()
        }
        Tls::AlertReceived(alert) => format!("le serveur a refusé la négociation ({alert:?})"),
        Tls::PeerIncompatible(_) => "il ne connaît ni TLS 1.2 ni TLS 1.3 ; mettez-le à jour".into(),
        other => format!("la négociation a échoué ({other})"),
    }
}
