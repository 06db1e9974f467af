"""`kerasgan train --config FILE`."""

import json

import pytest

from kerasgan import cli, runs
from kerasgan.utils.settings import SettingsFile

pytestmark = pytest.mark.any_backend

SMALL = "model: {latent_dim: 4, generator_units: [8], discriminator_units: [8]}\n"


@pytest.fixture
def written(tmp_path, data):
    """Writes a run.yaml of a small GAN on the data, and more; gives its path."""

    def write(more="", head=None):
        path = tmp_path / "run.yaml"
        head = f"variant: gan\n{SMALL}data:\n  source: {data}\n" if head is None else head
        path.write_text(head + more)
        return str(path)

    return write


@pytest.fixture
def printed(capsys):
    """What --print-config says of a command line, as the settings that it is."""

    def run(argv):
        cli.main([*argv, "--print-config"])
        path = run.folder / "printed.yaml"
        path.write_text(capsys.readouterr().out)
        return SettingsFile(path).settings

    return run


@pytest.fixture(autouse=True)
def _folder(tmp_path, printed):
    printed.folder = tmp_path


def test_what_a_file_leaves_out_is_as_on_the_command_line(written, printed, data):
    same = ["--latent-dim", "4", "--generator-units", "8", "--discriminator-units", "8"]
    assert printed(["train", "--config", written()]) == printed(
        ["train", "gan", "--data", data, *same]
    )


def test_options_go_before_the_file(written, printed):
    more = (
        "  batch_size: 8\nepochs: 3\nhealth: true\nkeep: null\n"
        "compile: {penalty: r1, loss: hinge, learning_rate: 1e-4}\n"
    )
    path = written(more)
    found = printed(["train", "--config", path])
    assert (found["epochs"], found["health"], found["keep"]) == (3, True, None)
    assert found["data"]["batch_size"] == 8 and found["data"]["split"] == "train"
    chosen = found["compile"]
    assert (chosen["penalty"], chosen["loss"], chosen["learning_rate"]) == ("r1", "hinge", 1e-4)
    options = ["--steps", "5", "--batch-size", "4", "--penalty", "none", "--keep", "7"]
    found = printed(["train", f"--config={path}", *options, "--latent-dim", "6"])
    assert (found["epochs"], found["max_steps"], found["keep"]) == (None, 5, 7)
    assert found["data"]["batch_size"] == 4 and found["model"]["latent_dim"] == 6
    assert found["compile"]["penalty"] == "none" and found["compile"]["loss"] == "hinge"
    assert printed(["train", "--config", path, "--penalty", "r1", "--penalty", "gp"])["compile"][
        "penalty"
    ] == ["r1", "gp"]


def test_epochs_in_a_file_are_all_of_them(written, printed, sides):
    path = written(
        head=f"variant: CycleGAN\ndata: {{source: {sides}}}\nepochs: 5\nn_epochs_decay: 2\n"
    )
    assert printed(["train", "--config", path])["epochs"] == 5
    found = printed(["train", "--config", path, "--n-epochs-decay", "4"])
    assert (found["epochs"], found["n_epochs_decay"]) == (7, 4)
    found = printed(["train", "--config", path, "--n-epochs", "10"])
    assert (found["epochs"], found["n_epochs_decay"]) == (12, 2)


def test_scores_by_a_file(written, printed):
    more = "epochs: 1\nevaluation: {metrics: [fd], every: 2}\n"
    found = printed(["train", "--config", written(more), "--evaluate-every", "3"])
    assert found["evaluation"] == {
        "metrics": ["fd"],
        "extractor": "efficientnet_lite0",
        "every": 3,
        "samples": 1000,
    }


