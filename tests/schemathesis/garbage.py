"""Sends what no description has: broken heads, paths, queries and bodies, statements signed over what is no event.

Whatever comes, the answer is not a 5xx; where the path and method are described, it is one of the described answers.
The requests follow from one seed.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import socket
import sys
import time
from pathlib import Path
from typing import Any, Iterator
from urllib.parse import urlsplit

import jsonschema_rs

from officials import Official, encoded, officials

SERVER = urlsplit(os.environ["JEJAK_URL"])
OFFICIALS = officials(Path(os.environ["JEJAK_OFFICIALS"]))
CHANCE = random.Random(6107)
ROUNDS = 12
ANSWER_BYTES_MAX = 64 * 1024 * 1024

Request = tuple[str, str, bytes]


def exchange(request: bytes) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own; status 0 where the server closes without an answer."""
    with socket.create_connection((SERVER.hostname, SERVER.port), timeout=60) as connection:
        connection.sendall(request)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
                if len(answer) > ANSWER_BYTES_MAX:
                    raise SystemExit(f"an endless answer to {request[:200]!r}")
        except ConnectionResetError:
            pass
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    if not lines[0]:
        return 0, {}, b""
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if headers.get("transfer-encoding") == "chunked":
        body = unchunked(body)
    if body and headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return int(lines[0].split()[1]), headers, body


def unchunked(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size or b"0", 16)
        whole, body = whole + rest[:length], rest[length + 2 :]
        if length == 0:
            break
    return whole


class Description:
    """What `/openapi.json` promises."""

    def __init__(self) -> None:
        _, _, body = exchange(head("GET", "/openapi.json"))
        self.document = json.loads(body)
        self.operations = [
            (method.upper(), path, operation)
            for path, item in self.document["paths"].items()
            for method, operation in item.items()
        ]
        self.patterns = [
            (method, re.compile("^" + re.sub(r"\\\{[a-z0-9_]+\\\}", ".+", re.escape(path)) + "$"), operation)
            for method, path, operation in sorted(self.operations, key=lambda known: known[1].count("{"))
        ]
        self.validators: dict[int, Any] = {}

    def faults(self, method: str, target: str, status: int, headers: dict[str, str], body: bytes) -> Iterator[str]:
        """What is wrong with an answer."""
        if status >= 500:
            yield "a 5xx"
        media = headers.get("content-type", "").split(";")[0]
        if status >= 400 and method != "HEAD" and media != "application/problem+json":
            yield f"{status} is no problem but {media!r}"
        path = re.sub(r"[?#].*", "", target)
        found = [known for own, pattern, known in self.patterns if own == method and pattern.match(path)]
        if not found or status in (400, 404, 405, 414, 431) and media == "application/problem+json":
            # A path that only looks like a described one may be no route, a head may be unreadable.
            yield from self.no_problem({"$ref": "#/components/schemas/Problem"}, body) if status >= 400 and body else ()
            return
        answers = [known["responses"][str(status)] for known in found if str(status) in known["responses"]]
        if not answers:
            yield f"{status} is not described"
            return
        contents = [answer.get("content", {}) for answer in answers]
        if body and not any(media in [known.split(";")[0] for known in content] for content in contents):
            yield f"{media} is not described for {status}"
        if media == "application/x-ndjson":
            for line in body.splitlines():
                if json.loads(line)["status"] >= 500:
                    yield f"a line with {line[:200]!r}"
        elif media.endswith("json") and body:
            schemas = [content[media]["schema"] for content in contents if media in content]
            yield from self.no_problem({"anyOf": schemas}, body)

    def no_problem(self, schema: dict[str, Any], body: bytes) -> Iterator[str]:
        key = hash(json.dumps(schema, sort_keys=True))
        if key not in self.validators:
            whole = {**schema, "components": self.document["components"]}
            self.validators[key] = jsonschema_rs.Draft202012Validator(whole)
        for error in self.validators[key].iter_errors(json.loads(body)):
            yield f"the body is not as described: {error.message[:300]}"
            return


