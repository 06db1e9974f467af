"""The clients ask a service that runs in a thread of this process."""

import io
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps import client
from kerasgan.serve import Limits, application
from kerasgan.serve.live import Live
from tests.browser import BROWSER
from tests.serve import models
from tests.serve.running import running

pytestmark = pytest.mark.any_backend


@pytest.fixture(scope="module")
def service():
    """The address of a service, and its models."""
    served = {name: Live(getattr(models, name)()) for name in ("conditional", "translator")}
    app = application(served, Limits(batch=16, wait=0), origins=["null"])
    with running(app) as address:
        yield address, served


def pixels(file):
    return np.asarray(Image.open(io.BytesIO(file)))


def test_it_draws_and_translates(service, tmp_path, capsys):
    address, served = service
    out = tmp_path / "made.png"
    client.main(["--address", address])
    assert "conditional: ConditionalGAN, generate, predict" in capsys.readouterr().out
    asked = ["conditional", "--address", address, "--label", "2", "--seed", "7", "--out", str(out)]
    client.main([*asked, "--n", "2"])
    want = served["conditional"].model.generate(2, seed=7, labels=2)
    for i, image in enumerate(want):
        shown = np.asarray(Image.open(tmp_path / f"made.{i}.png"))
        assert np.abs(shown - (image[..., 0] + 1) * 127.5).max() <= 0.51
    client.main(["translator", "--address", address, "--picture", str(tmp_path / "made.0.png"),
                 "--direction", "BtoA", "--out", str(out)])  # fmt: skip
    assert Image.open(out).size == (8, 8) and Image.open(out).mode == "RGB"


def test_it_says_what_the_service_says(service):
    with pytest.raises(ValueError, match="16 at most"):
        client.Client(service[0]).generate("conditional", 17)


def test_it_asks_again_when_the_service_has_no_time(monkeypatch):
    waits, tries = [], []

    def urlopen(request, timeout):
        tries.append(request.full_url)
        if len(tries) < 3:
            head, body = {"Retry-After": "3"}, io.BytesIO(b'{"error": "later"}')
            raise client.urllib.error.HTTPError("", 429, "", head, body)
        return io.BytesIO(b'{"models": {}}')

    monkeypatch.setattr(client.time, "sleep", waits.append)
    monkeypatch.setattr(client.urllib.request, "urlopen", urlopen)
    assert client.Client("http://x/").models() == {} and waits == [3, 3]
    assert tries == ["http://x/v1/models"] * 3
    tries.clear()
    with pytest.raises(ValueError, match="later"):
        client.Client("http://x", tries=2).models()


@pytest.mark.skipif(not BROWSER, reason="there is no Chromium")
def test_the_page_lists_the_models(service, tmp_path):
    page = Path(__file__).parents[2] / "apps" / "client.html"
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000"]
    done = subprocess.run(
        [*command, "--dump-dom", f"{page.as_uri()}?service={service[0]}"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "<option>conditional</option><option>translator</option>" in done.stdout
