"""Money: what Plaza says half-way that the month will cost, beside X's own bill and the least its price list allows."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from benchmarks.month import ANSWERS, DAY, MENTIONS, month
from benchmarks.report import Figure, say, step
from requests_app import ledger

DAYS, FEWEST = 14, 4
MONTH_ENDS = datetime(2027, 3, 1, tzinfo=UTC)
NEAR = 0.1


def measure(*, scale: float) -> list[Figure]:
    """1. Live through the last days of a month. 2. Half-way, note the forecast. 3. Hold it against the bill."""
    with step("Preparing the town of Alameda"):
        for command in ("migrate", "compile_translations", "prepare_alameda"):
            call_command(command, stdout=StringIO())
    days = max(round(DAYS * scale), FEWEST)
    begins = MONTH_ENDS - days * DAY
    with month(begins) as town:
        for number in range(days):
            with step(f"Day {number + 1}: {MENTIONS} mentions, {ANSWERS} answers"):
                town.live(begins + timedelta(days=number))
            if number + 1 == (days + 1) // 2:
                forecast = ledger.spend(timezone.now()).forecast
        bill = town.bill()
    told = {
        "days": days,
        "mentions": len(town.posts),
        "answers": town.answers,
        "names": len(town.authors),
        "forecast": float(forecast),
        "ledger": float(bill.ledger),
        "bill": float(bill.network),
        "least": float(bill.least),
        "resources": bill.resources,
    }
    say(f"  {json.dumps(told)}")
    return [
        _ratio("forecast_to_bill", forecast / bill.network, f"${forecast} foreseen, ${bill.network} billed by X"),
        _ratio("forecast_to_least", forecast / bill.least, f"${forecast} foreseen, ${bill.least} at the very least"),
        _ratio("bill_to_least", bill.network / bill.least, f"{bill.resources}"),
        _ratio("ledger_to_bill", bill.ledger / bill.network, "the same to the cent", near=0.0),
    ]


def _ratio(name: str, value: object, beside: str, *, near: float = NEAR) -> Figure:
    ratio = float(str(value))
    return Figure(f"money.{name}", ratio, "", f"1 to within {near:.0%}; {beside}", abs(ratio - 1) <= near)
