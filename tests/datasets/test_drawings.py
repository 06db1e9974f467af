import io
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from kerasgan.datasets import avatars, drawings
from tests.packing import pack

pytestmark = pytest.mark.any_backend
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">{}</svg>'
RED = SQUARE.format('<rect width="8" height="4" fill="#f00"/>')
CORE = """export function createAvatar(style, options) {
  const fill = (options.skinColor ?? options.hairColor ?? ['ffffff'])[0]
  const i = Number(options.seed.slice(2))
  const rest = `<rect x="${i % 8}" width="1" height="8" fill="#0000ff"/>` +
    '<rect y="6" width="8" height="1" fill="#000" fill-opacity=".16"/>'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">` +
    `<rect width="8" height="8" fill="#${fill}"/>${rest}</svg>`
  return { toString: () => svg }
}"""


def pixels(path):
    return np.asarray(Image.open(path), int)


def png(color, size=64):
    content = io.BytesIO()
    Image.new("RGBA", (size, size), color).save(content, "PNG")
    return content.getvalue()


def test_an_svg_is_drawn_on_white():
    picture = np.asarray(drawings.render(RED, 16))
    assert picture.shape == (16, 16, 3)
    assert (picture[:8] == (255, 0, 0)).all() and (picture[8:] == 255).all()
    styled = drawings.render(RED, 16, "rect{fill-opacity:0}")
    assert (np.asarray(styled) == 255).all()


def test_what_is_half_transparent_is_laid_over_white():
    (level,) = np.unique(np.asarray(drawings.on_white(png((0, 0, 0, 51))), int))
    assert level == 204


@pytest.fixture
def emoji(tmp_path, monkeypatch):
    """The packages of emoji, small ones."""
    names = [f"{i:x}.png" for i in range(16)]
    table = [
        {"image": name, "name": f"N{name}", "category": "C", "has_img_google": True}
        | {"has_img_twitter": name != "3.png"}
        for name in names
    ]
    table += [{**table[0], "image": "tone.png", "category": "Component"}]
    for maker, constant, color in (("google", "GOOGLE", "red"), ("twitter", "TWITTER", "blue")):
        files = {f"img/{maker}/64/{name}": png(color) for name in names}
        files["emoji.json"] = json.dumps(table)
        name = f"emoji-datasource-{maker}"
        monkeypatch.setattr(drawings, constant, pack(tmp_path / "npm", files, name))
    return tmp_path / "npm"


