"""How many requests `kerasgan serve` answers, beside plain FastAPI and a SavedModel in a loop.

    python -m benchmarks.serving
    python -m benchmarks.serving --minutes 10      # and whether its memory stays as it was

Three contenders draw one image of a preset for each request, of a seed that it names, and answer
with a PNG, on the same backend and machine:

- kerasgan: `kerasgan serve PRESET`;
- fastapi: a plain FastAPI application around `gan.generate(1, seed=seed)`, in threads;
- loop: the exported SavedModel, called in a loop by as many threads as there are clients, without
  HTTP: what a server around it can give at most that does not batch.

Clients on the loopback ask anew as soon as they are answered. The contenders take turns, several
times, a few seconds each, so that what else the machine does meets all of them; the medians of the
rounds are taken. On a machine that is shared, the CPU time that the contender's process took for
each request says more than the requests a second. Written are the file serving.json in
benchmarks/results and the tables in docs/howto.
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.endurance import quarters, usage
from benchmarks.results import markdown

RESULT = Path(__file__).parent / "results" / "serving.json"
PAGES = [Path(__file__).parents[1] / "docs" / "howto" / name
         for name in ("service.md", "service.zh.md")]  # fmt: skip
MARK = re.compile(r"(<!-- benchmarks.serving -->\n).*?(\n<!-- end -->)", re.DOTALL)
CLIENTS = (1, 8, 64)
PRESET = "dcgan_fashion_mnist"
CONTENDERS = ("kerasgan", "fastapi", "loop")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="of each turn")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each contender")
    parser.add_argument("--minutes", type=float, default=0, help="of load, for the memory")
    args = parser.parse_args()
    found = measure(args.seconds, args.rounds, args.minutes)
    RESULT.write_text(json.dumps(found, indent=1) + "\n")
    for page in PAGES:
        page.write_text(MARK.sub(lambda m: m[1] + table(found) + m[2], page.read_text()))
    print(table(found))


def measure(seconds, rounds, minutes=0.0):
    """A dict of what was found."""
    with contextlib.ExitStack() as stack:
        ports, pids = {}, {}
        for name in CONTENDERS:
            ports[name], pids[name] = stack.enter_context(started(name))
        turns = {name: {n: [] for n in CLIENTS} for name in CONTENDERS}
        for _ in range(rounds):
            for n in CLIENTS:
                for name in CONTENDERS:
                    before = usage(pids[name])["cpu"]
                    found = turn(name, ports[name], n, seconds)
                    found["cpu"] = 1000 * (usage(pids[name])["cpu"] - before) / found["count"]
                    turns[name][n].append(found)
        found = {
            "backend": os.environ.get("KERAS_BACKEND", "tensorflow"),
            "machine": f"{os.cpu_count()} cores, {processor()}",
            "load": round(os.getloadavg()[0], 1),
            "preset": PRESET,
            "contenders": {
                name: {n: medians(some) for n, some in by.items()} for name, by in turns.items()
            },
        }
        if minutes:
            found["memory"] = memory(ports["kerasgan"], pids["kerasgan"], minutes)
    return found


def table(found):
    """The figures in Markdown."""
    rows = []
    for name, by in found["contenders"].items():
        for n, figures in by.items():
            plain = found["contenders"]["fastapi"][n]["requests"]
            times = f"{figures['requests'] / plain:.1f}" if plain else "-"
            cells = [f"{figures['requests']:.0f}", times, *(f"{figures[k]:.0f}" for k in MS[:2])]
            cells.append(f"{figures['cpu']:.1f}")
            rows.append([name, str(n), *cells])
    text = markdown(HEADS, rows)
    where = f"`python -m benchmarks.serving`: {found['preset']}, {found['backend']}, "
    where += f"{found['machine']}, load average {found['load']}"
    if "memory" in found:
        steps = ", ".join(str(part["memory_mib"]) for part in found["memory"]["quarters"])
        minutes = found["memory"]["minutes"]
        where += f"; resident MiB in the quarters of {minutes:g} minutes of 64 clients: {steps}"
    return f"{text}\n{where}\n"


MS = ("p50", "p99", "cpu")
HEADS = ["", "clients", "requests/s", "x fastapi", "p50, ms", "p99, ms", "CPU ms a request"]


def medians(turns):
    """The medians of several turns."""
    return {key: statistics.median(turn[key] for turn in turns) for key in ("requests", *MS)}


def turn(name, port, clients, seconds):
    """Requests a second, and the median and the 99th percentile of their milliseconds."""
    times = []
    began = time.perf_counter()
    if name == "loop":
        with socket.create_connection(("127.0.0.1", port)) as control:
            control.sendall(json.dumps([clients, seconds]).encode() + b"\n")
            times, took = json.loads(control.makefile().readline())
    else:
        asyncio.run(load(name, port, clients, began + seconds, times))
        took = time.perf_counter() - began
    times.sort()
    return {
        "count": len(times),
        "requests": len(times) / took,
        "p50": 1000 * times[len(times) // 2],
        "p99": 1000 * times[int(0.99 * len(times))],
    }


async def load(name, port, clients, ends, times):
    """Ask until the time is over, and note how long each answer took."""
    path = f"/v1/models/{PRESET}:generate" if name == "kerasgan" else "/generate"

    async def client(number):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        seed = number
        while (began := time.perf_counter()) < ends:
            body = b'{"n": 1, "seed": %d}' % seed
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            head += f"Accept: image/png\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            (size,) = re.findall(rb"(?i)content-length: (\d+)", answer)
            picture = await reader.readexactly(int(size))
            assert answer.startswith(b"HTTP/1.1 200") and picture.startswith(b"\x89PNG")
            times.append(time.perf_counter() - began)
            seed += clients
        writer.close()

    await asyncio.gather(*(client(number) for number in range(clients)))


def memory(port, pid, minutes):
    """The memory of the service under load."""
    looks, ends = [], time.monotonic() + 60 * minutes
    seen = 0
    while time.monotonic() < ends:
        times = []
        asyncio.run(load("kerasgan", port, 64, time.perf_counter() + 3 * minutes / 2, times))
        seen += len(times)
        looks.append({"epochs": seen, "files": 0, "size": 0, **usage(pid)})
    parts = [{"memory_mib": part["memory_mib"]} for part in quarters(looks)]
    return {"minutes": minutes, "requests": seen, "quarters": parts}


@contextlib.contextmanager
def started(name):
    """A contender in a process of its own: its port and its number."""
    if name == "kerasgan":
        module = ["kerasgan", "serve", PRESET, "--port", "0"]
    else:
        module = ["benchmarks.serving_contenders", name, PRESET]
    command = [sys.executable, "-m", *module]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = int(re.search(r":(\d+)", process.stdout.readline())[1])
            yield port, process.pid
        finally:
            process.kill()


def processor():
    """The name of the processor, of Linux."""
    with contextlib.suppress(OSError):
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
        return found[1] if found else "unknown"
    return "unknown"


if __name__ == "__main__":
    main()
