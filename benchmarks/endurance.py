"""Whether a long training stays as it was: its memory, its files and its steps.

python -m benchmarks.endurance --hours 2 --out /tmp/endurance

A DCGAN on Fashion-MNIST trains by the command line with all callbacks. Once a minute are noted its
memory, the CPU time that it used, and what lies in its folder. The last line, and the file
benchmarks/results/endurance.json, hold the four quarters of the time: the median of the resident
memory, and CPU seconds an epoch, which other work on the machine changes little.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

RESULT = Path(__file__).parent / "results" / "endurance.json"
COMMAND = (
    "train dcgan --data fashion_mnist_10k --filters 16 "
    "--epochs 1000000 --health --evaluate fd,kd --extractor clothes --overwrite --out"
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--every", type=float, default=60.0, help="seconds between two looks")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--result", type=Path, default=RESULT)
    args = parser.parse_args()
    command = [sys.executable, "-m", "kerasgan", *COMMAND.split(), str(args.out)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            looks = list(watch(process, args.out, args.hours * 3600, args.every))
        finally:
            process.send_signal(signal.SIGINT)
    import keras  # not before: others measure by the functions below

    found = {
        "backend": keras.backend.backend(),
        "hours": args.hours,
        "epochs": looks[-1]["epochs"],
        "quarters": quarters(looks),
    }
    args.result.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found))


def watch(process, folder, seconds, every):
    """Looks at a process and its folder, dicts, while it runs; from after its first epoch on.

    Raises:
        RuntimeError: if it ends by itself.
    """
    history, ends = folder / "history.csv", time.monotonic() + seconds
    while time.monotonic() < ends:
        time.sleep(min(every, max(ends - time.monotonic(), 0)))
        if process.poll() is not None:
            raise RuntimeError(f"The training ended by itself, with {process.returncode}")
        epochs = len(history.read_text().splitlines()) - 1 if history.exists() else 0
        if epochs > 0:
            yield {"epochs": epochs, **usage(process.pid), **contents(folder)}


def usage(pid):
    """A process's resident memory in MiB and the CPU seconds that it used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    resident = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    ticks = int(fields[11]) + int(fields[12])
    return {"memory": resident / 2**20, "cpu": ticks / os.sysconf("SC_CLK_TCK")}


def contents(folder):
    """How many files a folder holds at any depth, and their MiB."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return {"files": len(sizes), "size": sum(sizes) / 2**20}


def quarters(looks):
    """The looks of each quarter of the time in a dict."""
    cuts = [round(i * (len(looks) - 1) / 4) for i in range(5)]
    found = []
    for first, last in zip(cuts[:-1], cuts[1:], strict=True):
        epochs = looks[last]["epochs"] - looks[first]["epochs"]
        cpu = looks[last]["cpu"] - looks[first]["cpu"]
        found.append(
            {
                "memory_mib": round(statistics.median(x["memory"] for x in looks[first:last])),
                "cpu_seconds_an_epoch": round(cpu / epochs, 2) if epochs else None,
                "files": looks[last]["files"],
                "files_mib": round(looks[last]["size"], 1),
            }
        )
    return found


if __name__ == "__main__":
    main()
