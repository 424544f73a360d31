#!/bin/sh
# Signs one event with openssl and posts it with curl: nothing of Jejak runs on this side.
# Usage: sign-and-post.sh CERTIFICATE.pem KEY.pem EVENT.json URL     (URL: http://host:port/v1/61.07)
# The statement stays beside the event, as EVENT.jws: run it again and the same bytes are sent again, so that the
# receipt comes even where the first answer was lost. It is signed anew only for another event.
set -eu
certificate=$1 key=$2 event=$3 url=$4
statement=${event%.json}.jws

b64u() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# The payload is the event, byte for byte, but for the newline at its end, which $(...) takes away.
payload=$(printf %s "$(cat "$event")" | b64u)

if ! [ -e "$statement" ] || [ "$(cut -d . -f 2 "$statement")" != "$payload" ]; then
    # The certificate that the ledger has enrolled, by its SHA-256; the algorithm is that of its key.
    x5t=$(openssl x509 -in "$certificate" -outform DER | openssl dgst -sha256 -binary | b64u)
    case $(openssl pkey -in "$key" -noout -text | head -n 1) in
        ED25519*) alg=Ed25519 ;;
        *primes*) alg=RS256 ;;
        *) echo "$key: only Ed25519 and RSA keys here" >&2; exit 2 ;;
    esac

    # JWS compact serialization (RFC 7515): header.payload.signature.
    header=$(printf '{"alg":"%s","typ":"jejak-event+jws","x5t#S256":"%s","iat":%s}' "$alg" "$x5t" "$(date +%s)")
    input=$(mktemp)
    trap 'rm -f "$input"' EXIT
    printf '%s.%s' "$(printf %s "$header" | b64u)" "$payload" > "$input"
    case $alg in
        Ed25519) signature=$(openssl pkeyutl -sign -rawin -inkey "$key" -in "$input" | b64u) ;;
        RS256) signature=$(openssl dgst -sha256 -sign "$key" "$input" | b64u) ;;
    esac
    printf '%s.%s' "$(cat "$input")" "$signature" > "$statement.new"
    mv "$statement.new" "$statement"
fi

# The answer, or the problem that says why not, goes to stdout; curl ends with 22 where the ledger said no.
curl -sS --fail-with-body -H 'Content-Type: application/jose' --data-binary "@$statement" "$url/events" || {
    ended=$?
    printf '\n%s is kept: run this again to send it again, remove it to sign anew.\n' "$statement" >&2
    exit "$ended"
}
