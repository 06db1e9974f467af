"""The pages of the site: their code, and how it is run as a reader would run it."""

import re
import shlex
from pathlib import Path

from kerasgan.cli import main

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^( *)```(\w+)(?: title=\"(.*?)\")?.*?\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def blocks(text):
    """The fenced blocks of a page: (language, file name or None, code)."""
    for indent, language, title, code in BLOCK.findall(text):
        yield language, title, re.sub(f"^{indent}", "", code, flags=re.MULTILINE)


def commands(code):
    """The words of each `kerasgan` command in a block of bash."""
    lines = (shlex.split(line, comments=True) for line in code.replace("\\\n", "").splitlines())
    return [words[1:] for words in lines if words[:1] == ["kerasgan"]]


def run(page, shorten=lambda code: code):
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
