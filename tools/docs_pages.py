"""The code of the site's pages, run as a reader would run it.

    python -m tools.docs_pages tips.md

makes the pictures anew that a page shows of its own code: those it has from `pictures/`.
"""

import contextlib
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from kerasgan.cli import main

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^( *)```(\w+)(?: title=\"(.*?)\")?.*?\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """The fenced blocks of a page: (language, file name or "", code)."""
    for indent, language, title, code in BLOCK.findall(text):
        yield language, title, re.sub(f"^{indent}", "", code, flags=re.MULTILINE)


def commands(code: str) -> list[list[str]]:
    """The words of each `kerasgan` command in a block of bash."""
    lines = (shlex.split(line, comments=True) for line in code.replace("\\\n", "").splitlines())
    return [words[1:] for words in lines if words[:1] == ["kerasgan"]]


def run(page: str, shorten: Callable[[str], str] = str) -> None:
    """Run a page's code in the working directory: blocks of Python one after another, those with
    a file's name as such a file, and `kerasgan` commands."""
    names = {"__name__": page}
    for language, title, code in blocks((DOCS / page).read_text(encoding="utf-8")):
        if title:
            Path(title).write_text(code)
        elif language == "python":
            exec(compile(shorten(code), page, "exec"), names)
        elif language == "bash":
            for words in commands(shorten(code)):
                main(words)


def make_pictures(page: str) -> None:
    """Run a page in a folder of its own, and keep the pictures that it shows."""
    shown = re.findall(r"\]\(pictures/([\w-]+\.png)\)", (DOCS / page).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        run(page)
        (DOCS / "pictures").mkdir(exist_ok=True)
        for name in shown:
            shutil.copy(name, DOCS / "pictures" / name)


if __name__ == "__main__":
    for page in sys.argv[1:]:
        make_pictures(page)
