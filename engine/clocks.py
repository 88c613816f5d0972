"""
Whose clock, and what it says of courses: zones, starts, ends and due times by pack.yaml.

The learner's own clock decides, else the course's, the pack's, config.toml's; a course's
dates are days on the course's.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.calendar import Micros, at_wall, day_end, day_start, nth_day_end, zone_named
from engine.naming import Activity, Course, DayNumber
from engine.ruleset import Ruleset


class Clocks:
    """The clocks of one ruleset; what was worked out once is remembered."""

    def __init__(
        self,
        ruleset: Ruleset,
        courses_at: Mapping[str, Sequence[Course]],
    ) -> None:
        """Read the clocks of a ruleset, its courses by canonical name."""
        self.ruleset = ruleset
        self.courses_at = courses_at
        self._dues: dict[tuple[str, str], Micros | None] = {}
        self._zones: dict[tuple[str, str, str], ZoneInfo] = {}

    def zone(self, learner_zone: str, course: str, pack: str) -> ZoneInfo:
        """Give the clock to decide by: the learner's, the course's, the pack's, config.toml's."""
        asked = (learner_zone, course, pack)
        known = self._zones.get(asked)
        if known is None:
            known = zone_named(learner_zone) or self.course_zone(course, pack)
            self._zones[asked] = known
        return known

    def course_zone(self, course: str, pack: str) -> ZoneInfo:
        """Give a course's own clock, else the pack's, else config.toml's."""
        for known in self.courses_at.get(course, ()):
            zone = zone_named(known.zone)
            if zone:
                return zone
        known_pack = self.ruleset.packs.get(pack)
        return (
            (zone_named(known_pack.zone) if known_pack else None)
            or zone_named(self.ruleset.zone)
            or ZoneInfo("UTC")
        )

    def course_start(self, course: str, pack: str) -> Micros | None:
        """Give the instant at which a course starts, None where no pack says."""
        for known in self.courses_at.get(course, ()):
            if known.starts is not None:
                return day_start(known.starts, self.course_zone(course, pack))
        return None

    def course_end(self, course: str, pack: str) -> Micros | None:
        """Give the instant at which a course has ended, None where no pack says."""
        for known in self.courses_at.get(course, ()):
            if known.ends is not None:
                return day_end(known.ends, self.course_zone(course, pack))
        return None

    def due(self, activity: Activity, course: str) -> Micros | None:
        """
        Give the first instant after an activity's due time by pack.yaml, the same for everybody.

        Args:
            activity: The activity.
            course: The canonical course, which may be one of several runs.

        None where it has none, or where its day counts from the course's start and no pack
        says when that is.
        """
        asked = (activity.id, course)
        if asked not in self._dues:
            self._dues[asked] = self._due(activity, course)
        return self._dues[asked]

    def _due(self, activity: Activity, course: str) -> Micros | None:
        pack = activity.id.partition("/")[0]
        zone = self.course_zone(course, pack)
        match activity.due:
            case DayNumber(number=number, of_enrolment=False):
                start = self.course_start(course, pack)
                return None if start is None else nth_day_end(start, number, zone)
            case datetime() as moment:
                return at_wall(moment, zone)
            case date() as day:
                return day_end(day, zone)
            case _:
                return None
