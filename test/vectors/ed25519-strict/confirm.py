"""Second oracle of test/vectors/ed25519-strict.json: RFC 8032 in Python integers, written apart from
arithmetic.ts (extended coordinates, square root by exponent (p - 5)/8, order tested by multiplying by L).

    python3 test/vectors/ed25519-strict/confirm.py test/vectors/ed25519-strict.json

Prints how many vectors it confirmed; exits 1 at the first that it judges otherwise.
"""

import hashlib
import json
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
I = pow(2, (P - 1) // 4, P)
ZERO = (0, 1, 1, 0)


def plus(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, p):
    q = ZERO
    for bit in bin(n)[2:]:
        q = plus(q, q)
        if bit == "1":
            q = plus(q, p)
    return q


def minus(p):
    return (-p[0] % P, p[1], p[2], -p[3] % P)


def is_zero(p):
    return p[0] == 0 and p[1] == p[2]


def compress(p):
    z = pow(p[2], -1, P)
    x, y = p[0] * z % P, p[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decompress(data, strict):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if strict and y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * I % P
    elif v * x * x % P != u:
        return None
    if x == 0 and sign:
        if strict:
            return None
    elif x & 1 != sign:
        x = P - x
    return (x, y % P, 1, x * y % P)


BASE = decompress((4 * pow(5, -1, P) % P).to_bytes(32, "little"), True)


def challenge(signature, message, key):
    return int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L


def strict(signature, message, key):
    if len(signature) != 64 or len(key) != 32:
        return False
    a, r = decompress(key, True), decompress(signature[:32], True)
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    if is_zero(times(8, a)) or is_zero(times(8, r)):
        return False
    k = challenge(signature, message, key)
    return compress(plus(times(s, BASE), times(k, minus(a)))) == signature[:32]


def lax(signature, message, key, cofactor):
    a, r = decompress(key, False), decompress(signature[:32], False)
    if a is None or r is None:
        return False
    s = int.from_bytes(signature[32:], "little")
    k = challenge(signature, message, key)
    rest = plus(times(s, BASE), minus(plus(r, times(k, a))))
    return is_zero(times(cofactor, rest))


def main(path):
    vectors = json.load(open(path, encoding="utf-8"))
    for vector in vectors:
        args = [bytes.fromhex(vector[name]) for name in ("signature", "message", "publicKey")]
        verdicts = {"strict": strict(*args)}
        if "cofactored" in vector:
            verdicts["cofactorless"] = lax(*args, 1)
            verdicts["cofactored"] = lax(*args, 8)
        for name, verdict in verdicts.items():
            if verdict != vector[name]:
                sys.exit(f"{vector['name']}: {name} is {verdict} here, {vector[name]} in the file")
    print(f"{len(vectors)} confirmed")


main(sys.argv[1])
