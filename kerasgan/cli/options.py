"""Command line options, and those that are read off a model's signatures and docstrings."""

import argparse
import inspect
import json
import re
from collections.abc import Callable
from typing import Any

WORDS = {"none": None, "true": True, "false": False}
MODEL = "a preset (kerasgan list), a run's folder or a .keras file"
TRUNCATION = (
    "redraw latents further than X from 0, for better images that vary less; StyleGAN2 draws its "
    "styles towards their mean by X instead"
)
DATA_DIR = "where the named data set lies"
NO_DATA_DIR = "the variable KERASGAN_DATA, else download"


def add(
    group: Any, flag: str, help: str, default: Any = None, shown: str | None = None, **kwargs: Any
) -> None:
    """Adds an option of the type of its default, which is shown at the end of its help; `shown` is
    shown in its place."""
    if default is not None and not kwargs.keys() & {"type", "action"}:
        kwargs["type"] = type(default)
    help = f"{help} (default: {default if shown is None else shown})"
    group.add_argument(flag, default=default, help=help, **kwargs)


def add_model(parser: Any, also: str = "") -> None:
    """Adds MODEL, and which of its epochs."""
    parser.add_argument("model", metavar="MODEL", help=MODEL + also)
    help = "of a run: one of the epochs that it kept, by its number, or best"
    add(parser, "--epoch", help, shown="the newest", type=epoch, metavar="N")
    add_trust(parser)


def add_trust(parser: Any, when: str = "") -> None:
    """Adds --trust."""
    help = (
        "import the module that a run of a class of one's own names, which runs that module's code"
    )
    parser.add_argument("--trust", action="store_true", help=when + help)


def parameters(cls: type[Any], method: str) -> dict[str, tuple[inspect.Parameter, str]]:
    """The parameters of a method, as `kerasgan.engine.config.parameters` finds them, with texts.

    Args:
        cls: a class of `kerasgan.models`.
        method: str, the method's name.

    Returns:
        Dict of name to (`inspect.Parameter`, its text in an Args section or "").

    Example:

    >>> import kerasgan as kg
    >>> parameter, text = parameters(kg.WGAN, "__init__")["critic_steps"]
    >>> parameter.default, text
    (5, 'int, steps of the critic for one of the generator.')
    """
    from kerasgan.engine import config  # which starts Keras

    texts: dict[str, str] = {}
    for owner in cls.__mro__:
        if method in vars(owner) and owner.__module__.split(".")[0] != "keras":
            doc = owner.__doc__ if method == "__init__" else vars(owner)[method].__doc__
            texts = {**args_section(doc or ""), **texts}
    found = config.parameters(cls, method)
    return {name: (parameter, texts.get(name, "")) for name, parameter in found.items()}


def args_section(doc: str) -> dict[str, str]:
    """The texts of a docstring's Args section.

    Example:

    >>> args_section("Draw.\\n\\nArgs:\\n    n: int, how\\n        many.\\n\\nReturns:\\n    x")
    {'n': 'int, how many.'}
    """
    section = re.search(r"^Args:\n((?: .*\n?|\n)*)", inspect.cleandoc(doc), re.MULTILINE)
    entries = re.findall(r"^    (\w+): (.*\n?(?:     .*\n?)*)", section[1] if section else "", re.M)
    return {name: " ".join(text.split()) for name, text in entries}


def add_parameter(group: Any, name: str, parameter: inspect.Parameter, text: str) -> None:
    """Adds the option of a parameter: its type and help are read from `text`, its docstring."""
    default = None if parameter.default is parameter.empty else parameter.default
    kind = re.match(
        r"((?:int or )?tuple of ints|int|float|bool)( in [\[(][^\])]*[\])])?( or None)?[.,] ", text
    )
    said = text[kind.end() :] if kind else text
    said = said[:1].upper() + said[1:].rstrip(".").replace("%", "%%").replace("`", "")
    flag = "--" + name.replace("_", "-")
    if isinstance(default, bool):
        add(group, flag, said, default, action=argparse.BooleanOptionalAction)
        return
    plain = parameter.annotation if default is None else type(default)
    read, metavar = READERS[kind[1]] if kind else PLAIN.get(plain, (word, "WORD"))
    if kind and (default is None or kind[3]):
        read = _or_none(read)
    shown = "none" if default is None else str(default)
    if isinstance(default, tuple):
        default, shown = list(default), ",".join(map(str, default))
    required = parameter.default is parameter.empty and default is None
    add(group, flag, said, default, shown, type=read, metavar=metavar, required=required)


# ---- readers of values; argparse shows their names in its messages


def numbers(text: str) -> list[int]:
    """Whole numbers with commas between them, as a list."""
    return [int(part) for part in text.split(",")]


def one_or_more(text: str) -> int | list[int]:
    """Whole numbers with commas between them, as a list, or one by itself."""
    values = numbers(text)
    return values if len(values) > 1 else values[0]


def word(text: str) -> str | bool | None:
    """A word; none, true and false are Python's."""
    return WORDS.get(text.lower(), text)


def words(text: str) -> list[str]:
    """Names with commas between them, as a list."""
    return text.split(",")


def classes(text: str) -> int | str | None:
    """An int, auto, or none."""
    return text if text == "auto" else _or_none(int)(text)


def devices(text: str) -> int | str:
    """How many, or auto."""
    return text if text == "auto" else int(text)


def epoch(text: str) -> int | str:
    """A number, or best."""
    return text if text == "best" else int(text)


def keep(text: str) -> int | str:
    """How many, or all."""
    return text if text == "all" else int(text)


def rates(text: str) -> float | dict[str, float]:
    """A number, or several by names, as a dict.

    Example:

    >>> rates("1e-4"), rates("generator=1e-4,discriminator=4e-4")
    (0.0001, {'generator': 0.0001, 'discriminator': 0.0004})
    """
    if "=" not in text:
        return float(text)
    pairs = [part.split("=") for part in text.split(",")]
    return {name: float(number) for name, number in pairs}


def optimizer(text: str) -> str | dict[str, Any]:
    """A name, or JSON."""
    try:
        return json.loads(text) if text.lstrip().startswith("{") else text
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


READERS: dict[str, tuple[Callable[[str], Any], str]] = {  # of the types in docstrings
    "tuple of ints": (numbers, "N,N"),
    "int or tuple of ints": (one_or_more, "N,N"),
    "int": (int, "N"),
    "float": (float, "X"),
    "bool": (word, "WORD"),
}
PLAIN = {int: READERS["int"], float: READERS["float"]}  # of what no docstring tells of


def _or_none(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def reader(text):
        return None if text.lower() == "none" else read(text)

    reader.__name__ = read.__name__
    return reader
