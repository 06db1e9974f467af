"""Command line options read off a model's signatures and docstrings."""

import argparse
import inspect
import json
import re

WORDS = {"none": None, "true": True, "false": False}
MODEL = "a preset (kerasgan list), a run's folder or a .keras file"


def parameters(cls, method):
    """The parameters of a method that passes `**kwargs` on to its bases, the class's own first.

    Args:
        cls: a class of `kerasgan.models`.
        method: str, the method's name.

    Returns:
        Dict of name to (`inspect.Parameter`, its text in an Args section or ""). The defaults are
        those of the most derived class.

    Example:

    >>> import kerasgan as kg
    >>> parameter, text = parameters(kg.WGAN, "__init__")["critic_steps"]
    >>> parameter.default, text
    (5, 'int, steps of the critic for one of the generator.')
    """
    found, texts = {}, {}
    for owner in cls.__mro__:
        if owner.__module__.split(".")[0] != "kerasgan" or method not in vars(owner):
            continue
        function = vars(owner)[method]
        doc = owner.__doc__ if method == "__init__" else function.__doc__
        texts = {**args_section(doc or ""), **texts}
        for name, parameter in inspect.signature(function).parameters.items():
            if name != "self" and parameter.kind is not parameter.VAR_KEYWORD:
                found.setdefault(name, parameter)
    return {name: (parameter, texts.get(name, "")) for name, parameter in found.items()}


def args_section(doc):
    """The texts of a docstring's Args section.

    Example:

    >>> args_section("Draw.\\n\\nArgs:\\n    n: int, how\\n        many.\\n\\nReturns:\\n    x")
    {'n': 'int, how many.'}
    """
    section = re.search(r"^Args:\n((?: .*\n?|\n)*)", inspect.cleandoc(doc), re.MULTILINE)
    entries = re.findall(r"^    (\w+): (.*\n?(?:     .*\n?)*)", section[1] if section else "", re.M)
    return {name: " ".join(text.split()) for name, text in entries}


def add_option(group, name, parameter, text):
    """Adds the option of a parameter: its type and help from the docstring, its default shown.

    Args:
        group: an `argparse` parser or group.
        name: str, the parameter's name.
        parameter: `inspect.Parameter`.
        text: str, its text in the docstring.
    """
    default = None if parameter.default is parameter.empty else parameter.default
    flag = "--" + name.replace("_", "-")
    kind = re.match(
        r"((?:int or )?tuple of ints|int|float|bool)( in [\[(][^\])]*[\])])?( or None)?[.,] ", text
    )
    shown = text[kind.end() :] if kind else text
    if isinstance(default, bool):
        action = argparse.BooleanOptionalAction
        group.add_argument(flag, action=action, default=default, help=_help(shown, default))
        return
    readers = {
        "tuple of ints": (numbers, "N,N"),
        "int or tuple of ints": (one_or_more, "N,N"),
        "int": (whole, "N"),
        "float": (real, "X"),
    }
    read, metavar = readers.get(kind and kind[1], (word, "WORD"))
    if read is not word and (default is None or " or None" in kind[0]):
        read = _or_none(read)
    if isinstance(default, tuple):
        default = list(default)
    group.add_argument(
        flag, type=read, metavar=metavar, default=default, help=_help(shown, default)
    )


def _help(text, default):
    if isinstance(default, list):
        default = ",".join(map(str, default))
    text = text[:1].upper() + text[1:].rstrip(".").replace("%", "%%").replace("`", "")
    return f"{text} (default: {'none' if default is None else default})"


# ---- readers of values; argparse shows their names in its messages


def whole(text):
    """An int."""
    return int(text)


def real(text):
    """A float."""
    return float(text)


def numbers(text):
    """Whole numbers with commas between them, as a list."""
    return [int(part) for part in text.split(",")]


def one_or_more(text):
    """Whole numbers with commas between them, as a list, or one by itself."""
    values = numbers(text)
    return values if len(values) > 1 else values[0]


def word(text):
    """A word; none, true and false are Python's."""
    return WORDS.get(text.lower(), text)


def words(text):
    """Names with commas between them, as a list."""
    return text.split(",")


def size(text):
    """An int, or two of them with a comma between."""
    values = numbers(text)
    if len(values) > 2:
        raise ValueError
    return values if len(values) == 2 else values[0]


def classes(text):
    """An int, auto, or none."""
    return text if text == "auto" else _or_none(int)(text)


def optimizer(text):
    """A name, or JSON."""
    return json.loads(text) if text.lstrip().startswith("{") else text


def _or_none(read):
    def reader(text):
        return None if text.lower() == "none" else read(text)

    reader.__name__ = read.__name__
    return reader
