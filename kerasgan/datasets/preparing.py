"""`prepare`: makes data sets from packages that anyone can install, the same to the byte."""

import contextlib
import inspect
import secrets
import shlex
import shutil
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from kerasgan.datasets.avatars import (
    make_avatar_hair,
    make_avatar_outlines,
    make_avatar_parts,
    make_avatars,
)
from kerasgan.datasets.drawings import make_emoji, make_openmoji
from kerasgan.datasets.facts import Facts, read_facts, write_facts
from kerasgan.datasets.glyphs import make_glyphs
from kerasgan.datasets.published import make_fashion_mnist, make_mnist
from kerasgan.utils import checks
from kerasgan.utils.files import expanded
from kerasgan.utils.types import PathLike

MAKERS: dict[str, Callable[..., Facts]] = {
    "avatar_hair": make_avatar_hair,
    "avatar_outlines": make_avatar_outlines,
    "avatar_parts": make_avatar_parts,
    "avatars": make_avatars,
    "emoji": make_emoji,
    "fashion_mnist": make_fashion_mnist,
    "glyphs": make_glyphs,
    "mnist": make_mnist,
    "openmoji": make_openmoji,
}
SMALLEST, LARGEST = 8, 1024  # pixels
TOOLS = ("kerasgan", "pillow", "resvg-py")  # that decide on the bytes of pictures


def prepare(
    name: str,
    directory: PathLike,
    *,
    size: int | None = None,
    count: int | None = None,
    start: int | None = None,
    fonts: Sequence[PathLike] | None = None,
    characters: PathLike | None = None,
    packages: PathLike | None = None,
) -> Path:
    """Makes a data set from packages that anyone can install, into a folder of its own.

    The same versions of Pillow and resvg-py make the same bytes. Beside the data lie `SOURCE`,
    which says where they come from, whom to name, and by which command they were made, and
    `LICENSE`. What is there already, by the same command, is left as it is.

    - `"mnist"`, `"fashion_mnist"`: 60,000 images and 10,000 for testing, as idx files.
    - `"glyphs"`: the 3,755 common Chinese characters of GB 2312, or others, in two typefaces, the
      same name being the same code point, in trainA, trainB, testA and testB.
    - `"emoji"`: 1,906 emoji by Google (A) and by Twitter (B), likewise.
    - `"openmoji"`: line art (A) and coloured emoji (B), in train/A and so on.
    - `"avatars"`: cartoon faces, in one folder.
    - `"avatar_parts"`, `"avatar_outlines"`: the same faces (B), and a map of their parts, or
      outlines in their colours (A); one of twenty is for testing.
    - `"avatar_hair"`: faces with fair hair (A) and others with dark hair (B), without pairs; one of
      twenty is for testing, with both.

    Pictures are PNG files, and white where nothing is drawn. npm fetches what is needed from its
    registry; avatars take Node.js, too. What is drawn takes `pip install "kerasgan[data]"`.

    Args:
        name: str, as above.
        directory: folder that is made.
        size: int, height and width of pictures in pixels, or None for 64; emoji have 64 at most.
        count: int, how many avatars, or None for 8,000.
        start: int, the first avatar's number, or None for 0: others than those before.
        fonts: two font files, for glyphs A and B; of a collection, FILE#N is typeface N, counted
            from 0. None takes Noto Sans CJK SC and LXGW WenKai, where Debian's packages
            fonts-noto-cjk and fonts-lxgw-wenkai put them.
        characters: a text in UTF-8, for glyphs: what is drawn, each character once. What one of the
            fonts lacks is left out. "all" draws the letters of every script that both have, and
            keeps those for testing that None keeps, to compare.
        packages: a folder in which npm packages may lie as `npm pack` makes them, which are then
            not fetched.

    Returns:
        The folder.

    Raises:
        ValueError: if an argument is not for this data set, the folder holds something else, or
            something that is needed is not there, or is not what it should be.
        ImportError: if the extra `data` is needed and not installed.

    Example:

    >>> import pathlib, tempfile, matplotlib
    >>> fonts = pathlib.Path(matplotlib.get_data_path(), "fonts/ttf")
    >>> pair = fonts / "DejaVuSans.ttf", fonts / "DejaVuSerif.ttf"
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> (folder / "text.txt").write_text("what is drawn: all of these, once")
    33
    >>> text = folder / "text.txt"
    >>> made = prepare("glyphs", folder / "glyphs", size=16, fonts=pair, characters=text)
    >>> sorted(path.name for path in made.iterdir())
    ['LICENSE', 'SOURCE', 'testA', 'testB', 'trainA', 'trainB']
    """
    checks.one_of("name", name, tuple(MAKERS))
    maker = MAKERS[name]
    given: dict[str, Any] = {
        "size": size,
        "count": count,
        "start": start,
        "fonts": fonts,
        "characters": characters,
        "packages": packages,
    }
    options = {option: value for option, value in given.items() if value is not None}
    for option in options.keys() - inspect.signature(maker).parameters.keys():
        raise ValueError(f"{name} takes no `{option}`. Received: {option}={options[option]!r}")
    if size is not None:
        checks.whole("size", size, SMALLEST, LARGEST)
    if count is not None:
        checks.whole("count", count)
    if start is not None:
        checks.whole("start", start, least=0)
    if packages is not None:
        options["packages"] = expanded(packages)
    folder = expanded(directory)
    command = _command(name, options)
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        if read_facts(folder).get("command") != command:
            raise ValueError(
                f"The folder holds something else than `{command}` makes: name another one. "
                f"Received: directory={str(directory)!r}"
            )
        return folder
    with _whole(folder) as making:
        write_facts(making, maker(making, **options), command, _tools())
    return folder


def _command(name: str, options: dict[str, Any]) -> str:
    """The command that makes the data set, into DIR, but for what does not change what it makes."""
    words = ["kerasgan", "data", name, "DIR"]
    for option, value in options.items():
        if option != "packages":
            many = value if isinstance(value, tuple | list) else [value]
            words += [f"--{option}", *map(str, many)]
    return shlex.join(words)


def _tools():
    versions = []
    for tool in TOOLS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions.append(f"{tool} {metadata.version(tool)}")
    return ", ".join(versions)


@contextlib.contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """A folder beside, which gets its name once all is in it, and is gone if that fails."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = folder.with_name(f".kerasgan-{secrets.token_hex(8)}")
    making.mkdir()
    try:
        yield making
        if folder.exists():
            folder.rmdir()  # it is empty
        making.replace(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
