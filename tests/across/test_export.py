"""What was exported makes the numbers of the model, where there is neither kerasgan nor Keras."""

import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

import kerasgan as kg
from kerasgan.serve import opened
from tests.across.processes import ROOT, start
from tests.across.run_export import ALIKE, BYTES, CONVERTED, MODELS
from tests.browser import BROWSER

pytestmark = pytest.mark.any_backend

every_model = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * (name in ALIKE)) for name in MODELS],
)

PAGE = (ROOT / "docs" / "serving.md").read_text()
TRANSLATORS = "cyclegan", "cyclegan_instance", "cut", "pix2pix", "srgan"


@pytest.fixture(scope="module")
def exports(request, tmp_path_factory):
    """The folder of what `run_export` wrote, and of what `run_served` made of it."""
    folder, items = tmp_path_factory.mktemp("exports"), request.session.items
    slow = any(item.get_closest_marker("slow") for item in items)
    start("run_export", "tensorflow", folder, *[n for n in MODELS if slow or n not in ALIKE])
    start("run_served", "none at all", folder)
    return folder


def cases(folder):
    """(signature, number, inputs, want) of each case in a model's folder."""
    for file in sorted(folder.glob("*.npz")):
        with np.load(file) as case:
            inputs = {name: case[name] for name in case.files}
        want = inputs.pop("want")
        assert want.std() > 1e-4
        yield *file.stem.split("."), inputs, want


def single(folder, kind, suffix, signature):
    """The file of a format with one network each."""
    both = folder / f"{kind}.{signature}{suffix}"
    return str(both if both.exists() else folder / f"{kind}{suffix}")


def run_onnx(path, inputs):
    (made,) = onnxruntime.InferenceSession(path).run(None, inputs)
    return made


def run_litert(path, inputs):
    (made,) = Interpreter(path).get_signature_runner()(**inputs).values()
    return made


FORMATS = {"onnx": (".onnx", run_onnx), "litert": (".tflite", run_litert)}


