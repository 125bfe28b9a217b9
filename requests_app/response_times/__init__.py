"""How long residents wait: counts, medians and nine-of-ten, computed in SQL over the requests posted in a period."""

from requests_app.response_times.cases import Today, fastest, oldest_unanswered, overdue, today_sentence
from requests_app.response_times.figures import Figures, distribution, figures
from requests_app.response_times.periods import NAMES, BadPeriod, Period
from requests_app.response_times.trend import Point, trend
from requests_app.response_times.waits import BUCKETS, CALENDAR, CLOCKS, ENOUGH, HOURS, Wait, cohort, in_bucket

__all__ = [
    "BUCKETS",
    "CALENDAR",
    "CLOCKS",
    "ENOUGH",
    "HOURS",
    "NAMES",
    "BadPeriod",
    "Figures",
    "Period",
    "Point",
    "Today",
    "Wait",
    "cohort",
    "distribution",
    "fastest",
    "figures",
    "in_bucket",
    "oldest_unanswered",
    "overdue",
    "today_sentence",
    "trend",
]
