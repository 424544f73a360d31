//! One rule broken at a time (RFC 3161, 2.3 and 2.4; RFC 5652, 5; RFC 5816).

use jejak_signer::{
    Accuracy, CertificateError, GenTime, HashAlgorithm, TOKEN_BYTES_MAX, TimeAuthority, Timestamp,
    TimestampAuthority, TimestampError, TimestampToken, Window,
};

use crate::forge::{
    self, Forge, attribute, ess_v1, ess_v2, hash, integer, issuer_serial, oid, sequence, tlv,
};
use crate::office::{CA, ED25519, Office, P256, P384, RSA};
use crate::{ALWAYS, DATES, NOON, NOON_TEXT, NOTE, TSA, authority};

/// A root, a time-stamping authority under it, an honest token.
struct Bench {
    office: Office,
    authorities: Vec<TimestampAuthority>,
    honest: Forge,
}

impl Bench {
    fn new() -> Self {
        Self::with(TSA, DATES)
    }

    fn with(extensions: &str, dates: (&str, &str)) -> Self {
        let office = Office::new(P256);
        office.key("tsa", P256);
        let certificate = office.issue("tsa", "tsa", "root", extensions, dates, "0ABC");
        let honest = Forge::new(&certificate, &forge::pkcs8(&office, "tsa"), NOTE, NOON_TEXT);
        Self { authorities: authority(&office.der("root")), office, honest }
    }

    fn judge(&self, forge: &Forge) -> Result<Timestamp, TimestampError> {
        TimestampToken::parse(&forge.token())?.verify(NOTE, &self.authorities)
    }

    /// The error of the honest token after one change.
    fn broken(&self, change: impl FnOnce(&mut Forge)) -> TimestampError {
        let mut forge = self.honest.clone();
        change(&mut forge);
        self.judge(&forge).unwrap_err()
    }

    /// What the honest token says after a change that breaks nothing.
    fn sound(&self, change: impl FnOnce(&mut Forge)) -> Timestamp {
        let mut forge = self.honest.clone();
        change(&mut forge);
        self.judge(&forge).unwrap()
    }
}

#[test]
fn an_honest_token_says_over_what_when_how_exactly_and_by_whom() {
    let bench = Bench::new();
    let token = TimestampToken::parse(&bench.honest.token()).unwrap();
    let timestamp = token.verify(NOTE, &bench.authorities).unwrap();
    assert_eq!(timestamp.time(), GenTime { seconds: NOON, nanoseconds: 0 });
    assert_eq!((timestamp.accuracy(), timestamp.existed_at()), (None, NOON));
    assert_eq!(timestamp.algorithm(), HashAlgorithm::Sha256);
    assert_eq!((timestamp.policy(), timestamp.serial()), ("1.3.6.1.4.1.99999.1", "0abc"));
    assert_eq!(timestamp.chain(), [bench.office.der("tsa")]);
    assert_eq!((timestamp.authority(), timestamp.token()), (0, token.digest()));
}

#[test]
fn fractions_and_accuracy_count_and_are_rounded_up() {
    let bench = Bench::new();
    let timestamp = bench.sound(|forge| {
        forge.info.time = "20260601120000.25Z".to_owned();
        // 2 s, 3 ms, 4 us.
        forge.info.accuracy = sequence(&[integer(2), tlv(0x80, &[3]), tlv(0x81, &[4])]);
    });
    assert_eq!(timestamp.time(), GenTime { seconds: NOON, nanoseconds: 250_000_000 });
    assert_eq!(timestamp.accuracy(), Some(Accuracy { microseconds: 2_003_004 }));
    assert_eq!(timestamp.existed_at(), NOON + 1 + 3);
    let wrong = TimestampError::Malformed { what: "genTime" };
    for time in [
        "20260601120000.250Z",
        "20260601120000.Z",
        "20260601120000",
        "202606011200Z",
        "20260601120000+0700",
        "20260631120000Z",
        "20260601120000.12345678910Z",
        "20260601120000,5Z",
        "19690631120000+Z",
    ] {
        assert_eq!(bench.broken(|forge| forge.info.time = time.to_owned()), wrong, "{time}");
    }
    // Well-formed all the same, so that it is not called malformed.
    let time = "20260601120000.123456789Z";
    let finest = bench.sound(|forge| forge.info.time = time.to_owned());
    assert_eq!(finest.time(), GenTime { seconds: NOON, nanoseconds: 123_456_789 });
    for time in ["20260601120000.1234567891Z", "19691231235959Z"] {
        let found = bench.broken(|forge| forge.info.time = time.to_owned());
        assert_eq!(found, TimestampError::GenTimeOutOfReach, "{time}");
    }
    let thousand = sequence(&[tlv(0x80, &[3, 0xe8])]);
    assert_eq!(
        bench.broken(|forge| forge.info.accuracy = thousand),
        TimestampError::Malformed { what: "accuracy" }
    );
}

