import json
import subprocess

import pytest

from benchmarks.speed import __main__ as program
from benchmarks.speed import cases, medians, table

pytestmark = pytest.mark.any_backend


@pytest.fixture
def fake_run(monkeypatch):
    """Measurements that cost nothing; notes each, and fails for the stock recipe."""
    made = []

    def run(module, name, contender, *words):
        made.append((name, contender))
        if contender.startswith("stock"):
            raise subprocess.CalledProcessError(1, "child")
        if name == "peak":
            half = {"matmul_bfloat16": 300.0, "convolution_bfloat16": 400.0}
            return {"gflops": {"matmul": 100.0, "convolution": 200.0, **half}}
        ms = {"torch": 10.0, "kerasgan_jax": 5.0}.get(contender, 20.0) + made.count(made[-1])
        seconds = {"seconds_to_first_step": 3.0, "compile_seconds": 1.0, "load_before": 0.5}
        count = {"gflop": 1.0} if contender.startswith("kerasgan") else {}
        return {"ms": ms, "peak_mib": 500, **seconds, **count}

    monkeypatch.setattr(medians, "child", run)
    return made


def run_program(tmp_path, *words, of=cases.CASES):
    places = {"--results": "speed.json", "--out": "speed.md", "--chart": "speed.png"}
    places["--work"] = "single.json"
    places = [str(word) for key, name in places.items() for word in (key, tmp_path / name)]
    return program.program("benchmarks.speed", "", of, [*words, *places])


def test_contenders_take_turns_repeat_by_repeat():
    case = cases.find("sngan")
    todo = medians.jobs([case, cases.PEAK], ["torch", "kerasgan_jax"], repeats=2)
    assert [(case.name, contender, repeat) for case, contender, repeat in todo] == [
        ("sngan", "kerasgan_jax", 0),
        ("sngan", "torch", 0),
        ("peak", "torch", 0),
        ("sngan", "torch", 1),
        ("sngan", "kerasgan_jax", 1),
        ("peak", "torch", 1),
    ]


def test_only_what_is_not_there_is_measured(tmp_path, fake_run):
    words = ["--only", "mlp", "--contender", "torch", "kerasgan_jax", "--repeats", "2"]
    assert run_program(tmp_path, *words) == 0
    assert run_program(tmp_path, *words) == 0
    assert run_program(tmp_path, *words[:-1], "1") == 0
    both = [("mlp", "kerasgan_jax"), ("mlp", "torch")]
    assert fake_run == [*both, *both[::-1]]
    assert not (tmp_path / "single.json").exists()
    assert run_program(tmp_path, *words, "--seconds", "9") == 0
    assert fake_run[4:] == fake_run[:4]  # by another configuration it is another measurement
    records = medians.stored(tmp_path / "speed.json").read()
    assert [(r["repeats"], r["configuration"]["seconds"]) for r in records] == [(2, 9.0)] * 2


def test_a_record_holds_medians_and_extremes():
    times = [(3.0, 100), (1.0, 300), (2.0, 200)]
    others = {"seconds_to_first_step": 4.0, "compile_seconds": 0.5, "versions": {"torch": "2"}}
    singles = [{"ms": ms, "peak_mib": mib, "load_before": ms, **others} for ms, mib in times]
    assert medians.summary(singles) == {
        "repeats": 3,
        "ms": 2.0,
        "ms_least_and_most": [1.0, 3.0],
        "peak_mib": 200,
        "load_before": 3.0,
        **others,
    }
    assert medians.summary([{**each, "peak_mib": None} for each in singles])["peak_mib"] is None
    rates = [{"matmul": 5.0, "convolution": 1.0}, {"matmul": 4.0, "convolution": 2.0}]
    assert medians.summary([{"gflops": each} for each in rates]) == {
        "repeats": 2,
        "gflops": {"matmul": 5.0, "convolution": 2.0},
    }


def test_what_fails_is_named_and_the_others_go_on(tmp_path, fake_run, capsys):
    assert run_program(tmp_path, "--only", "mlp", "--repeats", "1") == 1
    assert "mlp, stock_jax, repeat 0 failed" in capsys.readouterr().err
    records = medians.stored(tmp_path / "speed.json").read()
    names = [name for name in cases.find("mlp").contenders if not name.startswith("stock")]
    assert [r["contender"] for r in records] == names


