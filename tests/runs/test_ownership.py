"""What in a folder is a run's: nothing else is ever deleted."""

import pytest

from kerasgan import runs
from kerasgan.runs.folder import clear

pytestmark = pytest.mark.any_backend


@pytest.mark.parametrize("linked", [False, True])
def test_what_overwrite_deletes(config, tmp_path, linked):
    """What a run wrote, not what others put beside it."""
    config |= {"epochs": 2, "health": True}
    run = tmp_path / "run"
    if linked:
        (tmp_path / "elsewhere").mkdir()
        run.mkdir()
        (run / "samples").symlink_to(tmp_path / "elsewhere")
    runs.start(config, run, verbose=0)
    mine = [
        "notes.txt",
        "samples/mine/thesis.txt",
        "points/data.csv",
        ".env.1",
        "checkpoints/a.keras",
    ]
    for name in mine:
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).touch()
    (run / "samples" / "0099.png").touch()
    (run / "tensorboard").mkdir()
    (run / "tensorboard" / "events.out.tfevents.1.host").touch()
    (run / "tracking.json").write_text('{"tensorboard": "tensorboard"}')
    with pytest.raises(ValueError, match=r"already holds a run \(config.json, .*--overwrite"):
        runs.start(config, run, verbose=0)
    runs.start({**config, "epochs": 1, "health": False}, run, overwrite=True, verbose=0)
    for name in ("samples/0099.png", "samples/0002.png", "checkpoints/epoch_0002.keras"):
        assert not (run / name).exists()
    assert not (run / "health.json").exists() and (run / "samples" / "0001.png").exists()
    assert all((run / name).is_file() for name in mine)
    assert (run / "samples").is_symlink() == linked
    assert not (run / "tensorboard").exists() and not (run / "tracking.json").exists()


@pytest.mark.parametrize("own", [True, False])
def test_traces_and_what_trackers_wrote(config, tmp_path, own):
    """A run's own go with it, of which its `config.json` and `tracking.json` know."""
    at, wandb = "profile/plugins/profile/2026_01_01_00_00_00", "wandb/run-20260101_000000-"
    runs_own = [f"{at}/vm.xplane.pb", f"{at}/vm.trace.json.gz", "profile/trace.json"]
    runs_own += [f"{wandb}ab12/run-ab12.wandb", "wandb/offline-run-20260102_000000-ab12/logs/a"]
    mine = [f"{wandb}cd34/run-cd34.wandb", "profile/notes.txt"] if own else [f"{wandb}cd34/a"]
    for name in [*runs_own, *mine]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "wandb/latest-run").symlink_to(f"{wandb}ab12".removeprefix("wandb/"))
    clear(tmp_path)  # of no run
    assert all((tmp_path / name).is_file() for name in runs_own)
    runs.Configuration.of({**config, "profile": 10}).write(tmp_path)
    (tmp_path / "tracking.json").write_text('{"wandb": "ab12"}')
    clear(tmp_path)
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {*mine, "config.json", "data.npz"}
    assert (tmp_path / "profile").exists() == own and not (tmp_path / "wandb/latest-run").exists()
    assert not (tmp_path / "profile/plugins").exists()


def test_events_of_others_stay(tmp_path):
    """Where no run was tracked, they are not a run's."""
    events = tmp_path / "tensorboard" / "events.out.tfevents.1.host"
    events.parent.mkdir()
    events.touch()
    clear(tmp_path)
    assert events.exists()


@pytest.mark.parametrize("name", ["config.json", "samples/0001.png", "index.html", "model.keras"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_is_no_run_unless_it_says_so(config, tmp_path, name, overwrite):
    (tmp_path / "mine" / name).parent.mkdir(parents=True)
    (tmp_path / "mine" / name).write_text("{}")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ValueError, match="which a run would write over, and is no run's"):
        runs.start(config, tmp_path / "mine", overwrite=overwrite, verbose=0)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_run_in_a_folder_of_other_things_leaves_them_alone(config, tmp_path):
    mine = [".notes.2024.txt", ".env.1", ".pid", "notes/deep/.secret.2023.key", "samples/a.txt"]
    for name in mine:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    config["epochs"] = 1
    runs.start(config, tmp_path, verbose=0)
    runs.resume(tmp_path, epochs=2, verbose=0)
    assert [(tmp_path / name).read_text() for name in mine] == mine