def test_emoji(emoji, tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    facts = drawings.make_emoji(folder, size=32, packages=emoji)
    assert facts.source.startswith("15 emoji from the npm packages emoji-datasource-google@1.2.3")
    lines = (folder / "index.tsv").read_text().splitlines()
    assert lines[0] == "split\tfile\tcategory\tname" and len(lines) == 16
    for line in lines[1:]:
        part, name, *_ = line.split("\t")
        for side, color in (("A", (255, 0, 0)), ("B", (0, 0, 255))):
            picture = pixels(folder / f"{part}{side}" / name)
            assert picture.shape == (32, 32, 3) and (picture == color).all()
    assert sum(line.startswith("test") for line in lines) == 15 * 300 // 1906
    with pytest.raises(ValueError, match="64 pixels at most. Received: size=65"):
        drawings.make_emoji(folder, size=65, packages=emoji)


def test_of_the_same_line_art_the_first_is_taken(tmp_path, monkeypatch):
    shapes = [f'<rect width="{i % 9 + 1}" height="3" fill="#000"/>' for i in range(11)]
    table = [{"hexcode": f"{i:X}", "skintone": "", "group": "things"} for i in range(11)]
    table += [{"hexcode": "F", "skintone": "", "group": "flags"}]
    files = {"data/openmoji.json": json.dumps(table)}
    for i, shape in enumerate(shapes):
        files[f"black/svg/{i:X}.svg"] = SQUARE.format(shape)
        files[f"color/svg/{i:X}.svg"] = SQUARE.format(shape.replace("#000", "#0f0"))
    package = pack(tmp_path / "npm", files, "openmoji")
    monkeypatch.setattr(drawings, "OPENMOJI", package)
    monkeypatch.setattr(
        drawings, "split", lambda names, test: {n: "train" for n in names[1:]} | {names[0]: "test"}
    )
    drawings.make_openmoji(tmp_path, size=8, packages=tmp_path / "npm")
    names = [path.name for path in sorted((tmp_path / "train/A").iterdir())]
    assert names == [f"{i}.png" for i in range(1, 8)]
    assert [path.name for path in (tmp_path / "test/B").iterdir()] == ["0.png"]
    assert pixels(tmp_path / "train/A/1.png").shape == (8, 8)
    assert (pixels(tmp_path / "train/B/1.png")[0, 0] == (0, 255, 0)).all()


@pytest.fixture
def dicebear(tmp_path, monkeypatch):
    """Packages that stand for DiceBear's."""
    if not shutil.which("node"):
        pytest.skip("needs Node.js, which draws the avatars")
    about = json.dumps({"type": "module", "exports": "./lib/index.js"})
    for constant, name, code in (("CORE", "core", CORE), ("STYLE", "avataaars", "export {}")):
        files = {"package.json": about, "lib/index.js": code, "LICENSE": "Of designers"}
        package = pack(tmp_path / "npm", files, f"@dicebear/{name}")
        monkeypatch.setattr(avatars, constant, package)
    return tmp_path / "npm"


def test_avatars_are_those_of_their_numbers(dicebear, tmp_path):
    facts = avatars.make_avatars(tmp_path, size=8, count=3, start=2, packages=dicebear)
    names = sorted(path.name for path in (tmp_path / "avataaars").iterdir())
    assert names == ["00002.png", "00003.png", "00004.png"]
    picture = pixels(tmp_path / "avataaars/00003.png")
    assert (picture[0, 3] == (0, 0, 255)).all() and (picture[0, 2] == 255).all()
    assert 0 < picture[6, 0, 0] < 255  # the shading
    assert facts.text == "Of designers" and facts.source.endswith("seeds kg2 to kg4")


def test_a_map_has_the_colours_of_parts_and_no_shading(dicebear, tmp_path):
    avatars.make_avatar_parts(tmp_path, size=8, count=40, packages=dicebear)
    count = {path.name: len(list(path.iterdir())) for path in tmp_path.glob("t*")}
    assert count == {"trainA": 38, "trainB": 38, "testA": 2, "testB": 2}
    assert (tmp_path / "testA/00039.png").is_file()
    a, b = pixels(tmp_path / "trainA/00003.png"), pixels(tmp_path / "trainB/00003.png")
    assert (a[0, 3] == b[0, 3]).all()
    assert (a[0, 0] == (255, 122, 0)).all() and (b[0, 0] == 255).all()
    assert (a[6, 0] == a[0, 0]).all() and (b[6, 0] != b[0, 0]).all()


def test_outlines_are_white_within(dicebear, tmp_path):
    avatars.make_avatar_outlines(tmp_path, size=64, count=20, packages=dicebear)
    drawn = avatars._outlined('<a fill="#0000ff"/><b fill="#fff"/><c fill="#000"/>')
    assert drawn.count('fill="#fff"') == 2 and '<c fill="#000"/>' in drawn
    assert 'stroke="#0000ff"' in drawn and f'stroke="{avatars.GREY}"' in drawn
    assert (tmp_path / "testA/00019.png").is_file()


def test_hair_is_fair_or_dark_and_in_testing_both(dicebear, tmp_path):
    avatars.make_avatar_hair(tmp_path, size=8, count=20, start=1, packages=dicebear)
    found = {path.name: sorted(p.name for p in path.iterdir()) for path in tmp_path.glob("t*")}
    assert found["testA"] == found["testB"] == ["00020.png"]
    assert found["trainA"] == [f"{i:05}.png" for i in range(2, 20, 2)]
    assert found["trainB"] == [f"{i:05}.png" for i in range(1, 20, 2)]
    a, b = (pixels(tmp_path / f"test{side}/00020.png")[0, 0] for side in "AB")
    assert tuple(a) == (0xD6, 0xB3, 0x70) and tuple(b) == (0x2C, 0x1B, 0x18)


def test_every_colour_of_a_map_is_another():
    colours = [avatars._brightnesses(*hue) for hue in avatars.COLOURS.values()]
    every = [colour for part in colours for colour in part]
    assert len(set(every)) == len(every) == 71
    assert all(len(colour) == 6 for colour in every)


def test_when_dicebear_stops(dicebear, tmp_path, monkeypatch, capfd):
    files = {"package.json": "{}", "lib/index.js": "throw new Error('old')", "LICENSE": ""}
    broken = pack(tmp_path / "npm", files, "@dicebear/core")
    monkeypatch.setattr(avatars, "CORE", broken)
    with pytest.raises(ValueError, match="DiceBear stopped, .* Received: exit status 1"):
        avatars.make_avatars(tmp_path, size=8, count=1, packages=dicebear)
    capfd.readouterr()


def test_without_node_or_a_renderer(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    with pytest.raises(ImportError, match=r'pip install "kerasgan\[data\]"'):
        drawings.render(RED, 8)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match="install Node.js, from 18 on"):
        avatars.make_avatars(tmp_path)
