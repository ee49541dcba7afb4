"""Writes framing.json: frames, checksums and codewords of docs/protocol.md section 9, made without the package.

python3 -m venv .oracle && .oracle/bin/pip install reedsolo==1.7.0 cobs==1.2.2
.oracle/bin/python test/vectors/framing.py > test/vectors/framing.json

COBS is that of `cobs`, Reed-Solomon that of `reedsolo`, CRC-32 and CRC-16/CCITT-FALSE those of Python's zlib and
binascii; the rest is written down here once more. CIRP, CFRG and CNAK bytes of the fact sheet (ciris-edge 8.3, 8.4)
are compared, so that a slip here cannot pass.
"""
import binascii
import hashlib
import json
import math
import random
import sys
import zlib

from cobs import cobs
from reedsolo import RSCodec

seeded = random.Random(9)


def u(value, size):
    return value.to_bytes(size, "big")


def crc16_x25(data):
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ 0x8408 if register & 1 else register >> 1
    return register ^ 0xFFFF


def stuff(data, flag, escape, codes):
    body = b"".join(bytes([escape, codes[byte]]) if byte in codes else bytes([byte]) for byte in data)
    return bytes([flag]) + body + bytes([flag])


def slip(data):
    return stuff(data, 0xC0, 0xDB, {0xC0: 0xDC, 0xDB: 0xDD})


def hdlc(data):
    return stuff(data, 0x7E, 0x7D, {0x7E: 0x5E, 0x7D: 0x5D})


framings = {
    "cobs": lambda data: b"\0" + cobs.encode(data) + b"\0",
    "slip": slip,
    "hdlc": hdlc,
    "hdlc+crc-16": lambda data: hdlc(data + crc16_x25(data).to_bytes(2, "little")),
    "cobs+crc-32": lambda data: b"\0" + cobs.encode(data + zlib.crc32(data).to_bytes(4, "little")) + b"\0",
    "kiss port 0": lambda data: slip(b"\x00" + data),
    "kiss port 12": lambda data: slip(b"\xc0" + data),
    "length-prefix": lambda data: u(len(data), 4) + data,
}

payloads = {
    "one zero": b"\0",
    "text": b"waxwing",
    "every delimiter and escape": bytes.fromhex("00c0db7e7ddcdd5e5dff01"),
    "254 bytes without a zero": bytes(range(1, 255)),
    "255 bytes without a zero": bytes(range(1, 256)),
    "a zero behind 254 bytes": bytes(range(1, 255)) + b"\0",
    "600 random bytes": seeded.randbytes(600),
}


def reed_solomon(data, parity):
    return bytes(RSCodec(parity).encode(data)[len(data):])


def fec(frame, parity):
    data = frame + u(zlib.crc32(frame), 4)
    count = math.ceil(len(data) / (255 - parity))
    parities = [reed_solomon(data[c::count], parity) for c in range(count)]
    header = bytes([1, parity]) + u(len(frame), 2)
    return (
        bytes.fromhex("034776c7272895b0")
        + header
        + reed_solomon(header, 12)
        + data
        + bytes(parities[c][j] for j in range(parity) for c in range(count))
    )


def damaged(encoded, count):
    bytes_ = bytearray(encoded)
    for at in seeded.sample(range(len(bytes_)), count):
        bytes_[at] ^= seeded.randint(1, 255)
    return bytes(bytes_)


def cirp(destination, sequence, payload):
    body = b"CIRP" + destination + u(sequence, 8) + u(len(payload), 4) + payload
    return body + u(zlib.crc32(body), 4)


def fragments(frame, mdu):
    chunk = mdu - 16
    pieces = [frame[at:at + chunk] for at in range(0, len(frame), chunk)]
    message = hashlib.sha256(frame).digest()[:8]
    return [b"CFRG" + message + u(len(pieces), 2) + u(i, 2) + piece for i, piece in enumerate(pieces)]


