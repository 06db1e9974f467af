"""The page in a browser: each tab is clicked, and what it shows is looked at."""

import shutil
import subprocess
import sys
import time

import pytest
from PIL import Image

from tests.browser import BROWSER

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BROWSER, reason="no browser"),
]
PATIENCE = 120_000  # ms


@pytest.fixture(scope="module")
def studio(run, tmp_path_factory):
    """The address of a studio of presets and of a copy of the run, and that copy."""
    copy = shutil.copytree(run, tmp_path_factory.mktemp("studio") / "gan")
    words = [sys.executable, "-m", "kerasgan", "studio", str(copy), "--port", "0"]
    words += ["--data", str(run.parent / "data.npz")]
    with subprocess.Popen(words, text=True, stdout=-1, stderr=-1) as process:
        yield process.stdout.readline().split()[0], copy
        process.terminate()
        assert "Traceback" not in process.communicate(timeout=60)[1]


@pytest.fixture
def page(studio):
    """A page of a desk's width whose requests go to the studio alone."""
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=BROWSER)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        elsewhere, own = [], (studio[0], "data:", "blob:")
        page.on("request", lambda r: r.url.startswith(own) or elsewhere.append(r.url))
        page.goto(studio[0])
        page.get_by_role("tab", name="Draw").wait_for()
        yield page
        assert not elsewhere
        browser.close()


def open_model(page, name, tab):
    page.locator(".chooser input").first.click()
    page.get_by_role("option", name=name, exact=True).click()
    page.get_by_role("tab", name=tab, exact=True).wait_for()


def press(page, tab, button):
    """Presses a button of a tab, and waits for the picture that it makes."""
    page.get_by_role("tab", name=tab, exact=True).click()
    panel = page.locator("[role=tabpanel]:visible")
    before = [image.get_attribute("src") for image in panel.locator(".pixels img").all()]
    panel.get_by_role("button", name=button, exact=True).click()
    for _ in range(PATIENCE // 200):
        made = [image.get_attribute("src") for image in panel.locator(".pixels img").all()]
        if made and made != before:
            return panel
        time.sleep(0.2)
    raise AssertionError(f"{tab} shows nothing: {panel.inner_text()}")


def upload(page, tab, path):
    page.get_by_role("tab", name=tab, exact=True).click()
    panel = page.locator("[role=tabpanel]:visible")
    panel.locator("input[type=file]").first.set_input_files(str(path))
    panel.get_by_role("button", name="Remove Image").or_(panel.locator("img")).first.wait_for()


def test_a_run_is_drawn_from_and_watched_and_an_epoch_chosen(page, studio, tmp_path):
    _, run = studio
    panel = press(page, "Draw", "Next seed")
    assert "--seed 1" in panel.locator("textarea").last.input_value()
    buttons = {"Class grid": "Draw", "Walk": "Walk", "Directions": "Move", "Nearest": "Look"}
    for tab, button in {**buttons, "Compare": "Compare", "Epochs": "Compare"}.items():
        press(page, tab, button)
    Image.effect_noise((32, 32), 50).save(tmp_path / "noise.png")
    upload(page, "Invert", tmp_path / "noise.png")
    assert "dB" in press(page, "Invert", "Invert").inner_text()
    page.get_by_role("tab", name="Run", exact=True).click()
    panel = page.locator("[role=tabpanel]:visible")
    panel.locator("polyline").first.wait_for()
    assert "epoch 3 of 3" in panel.inner_text() and "complete" in panel.inner_text()
    assert panel.locator("img[alt='The newest samples']").count() == 1
    (run / "health.json").write_text('[{"epoch": 3, "message": "All alike"}]')
    page.get_by_text("All alike").wait_for()  # by itself
    page.get_by_role("tab", name="Epochs", exact=True).click()
    page.get_by_role("button", name="Make it the run's model").click()
    page.get_by_text("is epoch 3 now").wait_for()
    want = (run / "checkpoints/epoch_0003.keras").read_bytes()
    assert (run / "model.keras").read_bytes() == want


def test_an_error_is_shown_as_a_sentence(page):
    page.get_by_role("tab", name="Invert", exact=True).click()
    page.locator("[role=tabpanel]:visible").get_by_role("button", name="Invert").last.click()
    page.get_by_text("Upload a picture first.").first.wait_for()


def test_a_translator_takes_pictures_and_sketches(page, tmp_path):
    open_model(page, "pix2pix_openmoji", "Sketch")
    page.get_by_role("tab", name="Sketch", exact=True).click()
    panel = page.locator("[role=tabpanel]:visible")
    panel.get_by_label("Brush").click()
    box = panel.locator("canvas").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 50, y)
    page.mouse.down()
    page.mouse.move(x + 50, y + 40, steps=10)
    page.mouse.up()
    press(page, "Sketch", "Translate")
    Image.new("L", (64, 64), 255).save(tmp_path / "white.png")
    upload(page, "Translate", tmp_path / "white.png")
    press(page, "Translate", "Translate")
