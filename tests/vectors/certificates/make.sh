#!/usr/bin/env bash
# Makes the certificates that `cases.json` names, right ones and wrong ones, with OpenSSL and a shell.
# All keys are thrown away. What OpenSSL does not make (a serial number of zero, a point beside the
# curve) is put into the signed part by hand, which is then signed again: each is wrong in one way.
set -euo pipefail
cd "$(dirname "$0")"
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

since=20250101000000Z
until=20450101000000Z
person='keyUsage = critical, digitalSignature, nonRepudiation'
issues='keyUsage = critical, keyCertSign, cRLSign'
plain='basicConstraints = critical, CA:FALSE'
subject_id='subjectKeyIdentifier = hash'
issuer_id='authorityKeyIdentifier = keyid'
leaf="$plain
$subject_id
$issuer_id"
above="$subject_id
$issuer_id"

cat >ca.cnf <<'CNF'
[ca]
default_ca = any
[any]
database = index.txt
new_certs_dir = .
serial = serial
policy = policy
preserve = yes
unique_subject = no
email_in_dn = yes
[policy]
countryName = optional
organizationName = optional
commonName = optional
CNF
: >index.txt
count=0

key() { # NAME ALGORITHM [OPTION...]: a private key
    local name=$1 algorithm=$2 options=()
    shift 2
    for option in "$@"; do options+=(-pkeyopt "$option"); done
    openssl genpkey -algorithm "$algorithm" "${options[@]}" -out "$name.key" 2>/dev/null
}

issue() { # NAME SUBJECT KEY ISSUER EXTENSIONS [DIGEST]: ISSUER is a name with .key and .pem, or `self`
    local name=$1 subject=$2 key=$3 issuer=$4 extensions=$5 digest=${6:-sha256}
    local by=(-selfsign -keyfile "$key.key")
    [[ $issuer == self ]] || by=(-keyfile "$issuer.key" -cert "$issuer.pem")
    printf '%s\n' "$extensions" >ext.cnf
    count=$((count + 1))
    printf '5eed%012x\n' "$count" >serial
    openssl req -new -key "$key.key" -subj "$subject" -out csr.pem
    openssl ca -batch -notext -config ca.cnf -in csr.pem "${by[@]}" -md "$digest" -extfile ext.cnf \
        -startdate "$since" -enddate "$until" -out "$name.pem" 2>ca.log || { cat ca.log >&2; exit 1; }
}

at_dates() { # SINCE UNTIL COMMAND...: the same, valid at other dates
    local since=$1 until=$2
    shift 2
    "$@"
}

root() { issue "$1" "/C=ID/O=Uji/CN=Root Uji" root self "$2" "${3:-sha256}"; }
issuing() { issue "$1" "/C=ID/O=Uji/CN=PSrE Uji" issuing root "$2" "${3:-sha384}"; }
holder() { issue "$1" "/C=ID/O=Dinas Uji/CN=Pejabat Uji" "${3:-holder}" "${4:-issuing}" "$2" "${5:-sha256}"; }

