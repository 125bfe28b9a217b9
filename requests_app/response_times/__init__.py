"""How long residents wait: counts, medians and nine-of-ten, computed in SQL over the requests posted in a period."""

from requests_app.response_times.backlog import TOWN, backlogs
from requests_app.response_times.cases import Today, fastest, oldest_unanswered, overdue, today_sentence, urgent
from requests_app.response_times.departures import (
    HOT,
    SILENT,
    AreaFigures,
    Departures,
    Rise,
    Spot,
    departures,
    hot_spots,
    in_cell,
    spot_name,
)
from requests_app.response_times.figures import Figures, distribution, figures
from requests_app.response_times.periods import NAMES, BadPeriod, Period
from requests_app.response_times.promises import Promises, due_tomorrow, first_tomorrow, promised, promises
from requests_app.response_times.trend import Point, trend
from requests_app.response_times.usual import Usual, usual
from requests_app.response_times.waits import BUCKETS, CALENDAR, CLOCKS, ENOUGH, HOURS, Wait, cohort, in_bucket

__all__ = [
    "BUCKETS",
    "CALENDAR",
    "CLOCKS",
    "ENOUGH",
    "HOT",
    "HOURS",
    "NAMES",
    "SILENT",
    "TOWN",
    "AreaFigures",
    "BadPeriod",
    "Departures",
    "Figures",
    "Period",
    "Point",
    "Promises",
    "Rise",
    "Spot",
    "Today",
    "Usual",
    "Wait",
    "backlogs",
    "cohort",
    "departures",
    "distribution",
    "due_tomorrow",
    "fastest",
    "figures",
    "first_tomorrow",
    "hot_spots",
    "in_bucket",
    "in_cell",
    "oldest_unanswered",
    "overdue",
    "promised",
    "promises",
    "spot_name",
    "today_sentence",
    "trend",
    "urgent",
    "usual",
]
