#!/usr/bin/env python3
"""Every operation of the schema with made arguments, as an administrator and as a stranger: nothing may be a fault of the server."""

import os
import subprocess
import sys

from server import Server

LIMIT_S = "900"


def main(binary, examples="20"):
    tool = os.path.join(os.path.dirname(sys.executable), "st")
    here = os.path.dirname(os.path.abspath(__file__))
    with Server(binary, "--rate-limit-strangers", "off", "--rate-limit-known", "off") as server:
        for who, headers in (("a stranger", []), ("an administrator", ["--header", f"Authorization: Bearer {server.key}"])):
            print(f"## As {who}", flush=True)
            done = subprocess.run(
                [tool, "run", f"http://127.0.0.1:{server.port}/graphql", "--phases", "fuzzing", "--max-examples", examples, "--seed", "1",
                 "--checks", "not_a_server_error", "--continue-on-failure", "--max-time", LIMIT_S, "--no-color", *headers],
                cwd=server.folder.name, env={**os.environ, "SCHEMATHESIS_HOOKS": "scalars", "PYTHONPATH": here},
            )
            assert server.process.poll() is None, "the server is gone"
            if done.returncode:
                sys.exit(done.returncode)


if __name__ == "__main__":
    main(*sys.argv[1:])
