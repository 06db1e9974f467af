from types import SimpleNamespace

import pytest

import kerasgan as kg
from benchmarks.scorecard.rows import translation

pytestmark = pytest.mark.any_backend


def test_translators_are_scored_on_what_training_did_not_see(tmp_path, monkeypatch):
    from benchmarks import glyphs
    from benchmarks import translation as scores

    faces = tmp_path / "data/avatars/deep"
    faces.mkdir(parents=True)
    for i in range(5):
        (faces / f"{i}.png").write_bytes(b"x")
    monkeypatch.setenv("KERASGAN_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(translation, "HELD_OUT", 2)
    monkeypatch.setattr(kg.presets, "load", lambda source: SimpleNamespace(source=source))
    seen = []

    def task(model, data):
        seen.append((model.source, data))
        return {"made": {"l1": 0.25}}, []

    for name in ("unpaired", "paired", "large"):
        monkeypatch.setitem(scores.TASKS, name, task)
    monkeypatch.setattr(glyphs, "scores", task)
    for row in translation.ROWS:
        found = translation.score(row.configuration, 0, tmp_path / "work")
        assert found == {"scores": {"made: l1": 0.25}}
    links = tmp_path / "work/avatars"
    tested = {"avatars_train": links, "glyphs_all": tmp_path / "data/glyphs"}
    data = {c["name"]: c["data"] for c in map(kg.presets.card, kg.presets.list())}
    names = [row.configuration["preset"] for row in translation.ROWS]
    assert names and seen == [
        (name, tested.get(data[name], tmp_path / "data" / data[name])) for name in names
    ]
    assert {"pix2pix_openmoji", "srresnet_avatars", "srgan_avatars"} <= set(names)
    assert sorted(path.name for path in links.iterdir()) == ["3.png", "4.png"]


def test_the_folder_of_data_must_be_named(monkeypatch):
    monkeypatch.delenv("KERASGAN_DATA", raising=False)
    with pytest.raises(ValueError, match="KERASGAN_DATA=None"):
        translation.home()
