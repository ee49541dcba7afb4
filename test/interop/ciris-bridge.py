"""Answers questions with the public Python API of ciris-persist and ciris-verify (PyPI), over JSON lines.

One request a line: {"call": name, "args": [...]}; one answer a line: {"ok": value} or {"error": text}. Bytes travel
as {"hex": "..."} both ways. `jcs` and `version` are this script's own names; every other call is a method of
ciris_persist.Engine over an in-memory SQLite database with throw-away keys.
"""
import importlib.metadata
import json
import os
import sys
import tempfile

import ciris_persist
import ciris_verify


def encode(value):
    if isinstance(value, (bytes, bytearray)):
        return {"hex": bytes(value).hex()}
    if isinstance(value, dict):
        return {name: encode(member) for name, member in value.items()}
    return value


def decode(value):
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) and "hex" in value else value


def open_engine(directory):
    for name in ("ed", "pq"):
        with open(os.path.join(directory, name), "wb") as file:
            file.write(os.urandom(32))
    return ciris_persist.Engine(
        "sqlite://:memory:",
        "oracle",
        local_key_id="oracle",
        local_key_path=os.path.join(directory, "ed"),
        local_pqc_key_id="oracle-pqc",
        local_pqc_key_path=os.path.join(directory, "pq"),
        pqc_sweep_on_init=False,
        replication_sweeper_enabled=False,
    )


def version():
    return {name: importlib.metadata.version(name) for name in ("ciris-persist", "ciris-verify")}


with tempfile.TemporaryDirectory() as directory:
    engine = open_engine(directory)
    own = {"jcs": ciris_verify.jcs_canonicalize, "version": version}
    for line in sys.stdin:
        request = json.loads(line)
        call = own.get(request["call"]) or getattr(engine, request["call"])
        try:
            answer = {"ok": encode(call(*[decode(arg) for arg in request["args"]]))}
        except BaseException as error:  # the library's own exceptions included
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
