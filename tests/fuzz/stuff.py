"""Stuff: texts, numbers, values and bytes of which at least one is too much for something.

Everything is drawn from a `random.Random`, a real one or one that hypothesis leads.
"""

import json
import math
import os

__all__ = [
    "a_name",
    "a_number",
    "a_text",
    "a_value",
    "an_argument",
    "an_integer",
    "mutated_bytes",
    "mutated_structure",
    "some_json",
    "spoilt",
]

TEXTS = [
    "",
    " ",
    "a",
    "x" * 300,
    "x" * 5000,
    "\n",
    "\t",
    "\0",
    "a\0b",
    "é",
    "日本",
    "🎈",
    "\ud800",
    "\udcff",
    "a\udc80b",
    "\ufeff",
    "\u202e",
    "\x1b[31m",
    "\r\n",
    "..",
    ".",
    "/",
    "//",
    "~",
    "~nosuchuser",
    "~nosuchuser/x",
    "~root",
    "-",
    "--",
    "-1",
    "--help",
    "-h",
    "%s",
    "%(x)s",
    "{}",
    "{0}",
    "${x}",
    "$x",
    "`x`",
    "'",
    '"',
    "\\",
    "*",
    "[",
    "[a",
    "[/]",
    "[red]",
    "[/red]",
    "?",
    "a/b",
    "../../x",
    "/dev/null",
    "/dev/zero",
    "/dev/stdin",
    "/proc/self/mem",
    "/nonexistent/x",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "9" * 400,
    "9" * 5000,
    "0x10",
    "1_000",
    "١٢",
    "²",
    "True",
    "None",
    "null",
    "[]",
    "a=b",
    "=",
    "a,b",
    ",",
    ":",
    "a:b",
    "@",
    "#",
    "CON",
    "HD_",
    "HD_%",
    "HD__",
    "_",
    "_1",
    "1.5",
    "0",
    "1",
    "01",
    "+1",
    " 1 ",
    "1 2",
    "\x00\x01",
    "e" + "\u0301" * 200,
]
URLS = [
    "http://[",
    "http://[::1",
    "https://[x]/a",
    "http://a]b/",
    "http://\udcff/",
    "https:///x",
    "http://",
    "://",
    "http://a:b:c/",
    "http://a:99999999/",
    "http://example.com/a b",
    "http://example.com/\0",
    "file:///etc/passwd",
    "file://[",
    "https://example.com/bank.csv",
    "https://example.com/x/",
    "https://example.com/x/y.csv?sig=%",
    "http://℀.com/x",
    "https://example.com/%zz%ff%",
    "HTTP://EXAMPLE.COM/BANK.CSV",
    "wasbs://a@b/c",
    "adl+x://y",
    "https://example.com/" + "x" * 5000,
    "https://example.com/x/../../etc",
    "http://[v1.x]/",
    "abfss://[/]",
    "https://exa\u2100mple.com/x",
    "http://a@[/b",
    "http://127.0.0.1:1/x",
]
NUMBERS = [
    0,
    1,
    -1,
    2,
    3,
    7,
    10,
    100,
    1000,
    2**31,
    2**32,
    2**53,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    2**64,
    10**30,
    10**308,
    10**309,
    10**400,
    -(10**400),
    10**5000,
    True,
    False,
    0.0,
    -0.0,
    0.1,
    0.5,
    1.0,
    2.5,
    1e-320,
    5e-324,
    1e-10,
    1e16,
    1e300,
    1.7e308,
    math.inf,
    -math.inf,
    math.nan,
]


def pick(rng, options):
    return options[rng.randrange(len(options))]


def chance(rng, n):
    """Tell whether one of `n` times has come."""
    return rng.randrange(n) == 0


def some_bytes(rng, most=40):
    return bytes(rng.randrange(256) for _ in range(rng.randrange(most)))


