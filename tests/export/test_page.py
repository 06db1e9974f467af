import json
import re
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from kerasgan.export import page
from kerasgan.export.page import ENGINE, KERNELS, PARTS, page_files
from tests.browser import BROWSER, opened
from tests.packing import pack
from tools.docs_pages import DOCS, blocks

pytestmark = pytest.mark.any_backend

# Stands for ONNX Runtime Web: the generator's picture is filled with the first number of latents
# plus a tenth of the label; the translator's is the negative.
RUNTIME = """
class Tensor_ { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } }
const env_ = { wasm: {} };
const Session = { create: async (bytes) => ({
  run: async ({ latents, labels, images }) => {
    if (images) return { made: new Tensor_("", images.data.map((x) => -x), images.dims) };
    const [n, size] = latents.dims;
    const data = Float32Array.from({ length: 64 * n }, (_, i) => {
      const row = Math.floor(i / 64);
      return latents.data[row * size] + (labels ? labels.data[row] / 10 : 0);
    });
    return { made: new Tensor_("", data, [n, 8, 8, 1]) };
  },
}) };
export{Session as InferenceSession,Tensor_ as Tensor,env_ as env};
//# sourceMappingURL=nothing.map
"""
NOISE = {
    **{"kind": "noise", "name": "GAN <1>", "about": "8 × 8", "channels": [1], "shape": (8, 8, 1)},
    **{"latents": 4, "classes": 3, "conditions": 0},
}
WAY = {"shape": (8, 8, 1), "out": 1, "free": True, "stride": 4}
TRANSLATE = {
    **{"kind": "translate", "name": "CycleGAN", "about": "8 × 8", "channels": [1, 1, 1, 1]},
    **{"scale": 1, "tile": 16, "ways": {"AtoB": WAY, "BtoA": WAY}},
}
FILES = {ENGINE: RUNTIME, KERNELS: "wasm"}


def documented():
    """The functions of the page on pages."""
    text = (DOCS / "howto" / "offline.md").read_text(encoding="utf-8")
    *_, code = (code for language, _, code in blocks(text) if language == "python")
    names = {}
    exec(code[: code.index("images = ")], names)
    return names


def built(spec, **settings):
    files = {name: text.encode() for name, text in FILES.items()}
    networks = dict.fromkeys(spec.get("ways", ["generator"]), b"onnx")
    return page_files(spec, networks, files, **settings)


def test_the_files_of_a_page():
    folder, single = built(NOISE), built(NOISE, single=True)
    assert list(folder) == ["index.html", "model.js", "runtime.js"]
    assert list(single) == ["index.html"]
    for text in (folder["index.html"], single["index.html"]):
        assert "<title>GAN &lt;1&gt;</title>" in text
        assert re.findall(r"\$\w+", text.split("<script")[0]) == []
        assert "globalThis.ort={InferenceSession:Session,Tensor:Tensor_,env:env_};" in text
        assert "sourceMappingURL" not in text and not re.search(r"(src|href)=.?https?:", text)
    assert '<script src="model.js"></script>' in folder["index.html"]
    assert "src=" not in single["index.html"].replace("image.src =", "")
    told = folder["model.js"].removeprefix("globalThis.kerasgan = ").removesuffix(";\n")
    assert "<" not in told and json.loads(told)["spec"]["name"] == "GAN <1>"


def test_the_version_is_the_documented_one():
    for page_ in ("offline.md", "offline.zh.md"):
        assert f"npm pack {page.RUNTIME}`" in (DOCS / "howto" / page_).read_text(encoding="utf-8")


def test_every_word_is_said_in_chinese():
    said = (PARTS / "words.js").read_text(encoding="utf-8")
    words = set()
    for path in PARTS.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            words |= set(re.findall(r"<[^>]* data-t(?: [^>]*)?>([^<]+)<", text))
            words |= {x for x in re.findall(r'aria-label="(.+?)"', text) if "data-t" in text}
        words |= set(re.findall(r'\bt\("(.+?)"\)', text))
    assert len(words) > 30
    for word in words:
        assert re.search(rf'^  (?:"{re.escape(word)}"|{re.escape(word)}):', said, re.MULTILINE), (
            word
        )


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
def test_latents_are_those_of_the_documented_python():
    script = (
        (PARTS / "random.js").read_text()
        + """
    const rows = [[0, 0], [7, 0], [4294967295, 0.5]].map(([s, t]) => [...latent(s, 6, t)]);
    const [a, b] = [latent(1, 6), latent(2, 6)];
    const many = [...Array(400).keys()].flatMap((s) => [...latent(s, 50)]);
    console.log(JSON.stringify([rows, [...slerp(a, b, 0.3)], [...slerp(a, a, 0.3)], many]));"""
    )
    done = subprocess.run(["node", "-"], input=script, capture_output=True, text=True, check=True)
    rows, between, same, many = json.loads(done.stdout)
    latent = documented()["latent"]
    for got, arguments in zip(rows, [(0,), (7,), (2**32 - 1,)], strict=True):
        truncation = 0.5 if arguments[0] > 7 else 0
        np.testing.assert_allclose(got, latent(*arguments, 6, truncation), atol=1e-6)
    a, b = latent(1, 6), latent(2, 6)
    np.testing.assert_allclose(between, kg.latents.slerp(a, b, np.array([0.3])), atol=1e-5)
    np.testing.assert_allclose(same, a, atol=1e-6)
    many = np.array(many).reshape(400, 50)
    assert abs(many.mean()) < 0.03 and abs(many.std() - 1) < 0.03
    apart = np.corrcoef(many.T) - np.eye(50)  # of entries, and below of neighbouring seeds
    assert np.abs(apart).max() < 0.25
    assert abs(np.corrcoef(many[1:].ravel(), many[:-1].ravel())[0, 1]) < 0.03


