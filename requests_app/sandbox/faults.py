"""How the pretend network is told to fail, per endpoint and count."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

from . import limits, problems
from .params import names
from .spoil import SPOILERS

# The endpoints of the API, and those that only faults know.
ENDPOINTS = frozenset({*limits.LIMITS, "*"})
KINDS = names(
    "rate_limited rate_limited_bare usage_capped out_of_credit server_error unauthorized forbidden dropped lands_late slow hang "
    "malformed partial_errors bare_fields late_index"
)


class BadFault(ValueError):
    """The order to fail makes no sense."""


class Hangup(Exception):
    """Close the connection without a word."""


@dataclass(slots=True)
class Fault:
    id: int
    endpoint: str
    fault: str
    count: int = 1
    # How long: until the reset of rate_limited, the sleep of slow and hang, the delay of late_index and lands_late.
    seconds: float = 0.0
    status: int = 503
    # server_error and hang come before the write, unless told otherwise; dropped and what spoils an answer come after.
    after_write: bool = False
    handle: str = ""
    detail: str = "Forbidden"

    @property
    def is_after(self) -> bool:
        return self.fault == "dropped" or self.fault in SPOILERS or self.after_write


DEFAULT_SECONDS = {"rate_limited": 60.0, "slow": 2.0, "hang": 3600.0, "late_index": 5.0, "lands_late": 2.0}


class Faults:
    def __init__(self, *, stopping: threading.Event) -> None:
        self._lock = threading.Lock()
        self._stopping = stopping
        self._next = 1
        self.listed: list[Fault] = []

    def order(self, wish: dict[str, Any]) -> Fault:
        """Read one order; late_index is the only one that concerns posts instead of calls."""
        unknown = wish.keys() - {"endpoint", "fault", "count", "seconds", "status", "after_write", "handle", "detail"}
        if unknown:
            raise BadFault(f"unknown keys: {', '.join(sorted(unknown))}")
        if wish.get("fault") not in KINDS:
            raise BadFault(f"fault must be one of {', '.join(sorted(KINDS))}")
        endpoint = wish.get("endpoint", "mentions" if wish["fault"] == "late_index" else None)
        if endpoint not in ENDPOINTS:
            raise BadFault(f"endpoint must be one of {', '.join(sorted(ENDPOINTS))}")
        try:
            fault = Fault(
                id=0,
                endpoint=str(endpoint),
                fault=str(wish["fault"]),
                count=int(wish.get("count", 1)),
                seconds=float(wish.get("seconds", DEFAULT_SECONDS.get(wish["fault"], 0.0))),
                status=int(wish.get("status", 503)),
                after_write=bool(wish.get("after_write")),
                handle=str(wish.get("handle", "")),
                detail=str(wish.get("detail", "Forbidden")),
            )
        except (TypeError, ValueError) as error:
            raise BadFault(f"count, seconds and status are numbers: {error}") from error
        with self._lock:
            fault.id = self._next
            self._next += 1
            if fault.fault != "late_index":
                self.listed.append(fault)
        return fault

    def list(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self.listed]

    def clear(self) -> None:
        with self._lock:
            self.listed.clear()

    def take(self, endpoint: str, *, handle: str) -> Fault | None:
        """The next fault due for this call, counted down."""
        with self._lock:
            for fault in self.listed:
                if fault.endpoint in (endpoint, "*") and fault.handle in ("", handle):
                    fault.count -= 1
                    if fault.count <= 0:
                        self.listed.remove(fault)
                    return fault
        return None

    def strike(self, fault: Fault) -> None:
        """Do the harm: raise, wait, or close."""
        match fault.fault:
            case "rate_limited":
                problem = problems.too_many_requests()
                problem.headers = limits.headers(
                    limits.LIMITS.get(fault.endpoint, 100), remaining=0, reset=time.time() + fault.seconds - 1
                )
                raise problem
            case "rate_limited_bare":
                raise problems.too_many_requests()
            case "usage_capped":
                raise problems.usage_capped()
            case "out_of_credit":
                raise problems.out_of_credit()
            case "server_error":
                raise problems.plain(
                    fault.status, "Service Unavailable" if fault.status == 503 else "Internal Server Error"
                )
            case "unauthorized":
                raise problems.unauthorized()
            case "forbidden":
                raise problems.forbidden(fault.detail)
            case "slow":
                self._stopping.wait(fault.seconds)
            case "hang":
                self._stopping.wait(fault.seconds)
                raise Hangup
            case "dropped":
                raise Hangup
