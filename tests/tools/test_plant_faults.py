import pytest

from tools import plant_faults
from tools.plant_faults import ROOT, Fault, read_table

pytestmark = pytest.mark.any_backend

FAULTS = read_table()
SOUND = """def negative(x):
    return -x


def double(x):
    return 2 * x
"""
TEST = """from kerasgan.losses.signs import negative


def test_negative():
    assert negative(2) == -2
"""
SIGN = Fault("sign", "sign", "losses/signs.py", "return -x", "return x")


@pytest.fixture
def tree(tmp_path):
    """A package of one module, and its test."""
    for path, text in {
        "kerasgan/losses/signs.py": SOUND,
        "tests/losses/test_signs.py": TEST,
        "tests/models/test_nothing.py": "def test_nothing():\n    pass\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_table_is_in_step_with_the_package(fault, tmp_path):
    path = tmp_path / "kerasgan" / fault.file
    path.parent.mkdir(parents=True)
    sound = (ROOT / "kerasgan" / fault.file).read_text()
    path.write_text(sound)
    fault.plant(tmp_path)
    assert path.read_text() != sound
    compile(path.read_text(), path, "exec")


@pytest.mark.parametrize("line", ["return 3 * x", "return"])
def test_line_must_stand_once(tree, line):
    with pytest.raises(ValueError, match=r"stands there [02] times.*Received: line="):
        Fault("gone", "sign", "losses/signs.py", line, "pass").plant(tree)


def test_fault_that_is_noticed(tree):
    """The tree itself stays as it is."""
    assert SIGN.noticed_by(tree) == "tests/losses/test_signs.py::test_negative"
    assert (tree / "kerasgan/losses/signs.py").read_text() == SOUND


def test_fault_that_survives(tree):
    fault = Fault("double", "factor", "losses/signs.py", "return 2 * x", "return 3 * x")
    assert fault.noticed_by(tree) is None


def test_test_that_always_fails(tree):
    (tree / "tests/losses/test_signs.py").write_text("def test_negative():\n    assert False\n")
    with pytest.raises(RuntimeError, match="test_negative fails without sign, too"):
        SIGN.noticed_by(tree)


def test_nearest_tests_come_first(tree):
    """A fault in a module without a test of its own is looked for among its folder's tests."""
    mirrored = ["tests/losses/test_signs.py", "kerasgan/losses/signs.py"]
    assert SIGN.stages(tree) == [mirrored, ["tests/models"], ["kerasgan", "tests"]]
    deep = Fault("deep", "sign", "losses/deep/pairs.py", "", "")
    assert deep.stages(tree)[0] == ["tests/losses", "kerasgan/losses/deep/pairs.py"]


def test_report(tree, monkeypatch, capsys):
    double = Fault("double", "factor", "losses/signs.py", "return 2 * x", "return 3 * x")
    monkeypatch.setattr(plant_faults, "ROOT", tree)
    monkeypatch.setattr(plant_faults, "read_table", lambda: [SIGN, double])
    monkeypatch.setattr("sys.argv", ["plant_faults", "--only", "factor", "--jobs", "1"])
    assert plant_faults.main() == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "double (factor, losses/signs.py): SURVIVED",
        "0 of 1 noticed in 0 minutes",
        "survived: double",
    ]
