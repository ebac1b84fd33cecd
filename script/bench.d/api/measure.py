"""Requests per second of the server's own CPU, over one catalogue: Tandem, a bare handler, and other GraphQL servers.

    measure.py BINARIES [COUNT]

Runs within script/db, whose private PostgreSQL holds the catalogue; a copy of it is made in a SQLite file. Every
server is started by itself, asked on the loopback by a few connections for a fixed number of requests, and stopped.
CPU is what /proc tells of the server's process, so on PostgreSQL the database's own work is not in it; on SQLite it is.
"""

import base64
import contextlib
import http.client
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import urllib.request
import uuid

HERE = pathlib.Path(__file__).parent
CONNECTIONS, WARM_UP = 8, 1000  # Node compiles what is hot only then.
REQUESTS = {"one": 12000, "page": 4000, "facets": 400}
TICKS = os.sysconf("SC_CLK_TCK")
WORDS = ("sensors housing damp streets waste care chatbot drones schools energy parking flood parks bins repairs "
         "libraries carers bikes roads planning").split()

ONE = "query ($id: ID!) { project(id: $id) { id title summary phase startDate version } }"
PAGE = """{ projects(first: 50) { nodes { id title summary phase startDate version lead { id name }
  participants(roles: [PARTNER, FUNDER]) { role organisation { id name } } } } }"""
FACETS = """query ($search: String) { projects(first: 20, search: $search) { totalCount nodes { id title }
  facets { dimension buckets { value label count } } } }"""
YOGA_PAGE = PAGE.replace("{ nodes {", "{", 1).replace("[PARTNER, FUNDER]", '["PARTNER", "FUNDER"]')[:-2]
GRAPHILE_ONE = "query ($id: UUID!) { projectById(id: $id) { id title summary phase startDate version } }"
GRAPHILE_PAGE = """{ allProjects(first: 50, orderBy: CHANGE_SEQ_DESC, condition: { status: "ACTIVE" }) { nodes {
  id title summary phase startDate version organisationByLeadId { id name }
  projectParticipantsByProjectId(orderBy: POSITION_ASC) { nodes { role organisationByOrganisationId { id name } } } } } }"""


def catalogue(folder, count):
    """Made records, each with two partners and a funder."""
    records, plain = folder / "records.jsonl", folder / "plain.jsonl"
    subprocess.run([sys.executable, HERE.parent / "generate.py", str(count), plain, folder / "truth.csv"], check=True)
    drawn = random.Random(7)
    with open(HERE.parents[2] / "api/data/authorities.jsonl", encoding="utf-8") as lines:
        names = [body["name"] for body in map(json.loads, lines) if not body.get("endDate")]
    with open(plain, encoding="utf-8") as lines, open(records, "w", encoding="utf-8") as out:
        for line in lines:
            record = json.loads(line)
            record |= {"partners": drawn.sample(names, 2), "themes": [drawn.choice(WORDS).title()],
                       "funders": [f"Fund {drawn.randrange(40)} for good works"],
                       "phase": drawn.choice(["DISCOVERY", "ALPHA", "BETA", "LIVE"])}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    return records


@contextlib.contextmanager
def serving(command, folder, ready=None):
    """A server, by its address and process id."""
    with open(folder / "server.log", "ab") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=folder, text=True,
                                   env=os.environ | {"NODE_ENV": "production"})
        try:
            for line in process.stdout:
                if "http://127.0.0.1:" in line:
                    address = "http://127.0.0.1:" + line.split("http://127.0.0.1:")[1].split()[0]
                    break
            else:
                sys.exit(f"{command[0]} did not start; see its log:\n{(folder / 'server.log').read_text()[-2000:]}")
            if ready:
                wait(address + ready)
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(30)


