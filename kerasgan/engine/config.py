"""Constructors whose arguments register themselves, for `get_config`."""

import ast
import functools
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import keras

from kerasgan.engine.paths import name_paths

EARLY = "Call `super().__init__(...)` before a layer becomes an attribute of the model."
_VARIADIC = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD


def parameters(cls: type, method: str = "__init__") -> dict[str, inspect.Parameter]:
    """The parameters of a method that passes `**kwargs` on to the class's bases, without those that
    it passes them itself, as in `super().__init__(data_shape, 100, ema_decay=0.99, **kwargs)`.

    Args:
        cls: a subclass of `kerasgan.engine.AdversarialModel`.
        method: str, the method's name.

    Returns:
        Dict of name to parameter, the class's own first; a default is the most derived class's.

    Example:

    >>> import kerasgan as kg
    >>> parameters(kg.WGAN)["critic_steps"].default
    5
    """
    found: dict[str, inspect.Parameter] = {}
    count, passed = 0, set[str]()
    for owner in cls.__mro__:
        if owner.__module__.split(".")[0] == "keras":
            break
        if method not in vars(owner):
            continue
        function = vars(owner)[method]
        _, *own = inspect.signature(function).parameters.values()
        passed |= {parameter.name for parameter in own[:count]}
        for parameter in own:
            if parameter.kind not in _VARIADIC and parameter.name not in passed:
                found.setdefault(parameter.name, parameter)
        if not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in own):
            break
        count, names = _passed(function)
        passed |= names
    return found


def _passed(function):
    """How many arguments a method passes its base by position, and which by name, as its source
    says; of what was typed in, which has none, nobody knows."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return 0, set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == function.__name__:
            count = sum(not isinstance(arg, ast.Starred) for arg in node.args)
            return count, {keyword.arg for keyword in node.keywords}
    return 0, set()


def registering(init: Callable[..., None]) -> Callable[..., None]:
    """A constructor that first keeps its arguments: in `_arguments`, lists as tuples, and as
    attributes of their names, but for networks."""

    @functools.wraps(init)
    def wrapper(self, *args, **kwargs):
        signature = inspect.signature(init)
        try:
            bound = signature.bind(self, *args, **kwargs)
        except TypeError:  # which a call tells better
            return init(self, *args, **kwargs)
        bound.apply_defaults()
        for name, value in list(bound.arguments.items())[1:]:
            if signature.parameters[name].kind in _VARIADIC:
                continue
            value = tuple(value) if isinstance(value, list) else value
            vars(self).setdefault("_arguments", {})[name] = value
            networks = (isinstance(x, keras.layers.Layer) for x in keras.tree.flatten(value))
            if not any(networks) and not isinstance(getattr(type(self), name, None), property):
                setattr(self, name, value)
        try:
            init(self, *args, **kwargs)
        except AttributeError as error:  # PyTorch's, where other backends lose the layer
            if "before Module.__init__" in str(error):
                raise ValueError(EARLY) from error
            raise
        if type(self).__init__ is wrapper:  # not yet in that of a base
            name_paths(self)

    # Keras looks at the signature without looking through wrappers.
    wrapper.__signature__ = inspect.signature(init)  # type: ignore[attr-defined]
    return wrapper


def config_of(model: keras.Model) -> dict[str, Any]:
    """The arguments of a model's constructor: as attributes of their names have them now, networks
    as they were passed."""
    found = {}
    for name in parameters(type(model)):
        value = getattr(model, name, None)
        passed = name in vars(model)["_arguments"]
        is_network = value is None or isinstance(value, keras.Model)
        found[name] = vars(model)["_arguments"][name] if passed and is_network else value
    return found
