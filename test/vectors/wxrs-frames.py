"""Writes wxrs-frames.json: WXRS frames encoded by hand from docs/protocol.md, "Native frames", by no code of Waxwing."""
import json
import struct
import zlib
from pathlib import Path


def varint(value):
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def frame(responder, round_id, kind, body, magic=b"WXRS", version=1, flags=None):
    flags = (1 if responder else 0) if flags is None else flags
    return magic + bytes([version, flags]) + struct.pack(">Q", round_id) + field(1, kind.encode()) + body


H1, H2 = bytes(range(32)), bytes([255] * 32)
R1, R2 = b'{"a":1}', b""
vectors = {
    "about": "WXRS frames: worked examples and refusals with their codes, made by wxrs-frames.py.",
    "frames": [],
    "refused": [],
}


def good(name, responder, round_id, body, message):
    data = frame(responder, round_id, "key", body)
    vectors["frames"].append(
        {"name": name, "hex": data.hex(), "fromResponder": responder, "round": str(round_id), "body": message}
    )


def refused(name, data, code):
    vectors["refused"].append({"name": name, "hex": data.hex(), "code": code})


ref = lambda h, seq: h + struct.pack(">Q", seq)
ints = lambda b: list(b)
good("summary, empty", False, 1, field(2, b""), {"type": "summary", "kind": "key", "refs": []})
good(
    "summary, two refs",
    True,
    2**64 - 1,
    field(2, field(1, ref(H1, 7) + ref(H2, 2**53 - 1))),
    {
        "type": "summary",
        "kind": "key",
        "refs": [{"envelope_hash": ints(H1), "seq": 7}, {"envelope_hash": ints(H2), "seq": 2**53 - 1}],
    },
)
good("diff, one", True, 9, field(3, field(1, H2)), {"type": "diff", "kind": "key", "want": [ints(H2)]})
good("fetch, two", False, 9, field(4, field(1, H1 + H2)), {"type": "fetch", "kind": "key", "want": [ints(H1), ints(H2)]})
good(
    "deliver, two records, one of them empty",
    False,
    9,
    field(5, field(1, struct.pack(">II", len(R1), len(R2))) + field(2, R1 + R2)),
    {"type": "deliver", "kind": "key", "envelopes": [ints(R1), ints(R2)]},
)
good("pull", False, 3, field(6, field(1, b"node-1")), {"type": "pull", "kind": "key", "subject_key_id": "node-1"})
good("cursor_pull, from the beginning", False, 3, field(7, b""), {"type": "cursor_pull", "kind": "key"})
good("cursor_pull, since", False, 3, field(7, field(1, b"c1")), {"type": "cursor_pull", "kind": "key", "since": "c1"})

# Messages that CRPL does not have: byte strings are {"$hex": …}, a member that is absent is left out.
hexed = lambda b: {"$hex": b.hex()}
number = lambda n, value: varint(n << 3) + varint(value)


def native(name, responder, body, message, kind="key"):
    data = frame(responder, 5, kind, body) if kind else frame(responder, 5, "", body)[:14] + body
    vectors["native"].append({"name": name, "hex": data.hex(), "fromResponder": responder, "message": message})


def reconcile(name, responder, inner, message):
    body = {"type": "reconcile", "kind": "key", "message": message}
    native("reconcile, " + name, responder, field(8, inner), body)


