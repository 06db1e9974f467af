"""The sweep of its page: it scores, prunes, goes on, and its best settings are a command."""

import shlex

import optuna
import pytest

from kerasgan import cli
from tools.docs_pages import DOCS, blocks

pytestmark = pytest.mark.any_backend


class Lagging:
    """A trial that is to end after its second epoch."""

    def __init__(self):
        self.reported = []

    def report(self, value, step):
        self.reported.append((step, value))

    def should_prune(self):
        return len(self.reported) == 2


def test_the_page_on_sweeps_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    ((_, _, code),) = blocks((DOCS / "howto" / "sweeps.md").read_text(encoding="utf-8"))
    code = code.replace("images[1000:7000]", "images[1000:1200]").replace(
        "images[:1000]", "images[:99]"
    )
    for old, new in (
        ("samples=1000", "samples=99"),
        ("epochs=10", "epochs=2"),
        ("n_trials=30", "n_trials=2"),
    ):
        assert old in code
        code = code.replace(old, new)
    names = {}
    exec(code, names)
    study = names["study"]
    assert [len(trial.intermediate_values) for trial in study.trials] == [2, 2]
    assert study.best_value == min(trial.value for trial in study.trials)
    assert set(study.best_params) == {"loss", "penalty", "generator", "discriminator"}

    argv = shlex.split(capsys.readouterr().out.splitlines()[-1])[1:]
    cli.main([*argv, "--batch-size", "50", "--steps", "1", "--out", "best"])
    assert (tmp_path / "best" / "model.keras").is_file()

    trial = Lagging()
    pruning = names["Pruning"](trial, "val_fd")
    pruning.on_epoch_end(0, {"val_fd": 3.0})
    with pytest.raises(optuna.TrialPruned):
        pruning.on_epoch_end(1, {"val_fd": 2.0})
    assert trial.reported == [(0, 3.0), (1, 2.0)]