hex() { od -An -v -tx1 | tr -d ' \n'; }
bytes() { printf "$(sed 's/../\\x&/g' <<<"$1")"; }
tlv() { # TAG CONTENT, both in hexadecimal
    local length=$((${#2} / 2))
    if ((length < 128)); then printf '%s%02x%s' "$1" "$length" "$2"
    elif ((length < 256)); then printf '%s81%02x%s' "$1" "$length" "$2"
    else printf '%s82%04x%s' "$1" "$length" "$2"; fi
}
signed_part() { openssl x509 -in "$1.pem" -outform DER | openssl asn1parse -inform DER -strparse 4 -noout -out /dev/stdout | hex; }
spki() { openssl pkey -in "$1.key" -pubout -outform DER | hex; }
write() { # NAME HEX
    { echo '-----BEGIN CERTIFICATE-----'; bytes "$2" | base64 -w 64; echo '-----END CERTIFICATE-----'; } >"$1.pem"
}
forge() { # NAME BASE FROM TO: BASE with FROM replaced by TO in its signed part, signed again
    local content
    content=$(signed_part "$2")
    case ${content:2:2} in # its own tag and length
        81) content=${content:6} ;;
        82) content=${content:8} ;;
    esac
    [[ $content == *"$3"* ]] || { echo "$1: $3 is not in $2" >&2; exit 1; }
    local part signature
    part=$(tlv 30 "${content/"$3"/"$4"}")
    signature=$(bytes "$part" | openssl dgst -sha256 -sign issuing.key | hex)
    write "$1" "$(tlv 30 "$part$sha256_with_rsa$(tlv 03 "00$signature")")"
}
name() { # COUNTRY ORGANIZATION COMMON-NAME
    local sets='' oid=6
    for text in "$1" "$2" "$3"; do
        local tag=0c
        ((oid == 6)) && tag=13
        sets+=$(tlv 31 "$(tlv 30 "060355040$(printf '%x' "$oid")$(tlv "$tag" "$(printf %s "$text" | hex)")")")
        oid=$((oid == 6 ? 10 : 3))
    done
    tlv 30 "$sets"
}
sha256_with_rsa=300d06092a864886f70d01010b0500
sha384_with_rsa=300d06092a864886f70d01010c0500

# The right ones, as the national authorities issue them: RSA above, a person's key below.
key root RSA rsa_keygen_bits:2048
key issuing RSA rsa_keygen_bits:2048
key holder ED25519
key rsa-2048 RSA rsa_keygen_bits:2048
key rsa-4096 RSA rsa_keygen_bits:4096
key p256 EC ec_paramgen_curve:P-256 ec_param_enc:named_curve
key p384 EC ec_paramgen_curve:P-384 ec_param_enc:named_curve
authority="basicConstraints = critical, CA:TRUE, pathlen:0
$issues
$above"
root anchor "basicConstraints = critical, CA:TRUE, pathlen:1
$issues
$subject_id"
cp anchor.pem root.pem
issuing issuing "$authority"
right="$leaf
$person"
holder ed25519 "$right"
for name in rsa-2048 rsa-4096 p256 p384; do holder "$name" "$right" "$name"; done
holder signed-with-sha512 "$right" holder issuing sha512
holder under-anchor "$right" holder root

# Authorities on curves.
key ec-root EC ec_paramgen_curve:P-384 ec_param_enc:named_curve
key ec-issuing EC ec_paramgen_curve:P-256 ec_param_enc:named_curve
issue ec-root "/C=ID/O=Uji/CN=Root Kurva" ec-root self "basicConstraints = critical, CA:TRUE, pathlen:1
$issues
$subject_id" sha384
issue ec-issuing "/C=ID/O=Uji/CN=PSrE Kurva" ec-issuing ec-root "$authority" sha384
holder under-curves "$right" holder ec-issuing

# Key usage and purpose of the leaf.
holder key-encipherment "$leaf
keyUsage = critical, keyEncipherment"
holder digital-signature "$leaf
keyUsage = critical, digitalSignature"
holder no-key-usage "$leaf"
holder cert-sign-leaf "$leaf
keyUsage = critical, digitalSignature, nonRepudiation, keyCertSign"
holder crl-sign-leaf "$leaf
keyUsage = critical, digitalSignature, nonRepudiation, cRLSign"
holder ca-leaf "basicConstraints = critical, CA:TRUE
$above
keyUsage = critical, digitalSignature, nonRepudiation, keyCertSign"
holder no-basic-constraints "$above
$person"
for purpose in emailProtection clientAuth 1.3.6.1.5.5.7.3.36 timeStamping serverAuth codeSigning OCSPSigning anyExtendedKeyUsage; do
    holder "for-$purpose" "$right
extendedKeyUsage = $purpose"
done
mv for-1.3.6.1.5.5.7.3.36.pem for-documentSigning.pem
holder empty-purposes "$right
2.5.29.37 = DER:3000"

# Keys.
key rsa-1024 RSA rsa_keygen_bits:1024
key rsa-2052 RSA rsa_keygen_bits:2052
key rsa-4104 RSA rsa_keygen_bits:4104
key rsa-e3 RSA rsa_keygen_bits:2048 rsa_keygen_pubexp:3
key rsa-pss RSA-PSS rsa_keygen_bits:2048
key p192 EC ec_paramgen_curve:prime192v1 ec_param_enc:named_curve
key p521 EC ec_paramgen_curve:P-521 ec_param_enc:named_curve
key secp256k1 EC ec_paramgen_curve:secp256k1 ec_param_enc:named_curve
key explicit-curve EC ec_paramgen_curve:P-256 ec_param_enc:explicit
key ed448 ED448
openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:2048 -out dsa.par 2>/dev/null
openssl genpkey -paramfile dsa.par -out dsa.key
openssl ec -in p256.key -conv_form compressed -out compressed.key 2>/dev/null
for name in rsa-1024 rsa-2052 rsa-4104 rsa-e3 rsa-pss p192 p521 secp256k1 explicit-curve ed448 dsa compressed; do
    holder "$name" "$right" "$name"
done
p256=$(spki p256)
forge beside-the-curve p256 "$p256" "${p256::-2}$(printf '%02x' $((0x${p256: -2} ^ 1)))"
head=301306072a8648ce3d020106082a8648ce3d030107
forge at-infinity p256 "$p256" "$(tlv 30 "$head$(tlv 03 0000)")"
forge small-order ed25519 "$(spki holder)" "302a300506032b6570032100$(printf '01%062d' 0)"

# What else the leaf says.
holder policies "$right
certificatePolicies = 2.16.360.1.1.1.5.1"
holder critical-policies "$right
certificatePolicies = critical, 2.16.360.1.1.1.5.1"
holder unknown-critical "$right
1.2.3.4 = critical, DER:0500"
holder unknown-extension "$right
1.2.3.4 = DER:0500"
holder another-extension "$right
2.5.29.99 = DER:04040badcafe"
forge duplicate-extension another-extension 0603551d63 0603551d0e # a second subject key identifier
holder critical-subject-id "$plain
$issuer_id
$person
subjectKeyIdentifier = critical, hash"
holder critical-issuer-id "$plain
$subject_id
$person
authorityKeyIdentifier = none
2.5.29.35 = critical, DER:3016$(openssl x509 -in issuing.pem -noout -ext subjectKeyIdentifier | tail -n 1 | tr -d ' :\n' | sed 's/^/8014/')"
holder no-issuer-id "$plain
$subject_id
authorityKeyIdentifier = none
$person"
holder policy-constraints "$right
policyConstraints = requireExplicitPolicy:3"
holder critical-policy-constraints "$right
policyConstraints = critical, requireExplicitPolicy:3"
holder access "$right
authorityInfoAccess = OCSP;URI:http://ocsp.example.go.id/"
holder critical-access "$right
authorityInfoAccess = critical, OCSP;URI:http://ocsp.example.go.id/"
holder malformed-access "$right
1.3.6.1.5.5.7.1.1 = DER:6d616c666f726d6564"
holder malformed-names "$right
2.5.29.17 = DER:6d616c666f726d6564"
holder constrains-names "$right
nameConstraints = critical, excluded;email:.go.id"
holder address "$right
subjectAltName = email:pejabat@dinas.go.id"
holder too-long "$right
nsComment = $(printf 'x%.0s' {1..8000})"

# The signed part itself.
serial=$(openssl x509 -in ed25519.pem -noout -serial | sed 's/serial=//' | tr A-F a-f)
forge serial-zero ed25519 "0208$serial" 020100
forge serial-negative ed25519 "0208$serial" 0201fb
forge serial-21-octets ed25519 "0208$serial" "0215$(printf '5e%040d' 0)"
forge serial-20-octets ed25519 "0208$serial" "0214$(printf '5e%038d' 0)"
forge algorithms-differ ed25519 "$sha256_with_rsa" "$sha384_with_rsa"
forge version-2 ed25519 a003020102 a003020101
forge no-subject ed25519 "$(name ID 'Dinas Uji' 'Pejabat Uji')" 3000
forge no-issuer ed25519 "$(name ID Uji 'PSrE Uji')" 3000
openssl req -new -key holder.key -subj "/C=ID/O=Dinas Uji/CN=Pejabat Uji" -out csr.pem
openssl x509 -req -sha256 -in csr.pem -CA issuing.pem -CAkey issuing.key -set_serial 0x5eed -days 7000 -out version-1.pem 2>/dev/null
holder signed-with-sha1 "$right" holder issuing sha1
whole=$(openssl x509 -in ed25519.pem -outform DER | hex)
write bytes-after "${whole}00"
write changed "${whole/$(printf 'Pejabat' | hex)/$(printf 'Pejabit' | hex)}"
write changed-signature "${whole::-2}$(printf '%02x' $((0x${whole: -2} ^ 1)))"

# Dates. The cases are judged at 1800000000: 2027-01-15.
at_dates 20250101000000Z 20260101000000Z holder expired "$right"
at_dates 20280101000000Z "$until" holder not-yet "$right"
at_dates 20250101000000Z 20270115080000Z holder last-second "$right"
at_dates 20270115080000Z "$until" holder first-second "$right"
at_dates 20250101000000Z 20260101000000Z issuing issuing-expired "$authority"
at_dates 20280101000000Z "$until" issuing issuing-not-yet "$authority"
above_all="basicConstraints = critical, CA:TRUE, pathlen:1
$issues
$subject_id"
at_dates 20250101000000Z 20260101000000Z root anchor-expired "$above_all"
at_dates 20280101000000Z "$until" root anchor-not-yet "$above_all"

# Issuing authorities under the same name and key: what is below them stays the same.
issuing issuing-no-cert-sign "basicConstraints = critical, CA:TRUE, pathlen:0
$above
keyUsage = critical, cRLSign"
issuing issuing-no-key-usage "basicConstraints = critical, CA:TRUE, pathlen:0
$above"
issuing issuing-no-authority "$plain
$above
$issues"
issuing issuing-no-basic-constraints "$above
$issues"
issuing issuing-unknown-critical "$authority
1.2.3.4 = critical, DER:0500"
issuing issuing-no-crl-sign "basicConstraints = critical, CA:TRUE, pathlen:0
$above
keyUsage = critical, keyCertSign"
issuing issuing-no-subject-id "basicConstraints = critical, CA:TRUE, pathlen:0
subjectKeyIdentifier = none
$issuer_id
$issues"
issuing issuing-no-issuer-id "basicConstraints = critical, CA:TRUE, pathlen:0
$subject_id
authorityKeyIdentifier = none
$issues"
issuing issuing-for-servers "$authority
extendedKeyUsage = serverAuth"
issuing issuing-for-any "$authority
extendedKeyUsage = anyExtendedKeyUsage"
issuing issuing-excludes-addresses "$authority
nameConstraints = critical, excluded;email:.go.id"
issuing issuing-permits-addresses "$authority
nameConstraints = critical, permitted;email:.go.id"
directory='nameConstraints = critical, permitted;dirName:permitted
[permitted]
C = ID
O = Dinas Uji'
issuing issuing-permits-directory "$authority
$directory"
issuing issuing-excludes-directory "$authority
${directory/permitted;/excluded;}"
issuing issuing-permits-others "$authority
${directory/Dinas Uji/Dinas Lain}"
issuing issuing-no-limit "basicConstraints = critical, CA:TRUE
$issues
$above"
key issuing-rsa-1024 RSA rsa_keygen_bits:1024
issue issuing-rsa-1024 "/C=ID/O=Uji/CN=PSrE Lemah" issuing-rsa-1024 root "$authority"
holder under-rsa-1024 "$right" holder issuing-rsa-1024

# Anchors under the same name and key.
root anchor-no-cert-sign "basicConstraints = critical, CA:TRUE, pathlen:1
$subject_id
keyUsage = critical, cRLSign"
root anchor-no-crl-sign "basicConstraints = critical, CA:TRUE, pathlen:1
$subject_id
keyUsage = critical, keyCertSign"
root anchor-no-authority "$plain
$subject_id
$issues"
root anchor-no-basic-constraints "$subject_id
$issues"
root anchor-not-critical "basicConstraints = CA:TRUE, pathlen:1
$subject_id
$issues"
root anchor-no-subject-id "basicConstraints = critical, CA:TRUE, pathlen:1
subjectKeyIdentifier = none
$issues"
root anchor-unknown-critical "$above_all
1.2.3.4 = critical, DER:0500"
root anchor-for-servers "$above_all
extendedKeyUsage = serverAuth"
root anchor-path-0 "basicConstraints = critical, CA:TRUE, pathlen:0
$issues
$subject_id"
root anchor-no-limit "basicConstraints = critical, CA:TRUE
$issues
$subject_id"
key anchor-rsa-1024 RSA rsa_keygen_bits:1024
issue anchor-rsa-1024 "/C=ID/O=Uji/CN=Root Lemah" anchor-rsa-1024 self "$above_all"
holder under-anchor-rsa-1024 "$right" holder anchor-rsa-1024
issue anchor-p192 "/C=ID/O=Uji/CN=Root Sempit" p192 self "$above_all"
cp p192.key anchor-p192.key
holder under-anchor-p192 "$right" holder anchor-p192
issue anchor-p521 "/C=ID/O=Uji/CN=Root Lebar" p521 self "$above_all"
cp p521.key anchor-p521.key
holder under-anchor-p521 "$right" holder anchor-p521

# Longer chains, and other people's.
key second RSA rsa_keygen_bits:2048
cp issuing-no-limit.pem unlimited.pem && cp issuing.key unlimited.key
issue second "/C=ID/O=Uji/CN=PSrE Kedua" second unlimited "$authority"
holder under-second "$right" holder second
key third RSA rsa_keygen_bits:2048
issue second-no-limit "/C=ID/O=Uji/CN=PSrE Kedua" second unlimited "basicConstraints = critical, CA:TRUE
$issues
$above"
issue third "/C=ID/O=Uji/CN=PSrE Ketiga" third second "$authority"
holder under-third "$right" holder third
issue self-issued "/C=ID/O=Uji/CN=PSrE Uji" second unlimited "$authority"
cp second.key self-issued.key
holder under-self-issued "$right" holder self-issued
issue self-signed "/C=ID/O=Dinas Uji/CN=Pejabat Uji" rsa-2048 self "$plain
$person
$subject_id"
key stranger RSA rsa_keygen_bits:2048
issue stranger "/C=ID/O=Uji/CN=Root Uji" stranger self "$above_all"

rm -f root.pem unlimited.pem csr.pem
rm -f "$here"/*.pem
# Those that the cases name, and no other.
named=$(grep -oE '"(anchor|chain)": ("[^"]*"|\[[^]]*\])' "$here/cases.json" | sed 's/^"[a-z]*": //' | tr -d '[]",')
for name in $(tr ' ' '\n' <<<"$named" | sort -u); do
    mv "$name.pem" "$here/"
done