def airtime(payload, sf, bandwidth, cr, preamble=8, header=True, crc=True):
    symbol = 2**sf / bandwidth
    low = 1 if symbol > 0.016 else 0
    bits = 8 * payload - 4 * sf + 28 + 16 * crc - 20 * (not header)
    symbols = 8 + max(math.ceil(bits / (4 * (sf - 2 * low))) * (cr + 4), 0)
    return round(1000 * (preamble + 4.25 + symbols) * symbol, 6)


destination = hashlib.sha256(bytes(32)).digest()[:16]
summary = b'CRPL\x01{"type":"summary","kind":"key","refs":[]}'
radio = [(0, b""), (1, b"hello"), (0, summary), (2**64 - 1, seeded.randbytes(100))]
assert cirp(destination, 1, b"hello").hex() == (
    "4349525066687aadf862bd776c8fc18b8e9f8e2000000000000000010000000568656c6c6f3a80e2e2"
)
assert cirp(destination, 0, summary).hex().endswith("5b5d7dd61f6467")

example = b"CRPL\x01" + bytes(range(60))
assert fragments(example, 48)[2].hex() == "434652476617e95d6bf5dacf000300023b"

code_data = {parity: seeded.randbytes(length) for parity, length in [(2, 5), (12, 4), (32, 100), (64, 191), (128, 127)]}
fec_frames = [(b"waxwing", 16), (seeded.randbytes(187), 64), (seeded.randbytes(188), 64), (seeded.randbytes(700), 64)]

json.dump(
    {
        "checksums": [
            {
                "hex": data.hex(),
                "crc16X25": crc16_x25(data),
                "crc16CcittFalse": binascii.crc_hqx(data, 0xFFFF),
                "crc32": zlib.crc32(data),
            }
            for data in [b"", b"123456789", b"\0", bytes(32), seeded.randbytes(300)]
        ],
        "framings": [
            {"framing": name, "frame": payloads[what].hex(), "about": what, "encoded": encode(payloads[what]).hex()}
            for name, encode in framings.items()
            for what in payloads
        ],
        "radioFrames": [
            {
                "destination": destination.hex(),
                "sequence": str(sequence),
                "payload": payload.hex(),
                "encoded": cirp(destination, sequence, payload).hex(),
            }
            for sequence, payload in radio
        ],
        "fragments": [
            {"mduBytes": mdu, "frame": frame.hex(), "packets": [packet.hex() for packet in fragments(frame, mdu)]}
            for frame, mdu in [(example, 48), (example, 32), (payloads["600 random bytes"], 255)]
        ],
        "fragmentRequests": [
            {"messageId": "6617e95d6bf5dacf", "missing": [2], "encoded": "434e414b6617e95d6bf5dacf00010002"},
            {
                "messageId": "6617e95d6bf5dacf",
                "missing": [0, 1, 65534],
                "encoded": (b"CNAK" + bytes.fromhex("6617e95d6bf5dacf") + u(3, 2) + u(0, 2) + u(1, 2) + u(65534, 2)).hex(),
            },
        ],
        "reedSolomon": [
            {"parity": parity, "data": data.hex(), "encoded": (data + reed_solomon(data, parity)).hex()}
            for parity, data in code_data.items()
        ],
        "fec": [
            {
                "parity": parity,
                "frame": frame.hex(),
                "encoded": fec(frame, parity).hex(),
                "damaged": damaged(fec(frame, parity), len(fec(frame, parity)) // 20).hex(),
            }
            for frame, parity in fec_frames
        ],
        "loraAirtime": [
            {
                "payloadBytes": payload,
                "spreadingFactor": sf,
                "bandwidthHz": bandwidth,
                "codingRate": cr + 4,
                "ms": airtime(payload, sf, bandwidth, cr),
            }
            for payload, sf, bandwidth, cr in [
                (10, 7, 125000, 1),
                (51, 12, 125000, 1),
                (255, 7, 250000, 4),
                (0, 12, 500000, 1),
                (255, 11, 125000, 4),
                (100, 9, 125000, 2),
            ]
        ],
    },
    sys.stdout,
    indent=1,
)
print()
