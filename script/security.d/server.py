"""A server on loopback with the demonstration catalogue, for attackers."""

import os
import re
import subprocess
import tempfile
import threading


class Server:
    """Starts on entering, ends on leaving."""

    def __init__(self, binary, *settings):
        self.binary = os.path.abspath(binary)
        self.settings = settings
        self.said = []

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("TANDEM_", "DATABASE_"))}
        run = lambda *arguments: subprocess.run(
            [self.binary, *arguments], cwd=self.folder.name, env=environment, capture_output=True, text=True, check=True
        ).stdout
        run("demo", "--report-only")
        self.key = run("key", "create", "--name", "attacked", "--role", "administrator").strip()
        self.process = subprocess.Popen(
            [self.binary, "serve", "--bind", "127.0.0.1:0", *self.settings],
            cwd=self.folder.name, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for line in self.process.stdout:
            self.said.append(line)
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found and found[1] != "0":
                self.port = int(found[1])
                break
        else:
            raise SystemExit("the server did not start:\n" + "".join(self.said))
        threading.Thread(target=lambda: self.said.extend(self.process.stdout), daemon=True).start()
        return self

    def memory_mb(self):
        """What the process holds in memory."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        self.folder.cleanup()
