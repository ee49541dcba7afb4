"""Writes, or checks, what Python makes of the inputs of json-accepted.json, and that Python refuses json-hostile.json.

    python3 test/vectors/json-python-form.py [--write]

The Python form is json.dumps(value, sort_keys=True, separators=(",", ":")) with two differences, both facts of
the wire (ciris-edge §7.6): number tokens stay as they were written, so they are carried through as marked
strings and unmarked afterwards; and U+007F is written as an escape, which Python leaves alone.
"""

import json
import re
import sys
from pathlib import Path

here = Path(__file__).parent


def mark(token):
    return "@@%s@@" % token


def python_form(text):
    value = json.loads(text, parse_float=mark, parse_int=mark)
    dumped = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return re.sub(r'"@@([^"]*)@@"', r"\1", dumped).replace("\x7f", "\\u007f")


class Refused(Exception):
    pass


def strict_members(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise Refused("json_duplicate_key")
    return dict(pairs)


def refuse_constant(name):
    raise ValueError(name)


def depth(value):
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if children is None else 1 + max(map(depth, children), default=0)


def infinite(value):
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if children is not None:
        return any(map(infinite, children))
    return isinstance(value, float) and abs(value) == float("inf")


def refusals(data):
    """Every reason that Python sees to refuse the bytes; their order is the scanner's business."""
    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=strict_members, parse_constant=refuse_constant, parse_int=float)
    except UnicodeDecodeError:
        return {"json_utf8", "json_syntax"}
    except Refused as error:
        return {str(error)}
    except ValueError:
        return {"json_syntax"}
    found = set()
    if depth(value) > 128:
        found.add("json_depth")
    if infinite(value):
        found.add("json_number_range")
    if re.search("[\ud800-\udfff]", json.dumps(value, ensure_ascii=False)):
        found.add("json_lone_surrogate")
    return found


def check_hostile():
    wrong = 0
    for case in json.loads((here / "json-hostile.json").read_text("utf-8"))["cases"]:
        data = bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode("utf-8")
        found = refusals(data)
        # A text may have a second fault behind the first one, which then hides it from Python.
        if case["code"] not in found and not (case["code"] != "json_syntax" and "json_syntax" in found):
            print("hostile: %s: expected %s, Python sees %s" % (case["name"], case["code"], found or "nothing"))
            wrong += 1
    return wrong


def check_accepted(write):
    path = here / "json-accepted.json"
    document = json.loads(path.read_text("utf-8"))
    wrong = 0
    for case in document["cases"]:
        expected = python_form(case["text"])
        if case.get("python") != expected:
            wrong += 1
            print("accepted: %s: %s" % (case["name"], "written" if write else "differs"))
            case["python"] = expected
    if write:
        path.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
        return 0
    return wrong


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    sys.exit(1 if check_accepted("--write" in sys.argv) + check_hostile() else 0)
