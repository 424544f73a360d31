//! What certval says of a certificate at a time, by what its issuers say of it: `valid`, `revoked` or `invalid: ` and why.
//!
//! ```text
//! certval-judge TIME ANCHOR CERTIFICATE NEWS [CERTIFICATE NEWS]...
//! ```
//!
//! The time is in Unix seconds, the rest are files in DER: the trust anchor, then from the certificate that it issued down
//! to the one that is asked about each with a revocation list or an OCSP response of its issuer. There is no other source:
//! what these do not say is not known, which is `invalid` too. Whoever asks wrongly gets exit 2 and no verdict.

use std::env;
use std::fs;
use std::process::ExitCode;

use certval::PathValidationStatus::{
    CertificateRevoked, CertificateRevokedEndEntity, CertificateRevokedIntermediateCa,
};
use certval::{
    CertificationPath, CertificationPathResults, CertificationPathSettings, Error, PDVCertificate,
    PDVTrustAnchorChoice, PkiEnvironment, TimeOfInterest, check_revocation_local, parse_cert,
};

/// The tag of the first member of an OCSP response (RFC 6960, 4.2.1); that of a list is a sequence.
const ENUMERATED: u8 = 0x0a;

/// What was asked: the anchor, and from it downwards certificates with what is said of them.
struct Question {
    at: u64,
    anchor: Vec<u8>,
    path: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Question {
    fn of(arguments: &[String]) -> Result<Self, String> {
        const USAGE: &str =
            "usage: certval-judge TIME ANCHOR CERTIFICATE NEWS [CERTIFICATE NEWS]...";
        let read = |file: &String| fs::read(file).map_err(|error| format!("{file}: {error}"));
        let [at, anchor, path @ ..] = arguments else { return Err(USAGE.to_owned()) };
        let (pairs, rest) = path.as_chunks::<2>();
        if pairs.is_empty() || !rest.is_empty() {
            return Err(USAGE.to_owned());
        }
        let at = at.parse().map_err(|error| format!("{at}: {error}"))?;
        // Zero would switch off every look at the time.
        if at == 0 {
            return Err(USAGE.to_owned());
        }
        let pair = |[certificate, news]: &[String; 2]| Ok((read(certificate)?, read(news)?));
        let path = pairs.iter().map(pair).collect::<Result<_, String>>()?;
        Ok(Self { at, anchor: read(anchor)?, path })
    }

    /// By RFC 5280, 6.1, then by what is said of each certificate of the path.
    fn judge(&self) -> Result<(), Error> {
        let anchor = PDVTrustAnchorChoice::create(&self.anchor, "anchor")?;
        let certificate = |(der, _): &(Vec<u8>, Vec<u8>)| parse_cert(der, "path");
        let mut path =
            self.path.iter().map(certificate).collect::<Result<Vec<PDVCertificate>, _>>()?;
        let target = path.pop().ok_or(Error::NotFound)?;
        let mut path = CertificationPath::new(anchor, path, target);
        let places = path.crls.iter_mut().zip(&mut path.ocsp_responses);
        for ((list, response), (_, news)) in places.zip(&self.path) {
            let place = if is_response(news) { response } else { list };
            *place = Some(news.clone());
        }

        let mut settings = CertificationPathSettings::new();
        settings.set_time_of_interest(TimeOfInterest::from_unix_secs(self.at)?);
        // The anchor is the one of the question.
        settings.set_require_ta_store(false);
        let mut environment = PkiEnvironment::default();
        environment.populate_5280_pki_environment();
        let mut results = CertificationPathResults::new();
        environment.validate_path(&environment, &settings, &path, &mut results)?;
        check_revocation_local(&environment, &settings, &path, &mut results)
    }
}

/// Behind the header of the outermost sequence.
fn is_response(news: &[u8]) -> bool {
    let skipped = match news.get(1) {
        Some(long) if long & 0x80 != 0 => 2 + usize::from(long & 0x7f),
        _ => 2,
    };
    news.get(skipped) == Some(&ENUMERATED)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let question = match Question::of(&arguments) {
        Ok(question) => question,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    match question.judge() {
        Ok(()) => println!("valid"),
        Err(Error::PathValidation(
            CertificateRevoked | CertificateRevokedEndEntity | CertificateRevokedIntermediateCa,
        )) => println!("revoked"),
        Err(why) => println!("invalid: {why}"),
    }
    ExitCode::SUCCESS
}