def a_text(rng):
    kind = rng.randrange(8)
    if kind < 4:
        return pick(rng, TEXTS)
    if kind == 4:
        return pick(rng, URLS)
    if kind == 5:
        return "".join(
            chr(
                rng.choice(
                    (
                        rng.randrange(128),
                        rng.randrange(0x2FF),
                        rng.randrange(0xD7FF),
                        rng.randrange(0xD800, 0xE000),
                        rng.randrange(0x10FFFF),
                    )
                )
            )
            for _ in range(rng.randrange(8))
        )
    if kind == 6:
        return some_bytes(rng).decode("utf-8", "surrogateescape")
    return pick(rng, TEXTS) + pick(rng, TEXTS)


def a_name(rng):
    """A text that is mostly good as a name."""
    return (
        pick(rng, ["lr", "--lr", "batch", "a", "accuracy", "--x-y"])
        if rng.randrange(3)
        else a_text(rng)
    )


def an_argument(rng, *texts):
    """A text as a process can be given: any bytes but NUL."""
    text = pick(rng, texts) if texts and rng.randrange(3) else a_text(rng)
    raw = text.encode("utf-8", "surrogatepass" if chance(rng, 2) else "replace")
    if chance(rng, 6):
        raw = mutated_bytes(rng, raw, 2)
    return os.fsdecode(raw.replace(b"\0", b"")[:60000])


def an_integer(rng):
    return int(pick(rng, [n for n in NUMBERS if isinstance(n, int)]))


def a_number(rng):
    if rng.randrange(3):
        return pick(rng, NUMBERS)
    return pick(rng, [rng.randrange(-100, 100), rng.random(), rng.uniform(-1e6, 1e6)])


class Hostile:
    """A value whose text cannot be had."""

    def __repr__(self):
        raise RuntimeError("no text")

    __str__ = __repr__


def a_value(rng, depth=2):
    """Anything that Python code may hand over."""
    kind = rng.randrange(14)
    if kind < 4:
        return a_number(rng)
    if kind < 7:
        return a_text(rng)
    if kind == 7:
        return None
    if kind == 8:
        return some_bytes(rng)
    if kind == 9 and depth:
        return [a_value(rng, depth - 1) for _ in range(rng.randrange(4))]
    if kind == 10 and depth:
        return {a_hashable(rng): a_value(rng, depth - 1) for _ in range(rng.randrange(3))}
    if kind == 11 and depth:
        return tuple(a_value(rng, depth - 1) for _ in range(rng.randrange(3)))
    return a_strange_value(rng)


def a_hashable(rng):
    return pick(rng, [a_text(rng), a_number(rng), None, (1, 2), b"x"])


def a_strange_value(rng):
    import datetime
    import decimal
    import fractions

    import numpy as np

    kind = rng.randrange(22)
    if kind == 0:
        return range(10**12)
    if kind == 1:
        return range(10**30)
    if kind == 2:
        return range(rng.randrange(-5, 5))
    if kind == 3:
        return itself()
    if kind == 4:
        return deep(3000)
    return pick(
        rng,
        [
            object(),
            int,
            len,
            lambda: 1,
            complex(1, 2),
            decimal.Decimal("NaN"),
            decimal.Decimal("1e999999"),
            fractions.Fraction(1, 3),
            datetime.date(2020, 1, 1),
            {1, 2},
            frozenset(),
            bytearray(b"x"),
            np.float64("nan"),
            np.float32("inf"),
            np.int64(7),
            np.uint64(2**64 - 1),
            np.bool_(True),
            np.array([1, 2]),
            np.array(5),
            np.array([]),
            np.str_("x"),
            np.float64(1e308),
            (i for i in range(3)),
            Ellipsis,
            NotImplemented,
        ],
    )


def itself():
    """A list that holds itself."""
    loop = []
    loop.append(loop)
    return loop


def deep(n):
    """A list in a list in a list."""
    nested = []
    for _ in range(n):
        nested = [nested]
    return nested


