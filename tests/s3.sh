#!/bin/sh
# The documents' contract against a real S3-compatible server: installs moto from PyPI into a folder of its
# own, starts it on loopback on a free port, makes a bucket, and runs the tests that look for it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
tools=${XDG_CACHE_HOME:-$HOME/.cache}/jejak/tools/moto
[ -x "$tools/bin/moto_server" ] || {
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet 'moto[server]'
}
port=$("$tools/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$tools/bin/moto_server" -H 127.0.0.1 -p "$port" >"$work/server.log" 2>&1 &
server=$!
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
export JEJAK_TEST_S3_ENDPOINT="http://127.0.0.1:$port"
"$tools/bin/python" - "$JEJAK_TEST_S3_ENDPOINT" <<'PYTHON'
import sys, time
import boto3, botocore.exceptions

s3 = boto3.client("s3", endpoint_url=sys.argv[1])
for attempt in range(100):
    try:
        s3.create_bucket(Bucket="jejak-test")
        break
    except botocore.exceptions.EndpointConnectionError:
        time.sleep(0.1)
else:
    sys.exit("the S3 server did not start")
PYTHON
cd "$root"
cargo test --release --locked -p jejak-api --lib -- documents::objects "$@"
