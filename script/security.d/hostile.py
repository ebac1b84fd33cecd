#!/usr/bin/env python3
"""Sends hostile documents by HTTP and WebSocket from several clients at once, while another client works, and says what it felt."""

import base64
import collections
import http.client
import json
import os
import queue
import socket
import struct
import sys
import threading
import time

from documents import documents
from server import Server

ATTACKERS = 4
SOCKETS = 10  # One document in so many goes over a WebSocket.
LIMIT_S = 900
# A 5xx is a fault of the server unless it says that a bound was met: these two do.
BOUNDS = {"LIMIT_EXCEEDED", "RATE_LIMITED"}


def post(connection, body, key=None):
    headers = {"content-type": "application/json", "accept": "application/graphql-response+json"}
    if key:
        headers["authorization"] = f"Bearer {key}"
    connection.request("POST", "/graphql", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    return answer.status, text


def over_socket(port, body):
    """One operation over a socket of its own: the code of its error, `ok`, or how the socket was closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as stream:
        key = base64.b64encode(os.urandom(16)).decode()
        stream.sendall(
            f"GET /graphql/ws HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: {key}\r\n"
            "sec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n".encode()
        )
        reader = stream.makefile("rb")
        status = reader.readline().split()[1].decode()
        while reader.readline().strip():
            pass
        if status != "101":
            return f"status {status}"
        frame(stream, b'{"type":"connection_init"}')
        frame(stream, b'{"type":"subscribe","id":"1","payload":' + body + b"}")
        while True:
            head = reader.read(2)
            if len(head) < 2:
                return "hung up"
            kind, length = head[0] & 15, head[1] & 127
            if length > 125:
                length = int.from_bytes(reader.read(2 if length == 126 else 8), "big")
            payload = reader.read(length)
            if kind == 8:
                return f"closed {int.from_bytes(payload[:2], 'big')}"
            message = json.loads(payload) if kind == 1 else {}
            if message.get("type") == "error":
                return message["payload"][0]["extensions"]["code"]
            if message.get("type") in ("next", "complete"):
                return "ok"


def frame(stream, payload):
    mask = os.urandom(4)
    length = len(payload)
    size = bytes([0x80 | length]) if length < 126 else b"\xfe" + struct.pack(">H", length) if length < 65536 else b"\xff" + struct.pack(">Q", length)
    masked = (int.from_bytes(payload, "big") ^ int.from_bytes((mask * (length // 4 + 1))[:length], "big")).to_bytes(length, "big")
    stream.sendall(b"\x81" + size + mask + masked)


def tried(port, body):
    """A message that is too long, or no text, is cut off while it is still being sent: that is an answer too."""
    try:
        return over_socket(port, body)
    except (BrokenPipeError, ConnectionResetError):
        return "cut off"


def attack(port, work, told):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while True:
        try:
            number, family, body = work.get_nowait()
        except queue.Empty:
            return
        begun = time.monotonic()
        try:
            if number % SOCKETS == 0:
                code = "socket: " + tried(port, body)
            else:
                status, text = post(connection, body)
                errors = json.loads(text).get("errors") if text.startswith(b"{") else None
                code = f"{status} {errors[0]['extensions']['code']}" if errors else str(status)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            code = f"broken off: {type(error).__name__}"
        told.append((family, code, time.monotonic() - begun))


def bystander(port, key, stop, felt):
    """Another client, who asks for a page every 20 ms."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    query = json.dumps({"query": "{ projects(first: 5) { nodes { title lead { name } } } }"}).encode()
    while not stop.is_set():
        begun = time.monotonic()
        status, text = post(connection, query, key)
        felt.append(time.monotonic() - begun)
        assert status == 200 and b'"errors"' not in text, (status, text[:300])
        stop.wait(0.02)


def per_thousand(values, share):
    return sorted(values)[min(len(values) - 1, len(values) * share // 1000)] * 1000


def main(binary, count=10_000):
    count = int(count)
    # Without the bounds by client, which would turn most of it away unread.
    with Server(binary, "--rate-limit-strangers", "off") as server:
        felt, stop = [], threading.Event()
        watcher = threading.Thread(target=bystander, args=(server.port, server.key, stop, felt))
        watcher.start()
        time.sleep(5)
        quiet, before = list(felt), server.memory_mb()
        work, told = queue.Queue(), []
        for number, (family, body) in enumerate(documents(count)):
            work.put((number, family, body))
        begun = time.monotonic()
        attackers = [threading.Thread(target=attack, args=(server.port, work, told), daemon=True) for _ in range(ATTACKERS)]
        for attacker in attackers:
            attacker.start()
        most = before
        while any(attacker.is_alive() for attacker in attackers):
            most = max(most, server.memory_mb())
            assert time.monotonic() - begun < LIMIT_S, "it took too long"
            assert server.process.poll() is None, "the server is gone"
            time.sleep(0.1)
        took = time.monotonic() - begun
        under = felt[len(quiet):]
        stop.set()
        watcher.join()
        after = server.memory_mb()
    report(told, took, quiet, under, (before, most, after))


def report(told, took, quiet, under, memory):
    table = collections.defaultdict(collections.Counter)
    for family, code, _ in told:
        table[family][code] += 1
    print(f"{len(told):,} hostile documents in {took:.0f} s from {ATTACKERS} clients\n")
    print("| family | answers | slowest |\n| --- | --- | --- |")
    for family, codes in table.items():
        slowest = max(seconds for of, _, seconds in told if of == family) * 1000
        print(f"| {family} | {', '.join(f'{code} × {number:,}' for code, number in codes.most_common())} | {slowest:.0f} ms |")
    print("\n| another client | median | 99 % | slowest |\n| --- | --- | --- | --- |")
    for name, values in (("before", quiet), ("meanwhile", under)):
        print(f"| {name} ({len(values)} requests) | {per_thousand(values, 500):.1f} ms | {per_thousand(values, 990):.1f} ms | {max(values) * 1000:.0f} ms |")
    print("\nMemory: {:.0f} MB before, {:.0f} MB at most, {:.0f} MB after.".format(*memory))
    faults = [(family, code) for family, code, _ in told if is_fault(code)]
    assert not faults, f"answers that no document should get: {collections.Counter(faults)}"
    assert memory[1] - memory[0] < 300, "memory grew by more than 300 MB"
    assert per_thousand(under, 990) < 1000, "the other client waited"


def is_fault(code):
    if code.startswith("broken off") or code in ("socket: hung up", "socket: INTERNAL"):
        return True
    status, _, name = code.partition(" ")
    return status.startswith("5") and name not in BOUNDS


if __name__ == "__main__":
    main(*sys.argv[1:])
