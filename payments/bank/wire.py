"""How Stripe writes requests: nested form fields, in both directions of trust."""

import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl

Record = dict[str, Any]


class Refusal(Exception):  # noqa: N818
    """A request the bank answers with one of Stripe's errors."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: Record = {"error": {"type": kind, "message": message}}
        if code is not None:
            self.body["error"]["code"] = code
        if param is not None:
            self.body["error"]["param"] = param

    @classmethod
    def missing(cls, thing: str, identifier: str, *, param: str = "id") -> "Refusal":
        """Stripe's answer for an identifier it does not know."""
        return cls(f"No such {thing}: '{identifier}'", status=404, code="resource_missing", param=param)

    @classmethod
    def lacking(cls, param: str) -> "Refusal":
        """Stripe's answer for a required field left out."""
        return cls(f"Missing required param: {param}.", code="parameter_missing", param=param)


def decode(encoded: str) -> Record:
    """Form fields as nested data: `a[b]=1&c[0][d]=2&e[]=3` is {"a": {"b": "1"}, "c": [{"d": "2"}], "e": ["3"]}."""
    nested: Record = {}
    for field, value in parse_qsl(encoded, keep_blank_values=True, max_num_fields=500):
        head, bracket, rest = field.partition("[")
        keys = [head, *rest.removesuffix("]").split("][")] if bracket else [head]
        place = nested
        for key in keys[:-1]:
            inner = place.setdefault(key, {})
            if not isinstance(inner, dict):
                raise Refusal(f"Invalid object: {field}", param=head)
            place = inner
        last = keys[-1]
        if isinstance(place.get(last), dict):
            raise Refusal(f"Invalid object: {field}", param=head)
        place[str(len(place)) if last == "" else last] = value
    return {key: _with_lists(value) for key, value in nested.items()}


def _with_lists(value: Any) -> Any:
    """The same data, with lists where the keys only count."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_with_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _with_lists(inner) for key, inner in value.items()}


def fingerprint(path: str, params: Record) -> str:
    """The same for two requests that ask for the same."""
    return hashlib.sha256(json.dumps([path, params], sort_keys=True).encode()).hexdigest()


def whole(value: Any, param: str) -> int:
    """A whole number from a form field."""
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Refusal(f"Invalid integer: {value}", code="parameter_invalid_integer", param=param) from None


def mapping(params: Record, name: str) -> Record:
    """A nested field that has to be a mapping, empty where it is left out."""
    value = params.get(name) or {}
    if not isinstance(value, dict):
        raise Refusal("Invalid object", param=name)
    return value
