"""Teaches Schemathesis to post events: generated from the published schemas, signed by the officials of the demo.

Three of four are made to fit before they are signed (agency of the signatory, time, a new id), so that they reach the
rules; the others are signed as they were generated. Everything follows from the generated value: no chance of our own.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import itertools
import json
import os
import re
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import strategies as st

from officials import officials

SERVER = os.environ["JEJAK_URL"]
OFFICIALS = officials(Path(os.environ["JEJAK_OFFICIALS"]))
BY_AGENCY = {official.agency: official for official in OFFICIALS}
LEDGERS = ["61.07", "id"]
COUNTER = itertools.count()
POSTING = ("/v1/{ledger}/events", "/v1/{ledger}/events/batch")


def schemas() -> list[dict[str, Any]]:
    """The schema of every row of every event type of both ledgers, each with its examples."""
    found = []
    for ledger in LEDGERS:
        for listed in requests.get(f"{SERVER}/v1/{ledger}/schemas", timeout=30).json():
            schema = requests.get(SERVER + listed["schema"], timeout=30).json()
            found.extend(schema.get("anyOf", [schema]))
    return found


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a published schema, as far as it goes: conditions are for the rules to find."""
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([values(one) for one in schema["anyOf"]])
    match schema.get("type"):
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"])
        case "boolean":
            return st.booleans()
        case "array":
            return st.lists(values(schema["items"]), min_size=schema["minItems"], max_size=schema["minItems"] + 2)
        case "object":
            properties = schema["properties"]
            required = {name: values(properties[name]) for name in schema["required"]}
            optional = {name: values(own) for name, own in properties.items() if name not in required}
            return st.fixed_dictionaries(required, optional=optional)
        case _:
            return texts(schema)


def texts(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    match schema.get("format"):
        case "date":
            return st.dates().map(lambda date: date.isoformat())
        case "date-time":
            return st.datetimes().map(lambda time: time.isoformat(timespec="seconds") + "+07:00")
    longest = schema.get("maxLength", 1000)
    # `$` of Python matches before a last line feed as well.
    pattern = st.from_regex(schema["pattern"].removesuffix("$") + r"\Z", alphabet=st.characters(codec="utf-8"))
    return pattern.filter(lambda text: len(text) <= longest)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def events(draw: st.DrawFn, published: list[dict[str, Any]]) -> Any:
    """An example of a type with some of its content generated anew, and sometimes with what has no place there."""
    schema = draw(st.sampled_from(published))
    event = dict(draw(st.sampled_from(schema["examples"])))
    event["data"] = dict(event["data"])
    fields = schema["properties"]["data"]["properties"]
    for name in draw(st.lists(st.sampled_from(sorted(fields) or ["unknown"]), max_size=2, unique=True)):
        event["data"][name] = draw(values(fields[name])) if name in fields else draw(JUNK)
    attributes = schema["properties"]
    for name in draw(st.lists(st.sampled_from(["office", "mandate", "signedas", "late", "subject"]), max_size=1)):
        event[name] = draw(values(attributes[name]))
    if draw(st.integers(0, 5)) == 0:
        where = draw(st.sampled_from([event, event["data"]]))
        where[draw(st.sampled_from(sorted(where) or ["unknown"]))] = draw(JUNK)
    return event


@functools.cache
def generated() -> st.SearchStrategy[Any]:
    return events(schemas())


@schemathesis.hook
def before_generate_body(context: schemathesis.HookContext, strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Three of four bodies are events, to be signed by the serializer; the others are what the description allows."""
    operation = context.operation
    if operation is None or operation.path not in POSTING:
        return strategy
    event = generated()
    if operation.path.endswith("batch"):
        event = st.lists(event, max_size=4)
    return st.integers(0, 3).flatmap(lambda turn: event if turn else strategy)


def held() -> dict[str, list[Any]]:
    """What the demo left: values of parameters that lead somewhere."""
    found: dict[str, list[Any]] = {"ledger": [*LEDGERS, "99.99"], "position": [0, 3, 17], "size": [1, 8, 18], "from": [1, 5], "to": [6, 18]}
    shown = requests.get(f"{SERVER}/v1/61.07/events?limit=100", timeout=30).json()["events"]
    events = [event for event in shown if "event" in event]
    found["subject"] = sorted({event["subject"] for event in events})
    found["type"] = sorted({event["type"] for event in events})
    found["sha256"] = sorted({event["signer"]["certificate"] for event in events})
    found["key"] = sorted({subject.partition("/")[2] for subject in found["subject"]})
    return {name: values for name, values in found.items() if values}


@schemathesis.hook
def before_load_schema(context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """What is asked is often what the demo left."""
    known = held()
    for item in raw_schema["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                values = known.get(parameter["name"])
                if parameter["name"] == "ledger":
                    parameter["schema"] = {"enum": values}
                elif values:
                    parameter["schema"] = {"anyOf": [{"enum": values}, parameter["schema"]]}


@schemathesis.hook
def map_case(context: schemathesis.HookContext, case: schemathesis.Case) -> schemathesis.Case:
    """Most events are posted to the ledger they are meant for."""
    first = case.body[0] if isinstance(case.body, list) and case.body else case.body
    origin = first.get("ledger") if isinstance(first, dict) else None
    region = str(origin).rpartition("/")[2]
    if context.operation.path in POSTING and region in LEDGERS and len(str(first)) % 8:
        case.path_parameters["ledger"] = region
    return case


def fitting(event: dict[str, Any], number: int) -> dict[str, Any]:
    """The event as somebody would post it now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    event = {**event, "id": f"generated-{number}", "time": now.isoformat(timespec="seconds")}
    event.pop("expectedversion", None)
    event.pop("dataschema", None)
    return event


def statement(value: Any) -> bytes:
    """The event, signed; what is no event is signed as well, or sent as it is."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, bytes):
        return value
    payload = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace")
    chosen = int.from_bytes(hashlib.sha256(payload).digest()[:4], "big")
    signer = OFFICIALS[chosen % len(OFFICIALS)]
    if isinstance(value, dict) and chosen % 4:
        agency = re.sub("^agency/", "", str(value.get("source")))
        signer = BY_AGENCY.get(agency, signer)
        value = {**fitting(value, next(COUNTER)), "source": f"agency/{signer.agency}"}
        payload = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace")
    return signer.sign(payload)


@schemathesis.serializer("application/jose")
def single(context: schemathesis.SerializationContext, value: Any) -> bytes:
    return statement(value)


@schemathesis.serializer("text/plain")
def lines(context: schemathesis.SerializationContext, value: Any) -> bytes:
    if isinstance(value, list):
        return b"".join(statement(line) + b"\n" for line in value)
    return statement(value)


@schemathesis.serializer("application/pkix-crl")
def revocation_list(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Never a list that is believed: the bytes of whatever was generated."""
    if isinstance(value, bytes):
        return value
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace")
