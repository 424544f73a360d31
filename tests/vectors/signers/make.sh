#!/bin/sh
# Makes the signers of the published vectors: a root, an issuing authority, and a person with a key
# for each algorithm. The authorities' keys are thrown away; the persons' keys are published and
# worthless.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
days=9131 # 25 years

authority() { # name, subject, path length
    openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$work/$1.key"
    openssl req -new -key "$work/$1.key" -subj "$2" -out "$work/$1.csr"
    cat >"$work/$1.ext" <<EOF
basicConstraints = critical, CA:TRUE, pathlen:$3
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
EOF
}

person() { # name, subject
    openssl req -new -key "$1.key.pem" -subj "$2" -out "$work/$1.csr"
    cat >"$work/$1.ext" <<EOF
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
extendedKeyUsage = emailProtection, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
EOF
    openssl x509 -req -sha256 -in "$work/$1.csr" -CA "$work/issuing.pem" -CAkey "$work/issuing.key" \
        -set_serial "0x$(openssl rand -hex 8)" -days "$days" -extfile "$work/$1.ext" -out "$work/$1.pem"
    openssl x509 -in "$work/$1.pem" -out "$1.chain.pem"
    openssl x509 -in "$work/issuing.pem" >>"$1.chain.pem"
}

authority root "/C=ID/O=Uji/CN=Root Uji" 1
openssl x509 -req -sha256 -in "$work/root.csr" -signkey "$work/root.key" -set_serial 1 -days "$days" \
    -extfile "$work/root.ext" -out anchor.pem
authority issuing "/C=ID/O=Uji/CN=PSrE Uji" 0
openssl x509 -req -sha256 -in "$work/issuing.csr" -CA anchor.pem -CAkey "$work/root.key" -set_serial 2 \
    -days "$days" -extfile "$work/issuing.ext" -out "$work/issuing.pem"

openssl genpkey -algorithm ED25519 -out ed25519.key.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out es256.key.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out es384.key.pem
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rs256.key.pem
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out ps256.key.pem
person ed25519 "/C=ID/O=Dinas Uji/CN=Pejabat Satu"
person rs256 "/C=ID/O=Dinas Uji/CN=Pejabat Dua"
person es256 "/C=ID/O=Dinas Uji/CN=Pejabat Tiga"
person es384 "/C=ID/O=Dinas Uji/CN=Pejabat Empat"
person ps256 "/C=ID/O=Dinas Uji/CN=Pejabat Lima"
