"""The code of the site's pages, run as a reader would run it.

    python -m tools.docs_pages tips.md

makes anew what a page shows of its own code: the pictures it has from `pictures/`, and the blocks
of `output`.
"""

import contextlib
import io
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageSequence

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


def run(page: str, shorten: Callable[[str], str] = str) -> list[str]:
    """Run a page's code in the working directory: blocks of Python one after another, those with
    a file's name as such a file, and `kerasgan` commands.

    Returns:
        What each block printed.
    """
    names, printed = {"__name__": page}, []
    for language, title, code in blocks((DOCS / page).read_text(encoding="utf-8")):
        printed.append("")
        if title:
            Path(title).write_text(code)
        elif language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as said:
                exec(compile(shorten(code), page, "exec"), names)
            printed[-1] = said.getvalue()
        elif language == "bash":
            for words in commands(shorten(code)):
                main(words)
    return printed


def remake(page: str) -> None:
    """Run a page in a folder of its own, and keep what it shows of that, in both languages: its
    pictures, and in blocks of `output` what the code before them printed."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        printed = run(page)
        text = (DOCS / page).read_text(encoding="utf-8")
        for shown in map(Path, re.findall(r"\]\((pictures/[\w/-]+\.(?:png|webp))\)", text)):
            keep_picture(shown.stem, (DOCS / page).parent / shown)
    for path in (DOCS / page, (DOCS / page).with_suffix(".zh.md")):
        text = path.read_text(encoding="utf-8")
        path.write_text(with_outputs(text, printed), encoding="utf-8")


def with_outputs(text: str, printed: list[str]) -> str:
    """A page whose blocks of `output` hold what the blocks before them printed.

    Example:

    >>> page = "```python\nprint(1 + 1)\n```\n\n```output\n```"
    >>> with_outputs(page, ["2\n", ""]) == page.replace("output\n", "output\n2\n")
    True
    """
    before = iter(["", *printed])

    def filled(block: re.Match) -> str:
        said = next(before)
        return f"```output\n{said.rstrip()}\n```" if block[2] == "output" else block[0]

    return BLOCK.sub(filled, text)


def keep_picture(name: str, target: Path) -> None:
    """Take `name.png`, or `name.gif` at a smaller size, out of the working directory."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix == ".png":
        shutil.copy(f"{name}.png", target)
    elif Path(f"{name}.gif").exists():
        with Image.open(f"{name}.gif") as film:
            frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(film)]
        for frame in frames:
            frame.thumbnail((400, 400))
        first, *others = frames
        pace = {"duration": 250, "loop": 0}
        first.save(target, quality=50, method=6, save_all=True, append_images=others, **pace)
    else:
        with Image.open(f"{name}.png") as picture:
            picture.save(target, quality=80, method=6)


if __name__ == "__main__":
    for page in sys.argv[1:]:
        remake(page)