@every_model
def test_saved_models_make_the_models_numbers(exports, name):
    found = list(cases(exports / name))
    assert len(found) >= 2
    for signature, number, _, want in found:
        got = np.load(exports / name / f"saved.{signature}.{number}.npy")
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-5)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", CONVERTED)
def test_other_formats_make_the_models_numbers(exports, name, format):
    suffix, run = FORMATS[format]
    for signature, _, inputs, want in cases(exports / name):
        got = run(single(exports / name, "model", suffix, signature), inputs)
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", CONVERTED)
def test_the_service_runs_what_was_exported(exports, name):
    for signature, _, inputs, want in cases(exports / name):
        for path in (single(exports / name, "model", ".onnx", signature), exports / name / "saved"):
            model = opened(str(path))
            kind = "translate" if model.ways else "generate"
            made = model.run(
                (kind, signature), *(inputs[key] for key in model.signatures[signature])
            )
            np.testing.assert_allclose(made[0], want, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", BYTES)
def test_images_as_bytes(exports, name):
    for signature, number, inputs, want in cases(exports / name):
        made = [np.load(exports / name / f"bytes.{signature}.{number}.npy")]
        made += [
            run(single(exports / name, "bytes", suffix, signature), inputs)
            for suffix, run in FORMATS.values()
        ]
        want = np.clip((want + 1) * 127.5, 0, 255)
        for got in made:
            assert got.dtype == np.uint8
            assert np.abs(got - want).max() <= 0.5 + 1e-3  # of a value halfway between two bytes


@every_model
def test_signatures_are_those_that_export_returns(exports, name):
    want = json.loads((exports / name / "signatures.json").read_text())
    assert json.loads((exports / name / "served.json").read_text())["signatures"] == want
    assert list(want) == {
        "cyclegan": ["serving_default", "AtoB", "BtoA"],
        "cyclegan_instance": ["serving_default", "AtoB", "BtoA"],
        "cut": ["serving_default", "AtoB"],
        "pix2pix": ["serving_default", "AtoB"],
        "srgan": ["serving_default", "AtoB"],
        "f_anogan": ["serving_default", "AtoB"],
    }.get(name, ["serving_default", "generate"])


@every_model
def test_only_the_networks_weights_are_held(exports, name):
    served = json.loads((exports / name / "served.json").read_text())
    assert served["size"] == json.loads((exports / name / "size.json").read_text())
    others = [name for name in served["names"] if not name.startswith("_all_variables/")]
    assert others == ["_CHECKPOINTABLE_OBJECT_GRAPH"]


def test_nothing_of_the_machine_is_in_the_files(exports):
    here = {str(exports), str(Path.home()), str(Path.cwd()), str(ROOT), sys.prefix, sys.base_prefix}
    ours = (".npz", ".npy", ".json", ".txt")
    files = [f for f in exports.rglob("*") if f.is_file() and f.suffix not in ours]
    assert {".pb", ".index", ".data-00000-of-00001", ".onnx", ".tflite", ".h5"} == {
        f.suffix for f in files
    }
    for file in files:
        held = file.read_bytes()
        assert [path for path in here if path.encode() in held] == [], file
    assert not list(exports.rglob(".export-*"))


def test_generate_draws_the_latents(exports):
    with np.load(exports / "draws.npz") as file:
        drawn = dict(file)
    plain, other = drawn["7 0.0"], drawn["8 0.0"]
    np.testing.assert_array_equal(drawn["again"], plain)
    assert np.corrcoef(plain.ravel(), other.ravel())[0, 1] == pytest.approx(0, abs=0.05)
    assert np.abs(plain).max() > 3
    for latents in (plain, other):
        assert latents.mean() == pytest.approx(0, abs=0.05)
        assert latents.std() == pytest.approx(1, abs=0.03)
    # The standard deviations of a normal distribution cut off there.
    for truncation, std in ((0.5, 0.2835), (1.0, 0.5396), (1e-3, 1e-3 / 3**0.5)):
        latents = drawn[f"7 {truncation}"]
        assert np.abs(latents).max() <= truncation
        assert latents.std() == pytest.approx(std, rel=0.03)


@pytest.mark.parametrize("name", ["acgan", "conditional_gan_vectors"])
def test_generate_takes_one_label_for_all_or_one_each(exports, name):
    with np.load(exports / "labelled.npz") as file:
        made = {key.removeprefix(f"{name} "): x for key, x in file.items() if name in key}
    assert made["one"].shape == (3, 8, 8, 1)
    np.testing.assert_array_equal(made["one"], made["several"])
    assert np.abs(made["one"] - made["other"]).max() > 1e-2
    assert made["refused"]


def test_noise_is_drawn_anew(exports):
    first, second = np.load(exports / "noisy.npy")
    assert np.abs(first - second).max() > 1e-4


def test_what_the_page_says(exports):
    with np.load(exports / "documented.npz") as file:
        made = dict(file)
    assert sorted(f.name for f in (exports / "docs").iterdir()) == [
        "cli",
        "dcgan.onnx",
        "dcgan.tflite",
        "dcgan.weights.h5",
        "serving",
    ]
    rows, drawn, onnx, litert = (made[f"snippet {i}"] for i in range(4))
    gan = kg.DCGAN.from_preset("dcgan_fashion_mnist")
    latents = np.random.default_rng(7).standard_normal((4, 64))
    want = gan.generate(latents=latents)
    assert rows.dtype == drawn.dtype == np.uint8
    assert np.abs(rows - (want + 1) * 127.5).max() <= 0.5 + 1e-3
    np.testing.assert_array_equal(made["request"], drawn)  # the same seed and truncation
    want = gan.generate(latents=np.random.default_rng(7).standard_normal((4, 64), "float32"))
    for got in (onnx, litert):
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-5)
    (mounted,) = re.findall(r'docker run .*"\$PWD/(.*):/models/dcgan" -e MODEL_NAME=dcgan', PAGE)
    assert (exports / "docs" / mounted / "1" / "saved_model.pb").exists()
    (url,) = set(re.findall(r"http://localhost\S*predict", PAGE))
    assert url.endswith("/models/dcgan:predict")


