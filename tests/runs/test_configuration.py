import dataclasses
import json

import pytest

from kerasgan.runs import Configuration

pytestmark = pytest.mark.any_backend


def test_the_file_holds_what_was_given(config, tmp_path):
    """In the form that earlier releases wrote, with what they do not know of."""
    settings = {**config, "command": "kerasgan train gan", "health": True, "mine": [1, 2]}
    given = Configuration.of(settings)
    assert given.others == {"mine": [1, 2]} and Configuration.of(given) is given
    given.write(tmp_path)
    assert json.loads((tmp_path / "config.json").read_text()) == settings
    assert Configuration.read(tmp_path) == given
    done = dataclasses.replace(given, steps=9, seconds=0.0)
    assert done.to_dict() == {**settings, "steps": 9, "seconds": 0.0}


@pytest.mark.parametrize(
    "extractor, names", [("digits", ["fd", "kd"]), ("inception", ["fid", "kid"])]
)
def test_scores_of_earlier_releases_have_their_names_of_now(config, tmp_path, extractor, names):
    wanted = {"metrics": ["fid", "kid"], "extractor": extractor, "every": 1, "samples": 9}
    (tmp_path / "config.json").write_text(json.dumps({**config, "evaluation": wanted}))
    assert Configuration.read(tmp_path).evaluation["metrics"] == names


def test_what_srgan_began_with_has_its_name_of_now(config, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({**config, "generator_from": "runs/first"}))
    assert Configuration.read(tmp_path).initial == "runs/first"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"variant": "GAM"}, "no such model. Received: variant='GAM'"),
        ({"variant": "engine"}, "no such model. Received: variant='engine'"),
        ({"epochs": None}, "how many epochs or steps. Received: epochs=None"),
        ({"epochs": 0}, "`epochs` must be a whole number, at least 1. Received: epochs=0"),
        ({"max_steps": 1.5}, "`max_steps` must be a whole number.*max_steps=1.5"),
        ({"samples_every": 0}, "`samples_every` must be .*samples_every=0"),
        ({"seed": "a"}, "`seed` must be a whole number.*seed='a'"),
        ({"n_epochs_decay": -1}, "`n_epochs_decay` must be .*n_epochs_decay=-1"),
        ({"schedule": "root"}, "Schedules are cosine, step.*schedule='root'"),
        (
            {"schedule": "cosine", "n_epochs_decay": 2},
            "one schedule.*schedule='cosine', n_epochs_decay=2",
        ),
        (
            {"epochs": None, "max_steps": 5, "n_epochs_decay": 2},
            "not steps. Received: n_epochs_decay=2, epochs=None",
        ),
        ({"evaluation": {"metrics": []}}, "every, extractor, metrics, samples.*'metrics': "),
        ({"n_epochs_decay": 4}, "are among all of them. Received: n_epochs_decay=4, epochs=3"),
        ({"samples_every": None}, "`samples_every` must be .*samples_every=None"),
        ({"seed": True}, "`seed` must be .*seed=True"),
        ({"variant": None}, "`variant` must be text. Received: variant=None"),
        ({"model": None}, "`model` must be a dict. Received: model=None"),
        ({"compile": [1]}, r"`compile` must be a dict. Received: compile=\[1\]"),
        ({"compile": {"steps_per_execution": "a"}}, "steps_per_execution='a'"),
        ({"data": "mnist"}, "`data` must be a dict. Received: data='mnist'"),
        ({"data": {"batch_size": 9}}, "must name its `source`. Received: data={'batch_size': 9}"),
        ({"data": {"source": "mnist"}}, "`batch_size` must be .*batch_size=None"),
        ({"health": "yes"}, "`health` must be true or false. Received: health='yes'"),
        ({"seconds": "long"}, "`seconds` must be a number .*seconds='long'"),
        ({"steps": -1}, "`steps` must be .*steps=-1"),
        ({"evaluation": "fid"}, "`evaluation` must be a dict"),
        ({"learning_rate": 1.0}, "inside `model`, `data` or `compile`. Received: learning_rate"),
        ({"latent_dim": 9}, "inside `model`, `data` or `compile`. Received: latent_dim"),
    ],
)
def test_what_it_refuses(config, changes, message):
    with pytest.raises(ValueError, match=message):
        Configuration.of({**config, **changes})


def test_what_cannot_be_left_out(config):
    for name in ("variant", "data"):
        with pytest.raises(TypeError, match=f"missing .*'{name}'"):
            Configuration.of({key: value for key, value in config.items() if key != name})


def test_a_damaged_file(tmp_path):
    with pytest.raises(ValueError, match="There is no run: .*config.json is missing"):
        Configuration.read(tmp_path)
    for text in ("{", "[]", "3", "null", '{"variant": "GAN"}', 100_000 * "[", 9999 * '{"a":'):
        (tmp_path / "config.json").write_text(text)
        with pytest.raises(ValueError, match="config.json is damaged: .*Received: folder="):
            Configuration.read(tmp_path)