vectors["native"] = []
reconcile("open", False, field(1, field(1, H1) + number(2, 300)), {"type": "open", "head": hexed(H1), "count": 300})
reconcile(
    "more",
    False,
    field(2, field(1, H1) + number(2, 128) + number(3, 8192)),
    {"type": "more", "head": hexed(H1), "from": 128, "to": 8192},
)
reconcile("ranges", False, field(3, b"\x61"), {"type": "ranges", "message": hexed(b"\x61")})
reconcile("first page", False, field(4, b""), {"type": "page"})
reconcile("next page", False, field(4, field(1, H2)), {"type": "page", "after": hexed(H2)})
reconcile(
    "found",
    False,
    field(5, field(1, H1) + field(2, H1 + H2)),
    {"type": "found", "missing": hexed(H1), "extra": hexed(H1 + H2)},
)
reconcile("equal", True, field(6, H2), {"type": "equal", "head": hexed(H2)})
reconcile(
    "sketch",
    True,
    field(7, field(1, H1) + number(2, 1_000_000) + number(3, 128) + field(4, b"symbols")),
    {"type": "sketch", "head": hexed(H1), "count": 1_000_000, "from": 128, "symbols": hexed(b"symbols")},
)
reconcile(
    "answer to ranges",
    True,
    field(8, field(1, H1) + field(2, b"\x61")),
    {"type": "rangesAnswer", "head": hexed(H1), "message": hexed(b"\x61")},
)
reconcile(
    "last page of ids",
    True,
    field(9, field(1, H1) + field(2, H1 + H2) + number(3, 1)),
    {"type": "ids", "head": hexed(H1), "ids": hexed(H1 + H2), "last": True},
)
native(
    "summary of forms",
    False,
    field(2, field(1, ref(H1, 7)) + number(2, 1)),
    {"type": "summary", "kind": "key", "refs": [{"hash": hexed(H1), "seq": 7}], "forms": True},
)
native("unavailable", True, field(9, b""), {"type": "unavailable", "kind": "key"})
native("want", True, field(10, field(1, H1)), {"type": "want", "kind": "key", "ids": hexed(H1)})
native(
    "bodies, one more to come",
    True,
    field(11, field(1, struct.pack(">II", len(R1), len(R2))) + field(2, R1 + R2) + number(3, 1)),
    {"type": "bodies", "kind": "key", "envelopes": [hexed(R1), hexed(R2)], "left": 1},
)
native("taken", False, field(12, number(1, 3)), {"type": "taken", "kind": "key", "frames": 3})
HEADS = b"\x03key" + struct.pack(">Q", 7) + b"\x01" + H1 + b"\x04note" + struct.pack(">Q", 2**40) + b"\x00"
entries = [{"kind": "key", "count": 7, "head": hexed(H1)}, {"kind": "note", "count": 2**40}]
native("heads", False, field(13, field(1, HEADS)), {"type": "heads", "kind": "", "entries": entries}, kind="")
native("answer to heads", True, field(14, field(1, HEADS)), {"type": "headsAnswer", "kind": "", "entries": entries}, kind="")
native(
    "request for state heads",
    False,
    field(15, field(1, b"\x03key\x04note")),
    {"type": "stateHeadRequest", "kind": "", "kinds": ["key", "note"]},
    kind="",
)
native(
    "state heads",
    True,
    field(16, field(1, struct.pack(">I", len(R1))) + field(2, R1)),
    {"type": "stateHeads", "kind": "", "statements": [hexed(R1)]},
    kind="",
)