def test_what_the_command_says(exports):
    with np.load(exports / "documented.npz") as file:
        made = dict(file)
    folder = exports / "docs" / "cli"
    assert (folder / "serving" / "dcgan" / "1" / "saved_model.pb").exists()
    assert {f.name for f in folder.glob("openmoji*")} == {"openmoji.onnx"}
    said = (folder / "cli_onnx.txt").read_text().split("\n")
    assert said[:2] == [
        "digits.onnx",
        "  serving_default(latents: float32 (n, 64), labels: int32 (n)) "
        "-> images: float32 (n, 28, 28, 1)",
    ]
    latents = np.random.default_rng(7).standard_normal((4, 64), "float32")
    want = kg.ConditionalGAN.from_preset("conditional_gan_mnist").generate(
        latents=latents, labels=0
    )
    np.testing.assert_allclose(made["cli_onnx"], want, rtol=0, atol=1e-5)
    latents = np.random.default_rng(7).standard_normal((4, 100), "float32")
    want = kg.GAN.from_preset("gan_fashion_mnist").generate(latents=latents)
    assert np.abs(made["cli_litert"] - (want + 1) * 127.5).max() <= 0.5 + 1e-3
    want = kg.SRResNet.from_preset("srresnet_avatars").translate(np.zeros((4, 64, 64, 3)))
    for name in ("cli_translator", "cli_translator request"):
        np.testing.assert_allclose(made[name], want, rtol=0, atol=1e-5)


# ---- in a browser

WEB = """<!DOCTYPE html><title>ONNX Runtime Web</title>
<canvas id="canvas" style="width: 280px; image-rendering: pixelated"></canvas><p id="off"></p>
<img src="wait" hidden>
<script type="module">
import {{ draw }} from "./draw.js";
let off;
try {{
  const numbers = async (name) => new Float32Array(await (await fetch(name)).arrayBuffer());
  const made = await draw(await numbers("latents.bin"), document.getElementById("canvas"));
  const want = await numbers("want.bin");
  off = made.length === want.length
    ? Math.max(...made.map((value, i) => Math.abs(value - want[i]))) : "another size";
}} catch (error) {{ off = error; }}
document.getElementById("off").textContent = `${{off}}`;
await fetch("done");
</script>"""


class Site(http.server.SimpleHTTPRequestHandler):
    """Serves a folder; an image keeps the page from being loaded until it says that it is done."""

    done = threading.Event()

    def do_GET(self):
        if self.path == "/done":
            self.done.set()
        if self.path == "/wait":
            self.done.wait(100)
        super().do_GET()

    def log_message(self, *args):
        pass


@pytest.mark.slow
@pytest.mark.skipif(not BROWSER, reason="needs Chromium or Chrome")
@pytest.mark.skipif(not shutil.which("npm"), reason="needs npm")
def test_in_a_browser(tmp_path):
    subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "onnxruntime-web"], cwd=tmp_path, check=True
    )
    gan = kg.DCGAN.from_preset("dcgan_fashion_mnist")
    gan.export(tmp_path / "dcgan.onnx", "onnx")
    latents = np.random.default_rng(7).standard_normal((3, 64)).astype("float32")
    want = gan.generate(latents=latents)
    (tmp_path / "latents.bin").write_bytes(latents.tobytes())
    (tmp_path / "want.bin").write_bytes(want.tobytes())
    (script,) = re.findall(r"```js\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "draw.js").write_text(script)
    (tmp_path / "index.html").write_text(WEB.format())
    site = functools.partial(Site, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("localhost", 0), site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = subprocess.run(
            [
                *f"{BROWSER} --headless --no-sandbox --disable-gpu --no-first-run".split(),
                *"--disable-background-networking --disable-component-update".split(),
                *"--hide-scrollbars --window-size=300,920 --dump-dom --timeout=100000".split(),
                f"--user-data-dir={tmp_path / 'profile'}",
                f"--screenshot={tmp_path / 'shot.png'}",
                f"http://localhost:{server.server_port}/index.html",
            ],
            capture_output=True,
            text=True,
            timeout=120,
        )
        server.shutdown()
    assert done.returncode == 0, done.stderr
    (off,) = re.findall(r'<p id="off">(.*?)</p>', done.stdout)
    assert float(off) < 1e-5
    shot = np.asarray(Image.open(tmp_path / "shot.png").convert("L")).astype(int)
    drawn = shot[8 : 8 + 840, 8 : 8 + 280]  # the page's margin is 8 pixels, a pixel is 10 x 10
    pixels = np.concatenate((want + 1) * 127.5)[..., 0]
    assert np.abs(drawn[5::10, 5::10] - pixels).max() <= 1
