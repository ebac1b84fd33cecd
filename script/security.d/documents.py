"""Documents that no client in its senses sends, ever new ones, the same for the same seed. Each is the body of a request."""

import json
import random


def body(query, variables=None):
    return json.dumps({"query": query, "variables": variables}).encode()


def deep(draw):
    """Selections, lists, objects, types and JSON, nested."""
    levels = draw.choice([20, 200, 3000, 20000])
    return draw.choice([
        lambda: body("{a" * levels + "}" * levels),
        lambda: body("{ projects(filter: " + "{and: [" * levels + "]}" * levels + ") { totalCount } }"),
        lambda: body("{ projects(search: " + "[" * levels + "]" * levels + ") { totalCount } }"),
        lambda: body("query ($v: " + "[" * levels + "Int" + "]" * levels + ") { __typename }"),
        lambda: b'{"query":"{__typename}","variables":{"v":' + b"[" * levels + b"]" * levels + b"}}",
        lambda: body("{ projects { nodes { " + "lead { name projects { nodes { " * 200 + "id" + " } } }" * 200 + " } } }"),
    ])()


def wide(draw):
    """Fields, arguments, directives and names in masses."""
    count = draw.choice([500, 3000, 30000])
    return draw.choice([
        lambda: body("{ " + "__typename " * count + "}"),
        lambda: body("{ " + "nothing " * count + "}"),
        lambda: body("{ __typename " + "@include(if: true) " * count + "}"),
        lambda: body("{ " + "x" * count + " }"),
        lambda: body("query (" + "".join(f"$v{n}: Int " for n in range(count)) + ") { __typename }"),
        lambda: body("{ projects(" + "".join(f"a{n}: {n} " for n in range(count)) + ") { totalCount } }"),
        lambda: body("{ projects { nodes { id title summary } } }" + "#" * count * 10),
        lambda: body('{ projects(search: "' + "damp " * count + '") { totalCount } }'),
    ])()


def aliased(draw):
    """The same costly field under many names."""
    count = draw.choice([50, 101, 2000])
    field = draw.choice([
        'checkOverlap(input: {title: "Damp sensors", summary: "Wireless sensors against damp in council homes"}) { outcome }',
        "projects(first: 100) { nodes { title } }", "overlapSummary { __typename }", "__typename",
    ])
    return body("{ " + " ".join(f"a{n}: {field}" for n in range(count)) + " }")


def cyclic(draw):
    """Fragments that spread each other, in circles and in bombs."""
    levels = draw.choice([2, 24, 300])
    spread = draw.choice(["...F{n}", "...F{n} ...F{n}", "lead {{ ...F{n} }} ...F{n}"])
    text = "{ projects { nodes { ...F0 } } }"
    for level in range(levels):
        text += f" fragment F{level} on Project {{ id {spread.format(n=level + 1)} }}"
    last = draw.choice(["...F0", "id", "...Missing"])
    return body(text + f" fragment F{levels} on Project {{ {last} }}")


def huge(draw):
    """Numbers, texts and ids of any size."""
    number = draw.choice(["9" * 400, "-" + "9" * 19, "1e400", "2147483648", "-1", "0." + "0" * 5000 + "1", "NaN", "0x10"])
    text = draw.choice(["x" * 100_000, "\\u0000", "%" * 5000, "' OR '1'='1", "😀" * 2000, "\\uD800", '\\"' * 3000])
    return draw.choice([
        lambda: body("{ projects(first: " + number + ") { nodes { id } } }"),
        lambda: body("query ($n: Int) { projects(first: $n) { nodes { id } } }", {"n": draw.choice([10**400, -(10**30), 1e308, "1", [1], True])}),
        lambda: body('{ projects(search: "' + text + '") { totalCount } }'),
        lambda: body('{ node(id: "' + text + '") { id } }'),
        lambda: body("query ($s: String) { projects(search: $s, after: $s) { totalCount } }", {"s": text}),
        lambda: body("{ overlaps(first: 100) { nodes { left { lead { name } } right { lead { name } } evidence { summary } } } }"),
    ])()


def broken(draw):
    """Bytes that are no text, no JSON or no GraphQL."""
    good = body('{ projects(search: "damp") { totalCount } }')
    return draw.choice([
        lambda: draw.randbytes(draw.choice([1, 100, 10000])),
        lambda: good.replace(b"damp", draw.choice([b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x00"])),
        lambda: good[: draw.randrange(len(good))],
        lambda: good.replace(b"{ ", draw.choice([b"\xef\xbb\xbf{ ", b"\xfe\xff{ ", "{ \u202e".encode(), b"{ \\u0007"]), 1),
        lambda: b"[" * 100_000,
        lambda: body("".join(draw.choice('{}()[]:!$@."#\\, \nabc019') for _ in range(draw.choice([5, 50, 2000])))),
        lambda: b"",
        lambda: json.dumps(draw.choice([[], 7, "x", None, {"query": {}}, {"query": [1]}, {"query": "{a}", "variables": "x"}])).encode(),
    ])()


FAMILIES = {"deep": deep, "wide": wide, "aliased": aliased, "cyclic": cyclic, "huge": huge, "broken": broken}


def documents(count, seed=1):
    """So many, with the name of each one's family."""
    draw = random.Random(seed)
    names = list(FAMILIES)
    for number in range(count):
        name = names[number % len(names)]
        yield name, FAMILIES[name](draw)