diff = field(3, field(1, H2))
refused("heads with a kind of no letters", frame(False, 1, "", field(13, field(1, b"\x00" + HEADS)))[:14] + field(13, field(1, b"\x00" + HEADS)), "frame_decode")
refused("heads cut short", frame(False, 1, "", b"")[:14] + field(13, field(1, HEADS[:-1])), "frame_decode")
refused("a head of 31 bytes", frame(False, 1, "", b"")[:14] + field(13, field(1, HEADS[:44])), "frame_decode")
refused("more than 256 kinds", frame(False, 1, "", b"")[:14] + field(15, field(1, b"\x01a" * 257)), "frame_decode")
refused("want of 33 bytes", frame(True, 1, "key", field(10, field(1, H1 + b"a"))), "frame_decode")
refused("reconcile with nothing known in it", frame(True, 1, "key", field(8, field(99, b""))), "frame_decode")
refused("bodies without their records", frame(True, 1, "key", field(11, field(1, struct.pack(">I", 1)))), "frame_decode")
refused("a message about a kind, without the kind", frame(True, 1, "", b"")[:14] + field(9, b""), "frame_decode")
refused("version 2", frame(False, 1, "key", diff, version=2), "frame_version")
refused("round 0", frame(False, 0, "key", diff), "frame_decode")
refused("reserved flags", frame(False, 1, "key", diff, flags=4), "frame_decode")
refused("preamble cut short", frame(False, 1, "key", diff)[:13], "frame_decode")
refused("no version", b"WXRS", "frame_decode")
refused("another magic", frame(False, 1, "key", diff, magic=b"WXRT"), "not_a_frame")
refused("unknown kind", frame(False, 1, "no-such-kind", diff), "frame_decode")
refused("no message", frame(False, 1, "key", b""), "frame_decode")
refused("only a message unknown here", frame(False, 1, "key", field(99, b"")), "frame_decode")
refused("want of 31 bytes", frame(False, 1, "key", field(3, field(1, H2[:31]))), "frame_decode")
refused("refs of 39 bytes", frame(False, 1, "key", field(2, field(1, ref(H1, 1)[:39]))), "frame_decode")
refused(
    "lengths beyond the records",
    frame(False, 1, "key", field(5, field(1, struct.pack(">I", 8)) + field(2, R1))),
    "frame_decode",
)
refused(
    "records beyond their lengths",
    frame(False, 1, "key", field(5, field(1, struct.pack(">I", 6)) + field(2, R1))),
    "frame_decode",
)
refused("lengths of 3 bytes", frame(False, 1, "key", field(5, field(1, b"\0\0\0"))), "frame_decode")
refused("a field cut short", frame(False, 1, "key", diff)[:-1], "frame_decode")



def deflate(data, level=9, window=-15, strategy=zlib.Z_DEFAULT_STRATEGY):
    engine = zlib.compressobj(level, zlib.DEFLATED, window, 8, strategy)
    return engine.compress(data) + engine.flush()


def compressed(plain, stream=None, flags=0):
    return plain[:5] + bytes([plain[5] | 2 | flags]) + plain[6:14] + (deflate(plain[14:]) if stream is None else stream)


text = json.dumps({"text": "it was the best of times, it was the worst of times, " * 4}).encode()
bodies = frame(True, 5, "key", field(11, field(1, struct.pack(">II", len(text), len(R1))) + field(2, text + R1)))
stored = deflate(bodies[14:], level=0)
vectors["compressed"] = [
    {"name": name, "hex": data.hex(), "plain": bodies.hex()}
    for name, data in [
        ("bodies, level 9", compressed(bodies)),
        ("bodies, stored blocks: any encoder will do", compressed(bodies, stored)),
        ("bodies, fixed codes", compressed(bodies, deflate(bodies[14:], strategy=zlib.Z_FIXED))),
    ]
]
stream = deflate(bodies[14:])
blown = frame(False, 1, "key", field(11, field(1, struct.pack(">I", 100_000)) + field(2, b"x" * 100_000)))
vectors["compressedRefused"] = [
    {"name": name, "hex": data.hex()}
    for name, data in [
        ("a stream cut short", compressed(bodies, stream[:-1])),
        ("bytes behind the stream", compressed(bodies, stream + b"\0")),
        ("no stream at all", compressed(bodies, b"")),
        ("bytes that are no stream", compressed(bodies, b"\xff" * 40)),
        ("a zlib header", compressed(bodies, deflate(bodies[14:], window=15))),
        ("more than sixteen times as long", compressed(blown)),
        ("a compressed body that is no message", compressed(bodies, deflate(b"\xff" * 40))),
        ("another reserved flag", compressed(bodies, flags=4)),
        ("a body that is not compressed", compressed(bodies, bodies[14:])),
        ("CRPL has no such flag", b"CRPL\x03" + compressed(bodies)[5:]),
    ]
]

target = Path(__file__).with_name("wxrs-frames.json")
target.write_text(json.dumps(vectors, indent=1) + "\n")
