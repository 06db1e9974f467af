import base64
import hashlib
import json
import os
import shutil
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kerasgan.utils.packages import read_package
from tests.packing import pack

pytestmark = pytest.mark.any_backend
FILES = {"package.json": '{"name": "@some/thing", "version": "1.2.3"}', "lib/a.js": "1", "b": "2"}


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A registry of npm on this machine, with one package: a dict of path to what it answers."""
    if not shutil.which("npm"):
        pytest.skip("needs npm, which fetches the packages")
    answers, asked = {}, []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            content = answers.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("npm_config_registry", address)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield address, answers, asked
    server.shutdown()
    server.server_close()


def published(registry, package, content):
    address, answers, _ = registry
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    dist = {"tarball": f"{address}/thing.tgz", "integrity": f"sha512-{digest}"}
    version = {"name": package.name, "version": package.version, "dist": dist}
    about = {"name": package.name, "dist-tags": {"latest": package.version}}
    about["versions"] = {package.version: version}
    answers[f"/{package.name.replace('/', '%2f')}"] = json.dumps(about).encode()
    answers["/thing.tgz"] = content


def test_npm_fetches_what_is_not_at_hand(registry, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    package = pack(tmp_path / "there", FILES)
    published(registry, package, (tmp_path / "there" / package.file).read_bytes())
    assert read_package(package, ("lib/", "b")) == {"lib/a.js": b"1", "b": b"2"}
    assert not os.listdir(tmp_path / "temporary")
    assert "/thing.tgz" in registry[2]


def test_what_is_at_hand_is_not_fetched(registry, tmp_path):
    package = pack(tmp_path, FILES)
    assert read_package(package, ("lib/",), tmp_path) == {"lib/a.js": b"1"}
    assert not registry[2]


def test_what_is_not_in_the_registry(registry, tmp_path):
    package = pack(tmp_path / "there", FILES)
    with pytest.raises(ValueError, match="npm could not fetch @some/thing@1.2.3.*npm pack"):
        read_package(package, ("lib/",), tmp_path)


def test_other_bytes_under_the_same_version(registry, tmp_path):
    package = pack(tmp_path / "there", FILES)
    pack(tmp_path / "other", {**FILES, "lib/a.js": "something else"})
    published(registry, package, (tmp_path / "other" / package.file).read_bytes())
    with pytest.raises(ValueError, match="is not @some/thing@1.2.3 as it was published"):
        read_package(package, ("lib/",))


def test_half_an_archive(tmp_path):
    package = pack(tmp_path, FILES)
    content = (tmp_path / package.file).read_bytes()[:90]
    (tmp_path / package.file).write_bytes(content)
    with pytest.raises(ValueError, match="or is damaged: its sha256 must be"):
        read_package(package, ("lib/",), tmp_path)
    package = package._replace(sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(ValueError, match="cannot be read"):
        read_package(package, ("lib/",), tmp_path)


def link(name, to):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, to
    return info


@pytest.mark.parametrize(
    "bad",
    [
        {"../../evil": "x"},
        {"lib/../../../evil": "x"},
        {"/evil": "x"},
    ],
)
def test_paths_that_lead_out_are_refused(tmp_path, bad):
    package = pack(tmp_path, {**FILES, **bad})
    with pytest.raises(ValueError, match="cannot be read: .*evil is outside"):
        read_package(package, ("",), tmp_path)


@pytest.mark.parametrize("to", ["/etc/passwd", "../../../evil"])
def test_no_link_is_followed(tmp_path, to):
    package = pack(tmp_path, {**FILES, "link": link("package/lib/b.js", to)})
    assert read_package(package, ("lib/",), tmp_path) == {"lib/a.js": b"1"}


def test_without_npm(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    package = pack(tmp_path / "there", FILES)
    with pytest.raises(ValueError, match="fetched by npm, which is not there: install Node.js"):
        read_package(package, ("lib/",))