@pytest.mark.skipif(not BROWSER, reason="needs Chromium or Chrome")
def test_a_page_of_noise_in_a_browser(tmp_path):
    for name, text in built(NOISE).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    latent = documented()["latent"]
    with opened(tmp_path / "index.html") as shown:
        assert shown.locator("#grid button").count() == 12
        pixel = "(e) => e.getContext('2d').getImageData(3, 4, 1, 1).data[0]"

        def grey(canvas, value):
            want = round(min(max((value + 1) * 127.5, 0), 255))
            shown.wait_for_function(
                f"Math.abs(({pixel})(document.querySelector({canvas!r})) - {want}) <= 1"
            )

        fifth = "#grid button:nth-child(5) canvas"  # the second seed, the second class
        grey(fifth, latent(1, 4)[0] + 0.1)
        shown.locator("#seed").fill("40")
        grey(fifth, latent(41, 4)[0] + 0.1)
        shown.locator("#truncation").fill("0.5")
        grey(fifth, latent(41, 4, 0.5)[0] + 0.1)
        shown.locator("#class").select_option("2")
        grey(fifth, latent(44, 4, 0.5)[0] + 0.2)
        shown.locator("#count").fill("15")
        shown.wait_for_function("document.querySelectorAll('#grid button').length === 15")
        for i in (2, 5):  # by keyboard, which the walk then goes along
            shown.locator(f"#grid button:nth-child({i})").press("Enter")
        assert shown.locator("#from").input_value() == "41"
        assert shown.locator("#to").input_value() == "44"
        shown.locator("#position").fill("1")
        grey("#walk", latent(44, 4, 0.5)[0] + 0.2)
        shown.locator("#play").press("Space")
        shown.wait_for_function("document.getElementById('position').value < 0.9")
        shown.locator("#play").press("Space")
        with shown.expect_download() as saved:
            shown.locator("#save-grid").click()
        with Image.open(saved.value.path()) as picture:
            across = picture.width // 8
            assert across * picture.height // 8 == 15
        shown.locator("#language").click()
        assert shown.locator("h2").first.inner_text() == "图片"
        assert shown.locator("#play").inner_text() == "播放"


@pytest.mark.skipif(not BROWSER, reason="needs Chromium or Chrome")
def test_a_page_of_a_translator_in_a_browser(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(built(TRANSLATE, single=True)["index.html"], encoding="utf-8")
    with opened(path, width=390) as shown:
        assert shown.evaluate("document.documentElement.scrollWidth") == 390
        images = np.random.default_rng(0).uniform(-1, 1, (37, 21)).astype("float32")
        for tile in (16, 64):
            call = "async ([x, t]) => [...await kerasgan.translate('AtoB', "
            call += "Float32Array.from(x), [37, 21, 1], t)]"
            got = shown.evaluate(call, [images.ravel().tolist(), tile])
            np.testing.assert_allclose(np.reshape(got, images.shape), -images, atol=1e-6)
        painted = "([id, x, y]) => document.getElementById(id).getContext('2d')"
        painted += ".getImageData(x, y, 1, 1).data[0]"
        shown.locator("#clear").click()
        shown.wait_for_function(f"({painted})(['result', 4, 4]) === 0")  # white's negative
        pad = shown.locator("#pad")
        pad.press("Space")
        for _ in range(4):
            pad.press("ArrowRight")
        shown.wait_for_function(f"({painted})(['result', 4, 4]) > 5")
        drawn = tmp_path / "drawn.png"
        Image.new("L", (40, 20)).save(drawn)
        shown.locator("#file").set_input_files(drawn)
        shown.wait_for_function("document.getElementById('result').height === 4")
        shown.wait_for_function(f"({painted})(['result', 4, 2]) === 255")
        shown.locator("#back").click()
        shown.wait_for_function(f"({painted})(['result', 4, 2]) === 0")
        assert shown.locator("#way").input_value() == "BtoA"
        drawn.write_text("no picture")
        shown.locator("#file").set_input_files(drawn)
        shown.wait_for_function("document.getElementById('status').textContent.includes('drawn')")


def test_what_a_page_refuses(tmp_path, monkeypatch):
    gan = kg.GAN((8, 8, 1), 4, generator_units=(4,), discriminator_units=(4,))
    points = kg.GAN((2,), 2, generator_units=(4,), discriminator_units=(4,))
    deep = kg.GAN((8, 8, 2), 4, generator_units=(4,), discriminator_units=(4,))
    with pytest.raises(ValueError, match=r"shows images. Received: format='web', data_shape=\(2,"):
        points.export(tmp_path / "page", "web")
    with pytest.raises(ValueError, match="grey or RGB. Received: .*GAN of 2 channels"):
        deep.export(tmp_path / "page", "web")
    with pytest.raises(ValueError, match="leave `as_uint8` out. Received: as_uint8=True"):
        gan.export(tmp_path / "page", "web", as_uint8=True)
    there = tmp_path / "there"
    known = pack(there, FILES, page.RUNTIME.name, page.RUNTIME.version)
    with pytest.raises(ValueError, match="as it was published, or is damaged"):
        gan.export(tmp_path / "page", "web", packages=there)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ValueError, match="fetched by npm, which is not there.*--packages FOLDER"):
        gan.export(tmp_path / "page", "web")
    with pytest.raises(ValueError, match="written over.*Received: path=.*there'"):
        gan.export(there, "web")
    monkeypatch.setattr(page, "RUNTIME", known)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError, match="needs onnx and tf2onnx.*format='web'"):
        gan.export(tmp_path / "page", "web", packages=there)
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
