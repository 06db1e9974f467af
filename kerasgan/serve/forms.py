"""What the bodies of requests hold, as pydantic checks and OpenAPI tells it."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kerasgan.serve.limits import Refused
from kerasgan.utils.checks import LARGEST

Whole = Annotated[int, Field(ge=0, le=LARGEST)]
Vector = list[float]


class Form(BaseModel):
    """A JSON object without unknown keys, and with numbers that are finite."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Generate(Form):
    """Samples to be drawn, as `generate` of a model takes them."""

    n: Annotated[int, Field(ge=1)] | None = Field(None, description="how many; 1 by default")
    seed: Whole | None = Field(None, description="the same seed, the same samples")
    latents: list[Vector] | None = Field(None, description="rows to be used instead of drawn ones")
    labels: Whole | str | list[Whole] | list[str] | Vector | list[Vector] | None = Field(
        None, description="class ids or names, or condition vectors, one for all or one each"
    )
    truncation: Annotated[float, Field(ge=0)] | None = Field(
        None, description="redraw latents further from 0; of StyleGAN2, draw styles to their mean"
    )
    codes: dict[Literal["categorical", "continuous"], list] | None = Field(
        None, description="of an InfoGAN"
    )


class Pictures(Form):
    """Pictures that go in: files in Base64, or arrays (height, width, channels) in [-1, 1]."""

    images: list[str | list] = Field(description="all of one size", min_length=1)


class Translate(Pictures):
    """Pictures to be translated."""

    direction: str = Field("AtoB", description="AtoB or BtoA")


class Predict(Form):
    """The request of TensorFlow Serving: rows, or a column for each input."""

    signature_name: str = "serving_default"
    instances: list | None = None
    inputs: dict[str, Any] | list | None = None


F = TypeVar("F", bound=Form)


def parsed(form: type[F], body: bytes | dict[str, Any]) -> F:
    """A form that was filled in.

    Args:
        form: subclass of `Form`.
        body: bytes of JSON, or a dict.

    Raises:
        Refused: with what is wrong, in a sentence.

    Example:

    >>> parsed(Generate, b'{"n": 2}').n
    2
    >>> parsed(Generate, b'{"n": 0}')
    Traceback (most recent call last):
    ...
    kerasgan.serve.limits.Refused: `n`: Input should be greater than or equal to 1.
    """
    try:
        if isinstance(body, dict):
            return form.model_validate(body)
        return form.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = next((f"`{part}`: " for part in found["loc"] if part in form.model_fields), "")
        known = ", ".join(form.model_fields)
        said = f"There is no such field, but {known}" if "extra" in found["type"] else found["msg"]
        status = 400 if found["type"] == "json_invalid" else 422
        raise Refused(status, f"{where}{said}.") from None
    except RecursionError:
        raise Refused(400, "The JSON is nested too deeply.") from None


def schema(*forms: type[Form], pictures: bool = False) -> dict[str, Any]:
    """The request body of an operation for OpenAPI.

    Args:
        *forms: subclass of `Form`, of which a JSON body is one.
        pictures: bool, whether files of pictures are taken, too.
    """
    (form,) = forms
    content: dict[str, Any] = {"application/json": {"schema": form.model_json_schema()}}
    if pictures:
        file = {"type": "string", "format": "binary"}
        properties = {"images": {"type": "array", "items": file}, "direction": {"type": "string"}}
        content["multipart/form-data"] = {
            "schema": {"type": "object", "properties": properties, "required": ["images"]}
        }
        content["image/png"] = {"schema": file}
    return {"content": content, "required": pictures}
