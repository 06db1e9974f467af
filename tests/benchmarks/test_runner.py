import subprocess

import pytest

from benchmarks import runner

pytestmark = pytest.mark.any_backend


def test_what_fails_is_named_and_the_others_go_on(capsys):
    def fail():
        raise OSError("no such wood")

    assert runner.run_all([("oak", fail), ("elm", lambda: "3 m")]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == ["oak ...", "elm ...", "elm: 3 m"]
    assert "no such wood" in err and "oak failed" in err and "1 failed" in err


def test_a_stop_ends_it(capsys):
    def stop():
        raise KeyboardInterrupt

    done = []
    jobs = [("oak", lambda: done.append(1)), ("elm", stop), ("fir", lambda: done.append(2))]
    assert runner.run_all(jobs) == 130 and done == [1]
    assert "the same command goes on" in capsys.readouterr().err
    assert runner.run_all(jobs[::2]) == 0


def test_a_child_that_fails_is_an_error():
    with pytest.raises(subprocess.CalledProcessError):
        runner.child("benchmarks.speed.child", "peak", "numpy")
