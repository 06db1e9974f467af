"""Real processes, of an exported model, where neither Keras nor a backend can be imported."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from kerasgan import cli
from tests.serve.models import write_onnx

pytestmark = pytest.mark.any_backend
ROOT = Path(__file__).parents[2]
LEFT = {"none", "made.onnx", "errors.txt"}


@contextlib.contextmanager
def served(folder, *options, model=None):
    """A service in a process of its own, and its address."""
    for name in ("keras", "tensorflow", "torch", "jax"):
        (folder / "none" / name).mkdir(parents=True, exist_ok=True)
        (folder / "none" / name / "__init__.py").write_text("raise ImportError(__name__)\n")
    write_onnx(folder / "made.onnx")
    source = model or str(folder / "made.onnx")
    path = os.pathsep.join([str(ROOT), *([] if model else [str(folder / "none")])])
    command = [sys.executable, "-m", "kerasgan", "serve", f"made={source}", "--port", "0"]
    process = subprocess.Popen(
        [*command, *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=(folder / "errors.txt").open("w"),
        text=True,
    )
    try:
        line = process.stdout.readline()
        yield process, re.match(r"(http://\S+) serves made", line)[1]
    finally:
        process.kill()
        process.wait()


def left_in(folder):
    """The names of what is there, but for the number that ONNX Runtime gives itself."""
    return {path.name for path in folder.iterdir()} - {".ses"}


def draw(address, n=1, timeout=60):
    request = urllib.request.Request(
        f"{address}/v1/models/made:generate",
        json.dumps({"n": n, "seed": 1}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=timeout) as response:
        return json.load(response)["images"]


def test_a_process_serves_without_keras_until_it_is_told_to_stop(tmp_path):
    with served(tmp_path, "--max-wait", "500", "--max-body", "1000") as (process, address):
        assert len(draw(address, 3)) == 3
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as cut:  # an upload that ends early
            cut.sendall(
                b"POST /v1/models/made:generate HTTP/1.1\r\nHost: secret\r\n"
                b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{secret"
            )
        with socket.create_connection((host, int(port))) as broken:
            broken.sendall(b"secret\r\n\r\n")
            assert b"400" in broken.recv(100)
        answers = []
        # Two at once, so that each waits half a second for the other's like to come.
        threads = [threading.Thread(target=lambda: answers.append(draw(address))) for _ in "ab"]
        for thread in threads:
            thread.start()
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join()
        assert process.wait(20) == 0
        assert len(answers) == 2  # what was asked before is answered
        with pytest.raises(OSError):
            draw(address)
    assert "secret" not in (tmp_path / "errors.txt").read_text()
    assert left_in(tmp_path) == LEFT


@pytest.mark.slow
def test_workers_share_a_port_and_counts(tmp_path):
    with served(tmp_path, "--workers", "2") as (process, address):
        for _ in range(3):
            draw(address)
        with urllib.request.urlopen(f"{address}/metrics") as response:
            text = response.read().decode()
        assert re.search(r'requests_total\{.*generate",status="200"\} 3.0', text)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert left_in(tmp_path) == LEFT


def test_what_cannot_be_served_is_said(tmp_path, capsys):
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    write_onnx(tmp_path / "made.onnx")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for arguments, words in (
            ([f"{tmp_path}/broken.onnx"], "broken.onnx"),
            ([f"{tmp_path}/made.onnx", "--port", str(port)], "in use"),
            (["a=x", "a=y"], "name of its own"),
            (["nothing"], "no such preset"),
            (["a=x", "--workers", "0"], "`workers`"),
            (["a=x", "--max-queue", "0"], "`queue`"),
        ):
            with pytest.raises(SystemExit) as end:
                cli.main(["serve", "--port", "0", *arguments])
            assert end.value.code == 2 and words in capsys.readouterr().err


@pytest.mark.slow
def test_workers_that_cannot_start_end_the_service(tmp_path):
    command = [sys.executable, "-m", "kerasgan", "serve", "nothing", "--port", "0", "--workers=2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "no such preset" in done.stderr
    assert "A worker could not start" in done.stderr


@pytest.mark.slow
def test_a_worker_that_is_killed_under_load_loses_its_own_requests_alone(tmp_path):
    began = time.monotonic()
    with served(tmp_path, "--workers", "2", "--max-wait", "20") as (process, address):
        start = time.monotonic() - began
        workers = children(process.pid)
        assert len(workers) == 2
        answered, lost, ends = [0], [0], time.monotonic() + 10 + 2 * start

        def load():
            while time.monotonic() < ends:
                try:
                    draw(address)
                    answered[0] += 1
                except OSError:
                    lost[0] += 1

        threads = [threading.Thread(target=load) for _ in range(16)]
        for thread in threads:
            thread.start()
        time.sleep(2)
        os.kill(min(workers), signal.SIGKILL)
        killed = time.monotonic()
        while not re.search(r"\d is ready", (tmp_path / "errors.txt").read_text()):
            assert time.monotonic() < killed + 2 * start + 2
            time.sleep(0.05)
        back = time.monotonic() - killed
        for thread in threads:
            thread.join()
        print(f"answered {answered[0]}, lost {lost[0]}, back after {back:.1f} s, start {start:.1f}")
        assert lost[0] <= 16 and answered[0] > 100


def children(pid):
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child) for child in found}