def test_a_run_is_repeated_by_its_own_settings(quick, written, tmp_path):
    cli.main(["train", "--config", written("seed: 3\n"), *quick])
    first = tmp_path / "run"
    again = tmp_path / "again"
    cli.main(["train", "--config", str(first / "config.json"), "--out", str(again)])
    found = [json.loads((folder / "config.json").read_text()) for folder in (first, again)]
    assert found[0]["seed"] == 3 and found[0]["model"]["data_shape"] == [16, 16, 1]
    for settings in found:
        del settings["command"], settings["seconds"]
    assert found[0] == found[1]
    tables = [(folder / "history.csv").read_text().splitlines() for folder in (first, again)]
    assert [row.rpartition(",")[0] for row in tables[0]] == [
        row.rpartition(",")[0] for row in tables[1]
    ]
    cli.main(
        ["train", "--config", str(first / "config.json"), "--image-size", "8", "--overwrite"]
        + ["--out", str(again)]
    )
    assert runs.read_config(again).model["data_shape"] == [8, 8, 1]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("epoch: 3\n", "line 5, epoch: there is no such setting; is epochs meant?"),
        (
            "  batchsize: 3\n",
            "line 5, data.batchsize: there is no such setting of a GAN; is batch_size",
        ),
        ("compile: {los: hinge}\n", "line 5, compile.los: there is no such setting"),
        ("compile: hinge\n", "line 5, compile: it holds settings by their names"),
        ("evaluation: {metric: [fd]}\n", "line 5, evaluation.metric: there is no such setting"),
        ("  batch_size: many\n", "line 5, data.batch_size: it is no int. Received: 'many'"),
        ("schedule: root\n", "line 5, schedule: it is one of cosine, step. Received: 'root'"),
        ("epochs: 0\n", "line 5, epochs: `epochs` must be a whole number"),
        ("seed: true\n", "line 5, seed: `seed` must be a whole number"),
        ("  batch_size: 4\ncompile: {loss: no_such}\n", "line 6, compile.loss: "),
        ("seed: 1\nseed: 2\n", "line 6, seed: it is there twice"),
        ("seed: [1\n", "line 6: expected ',' or ']'"),
        ("seed: 2020-01-01\n", "line 5, seed: this is a timestamp; put text in quotes"),
        ("seed: !!python/name:os.system\n", "line 5, seed: this is a os.system"),
        ("1: 2\n", "line 5, 1: a name must be text"),
        ("seed: &a [1]\nepochs: *a\n", "line 5, epochs: write it out, without an alias"),
        ("learning_rate: 1.0\n", "line 5, learning_rate: there is no such setting"),
    ],
)
def test_a_fault_is_told_with_its_place(failure, written, tmp_path, more, message):
    said = failure(["train", "--config", written(more), "--out", str(tmp_path / "run")])
    assert said.startswith("kerasgan: error: ") and f"run.yaml, {message}" in said
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must hold settings by their names"),
        ("[1]", "must hold settings by their names"),
        ("seed: 1", "must name the model, as `variant: DCGAN`"),
        ("variant: dcgam", "line 1, variant: there is no such model; is dcgan meant?"),
        ("variant: this:Zen", "--trust"),
        (9999 * "[", "is damaged: RecursionError"),
        ("variant: \0", "run.yaml: it is no text"),
    ],
)
def test_what_is_no_configuration(failure, written, text, message):
    assert message in failure(["train", "--config", written(head=text)])


def test_a_file_that_is_not_there(failure, tmp_path):
    assert "no.yaml" in failure(["train", "--config", str(tmp_path / "no.yaml")])


def test_a_given_option_is_not_blamed_on_the_file(failure, written):
    said = failure(["train", "--config", written("seed: 1\n"), "--seed", "-1"])
    assert "`seed` must be" in said and "run.yaml" not in said


def test_a_printed_text_stays_a_text(tmp_path):
    from kerasgan.utils.settings import dumped

    settings = {"a": "1e-4", "b": 1e-05, "c": [1, 2.0, None, True], "d": "no", "e": "😀", "f": {}}
    for text in (dumped(settings), json.dumps(settings, indent=2)):
        (tmp_path / "x.yaml").write_text(text)
        assert SettingsFile(tmp_path / "x.yaml").settings == settings
