#!/usr/bin/env python3
"""Every operation of the schema with made arguments, as an administrator and as a stranger: nothing may be a fault of the server."""

import json
import os
import pathlib
import subprocess
import sys
import urllib.request

from server import Server

# The tool's own --max-time is no bound: it repeats the run until the time is spent.
LIMIT_S = 1800

# What half of the texts and ids are drawn from, so that operations find something: ids of every kind, and words that the catalogue has.
KNOWN = """{ projects(first: 10) { nodes { id lead { id } } } overlaps(first: 5) { nodes { id } } overlapClusters(first: 3) { nodes { id } }
  surveys(first: 3) { nodes { id } } accounts(first: 3) { nodes { id } } authorities(first: 5) { nodes { id } } }"""
WORDS = ["Leeds", "Leeds City Council", "damp sensors", "chatbot", "GB-LAE-LDS", "spend", "GBP", "1000", "2020-01-01", ""]


def known(server):
    """Ids that the catalogue has."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/graphql", json.dumps({"query": KNOWN}).encode(),
        {"content-type": "application/json", "authorization": f"Bearer {server.key}"})
    with urllib.request.urlopen(request) as answer:
        left, found = [json.load(answer)["data"]], []
    while left:
        value = left.pop()
        if isinstance(value, dict):
            found += [value["id"]] if "id" in value else []
            left += value.values()
        elif isinstance(value, list):
            left += value
    return sorted(set(found))


def main(binary, examples="20"):
    tool = os.path.join(os.path.dirname(sys.executable), "st")
    here = os.path.dirname(os.path.abspath(__file__))
    with Server(binary, "--rate-limit-strangers", "off", "--rate-limit-known", "off") as server:
        folder, failed = pathlib.Path(server.folder.name), 0
        # JSON's texts and lists are TOML's too.
        (folder / "schemathesis.toml").write_text(
            f"[dictionaries.known]\nvalues = {json.dumps(known(server) + WORDS)}\n"
            '[generation.dictionaries]\nstring = { dictionary = "known", probability = 0.5 }\n', encoding="utf-8")
        for who, headers in (("a stranger", []), ("an administrator", ["--header", f"Authorization: Bearer {server.key}"])):
            print(f"## As {who}", flush=True)
            done = subprocess.run(
                [tool, "run", f"http://127.0.0.1:{server.port}/graphql", "--phases", "fuzzing", "--max-examples", examples, "--seed", "1",
                 "--checks", "not_a_server_error", "--continue-on-failure", "--no-color", *headers],
                timeout=LIMIT_S, cwd=folder, env={**os.environ, "SCHEMATHESIS_HOOKS": "scalars", "PYTHONPATH": here},
            )
            assert server.process.poll() is None, "the server is gone"
            failed = failed or done.returncode
        # The tool first tries whether headers may hold a NUL.
        faults = [line for line in server.said if ("ERROR" in line or "panicked" in line) and "invalid Header" not in line]
        print(f"Errors in the server's log: {len(faults)}\n{''.join(faults[:20])}")
        sys.exit(failed or bool(faults))


if __name__ == "__main__":
    main(*sys.argv[1:])
