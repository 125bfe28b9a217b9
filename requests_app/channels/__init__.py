"""How the town's accounts fare on their networks, in words that a mayor can read, and what somebody must see at once."""

from requests_app.channels.alarms import Alarm, alarms, alarms_of
from requests_app.channels.states import ALARMING, CODES, State, all_states, states

__all__ = ["ALARMING", "CODES", "Alarm", "State", "alarms", "alarms_of", "all_states", "states"]
