"""Answers that are not as they should be: cut in half, with errors beside the data, or without what was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from flask import Response

from .problems import not_found

# What X gives of a post whatever is asked for.
ALWAYS = frozenset({"id", "text", "edit_history_tweet_ids"})


def malformed(response: Response) -> None:
    """Status 200 and half of a JSON body."""
    response.set_data(response.get_data()[: max(len(response.get_data()) // 2, 1)])
    response.status_code = 200


def partial_errors(response: Response) -> None:
    """As when a post that is referred to is gone."""
    absent = not_found(1, kind="tweet", parameter="referenced_tweets.id")
    _rewrite(response, lambda body: body | {"errors": [*body.get("errors", ()), absent]})


def bare_fields(response: Response) -> None:
    """As if X no longer knew the parameter that asks for fields."""
    _rewrite(response, lambda body: body | ({"data": _bare(body["data"])} if "data" in body else {}))


def _bare(data: Any) -> Any:
    if isinstance(data, list):
        return [_bare(item) for item in data]
    return {name: value for name, value in data.items() if name in ALWAYS}


def _rewrite(response: Response, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    response.set_data(json.dumps(change(json.loads(response.get_data())), ensure_ascii=False))


SPOILERS = {"malformed": malformed, "partial_errors": partial_errors, "bare_fields": bare_fields}