def wait(url):
    """Until a server says that it is ready; the catalogue is read in by then."""
    for _ in range(6000):
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(url, timeout=10):
                return
        threading.Event().wait(0.1)
    sys.exit(f"{url} does not become ready")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def ask(address, requests, bodies):
    """Sends a number of requests over a few connections; any answer that is not one ends the run."""
    parts = urllib.parse.urlsplit(address)
    failures, lock, left = [], threading.Lock(), iter(range(requests))

    def work():
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        while not failures:
            with lock:
                at = next(left, None)
            if at is None:
                break
            path, body = bodies(at)
            headers = {"content-type": "application/json", "accept": "application/json"}
            connection.request("POST" if body else "GET", parts.path + path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200 or b'"errors"' in text or len(text) < 60:
                failures.append(f"{address}{path} {body}: {answer.status} {text[:600]}")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        sys.exit(failures[0])


def rate(server, what, bodies):
    address, pid = server
    ask(address, WARM_UP, bodies)
    before = cpu_seconds(pid)
    ask(address, REQUESTS[what], bodies)
    return REQUESTS[what] / max(cpu_seconds(pid) - before, 1 / TICKS)


def graphql(query, variables=None):
    """Bodies of one operation, with variables for each request."""
    fixed = json.dumps({"query": query}) if variables is None else None
    return lambda at: ("", fixed or json.dumps({"query": query, "variables": variables(at)}))



def tandem(binaries, url, folder, ids, tag, log="warn"):
    """Without a line in the log for each request unless asked for, as the others are: they write none."""
    command = [binaries / "tandem", "serve", "--bind", "127.0.0.1:0", "--database-url", url, "--log", log, "--rate-limit-strangers", "off"]
    with serving(command, folder, "/health/ready") as (address, pid):
        server = (address.rstrip("/") + "/graphql", pid)
        named = [base64.urlsafe_b64encode(bytes([tag]) + uuid.UUID(one).bytes).decode().rstrip("=") for one in ids]
        return {
            "one": rate(server, "one", graphql(ONE, lambda at: {"id": named[at % len(named)]})),
            "page": rate(server, "page", graphql(PAGE)),
            "facets": rate(server, "facets", graphql(FACETS, lambda at: {
                "search": f"{WORDS[at % len(WORDS)]} {WORDS[(at * 7 + at // 20) % len(WORDS)]}"})),
        }


def bare(binaries, url, folder, ids):
    with serving([binaries / "examples/bare", url], folder) as server:
        return {"one": rate(server, "one", lambda at: (f"/project/{ids[at % len(ids)]}", None)),
                "page": rate(server, "page", lambda at: ("/projects", None))}


def node(script, url, folder, ids, one, page):
    with serving(["node", HERE / script / "server.js", url], folder) as server:
        return {"one": rate(server, "one", graphql(one, lambda at: {"id": ids[at % len(ids)]})),
                "page": rate(server, "page", graphql(page))}


def global_tag(binaries, url, folder):
    """The byte with which the global ids of projects begin."""
    command = [binaries / "tandem", "serve", "--bind", "127.0.0.1:0", "--database-url", url]
    with serving(command, folder) as (address, _):
        request = urllib.request.Request(address.rstrip("/") + "/graphql", b'{"query":"{projects(first:1){nodes{id}}}"}',
                                         {"content-type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            told = json.load(answer)["data"]["projects"]["nodes"][0]["id"]
        return base64.urlsafe_b64decode(told + "==")[0]


def filled(binaries, url, records, folder, run):
    """Imports the catalogue. Its overlaps are taken for settled: what they cost is measured elsewhere."""
    serve = [binaries / "tandem", "serve", "--bind", "127.0.0.1:0", "--database-url", url]
    with serving(serve, folder, "/health/ready"):
        pass
    subprocess.run([binaries / "tandem", "import", "projects", records, "--database-url", url], check=True,
                   cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run("UPDATE catalogue SET settled_seq = change_seq")


def main():
    binaries = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    postgres = os.environ["TANDEM_TEST_POSTGRES"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        records, file = catalogue(folder, count), folder / "bench.db"
        sqlite = f"sqlite://{file}?mode=rwc"

        def in_sqlite(sql):
            with contextlib.closing(sqlite3.connect(file)) as connection:
                found = connection.execute(sql).fetchall()
                connection.commit()
                return found

        def in_postgres(sql):
            return subprocess.run(["psql", "-qAt", "-c", sql, postgres], check=True, capture_output=True, text=True).stdout

        filled(binaries, sqlite, records, folder, in_sqlite)
        filled(binaries, postgres, records, folder, in_postgres)
        in_postgres("ANALYZE")
        some = "SELECT id FROM project WHERE status = 'ACTIVE' LIMIT 2000"
        ids = in_postgres(some).split()
        sqlite_ids = [str(uuid.UUID(bytes=row[0]) if isinstance(row[0], bytes) else uuid.UUID(row[0]))
                      for row in in_sqlite(some)]
        tag = global_tag(binaries, sqlite, folder)
        print(f"{count:,} projects; requests per second of the server's CPU\n")
        print("| server | database | one by id | page of 50 | faceted search |\n|---|---|---:|---:|---:|")
        for server, database, measured in (
            ("Tandem", "PostgreSQL", lambda: tandem(binaries, postgres, folder, ids, tag)),
            ("Tandem, logging each request", "PostgreSQL", lambda: tandem(binaries, postgres, folder, ids, tag, "info")),
            ("bare handler", "PostgreSQL", lambda: bare(binaries, postgres, folder, ids)),
            ("GraphQL Yoga", "PostgreSQL", lambda: node("yoga", postgres, folder, ids, ONE, YOGA_PAGE)),
            ("PostGraphile", "PostgreSQL", lambda: node("postgraphile", postgres, folder, ids, GRAPHILE_ONE,
                                                       GRAPHILE_PAGE)),
            ("Tandem", "SQLite", lambda: tandem(binaries, sqlite, folder, sqlite_ids, tag)),
            ("bare handler", "SQLite", lambda: bare(binaries, sqlite, folder, sqlite_ids)),
        ):
            found = measured()
            cells = [f"{found[what]:,.0f}" if what in found else "–" for what in REQUESTS]
            print(f"| {server} | {database} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
