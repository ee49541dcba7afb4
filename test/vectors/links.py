"""Writes links.json: handshakes, packets and items of docs/protocol.md section "Links", made without the package.

python3 -m venv .oracle && .oracle/bin/pip install cryptography==48.0.0 kyber-py==1.2.0 dilithium-py==1.5.1
.oracle/bin/python test/vectors/links.py > test/vectors/links.json

X25519, Ed25519, HKDF and ChaCha20-Poly1305 are those of `cryptography` (OpenSSL), ML-KEM-768 that of `kyber-py`,
ML-DSA-65 keys those of `dilithium-py`; the rest is written down here once more, from the page.
"""
import hashlib
import json
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from dilithium_py.ml_dsa import ML_DSA_65
from kyber_py.ml_kem import ML_KEM_768

LABEL = b"waxwing link v1"


def u(value, size):
    return value.to_bytes(size, "big")


def sha256(data):
    return hashlib.sha256(data).digest()


def fixed(label, length):
    """Bytes that stand for randomness."""
    return hashlib.shake_256(b"waxwing link vectors " + label.encode()).digest(length)


def name(key_id):
    return u(len(key_id), 2) + key_id


class Identity:
    def __init__(self, label, key_id=None):
        self.seed = fixed(label, 32)
        self.signer = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.ed25519 = self.signer.public_key().public_bytes_raw()
        self.ml_dsa65 = ML_DSA_65.key_derive(self.seed)[0]
        native = sha256(b"waxwing-key-id/v1\0" + self.ed25519 + self.ml_dsa65).hex()
        self.key_id = (key_id or f"wx1{native}").encode()

    def proof(self, statement):
        return name(self.key_id) + self.ed25519 + self.signer.sign(statement)

    def describe(self):
        return {"seed": self.seed.hex(), "keyId": self.key_id.decode()}


def seal(key, nonce, plain, head, readable):
    aead = ChaCha20Poly1305(key)
    if not readable:
        return aead.encrypt(nonce, plain, head)
    return plain + aead.encrypt(nonce, b"", head + plain)


def data(key, session, counter, items, readable):
    head = u(0xB5 if readable else 0xB4, 1) + u(session, 4) + u(counter, 6)
    return head + seal(key, bytes(6) + u(counter, 6), items, head, readable)


def handshake(label, initiator, responder, readable, packets):
    x_i, x_r = fixed(f"{label} x25519 initiator", 32), fixed(f"{label} x25519 responder", 32)
    kem_seed, coins = fixed(f"{label} kem", 64), fixed(f"{label} coins", 32)
    session_i, session_r = fixed(f"{label} session initiator", 4), fixed(f"{label} session responder", 4)
    key_i, key_r = X25519PrivateKey.from_private_bytes(x_i), X25519PrivateKey.from_private_bytes(x_r)
    ek, dk = ML_KEM_768._keygen_internal(kem_seed[:32], kem_seed[32:])
    init = (
        b"\xb1" + session_i + sha256(responder.key_id)[:16] + (b"\x01" if readable else b"\x00")
        + key_i.public_key().public_bytes_raw() + ek
    )
    kem_shared, ciphertext = ML_KEM_768._encaps_internal(ek, coins)
    assert ML_KEM_768.decaps(dk, ciphertext) == kem_shared
    x_shared = key_r.exchange(X25519PublicKey.from_public_bytes(init[22:54]))
    head = b"\xb2" + session_i + session_r + key_r.public_key().public_bytes_raw() + ciphertext
    transcript = sha256(init + head)
    okm = HKDF(hashes.SHA256(), 128, transcript, LABEL).derive(x_shared + kem_shared)
    k_responder, k_initiator, k_initiator_data, k_responder_data = (okm[i : i + 32] for i in range(0, 128, 32))
    says_r = LABEL + b" responder\0" + transcript + name(responder.key_id)
    says_i = LABEL + b" initiator\0" + transcript + name(responder.key_id) + name(initiator.key_id)
    reply = head + seal(k_responder, bytes(12), responder.proof(says_r), head, readable)
    finish_head = b"\xb3" + session_r
    finish = finish_head + seal(k_initiator, bytes(12), initiator.proof(says_i), finish_head, readable)
    written = []
    for sender, counter, items in packets:
        key = k_initiator_data if sender == "initiator" else k_responder_data
        session = int.from_bytes(session_r if sender == "initiator" else session_i, "big")
        packet = data(key, session, counter, items, readable)
        written.append({"from": sender, "counter": counter, "items": items.hex(), "packet": packet.hex()})
    return {
        "name": label,
        "readable": readable,
        "initiator": {**initiator.describe(), "session": session_i.hex(), "x25519": x_i.hex(), "kem": kem_seed.hex()},
        "responder": {**responder.describe(), "session": session_r.hex(), "x25519": x_r.hex(), "coins": coins.hex()},
        "x25519Shared": x_shared.hex(),
        "kemShared": kem_shared.hex(),
        "transcript": transcript.hex(),
        "keys": okm.hex(),
        "responderStatement": says_r.hex(),
        "initiatorStatement": says_i.hex(),
        "init": init.hex(),
        "reply": reply.hex(),
        "finish": finish.hex(),
        "data": written,
    }


def varint(value):
    out = b""
    while value >= 0x80:
        out += u(value & 0x7F | 0x80, 1)
        value >>= 7
    return out + u(value, 1)