#[test]
fn the_content_is_signed_data_over_a_tst_info_of_version_1() {
    let bench = Bench::new();
    let other = |oid: &str| oid.to_owned();
    assert_eq!(
        bench.broken(|forge| forge.content_type = forge::DATA),
        TimestampError::NotSignedData { oid: other("1.2.840.113549.1.7.1") }
    );
    assert_eq!(
        bench.broken(|forge| forge.econtent_type = forge::DATA),
        TimestampError::NotTstInfo { oid: other("1.2.840.113549.1.7.1") }
    );
    assert_eq!(
        bench.broken(|forge| forge.info.version = 2),
        TimestampError::Version { version: 2 }
    );
    let unknown = |critical: u8| {
        let critical = tlv(1, &[critical]);
        tlv(0xa1, &sequence(&[oid(&[1, 2, 3, 4]), critical, tlv(4, &[5, 0])]))
    };
    assert_eq!(
        bench.broken(|forge| forge.info.extension = unknown(0xff)),
        TimestampError::UnknownCriticalExtension { oid: other("1.2.3.4") }
    );
    let plain = tlv(0xa1, &sequence(&[oid(&[1, 2, 3, 4]), tlv(4, &[5, 0])]));
    bench.sound(|forge| forge.info.extension = plain);
}

#[test]
fn there_is_exactly_one_signer() {
    let bench = Bench::new();
    for signers in [0, 2] {
        let broken = bench.broken(|forge| forge.signers = signers);
        assert_eq!(broken, TimestampError::Signers { signers });
    }
}

#[test]
fn nothing_stands_after_the_token_or_after_what_it_says() {
    let bench = Bench::new();
    let token = bench.honest.token();
    let parse = |bytes: &[u8]| TimestampToken::parse(bytes).unwrap_err();
    assert_eq!(parse(&[&token[..], &[0]].concat()), TimestampError::Malformed { what: "token" });
    assert_eq!(
        bench.broken(|forge| forge.info_tail = vec![5, 0]),
        TimestampError::Malformed { what: "TSTInfo" }
    );
    for end in 0..token.len() {
        assert_eq!(parse(&token[..end]), TimestampError::Malformed { what: "token" }, "{end}");
    }
    let (bytes, bytes_max) = (TOKEN_BYTES_MAX + 1, TOKEN_BYTES_MAX);
    assert_eq!(parse(&vec![0x30; bytes]), TimestampError::TooLong { bytes, bytes_max });
}

#[test]
fn the_signed_attributes_are_there_and_true() {
    let bench = Bench::new();
    assert_eq!(
        bench.broken(|forge| forge.without_attributes = true),
        TimestampError::NoSignedAttributes
    );
    assert_eq!(
        bench.broken(|forge| forge.signed_content_type = None),
        TimestampError::AttributeMissing { name: "content-type" }
    );
    assert_eq!(
        bench.broken(|forge| forge.signed_content_type = Some(forge::DATA)),
        TimestampError::OtherContentType
    );
    assert_eq!(
        bench.broken(|forge| forge.signed_digest = Some(vec![7; 32])),
        TimestampError::MessageDigest
    );
    let second = attribute(&[1, 2, 840, 113549, 1, 9, 4], &[tlv(4, &[7; 32])]);
    assert_eq!(
        bench.broken(|forge| forge.more_attributes = vec![second]),
        TimestampError::Attribute { name: "message-digest" }
    );
}