def head(method: str, target: str, fields: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    lines = {"Host": "garbage", "Connection": "close"} | (fields or {})
    if body or method in ("POST", "PUT"):
        lines.setdefault("Content-Length", str(len(body)))
    text = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return text.encode("latin-1", "replace") + b"\r\n" + body


def noise(length: int) -> str:
    """Characters that a target may have, the odd ones often."""
    return "".join(CHANCE.choice("az09.-_~%/&=+:@!*'(),;%2F%00%FF%ED%A0%80|^`{}[]\\\"<>") for _ in range(length))


def segments() -> list[str]:
    return [
        "61.07", "id", "0", "1", "-1", "00", "18446744073709551616", "%00", "%2F", "%2e%2e", "..", "%ff%fe", "%ED%A0%80",
        "a" * 300, "f" * 64, "F" * 64, "subdomain.granted", "agencies", "x999", "%F0%9F%98%80", "{ledger}", " ".replace(" ", "%20"),
        noise(12),
    ]  # fmt: skip


def target(path: str) -> str:
    filled = re.sub(r"\{[a-z0-9_]+\}", lambda _: CHANCE.choice(segments()), path)
    if CHANCE.random() < 0.6:
        filled = filled.replace(filled.split("/")[2] if filled.startswith("/v1/") else "\0", CHANCE.choice(["61.07", "id"]), 1)
    return filled + query()


def query() -> str:
    if CHANCE.random() < 0.3:
        return ""
    names = ["as_of", "limit", "cursor", "after", "type", "subject", "source", "position", "size", "from", "to", "row",
             "dry_run", "signer", "acted_from", "state", "unknown", "", "%00", "limit%5B%5D", noise(5)]  # fmt: skip
    values = ["", "0", "1", "-1", "1e3", "1000", "1001", "9" * 40, "%FF", "2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z",
              "9999-12-31T23:59:59Z", "-0001-01-01T00:00:00Z", "null", "true", "a" * 3000, "%F0%9F%98%80", noise(9),
              "eyJsZWRnZXIiOiI2MS4wNyJ9", "subdomain.granted"]  # fmt: skip
    pairs = [f"{CHANCE.choice(names)}={CHANCE.choice(values)}" for _ in range(CHANCE.randint(1, 3))]
    return "?" + "&".join(pairs)


def fields() -> dict[str, str]:
    odd = {
        "Accept": ["", "*/*", "application/toml", "text/html;q=nan", noise(20)],
        "Accept-Language": ["en", "id", "en;q=2", ",,,;;", "x" * 4000, noise(30)],
        "Accept-Encoding": ["gzip", "br;q=1", "identity;q=0", noise(8)],
        "If-None-Match": ["*", '""', 'W/"', "x" * 4000, noise(10)],
        "Range": ["bytes=0-0", "bytes=5-1", "bytes=-", "items=1"],
        "X-Request-Id": ["ok-1", "a b", "x" * 200, noise(30)],
        "Authorization": ["Bearer", "Bearer x", "Bearer " + "x" * 3000, "Basic eDp5", noise(20)],
        "Content-Type": ["application/json", "application/jose", "text/plain", "a/b;c", noise(10)],
        "Content-Encoding": ["gzip", "identity", noise(6)],
        "Expect": ["100-continue", noise(6)],
        "Upgrade": ["websocket", "h2c"],
        "Content-Length": ["0", "5", "99999999999", "-1", "x"],
        "Transfer-Encoding": ["chunked", "gzip", "identity"],
    }
    chosen = CHANCE.sample(sorted(odd), CHANCE.randint(0, 3))
    return {name: re.sub(r"[\r\n]", "", CHANCE.choice(odd[name])) for name in chosen}


def broken_heads() -> Iterator[Request]:
    """What is hardly HTTP at all."""
    for raw in [
        b"GET", b"\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /v1/ledgers\r\n\r\n", b"\x16\x03\x01\x02\x00\x01",
        b"GET /v1/ledgers HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET /v1/ledgers HTTP/1.1\r\nBad Header\r\n\r\n",
        b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"X: " + b"y" * 600_000 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(400)) + b"\r\n",
        b"POST /v1/61.07/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/jose\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nZZ\r\n",
        b"POST /v1/61.07/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/jose\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    ]:  # fmt: skip
        # A head that never ends is answered by a deadline: it is not waited for here.
        ends = b"\r\n\r\n" in raw
        yield "", "", raw if ends else raw + b"\r\n\r\n"


def payloads() -> Iterator[bytes]:
    """What is signed, and no event."""
    event = {
        "specversion": "1.0", "id": "garbage-1", "source": "agency/dinkes", "type": "subdomain.requested",
        "subject": "subdomain/a.bengkayangkab.go.id", "time": "2026-01-01T00:00:00Z",
        "ledger": "jejak.bengkayangkab.go.id/61.07", "data": {},
    }  # fmt: skip
    whole = json.dumps(event).encode()
    yield from (b"", b"null", b"[]", b"0", b"{}", b"{", b"\xff\xfe", b"\xef\xbb\xbf{}", b"{}\n", b" {}", whole[:-1], whole + b"x")
    yield b'{"a":1,"a":1}'
    yield b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    yield b'{"id":1e999,"data":{"x":1.5,"y":-0,"z":123456789012345678901234567890}}'
    yield whole.replace(b"garbage-1", b"\\u0000\\ud800")
    yield whole.replace(b'"data": {}', b'"data": {"' + b"k" * 50_000 + b'": 1}')
    for name in event:
        for value in (None, True, 0, -1, 2**53, "", " ", "a" * 40_000, [], {}, [[]], "\u202e", "2026-13-01T00:00:00Z"):
            yield json.dumps({**event, name: value}).encode()
        yield json.dumps({key: value for key, value in event.items() if key != name}).encode()
    for name in ("seen", "office", "mandate", "mandateref", "signedas", "decision", "late", "expectedversion", "dataschema"):
        for value in (None, 0, "", "1", "role/a", "plt", "pencatat", {}, {"by": "p"}, "99999999999999999999 AAAA"):
            yield json.dumps({**event, name: value}).encode()


def statements() -> Iterator[bytes]:
    signer: Official = OFFICIALS[0]
    for index, payload in enumerate(payloads()):
        yield OFFICIALS[index % len(OFFICIALS)].sign(payload)
    for changes in [
        {"alg": "none"}, {"alg": "HS256"}, {"alg": 1}, {"typ": "JWT"}, {"iat": -1}, {"iat": 1.5}, {"iat": "now"}, {"iat": 0},
        {"iat": 2**60}, {"x5t#S256": ""}, {"x5t#S256": "A" * 43}, {"x5t#S256": None}, {"crit": ["b64"]}, {"jwk": {}},
        {"kid": "x" * 60_000},
    ]:  # fmt: skip
        yield signer.sign(b"{}", **changes)
    good = signer.sign(b"{}")
    yield from (b"", b".", b"..", b"...", b"a.b.c", good + b"=", good + b"\n", good.upper(), good * 2, b"A" * 65_536, good[:-2])
    head_part, payload, signature = good.split(b".")
    yield b".".join([head_part, payload, b""])
    yield b".".join([encoded(b"{" * 3_000).encode(), payload, signature])
    yield bytes(CHANCE.getrandbits(8) for _ in range(3_000))


def posts() -> Iterator[Request]:
    for ledger in ("61.07", "id", "99.99"):
        path = f"/v1/{ledger}/events"
        for statement in statements():
            yield "POST", path, head("POST", path, {"Content-Type": "application/jose"}, statement)
        batch = b"\n".join(statements())
        for body in (batch, b"", b"\n", b"\r\n\r\n", b"\n" * 5_000, batch.replace(b"\n", b"\r\n"), b"x" * 200_000):
            yield "POST", path + "/batch", head("POST", path + "/batch", {"Content-Type": "text/plain"}, body)


def strolls(description: Description) -> Iterator[Request]:
    """Every operation many times, each time with other odd values."""
    methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY", "get"]
    for method, path, _ in description.operations * ROUNDS:
        chosen = method if CHANCE.random() < 0.8 else CHANCE.choice(methods)
        where, own = target(path), fields()
        if "Content-Length" in own or "Transfer-Encoding" in own:
            # What is announced and never sent is answered by a deadline: send it, whatever it is.
            own = {"Content-Length": "4", **{name: own[name] for name in own if name not in ("Content-Length", "Transfer-Encoding")}}
            yield chosen, where, head(chosen, where, own, b"\x00\xff{}")
        else:
            yield chosen, where, head(chosen, where, own)
    for _ in range(200):
        where = "/" + noise(CHANCE.randint(0, 40))
        yield "GET", where, head("GET", where)


def main() -> None:
    description = Description()
    started, failures, sent, unanswered = time.monotonic(), [], 0, 0
    for method, where, request in (*broken_heads(), *posts(), *strolls(description)):
        status, headers, body = exchange(request)
        sent += 1
        if status == 0:
            unanswered += 1
            continue
        failures += [(request[:300], status, fault) for fault in description.faults(method, where, status, headers, body)]
    for request, status, fault in failures[:30]:
        print(f"{status} {fault}\n    {request!r}")
    status, _, _ = exchange(head("GET", "/readyz"))
    took = time.monotonic() - started
    print(f"garbage: {sent} requests in {took:.0f} s, {unanswered} closed without an answer, {len(failures)} failures")
    # Without an answer is only what is hardly HTTP.
    if failures or status != 200 or unanswered > 8:
        sys.exit(1)


if __name__ == "__main__":
    main()