def mutated_bytes(rng, raw, most=6):
    """What a disk, an editor or a fuzzer may make of bytes."""
    data = bytearray(raw)
    for _ in range(1 + rng.randrange(most)):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(7)
        if kind == 0 and data:
            data[at % len(data)] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at:at] = some_bytes(rng, 6)
        elif kind == 2:
            del data[at : at + rng.randrange(30)]
        elif kind == 3:
            data[at:at] = data[at : at + rng.randrange(60)]
        elif kind == 4:
            data[at:at] = pick(rng, TEXTS + URLS).encode("utf-8", "surrogatepass")[:200]
        elif kind == 5:
            del data[at:]
        else:
            data[at : at + 1] = pick(
                rng,
                [
                    b"\0",
                    b"\xff",
                    b"\xfe\xff",
                    b"\xc0\x80",
                    b"\xed\xa0\x80",
                    b"\r",
                    b"[",
                    b"{",
                    b'"',
                    b"NaN",
                    b"1e999",
                ],
            )
    return bytes(data)


def mutated_structure(rng, value, depth=6):
    """A JSON value of which one part, somewhere, is another."""
    if depth == 0 or chance(rng, 5) or not isinstance(value, (dict, list)) or not value:
        return some_json(rng)
    if isinstance(value, list):
        changed = list(value)
        at = rng.randrange(len(changed))
        changed[at] = mutated_structure(rng, changed[at], depth - 1)
        return changed
    key = pick(rng, sorted(value, key=str))
    changed = dict(value)
    if chance(rng, 6):
        changed[a_text(rng)] = changed.pop(key)
    elif chance(rng, 6):
        del changed[key]
    else:
        changed[key] = mutated_structure(rng, changed[key], depth - 1)
    return changed


def some_json(rng, depth=2):
    """A value that JSON can carry, or almost."""
    kind = rng.randrange(12)
    if kind < 3:
        return a_text(rng)
    if kind < 6:
        number = a_number(rng)
        return number if abs(number) < 10**4000 or number != number else 10**4200
    if kind == 6:
        return None
    if kind == 7:
        return bool(rng.randrange(2))
    if kind < 10 and depth:
        return [some_json(rng, depth - 1) for _ in range(rng.randrange(4))]
    if depth:
        return {a_text(rng): some_json(rng, depth - 1) for _ in range(rng.randrange(4))}
    return {}


def json_bytes(rng, value):
    """A JSON document's bytes: in UTF-8, with half surrogates as such, or escaped."""
    try:
        text = json.dumps(value, ensure_ascii=bool(rng.randrange(2)))
    except (ValueError, RecursionError):  # more digits than Python writes
        text = "1" * 5000
    return text.encode("utf-8", "surrogatepass")


def spoilt(rng, raw, value=None):
    """A file's bytes, mostly spoilt: in its bytes, or in what it says."""
    kind = rng.randrange(12)
    if kind == 0:
        return raw
    if kind < 6 and value is not None:
        for _ in range(1 + rng.randrange(2)):
            value = mutated_structure(rng, value)
        return json_bytes(rng, value)
    if kind == 6:
        return pick(
            rng,
            [
                b"",
                b"\0" * 50,
                b"[" * 100000,
                b'{"a":' * 50000,
                b"\xff\xfe" + raw.decode("utf-8", "replace").encode("utf-16-le", "replace"),
                b"\xef\xbb\xbf" + raw,
                b"null",
                b"1" * 6000,
                b"NaN",
                b'"' + b"x" * 100,
                raw.decode("utf-8", "replace").encode("latin-1", "replace"),
                b"{" * 3000 + b"}" * 3000,
                b"- " * 20000,
                b"a: " * 3000,
                b"\x1f\x8b\x08",
                b"(" * 9000,
                b"-" * 20000,
                b"a\n" * 20000,
            ],
        )
    return mutated_bytes(rng, raw)