#[test]
fn the_signature_is_over_the_attributes_by_the_certificates_key() {
    let bench = Bench::new();
    bench.office.key("other", P256);
    assert_eq!(
        bench.broken(|forge| forge.key = forge::pkcs8(&bench.office, "other")),
        TimestampError::SignatureInvalid
    );
    let mut token = bench.honest.token();
    *token.last_mut().unwrap() ^= 1;
    let judged = TimestampToken::parse(&token).unwrap().verify(NOTE, &bench.authorities);
    assert_eq!(judged, Err(TimestampError::SignatureInvalid));
    assert_eq!(
        bench.broken(|forge| forge.signature_algorithm = &[1, 2, 840, 10045, 4, 1]),
        TimestampError::SignatureAlgorithm { oid: "1.2.840.10045.4.1".to_owned() }
    );
    // The hash of the content and the hash of the signature are one.
    assert_eq!(
        bench.broken(|forge| forge.digest_algorithm = forge::SHA_512),
        TimestampError::SignatureAlgorithm { oid: "1.2.840.10045.4.3.2".to_owned() }
    );
    assert_eq!(
        bench.broken(|forge| forge.digest_algorithm = forge::SHA_1),
        TimestampError::HashAlgorithm { oid: "1.3.14.3.2.26".to_owned() }
    );
}

#[test]
fn ed25519_signs_over_sha_512_and_over_nothing_else() {
    let office = Office::new(ED25519);
    office.key("tsa", ED25519);
    let certificate = office.issue("tsa", "tsa", "root", TSA, DATES, "0ABC");
    let forge =
        Forge::new(&certificate, &forge::pkcs8(&office, "tsa"), NOTE, NOON_TEXT).by_ed25519();
    let authorities = authority(&office.der("root"));
    let judge =
        |forge: &Forge| TimestampToken::parse(&forge.token()).unwrap().verify(NOTE, &authorities);
    assert_eq!(judge(&forge).unwrap().time().seconds, NOON);
    let short = Forge { digest_algorithm: forge::SHA_256, ..forge };
    let refused = TimestampError::SignatureAlgorithm { oid: "1.3.101.112".to_owned() };
    assert_eq!(judge(&short), Err(refused));
}

/// Two certificates over one key, of one issuer and one number: whose token it is, only the signed attribute says.
#[test]
fn the_certificate_in_the_token_is_the_one_that_was_signed_for() {
    let bench = Bench::new();
    let dates = ("20250101000000Z", "20300101000000Z");
    let twin = bench.office.issue("twin", "tsa", "root", TSA, dates, "0ABC");
    let substituted = |forge: &mut Forge| forge.certificates = vec![twin.clone()];
    assert_eq!(bench.broken(substituted), TimestampError::OtherSigningCertificate);
    let missing = TimestampError::AttributeMissing { name: "signing-certificate-v2" };
    assert_eq!(bench.broken(|forge| forge.ess_v2 = None), missing);
    // The older attribute alone does, and where both are there both are true.
    let own = bench.honest.certificate.clone();
    let v1_alone = |forge: &mut Forge| {
        (forge.ess_v1, forge.ess_v2) = (Some(own.clone()), None);
    };
    bench.sound(v1_alone);
    let other = TimestampError::OtherSigningCertificate;
    assert_eq!(
        bench.broken(|forge| (forge.ess_v1, forge.ess_v2) = (Some(twin.clone()), None)),
        other
    );
    assert_eq!(bench.broken(|forge| forge.ess_v1 = Some(twin.clone())), other);
    let twice = ess_v1(&hash(forge::SHA_1, &own));
    assert_eq!(
        bench.broken(|forge| {
            v1_alone(forge);
            forge.more_attributes =
                vec![attribute(&[1, 2, 840, 113549, 1, 9, 16, 2, 12], &[]), twice];
            forge.ess_v1 = None;
        }),
        TimestampError::Attribute { name: "signing-certificate" }
    );
}

#[test]
fn an_issuer_and_number_named_with_the_certificate_are_its_own() {
    let bench = Bench::new();
    let own = bench.honest.certificate.clone();
    let (_, x509) = {
        use x509_parser::prelude::FromDer;
        x509_parser::certificate::X509Certificate::from_der(&own).unwrap()
    };
    let name = x509.issuer().as_raw();
    let other = sequence(&[]);
    let named = |issuer: &[u8], serial: &[u8]| {
        let attribute = ess_v2(&hash(forge::SHA_256, &own), &issuer_serial(issuer, serial));
        move |forge: &mut Forge| (forge.ess_v2, forge.more_attributes) = (None, vec![attribute])
    };
    bench.sound(named(name, x509.raw_serial()));
    let refused = TimestampError::OtherSigningCertificate;
    assert_eq!(bench.broken(named(&other, x509.raw_serial())), refused);
    assert_eq!(bench.broken(named(name, &[0x0a, 0xbd])), refused);
}

