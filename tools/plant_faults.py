"""Plants small faults into copies of the package, one at a time, and tells which the tests notice.

    python -m tools.plant_faults                     every fault of tools/faults.toml
    python -m tools.plant_faults --only losses/ axis    those with such a name, file or kind

Faults are chosen by hand, which mutation libraries do not do: each is a slip that someone who knows
the algorithm could make. The nearest tests run first, and the rest only if these pass.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = ROOT / "tools/faults.toml"
PYTEST = "pytest -x -q -rfE --tb=no -p no:cacheprovider --doctest-modules".split()
TABLE_TEST = "tests/tools/test_plant_faults.py"  # which fails wherever a fault is planted
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """A small fault.

    Args:
        name: str.
        kind: str, such as "sign" or "axis".
        file: str, where it goes, from `kerasgan/` on.
        line: str, what the file says there, and nowhere else: a line, a part of it, or several.
        fault: str, what is to stand there instead.
        backend: str, under which to run the tests; not every line runs under each.
    """

    name: str
    kind: str
    file: str
    line: str
    fault: str
    backend: str = "jax"

    def plant(self, root: Path) -> None:
        """Writes the fault into the tree `root`.

        Raises:
            ValueError: if the file does not say `line` just once.
        """
        path = root / "kerasgan" / self.file
        text = path.read_text()
        if text.count(self.line) != 1:
            raise ValueError(
                f"{self.name}: its line must stand once in {self.file}, and stands there "
                f"{text.count(self.line)} times: bring {TABLE.name} up to date. "
                f"Received: line={self.line!r}"
            )
        path.write_text(text.replace(self.line, self.fault))

    def stages(self, root: Path) -> list[list[str]]:
        """Which tests to run one after the other, the nearest first."""
        near = root / "tests" / Path(self.file).with_name(f"test_{Path(self.file).name}")
        while not near.exists():
            near = near.parent
        mirrored = [str(near.relative_to(root)), f"kerasgan/{self.file}"]
        return [mirrored, ["tests/models"], ["kerasgan", "tests"]]

    def noticed_by(self, root: Path) -> str | None:
        """The first test that fails by the fault in a copy of the tree `root`; None if none does.

        Raises:
            RuntimeError: if that test fails without the fault, too.
        """
        environment = {
            "OMP_NUM_THREADS": "1",
            "TF_NUM_INTRAOP_THREADS": "1",
            **os.environ,
            "KERAS_BACKEND": self.backend,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder, "tree")
            shutil.copytree(root, tree, ignore=_left_out)
            environment["PYTHONPATH"] = str(tree)
            sound = (tree / "kerasgan" / self.file).read_text()
            self.plant(tree)
            for tests in self.stages(tree):
                failed = first_failure(tests, tree, environment)
                if failed:
                    (tree / "kerasgan" / self.file).write_text(sound)
                    if first_failure([failed], tree, environment):
                        raise RuntimeError(f"{failed} fails without {self.name}, too")
                    return failed
        return None


def _left_out(folder, names):
    top = {"runs", "build", "dist"} if (Path(folder) / "setup.cfg").exists() else set()
    return {name for name in names if name[0] == "." or name == "__pycache__" or name in top}


def first_failure(tests: list[str], tree: Path, environment: dict[str, str]) -> str | None:
    """Runs tests in a tree until one fails, and returns that one, or None."""
    command = [sys.executable, "-m", *PYTEST, "-m", "not slow", f"--ignore={TABLE_TEST}", *tests]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return None
    failed = FAILED.search(done.stdout)
    if failed is None:
        raise RuntimeError(f"pytest {' '.join(tests)} gave no result:\n{done.stdout}{done.stderr}")
    return failed[1]


def read_table(path: Path = TABLE) -> list[Fault]:
    """The faults of a table."""
    return [Fault(name, **rest) for name, rest in tomllib.loads(path.read_text()).items()]


def main() -> int:
    """Plants the faults that are asked for; 1 if any survives."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", default=[""], help="parts of names, files or kinds")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at a time")
    options = parser.parse_args()
    faults = [
        fault
        for fault in read_table()
        if any(text in f"{fault.name} {fault.file} {fault.kind}" for text in options.only)
    ]
    survived, start = [], time.time()
    with ThreadPoolExecutor(options.jobs) as pool:
        running = {pool.submit(fault.noticed_by, ROOT): fault for fault in faults}
        for done in as_completed(running):
            fault, test = running[done], done.result()
            survived += [] if test else [fault.name]
            print(f"{fault.name} ({fault.kind}, {fault.file}): {test or 'SURVIVED'}", flush=True)
    minutes = (time.time() - start) / 60
    print(f"{len(faults) - len(survived)} of {len(faults)} noticed in {minutes:.0f} minutes")
    if survived:
        print(f"survived: {', '.join(survived)}")
    return bool(survived)


if __name__ == "__main__":
    sys.exit(main())
