"""Answers reed-solomon.test.ts with reedsolo: a JSON array of {parity, codeword, erasures} in, codewords put right out."""
import json
import sys

from reedsolo import ReedSolomonError, RSCodec


def put_right(parity, codeword, erasures):
    try:
        return bytes(RSCodec(parity).decode(bytes.fromhex(codeword), erase_pos=erasures)[1]).hex()
    except ReedSolomonError:
        return None


json.dump([put_right(**case) for case in json.load(sys.stdin)], sys.stdout)