#[test]
fn the_certificate_is_for_time_stamping_alone_and_critically_so() {
    let usage = |line: &str| format!("basicConstraints=critical,CA:FALSE\n{line}\n");
    let broken = |line: &str| Bench::with(&usage(line), DATES).broken(|_| {});
    let found = |found: &[&str]| TimestampError::ExtendedKeyUsage {
        found: found.iter().map(|oid| (*oid).to_owned()).collect(),
    };
    assert_eq!(broken(""), found(&[]));
    assert_eq!(broken("extendedKeyUsage=critical,emailProtection"), found(&["1.3.6.1.5.5.7.3.4"]));
    assert_eq!(
        broken("extendedKeyUsage=critical,timeStamping,emailProtection"),
        found(&["1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.8"])
    );
    assert_eq!(
        broken("extendedKeyUsage=critical,timeStamping,anyExtendedKeyUsage"),
        found(&["2.5.29.37.0", "1.3.6.1.5.5.7.3.8"])
    );
    assert_eq!(
        broken("extendedKeyUsage=timeStamping"),
        TimestampError::ExtendedKeyUsageNotCritical
    );
    assert_eq!(
        broken("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,keyEncipherment"),
        TimestampError::KeyUsage
    );
    assert_eq!(
        broken(
            "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature,cRLSign"
        ),
        TimestampError::KeyUsage
    );
    // Without a key usage nothing is forbidden (RFC 5280, 4.2.1.3).
    Bench::with(&usage("extendedKeyUsage=critical,timeStamping"), DATES).sound(|_| {});
    let authority = "basicConstraints=critical,CA:TRUE\nextendedKeyUsage=critical,timeStamping\n";
    let refused = Bench::with(authority, DATES).broken(|_| {});
    assert_eq!(refused, TimestampError::Path(webpki::Error::CaUsedAsEndEntity));
}

#[test]
fn the_certificate_is_in_the_token() {
    let bench = Bench::new();
    let none = |forge: &mut Forge| forge.certificates = Vec::new();
    assert_eq!(bench.broken(none), TimestampError::CertificateMissing);
    let root = bench.office.der("root");
    assert_eq!(
        bench.broken(|forge| forge.certificates = vec![root.clone()]),
        TimestampError::CertificateMissing
    );
    // What else is there is passed over, up to a bound.
    let mut others: Vec<Vec<u8>> = (0..7).map(|number| sequence(&[integer(number)])).collect();
    others.push(bench.honest.certificate.clone());
    bench.sound(|forge| forge.certificates = others.clone());
    others.push(root);
    assert_eq!(
        bench.broken(|forge| forge.certificates = others),
        TimestampError::TooManyCertificates { found: 9, found_max: 8 }
    );
}

#[test]
fn a_weak_key_or_a_broken_certificate_signs_nothing() {
    let office = Office::new(P256);
    office.key("tsa", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]);
    let certificate = office.issue("tsa", "tsa", "root", TSA, DATES, "0ABC");
    office.key("other", P256);
    let forge = Forge::new(&certificate, &forge::pkcs8(&office, "other"), NOTE, NOON_TEXT);
    let token = TimestampToken::parse(&forge.token()).unwrap();
    let refused = token.verify(NOTE, &authority(&office.der("root"))).unwrap_err();
    assert!(matches!(&refused, TimestampError::Certificate(CertificateError::Key(_))), "{refused}");
    assert_eq!(refused.code(), "modulus-length");
}

#[test]
fn the_path_is_valid_at_the_tokens_own_time_however_long_ago() {
    // Expired since 2022: what was stamped before stands, what claims to be later does not.
    let bench = Bench::with(TSA, ("20200601000000Z", "20220601000000Z"));
    let at = |time: &'static str| move |forge: &mut Forge| forge.info.time = time.to_owned();
    bench.sound(at("20200601000000Z"));
    bench.sound(at("20220601000000Z"));
    let refused = |time| bench.broken(at(time));
    assert!(matches!(
        refused("20220601000001Z"),
        TimestampError::Path(webpki::Error::CertExpired { .. })
    ));
    assert!(matches!(
        refused("20200531235959Z"),
        TimestampError::Path(webpki::Error::CertNotValidYet { .. })
    ));
}

