"""What the server behind the page gives away, which is nothing but its own."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("gradio")

from fastapi.testclient import TestClient

from kerasgan import cli
from kerasgan.studio import server

pytestmark = pytest.mark.any_backend
VALUES = {"image": None, "checkbox": False, "dropdown": "", "slider": 3}  # that parts may have


@pytest.fixture(scope="module")
def client(shelf):
    """What asks the studio of the shelf's models."""
    with server.application([str(shelf / "models")]) as app:
        with TestClient(app, base_url="http://127.0.0.1") as client:
            yield client


def ask(client, number, *values, session="me"):
    """What an event of the page, by its number, answers to values."""
    body = {"fn_index": number, "data": values, "session_hash": session}
    assert client.post("/gradio_api/queue/join", json=body).status_code == 200
    lines = client.get("/gradio_api/queue/data", params={"session_hash": session}).text
    messages = [json.loads(line[5:]) for line in lines.splitlines() if line.startswith("data:")]
    return next(m["output"] for m in messages if m["msg"] == "process_completed")


@pytest.fixture(scope="module")
def tabs(client, shelf):
    """What the page says of its tabs once a model is chosen: its parts and events."""
    for event in client.get("/config").json()["dependencies"]:
        answer = ask(client, event["id"], *[f"{shelf}/models/gan.keras"] * len(event["inputs"]))
        if answer.get("render_config"):
            return answer["render_config"]
    raise AssertionError("no event renders the tabs")


def event(tabs, kind):
    """The number of the event that takes a part of a kind, and the kinds of all it takes."""
    kinds = {part["id"]: part["type"] for part in tabs["components"]}
    for found in tabs["dependencies"]:
        taken = [kinds.get(number) for number in found["inputs"]]
        if kind in taken:
            return found["id"], taken
    raise AssertionError(f"no event takes a part of kind {kind}")


def test_the_page_asks_for_nothing_from_elsewhere(client):
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self' 'unsafe-inline'") and "http" not in policy
    tags = re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", answer.text)
    assert tags and not [tag for tag in tags if re.search(r"(?:src|href)=\"?(?:https?:)?//", tag)]
    assert "fonts.googleapis" not in answer.text + client.get("/theme.css").text


def test_files_of_the_machine_are_not_given_away(client, shelf):
    paths = ["/etc/passwd", shelf / "secret.txt", shelf / "models/gan.keras", "../setup.cfg"]
    for path in [*paths, f"{tempfile.gettempdir()}/../etc/passwd", "setup.cfg"]:
        assert client.get(f"/gradio_api/file={path}").status_code in (403, 404), path


def test_no_address_is_fetched_for_a_request(client):
    for path in ("file=http://127.0.0.1:1/", "file=https://example.org/", "proxy=http://x/"):
        assert client.get(f"/gradio_api/{path}").status_code == 403


def test_other_hosts_and_large_bodies_are_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    large = {"content-length": str(server.UPLOAD + 1)}
    assert client.post("/gradio_api/upload", headers=large, content=b"").status_code == 413


def test_a_request_that_names_a_file_as_if_uploaded_is_refused(client, tabs, shelf):
    number, kinds = event(tabs, "image")
    for path in ("/etc/passwd", str(shelf / "secret.txt"), "setup.cfg"):
        file = {"path": path, "meta": {"_type": "gradio.FileData"}}
        answer = ask(client, number, *[{**VALUES, "image": file}[kind] for kind in kinds])
        assert "was not uploaded by a user" in answer["error"]


def test_an_error_is_a_sentence(client, tabs):
    number, kinds = event(tabs, "image")
    answer = ask(client, number, *[VALUES[kind] for kind in kinds])
    assert answer["error"] == "Upload a picture first."


def test_what_gradio_writes_goes_when_the_studio_ends(shelf):
    before = set(os.listdir()), dict(os.environ)
    with server.application([str(shelf / "models")]) as app, TestClient(app) as client:
        folder = Path(os.environ["GRADIO_TEMP_DIR"])
        answer = client.post(
            "/gradio_api/upload",
            files={"files": ("a.png", b"x")},
            headers={"host": "localhost"},
        )
        assert Path(answer.json()[0]).is_relative_to(folder) and folder.is_dir()
    assert not folder.exists()
    assert (set(os.listdir()), dict(os.environ)) == before


def test_a_port_that_is_taken_is_an_error_in_a_sentence(capsys):
    with server.listening("127.0.0.1", 0) as sock:
        port = str(sock.getsockname()[1])
        assert sock.getsockname()[0] == "127.0.0.1"
        with pytest.raises(SystemExit) as stop:
            cli.main(["studio", "gan_fashion_mnist", "--port", port])
    assert stop.value.code == 2 and "Nothing can listen there" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_nothing_is_left(end, tmp_path):
    words = [sys.executable, "-m", "kerasgan", "studio", "gan_fashion_mnist", "--port", "0"]
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(words, env=env, text=True, stdout=-1, stderr=-1) as process:
        try:
            assert "http://127.0.0.1:" in process.stdout.readline()
            assert list(tmp_path.glob("kerasgan-studio-*"))
            process.send_signal(end)
            said = process.communicate(timeout=60)[1]
        finally:
            process.kill()
    assert process.returncode == 130 and "Traceback" not in said
    assert not list(tmp_path.glob("kerasgan-studio-*"))
