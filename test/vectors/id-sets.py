"""Writes id-sets.json: heads, fingerprints and coded symbols of sets, by Python's own arithmetic and hashlib alone.

    python3 test/vectors/id-sets.py

Written from docs/protocol.md; shares no code with the engines. An id is SHA-256 of a number in decimal, or for
"counted" sets the number itself, big-endian in 32 bytes.
"""
import hashlib
import json
import math
import pathlib

M = 2**64 - 1


def sha(data):
    return hashlib.sha256(data).digest()


def head(ids):
    if len(ids) <= 32:
        return sha(b"\0" + b"".join(ids))
    numbers = [int.from_bytes(i, "big") for i in ids]
    bit = (numbers[0] ^ numbers[-1]).bit_length() - 1
    middle = next(k for k, n in enumerate(numbers) if n >> bit & 1)
    return sha(b"\1" + head(ids[:middle]) + head(ids[middle:]))


def fingerprint(ids):
    total = sum(int.from_bytes(i, "little") for i in ids) % 2**256
    digits, rest = [len(ids) % 128], len(ids) // 128
    while rest:
        digits.insert(0, 128 + rest % 128)
        rest //= 128
    return sha(total.to_bytes(32, "little") + bytes(digits))[:16]


def rotl(x, by):
    return (x << by | x >> (64 - by)) & M


def siphash(data):
    k0, k1 = 0x0706050403020100, 0x0F0E0D0C0B0A0908
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def rounds(n):
        for _ in range(n):
            v[0] = (v[0] + v[1]) & M
            v[1] = rotl(v[1], 13) ^ v[0]
            v[0] = rotl(v[0], 32)
            v[2] = (v[2] + v[3]) & M
            v[3] = rotl(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & M
            v[3] = rotl(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & M
            v[1] = rotl(v[1], 17) ^ v[2]
            v[2] = rotl(v[2], 32)

    for at in (0, 8, 16, 24, None):
        m = 32 << 56 if at is None else int.from_bytes(data[at : at + 8], "little")
        v[3] ^= m
        rounds(2)
        v[0] ^= m
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def places(checksum, count):
    state, index = checksum, 0
    while index < count:
        yield index
        state = (state + 0x9E3779B97F4A7C15) & M
        z = state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & M
        z = (z ^ z >> 27) * 0x94D049BB133111EB & M
        z ^= z >> 31
        index += max(1, math.ceil((index + 1.5) * (math.sqrt(2**53 / ((z >> 11) + 1)) - 1)))


def symbols(ids, count):
    cells = [[0, 0, 0] for _ in range(count)]
    for i in ids:
        checksum = siphash(i)
        for index in places(checksum, count):
            cells[index][0] ^= int.from_bytes(i, "big")
            cells[index][1] ^= checksum
            cells[index][2] += 1
    return b"".join(
        xor.to_bytes(32, "big") + checksum.to_bytes(8, "little") + number.to_bytes(8, "little")
        for xor, checksum, number in cells
    )


sets = []
for ids, count in [("hashed", n) for n in (0, 1, 32, 33, 500, 3000)] + [("counted", n) for n in (1, 40, 300)]:
    made = sorted(sha(str(n).encode()) if ids == "hashed" else n.to_bytes(32, "big") for n in range(count))
    third = count // 3
    sets.append(
        {
            "ids": ids,
            "count": count,
            "head": head(made).hex(),
            "fingerprint": fingerprint(made).hex(),
            "fingerprintFromThird": fingerprint(made[third:]).hex(),
            "firstSymbols": symbols(made, 4).hex(),
            "symbols2048": sha(symbols(made, 2048)).hex(),
        }
    )
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"sets": sets}, indent=1) + "\n")