def encode(item):
    kind = item["type"]
    if kind == "ack":
        ranges = item["ranges"]
        out = b"\x01" + varint(item["delayMs"]) + u(ranges[0]["last"], 6) + u(len(ranges), 1)
        for i, r in enumerate(ranges):
            if i > 0:
                out += varint(ranges[i - 1]["first"] - r["last"] - 2)
            out += varint(r["last"] - r["first"])
        return out
    if kind == "piece":
        return b"\x02" + varint(item["message"]) + varint(item["total"]) + varint(item["offset"]) + bytes.fromhex(item["bytes"])
    if kind == "outcome":
        return b"\x03" + varint(item["message"]) + u(["accepted", "busy", "closed", "too_large"].index(item["outcome"]), 1)
    if kind == "cancel":
        return b"\x04" + varint(item["message"])
    if kind == "close":
        return b"\x07" + u(["stopped", "unauthorized", "superseded"].index(item["reason"]), 1)
    return {"ping": b"\x00", "ready": b"\x05", "askKeys": b"\x06"}[kind]


def piece(message, total, offset, content):
    return {"type": "piece", "message": message, "total": total, "offset": offset, "bytes": content.hex()}


def ack(delay, *ranges):
    return {"type": "ack", "delayMs": delay, "ranges": [{"first": first, "last": last} for first, last in ranges]}


WIDTHS = [0, 1, 127, 128, 16383, 16384, 2**21 - 1, 2**21, 2**28 - 1, 2**28, 2**31, 2**32 - 1]

wellformed = (
    [[{"type": kind}] for kind in ("ping", "ready", "askKeys")]
    + [[{"type": "close", "reason": reason}] for reason in ("stopped", "unauthorized", "superseded")]
    + [[{"type": "outcome", "message": 7, "outcome": o}] for o in ("accepted", "busy", "closed", "too_large")]
    + [[{"type": "cancel", "message": width}] for width in WIDTHS]
    + [[piece(0, 1, 0, b"\x00")], [piece(300, 70000, 65000, b"piece")], [piece(2**32 - 1, 2**32 - 1, 2**32 - 2, b"!")]]
    + [[ack(0, (0, 0))], [ack(20, (5, 9))], [ack(2**32 - 1, (2**48 - 1, 2**48 - 1))]]
    + [[ack(3, (90, 100), (50, 60), (0, 2))], [ack(0, *[(2 * i, 2 * i) for i in reversed(range(32))])]]
    + [[ack(1, (2**33, 2**33 + 2**31), (0, 2**32 - 1))]]
    + [[]]
    + [[ack(0, (0, 3)), {"type": "ready"}, {"type": "outcome", "message": 1, "outcome": "busy"}, piece(2, 10, 4, b"end")]]
    + [[{"type": "ping"}] * 256]
)

malformed = [
    ("unknown item", "08"),
    ("unknown item behind a known one", "00ff"),
    ("outcome of no code", "0300"),
    ("outcome of an unknown code", "030004"),
    ("close of no code", "07"),
    ("close of an unknown code", "0703"),
    ("cancel of nothing", "04"),
    ("varint that ends early", "0480"),
    ("varint of two bytes for zero", "048000"),
    ("varint of five bytes for one", "048180808000"),
    ("varint of six bytes", "04808080808001"),
    ("varint of 33 bits", "048080808010"),
    ("piece without bytes", "02000100"),
    ("piece beyond its total", "0200010100"),
    ("piece of total zero", "0200000000"),
    ("piece longer than its total", "0200010000" + "00"),
    ("acknowledgement without a range", "0100" + "000000000000" + "00"),
    ("acknowledgement of 33 ranges", "0100" + "0000000000ff" + "21" + "00" * 65),
    ("acknowledgement below zero", "0100" + "000000000000" + "01" + "01"),
    ("acknowledgement whose second range is below zero", "0100" + "000000000001" + "02" + "00" + "00" + "00"),
    ("acknowledgement cut short", "0100" + "0000000000"),
    ("257 items", "00" * 257),
]

alice, bob = Identity("alice"), Identity("bob")
frame = b"\x00" + fixed("token", 8) + b"a frame"
keys = b"\x01" + fixed("token of keys", 8) + alice.ed25519 + alice.ml_dsa65
packets = [
    ("initiator", 0, encode({"type": "ready"})),
    ("responder", 0, encode(ack(20, (0, 0))) + encode({"type": "askKeys"})),
    ("initiator", 1, encode(piece(0, len(keys), 0, keys[:1200]))),
    ("initiator", 2, encode(piece(0, len(keys), 1200, keys[1200:]))),
    ("responder", 1, encode(ack(0, (0, 2))) + encode({"type": "outcome", "message": 0, "outcome": "accepted"}) + encode({"type": "ready"})),
    ("initiator", 2**32 + 5, encode(ack(0, (0, 1))) + encode(piece(1, len(frame), 0, frame))),
    ("responder", 2**48 - 1, encode({"type": "close", "reason": "stopped"})),
]
result = {
    "comment": "Made by test/vectors/links.py; see SOURCES.md. Hex throughout.",
    "handshakes": [
        handshake("native ids", alice, bob, False, packets),
        handshake("readable", alice, bob, True, packets),
        handshake("foreign ids", Identity("carol", "carol"), Identity("dave", "d" * 256), False, packets[:1]),
    ],
    "items": [{"items": items, "bytes": b"".join(map(encode, items)).hex()} for items in wellformed],
    "malformedItems": [{"name": title, "bytes": content} for title, content in malformed],
}
json.dump(result, sys.stdout, indent=1)
sys.stdout.write("\n")
