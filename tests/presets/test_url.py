"""Presets whose weights lie at an address."""

import functools
import http.server
import threading

import pytest

import kerasgan as kg
from kerasgan import presets

pytestmark = pytest.mark.any_backend


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()


@pytest.fixture
def web(tmp_path):
    """A server of the files in the folder `web`."""
    (tmp_path / "web").mkdir()
    handler = functools.partial(Quiet, directory=str(tmp_path / "web"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def away(tiny, web, change_card, tmp_path, monkeypatch):
    """The preset "tiny" with its weights at an address, an empty Keras's folder, and what it drew
    before."""
    drawn = presets.load("tiny").generate(4, seed=0)
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    (tiny / "weights.npz").rename(tmp_path / "web" / "large.npz")
    change_card(url=f"http://127.0.0.1:{web.server_port}/large.npz")
    return drawn


def test_weights_are_fetched_once(away, web, tmp_path):
    for _ in range(2):
        assert (kg.ConditionalGAN.from_preset("tiny").generate(4, seed=0) == away).all()
    assert web.asked == ["/large.npz"]
    (kept,) = (tmp_path / "home/kerasgan/presets").iterdir()
    assert kept.name == f"{presets.card('tiny')['sha256']}.npz"
    kept.write_bytes(b"cut")
    assert (presets.load("tiny").generate(4, seed=0) == away).all() and len(web.asked) == 2


def test_weights_in_the_folder_come_first(away, tiny, web, tmp_path):
    (tmp_path / "web" / "large.npz").rename(tiny / "weights.npz")
    assert (presets.load("tiny").generate(4, seed=0) == away).all() and not web.asked


def test_other_weights_are_refused(away, tmp_path):
    (tmp_path / "web" / "large.npz").write_bytes(b"others")
    sha256 = presets.card("tiny")["sha256"]
    with pytest.raises(ValueError, match=f"could not be fetched: .*does not match.*{sha256}"):
        presets.load("tiny")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y.npz", "/etc/passwd", None, 3])
def test_only_the_web_is_asked(away, change_card, url):
    change_card(url=url)
    with pytest.raises(ValueError, match="must begin with https:// or http://.*Received: url="):
        presets.load("tiny")


@pytest.mark.parametrize("name", ["../../evil", None])
def test_a_hash_that_is_none(away, change_card, tmp_path, name):
    change_card(sha256=name)
    with pytest.raises(ValueError, match="could not be fetched|damaged"):
        presets.load("tiny")
    assert not list(tmp_path.rglob("evil*"))


def test_what_cannot_be_reached_is_said(away, change_card, web, tmp_path):
    (tmp_path / "web" / "large.npz").unlink()
    with pytest.raises(ValueError, match="fetched: .*404.*without a network, put them at .*home"):
        presets.load("tiny")
    change_card(url="http://127.0.0.1:1/large.npz")
    with pytest.raises(ValueError, match=r"could not be fetched: .*refused.*put them at .*\.npz"):
        presets.load("tiny")