#[test]
fn the_path_leads_to_an_anchor_that_is_trusted_at_that_time() {
    let bench = Bench::new();
    let token = TimestampToken::parse(&bench.honest.token()).unwrap();
    let under = |authorities: &[TimestampAuthority]| token.verify(NOTE, authorities);
    let unknown = Err(TimestampError::Path(webpki::Error::UnknownIssuer));
    assert_eq!(under(&[]), unknown);
    bench.office.key("elsewhere", P256);
    let other = bench.office.issue("elsewhere", "elsewhere", "elsewhere", CA, DATES, "09");
    let other = TimestampAuthority::new(other, ALWAYS, Vec::new()).unwrap();
    assert_eq!(under(std::slice::from_ref(&other)), unknown);
    // The same name, another key.
    let twin = TimestampAuthority::new(Office::new(P256).der("root"), ALWAYS, Vec::new()).unwrap();
    let forged = TimestampError::Path(webpki::Error::InvalidSignatureForPublicKey);
    assert_eq!(under(&[twin, other.clone()]), Err(forged));

    let root = bench.office.der("root");
    let within = |not_before, not_after| {
        TimestampAuthority::new(root.clone(), Window { not_before, not_after }, Vec::new()).unwrap()
    };
    let both = [other, within(NOON, NOON)];
    assert_eq!(under(&both).unwrap().authority(), 1);
    let refused = |not_before, not_after| {
        Err(TimestampError::AnchorNotTrusted { not_before, not_after, at: NOON })
    };
    assert_eq!(under(&[within(NOON + 1, NOON + 9)]), refused(NOON + 1, NOON + 9));
    assert_eq!(under(&[within(NOON - 9, NOON - 1)]), refused(NOON - 9, NOON - 1));
    // A leaf cannot be an anchor.
    let leaf = TimestampAuthority::new(bench.office.der("tsa"), ALWAYS, Vec::new()).unwrap_err();
    assert_eq!(leaf, CertificateError::NotAnAuthority);
}

#[test]
fn an_expired_anchor_leads_nowhere() {
    let office = Office::new(P256);
    let root =
        office.issue("root", "root", "root", CA, ("20200101000000Z", "20260101000000Z"), "02");
    office.key("tsa", P256);
    let certificate = office.issue("tsa", "tsa", "root", TSA, DATES, "0ABC");
    let forge = Forge::new(&certificate, &forge::pkcs8(&office, "tsa"), NOTE, NOON_TEXT);
    let refused = TimestampToken::parse(&forge.token()).unwrap().verify(NOTE, &authority(&root));
    let (not_before, not_after) = (1_577_836_800, 1_767_225_600);
    assert_eq!(refused, Err(TimestampError::AnchorNotTrusted { not_before, not_after, at: NOON }));
}

#[test]
fn intermediates_may_sign_and_may_stamp() {
    let judge = |extensions: &str| {
        let office = Office::new(RSA);
        office.key("middle", P384);
        let middle = office.issue("middle", "middle", "root", extensions, DATES, "0AAA");
        office.key("tsa", P256);
        let certificate = office.issue("tsa", "tsa", "middle", TSA, DATES, "0ABC");
        let mut forge = Forge::new(&certificate, &forge::pkcs8(&office, "tsa"), NOTE, NOON_TEXT);
        forge.certificates = vec![office.der("root"), certificate.clone(), middle.clone()];
        let token = TimestampToken::parse(&forge.token()).unwrap();
        let judged = token.verify(NOTE, &authority(&office.der("root")));
        judged.map(|timestamp| assert_eq!(timestamp.chain(), [certificate, middle]))
    };
    assert_eq!(judge(&format!("{CA}extendedKeyUsage=timeStamping\n")), Ok(()));
    assert_eq!(judge(CA), Ok(()));
    let other = judge(&format!("{CA}extendedKeyUsage=emailProtection\n"));
    let found = vec!["1.3.6.1.5.5.7.3.4".to_owned()];
    assert_eq!(other, Err(TimestampError::ExtendedKeyUsage { found }));
    let mute = judge("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\n");
    assert_eq!(mute, Err(TimestampError::Certificate(CertificateError::CertSignMissing)));
}