def test_a_stop_leaves_what_was_done_and_goes_on(tmp_path, fake_run, monkeypatch, capsys):
    run, stops = medians.child, [True]

    def stopped(module, name, contender, *words):
        if contender == "torch" and stops:
            stops.pop()
            raise KeyboardInterrupt
        return run(module, name, contender, *words)

    monkeypatch.setattr(medians, "child", stopped)
    words = ["--only", "sngan", "--repeats", "1"]
    assert run_program(tmp_path, *words) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert "| `kerasgan_torch` |" in (tmp_path / "speed.md").read_text()
    assert run_program(tmp_path, *words, "--table") == 0
    assert run_program(tmp_path, *words) == 0
    assert [contender for _, contender in fake_run] == cases.find("sngan").contenders


def test_the_stored_figures_are_in_the_table():
    assert table.table(medians.stored().read()) == table.TABLE.read_text()


def test_unknown_names_are_refused(tmp_path, fake_run, capsys):
    for words, known in ((["--only", "mlq"], "dcgan64"), (["--contender", "numpy"], "stock_jax")):
        with pytest.raises(SystemExit):
            run_program(tmp_path, *words)
        assert known in capsys.readouterr().err
    with pytest.raises(ValueError, match="there are peak, mlp, .*Received: name='mlq'"):
        cases.find("mlq")


def test_list_measures_nothing(tmp_path, fake_run, capsys):
    assert run_program(tmp_path, "--list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(cases.CASES) and "torch_channels_last" in lines[-3]
    assert fake_run == [] and not list(tmp_path.iterdir())


def test_table_and_chart(tmp_path, fake_run):
    words = ["--only", "peak", "mlp", "--repeats", "3", "--contender", "torch", "kerasgan_jax"]
    assert run_program(tmp_path, *words) == 0
    parts = (tmp_path / "speed.md").read_text().split("## ")
    assert parts[1].splitlines()[2:] == [
        "| GFLOP/s at best | matrix product | convolution | matrix product, bfloat16 |"
        " convolution, bfloat16 |",
        "|---|---|---|---|---|",
        "| torch | 100 | 200 | 300 | 400 |",
        "",
    ]
    title, _, text, _, heads, _, *rows = parts[2].splitlines()
    assert title == "MLP GAN, 28 px, batch 64" and text == "`mlp`, 1 GFLOP a step."
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    assert rows == [
        ["`kerasgan_jax`", "7 (6 to 8)", "143", "0.58", "143", "71%", "3.0", "1.0", "500", "3"],
        ["`torch`", "12 (11 to 13)", "83.3", "1.00", "83", "42%", "3.0", "1.0", "500", "3"],
    ]
    assert (tmp_path / "speed.png").read_bytes().startswith(b"\x89PNG")
    figure = table.chart(medians.stored(tmp_path / "speed.json").read())
    (axes,) = figure.axes
    assert [bar.get_width() for bar in axes.patches] == [pytest.approx(7 / 12), 1]


def test_table_without_plain_pytorch_count_or_peak(tmp_path, fake_run):
    assert run_program(tmp_path, "--only", "sngan", "--contender", "torch_channels_last") == 0
    row = (tmp_path / "speed.md").read_text().splitlines()[-1]
    assert row.split("|")[4:7] == [" - ", " - ", " - "]
    assert table.chart(medians.stored(tmp_path / "speed.json").read()).axes == []


def test_growth(tmp_path, fake_run):
    words = ["--repeats", "1", "--contender", "torch", "kerasgan_jax"]
    assert run_program(tmp_path, *words, of=cases.GROWTH) == 0
    batches, images = (tmp_path / "speed.md").read_text().split("## ")[1:]
    assert batches.splitlines()[2:] == [
        "| ms a step | 1 | 4 | 16 | 64 | 256 |",
        "|---|---|---|---|---|---|",
        "| `kerasgan_jax` | 6 | 6 | 6 | 6 | 6 |",
        "| `torch` | 11 | 11 | 11 | 11 | 11 |",
        "",
    ]
    assert images.splitlines()[2] == "| ms a step | 32 | 64 | 128 |"
    assert len(fake_run) == 2 * 7  # 32 px at batch 16 is in both


def test_every_case_is_json_and_fills_its_blocks():
    assert cases.GROWTH[0].contenders == cases.find("sngan").contenders[:4]
    for case in (*cases.CASES, *cases.GROWTH):
        configuration = case.configuration(2.0)
        assert json.loads(json.dumps(configuration)) == configuration
        assert case.block >= 1 and len(set(case.contenders)) == len(case.contenders)
