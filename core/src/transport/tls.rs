//! Certificates that a connection to the feed trusts.
//!
//! A unit's clock is often wrong: it has no battery, and the shop's network may block NTP.
//! Certificates are therefore judged by the time that the caller trusts. A certificate that is not
//! valid yet only shows that the clock is behind, because no CA issues certificates for next year;
//! it is judged at its own start of validity, up to ten years ahead. An expired certificate is
//! refused.

use super::TransferError;
use crate::clock::Clock;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
    time_provider::TimeProvider,
};
use std::{sync::Arc, time::Duration};

/// Number of certificates of one chain that may each start later than the clock.
const CHAIN: usize = 6;
/// How far ahead of the clock a certificate may start. The clock is at the program's build time at
/// least, and no unit is used for longer than this after its build.
const FARTHEST_AHEAD: Duration = Duration::from_secs(3660 * 86_400);

/// Creates the TLS configuration with the system's CAs and those of `ca_pem`.
pub(super) fn config(ca_pem: &[u8], clock: Arc<dyn Clock>) -> Result<ClientConfig, TransferError> {
    let mut roots = RootCertStore::empty();
    // A unit without the system's CAs may still have its own
    let system = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(system.certs);
    for certificate in CertificateDer::pem_slice_iter(ca_pem) {
        let added = certificate.map_err(|error| error.to_string());
        added
            .and_then(|certificate| roots.add(certificate).map_err(|error| error.to_string()))
            .map_err(|detail| TransferError::Setting { name: "ca_file", detail })?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let inner = if roots.is_empty() {
        None
    } else {
        let built = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build();
        Some(built.map_err(|error| TransferError::Certificate { detail: error.to_string() })?)
    };
    let schemes = provider.signature_verification_algorithms.supported_schemes();
    let config = ClientConfig::builder_with_details(provider, Arc::new(ClockTime(clock)))
        .with_safe_default_protocol_versions()
        .map_err(|error| TransferError::Certificate { detail: error.to_string() })?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier { inner, schemes }))
        .with_no_client_auth();
    Ok(config)
}

struct ClockTime(Arc<dyn Clock>);

impl std::fmt::Debug for ClockTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Now")
    }
}

impl TimeProvider for ClockTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now()).unwrap_or(0);
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// The usual verifier, but tolerant of a clock that is behind.
#[derive(Debug)]
struct Verifier {
    /// `None` if there are no trusted CAs
    inner: Option<Arc<WebPkiServerVerifier>>,
    schemes: Vec<SignatureScheme>,
}

impl Verifier {
    fn inner(&self) -> Result<&WebPkiServerVerifier, Error> {
        self.inner.as_deref().ok_or(Error::InvalidCertificate(CertificateError::UnknownIssuer))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let inner = self.inner()?;
        let verify =
            |now| inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let mut result = verify(now);
        let mut at = now;
        let latest = now.as_secs().saturating_add(FARTHEST_AHEAD.as_secs());
        for _ in 0..CHAIN {
            match &result {
                Err(Error::InvalidCertificate(CertificateError::NotValidYetContext {
                    not_before, ..
                })) if *not_before > at && not_before.as_secs() <= latest => {
                    at = *not_before;
                    result = verify(at);
                }
                _ => break,
            }
        }
        result
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner()?.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner()?.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}
