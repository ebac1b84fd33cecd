"""Kills a real server at random moments while clients write, and counts what was lost and what was doubled.

    crash.py BINARY [KILLS]   with TANDEM_TEST_POSTGRES set the second half runs on PostgreSQL

Every creation carries an idempotency key of its own and is sent again until it is acknowledged, as a careful client does.
At the end each key must stand for one project, every acknowledged one among them, and the audit log must be whole.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid

WRITERS = 6
MOMENT = (0.0, 0.6)  # Seconds that a server is left to write on, once it has acknowledged something, before it is killed.
PATIENCE_S = 60  # A machine that does nothing in this time has hung.
CREATE = """mutation ($input: CreateProjectInput!) {
  createProject(input: $input) { project { id } errors { code message path } } }"""


def clean():
    return {name: value for name, value in os.environ.items() if not name.startswith(("TANDEM_", "DATABASE_"))}


class Server:
    def __init__(self, binary, url, folder):
        self.binary, self.url, self.folder = binary, url, folder
        self.process, self.port = None, None

    def run(self, *arguments):
        command = [self.binary, *arguments, "--database-url", self.url]
        return subprocess.run(command, cwd=self.folder, env=clean(), capture_output=True, text=True, check=False)

    def start(self):
        command = [self.binary, "serve", "--bind", "127.0.0.1:0", "--database-url", self.url]
        log = open(os.path.join(self.folder, "log"), "a", encoding="utf-8")
        self.process = subprocess.Popen(command, cwd=self.folder, env=clean(), stdout=subprocess.PIPE, stderr=log, text=True)
        for line in self.process.stdout:
            if "http://127.0.0.1:" in line:
                self.port = int(line.split("http://127.0.0.1:")[1].split("/")[0].split()[0])
                return
        raise SystemExit(f"the server did not start; see {self.folder}/log")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Writers:
    """Clients that go on until they are told to stop; what they were told is written down before they go on."""

    def __init__(self, key):
        self.key, self.port = key, None
        self.acknowledged, self.waiting = {}, []
        self.faults = []  # A thread that gives up tells nobody by itself.
        self.lock, self.stopping, self.tries = threading.Lock(), threading.Event(), 0

    def next(self):
        with self.lock:
            self.tries += 1
            return self.waiting.pop() if self.waiting else str(uuid.uuid4())

    def create(self, connection, retry):
        text = {"title": f"Damp sensors {retry}", "summary": f"Sensors in council homes find damp and mould early, number {retry}.",
                "idempotencyKey": retry}
        body = json.dumps({"query": CREATE, "variables": {"input": text}})
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.key}"}
        connection.request("POST", "/graphql", body, headers)
        answer = json.loads(connection.getresponse().read())
        made = (answer.get("data") or {}).get("createProject") or {}
        if made.get("errors"):
            self.faults.append(f"refused: {made['errors']}")
        return (made.get("project") or {}).get("id")

    def begun(self):
        """Waits until something more is acknowledged: a server that is killed before it wrote anything shows nothing."""
        before, end = len(self.acknowledged), time.monotonic() + PATIENCE_S
        while len(self.acknowledged) == before:
            if time.monotonic() > end:
                raise SystemExit("nothing was acknowledged for a minute")
            time.sleep(0.005)

    def work(self):
        while not self.stopping.is_set():
            retry, connection, told = self.next(), None, None
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                told = self.create(connection, retry)
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                time.sleep(0.01)
            finally:
                if connection:
                    connection.close()
            with self.lock:
                if told is None:
                    self.waiting.append(retry)
                    continue
                earlier = self.acknowledged.setdefault(retry, told)
                if earlier != told:
                    self.faults.append(f"{retry} was acknowledged as {earlier} and as {told}")


def every_project(port, key):
    found, after = {}, None
    query = "query ($after: String) { projects(first: 100, after: $after) { nodes { id title } pageInfo { hasNextPage endCursor } } }"
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        body = json.dumps({"query": query, "variables": {"after": after}})
        connection.request("POST", "/graphql", body, {"content-type": "application/json", "authorization": f"Bearer {key}"})
        page = json.loads(connection.getresponse().read())["data"]["projects"]
        connection.close()
        for project in page["nodes"]:
            found.setdefault(project["title"].rsplit(" ", 1)[1], []).append(project["id"])
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def rounds(binary, url, kills, name):
    with tempfile.TemporaryDirectory() as folder:
        server = Server(binary, url.format(folder=folder), folder)
        made = server.run("key", "create", "--name", "crash", "--role", "administrator")
        if made.returncode:
            raise SystemExit(made.stderr)
        writers = Writers(made.stdout.strip())
        server.start()
        writers.port = server.port
        threads = [threading.Thread(target=writers.work, daemon=True) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        for number in range(kills):
            writers.begun()
            time.sleep(random.uniform(*MOMENT))
            server.kill()
            server.start()
            writers.port = server.port
            if (number + 1) % 10 == 0:
                print(f"{name}: {number + 1} kills, {len(writers.acknowledged)} acknowledged", file=sys.stderr, flush=True)
        time.sleep(1)
        writers.stopping.set()
        for thread in threads:
            thread.join()
        # What was never acknowledged is sent once more: it may be there or not, and must then be there once.
        for retry in list(writers.waiting):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            writers.acknowledged[retry] = writers.create(connection, retry)
            connection.close()
        found = every_project(server.port, writers.key)
        lost = [retry for retry, told in writers.acknowledged.items() if told not in found.get(retry, [])]
        doubled = [retry for retry, ids in found.items() if len(ids) > 1]
        strange = [retry for retry in found if retry not in writers.acknowledged]
        server.kill()
        verified = server.run("audit", "verify")
        print(f"| {name} | {kills} | {writers.tries} | {len(writers.acknowledged)} | {len(lost)} | {len(doubled)} | "
              f"{len(strange)} | {verified.stdout.split(';')[0].strip()} |", flush=True)
        for fault in writers.faults[:10]:
            print(fault, file=sys.stderr)
        return not (lost or doubled or strange or writers.faults or verified.returncode)


def main():
    binary = os.path.abspath(sys.argv[1])
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    cluster = os.environ.get("TANDEM_TEST_POSTGRES")
    print("| database | kills | requests sent | acknowledged | lost | doubled | unasked | audit log |\n|---|---|---|---|---|---|---|---|", flush=True)
    half = kills // 2 if cluster else kills
    well = rounds(binary, "sqlite://{folder}/tandem.db?mode=rwc", half, "SQLite")
    if cluster:
        name = f"crash_{uuid.uuid4().hex}"
        parts = urllib.parse.urlsplit(cluster)
        psql = ["psql", "--quiet", "--no-psqlrc", cluster, "--command"]
        subprocess.run([*psql, f"CREATE DATABASE {name}"], check=True)
        well &= rounds(binary, parts._replace(path=f"/{name}").geturl(), kills - half, "PostgreSQL")
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