#[test]
fn an_anchor_that_allows_no_intermediates_has_none_below() {
    let office = Office::new(P256);
    let short = CA.replace("CA:TRUE", "CA:TRUE,pathlen:0");
    let dates = ("20200101000000Z", "20400101000000Z");
    let root = office.issue("root", "root", "root", &short, dates, "02");
    office.key("middle", P256);
    let middle = office.issue("middle", "middle", "root", CA, DATES, "0AAA");
    office.key("tsa", P256);
    let certificate = office.issue("tsa", "tsa", "middle", TSA, DATES, "0ABC");
    let mut forge = Forge::new(&certificate, &forge::pkcs8(&office, "tsa"), NOTE, NOON_TEXT);
    forge.certificates.push(middle);
    let judged = TimestampToken::parse(&forge.token()).unwrap().verify(NOTE, &authority(&root));
    assert_eq!(judged, Err(TimestampError::Path(webpki::Error::PathLenConstraintViolated)));
}

#[test]
fn the_imprint_is_of_the_stamped_bytes_by_an_accepted_hash() {
    let bench = Bench::new();
    for (hash, algorithm) in
        [(forge::SHA_384, HashAlgorithm::Sha384), (forge::SHA_512, HashAlgorithm::Sha512)]
    {
        assert_eq!(bench.sound(|forge| forge.info.hash = hash).algorithm(), algorithm);
    }
    assert_eq!(
        bench.broken(|forge| forge.info.hash = forge::SHA_1),
        TimestampError::HashAlgorithm { oid: "1.3.14.3.2.26".to_owned() }
    );
    let other = |forge: &mut Forge| forge.info.stamped = b"other".to_vec();
    assert_eq!(bench.broken(other), TimestampError::Imprint);
}

#[test]
fn the_policy_is_one_that_is_accepted_where_some_are_named() {
    let bench = Bench::new();
    let token = TimestampToken::parse(&bench.honest.token()).unwrap();
    let under = |policies: &[&str]| {
        let policies = policies.iter().map(|policy| (*policy).to_owned()).collect();
        let authority = TimestampAuthority::new(bench.office.der("root"), ALWAYS, policies);
        token.verify(NOTE, &[authority.unwrap()]).map(|timestamp| timestamp.policy().to_owned())
    };
    let own = "1.3.6.1.4.1.99999.1".to_owned();
    assert_eq!(under(&["1.2.3", &own]), Ok(own.clone()));
    assert_eq!(under(&["1.2.3"]), Err(TimestampError::Policy { policy: own }));
}

#[test]
fn an_authority_of_a_trust_policy_counts_until_the_second_before_its_end() {
    let bench = Bench::new();
    let token = TimestampToken::parse(&bench.honest.token()).unwrap();
    let until = |trusted_until| {
        let named = TimeAuthority {
            name: "uji".to_owned(),
            url: "http://tsa.example.id/".to_owned(),
            anchor: bench.office.der("root"),
            policies: Vec::new(),
            trusted_from: Some(NOON),
            trusted_until,
        };
        let authority = TimestampAuthority::try_from(&named).unwrap();
        token.verify(NOTE, &[authority]).map(|timestamp| timestamp.authority())
    };
    assert_eq!(until(None), Ok(0));
    assert_eq!(until(Some(NOON + 1)), Ok(0));
    let (not_before, not_after, at) = (NOON, NOON - 1, NOON);
    let ended = TimestampError::AnchorNotTrusted { not_before, not_after, at };
    assert_eq!(until(Some(NOON)), Err(ended));
}

/// Who lists the policies under which an authority's tokens count has processed them in its certificate, too (RFC 5280,
/// 4.2.1.4).
#[test]
fn critical_certificate_policies_count_where_they_are_allowed() {
    const POLICY: &str = "1.3.6.1.4.1.99999.1";
    let critical = format!("{TSA}certificatePolicies=critical,{POLICY}\n");
    let bench = Bench::with(&critical, DATES);
    let judged = |policies: &[&str]| {
        let policies = policies.iter().map(|policy| (*policy).to_owned()).collect();
        let root = bench.office.der("root");
        let authorities = [TimestampAuthority::new(root, ALWAYS, policies).unwrap()];
        TimestampToken::parse(&bench.honest.token()).unwrap().verify(NOTE, &authorities)
    };
    assert_eq!(judged(&[POLICY, "1.2.3"]).unwrap().chain(), [bench.office.der("tsa")]);
    for refused in [judged(&[]), judged(&["1.2.3"])] {
        let unsupported = TimestampError::Path(webpki::Error::UnsupportedCriticalExtension);
        assert_eq!(refused, Err(unsupported));
    }
}
