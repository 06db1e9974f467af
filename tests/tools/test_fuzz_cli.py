import pytest

from tools import fuzz_cli

pytestmark = pytest.mark.any_backend


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_random_command_lines_end_well_or_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    found = fuzz_cli.fuzz(lines=40, seed=2)
    assert not [line for key in found for line in found[key] if key[1] in ("uncaught", "hang")]
    assert sum(map(len, found.values())) == 40 and found["nonsense", "2"]


def test_it_notices_what_it_is_there_for(monkeypatch):
    def broken(line):
        if line == ["hang"]:
            raise fuzz_cli.Hang
        if line == ["net"]:
            print(
                "kerasgan: error: KeyError: 'a' (PYTHONDEVMODE=1 shows where)",
                file=fuzz_cli.sys.stderr,
            )
            raise SystemExit(2)
        if line == ["silent"]:
            raise SystemExit(2)
        raise KeyError("a")

    monkeypatch.setattr(fuzz_cli.cli, "main", broken)
    for line, end in (
        ("hang", "hang"),
        ("net", "uncaught"),
        ("silent", "uncaught"),
        ("a", "uncaught"),
    ):
        assert fuzz_cli.outcome([line], 9)[0] == end
