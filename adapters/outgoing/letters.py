"""
Messages for one learner: an effect and a record become tokens, tokens and a template a text.

Scenarios, `check` and the running service render by this one way, so what a test has read is
what a learner gets.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import chain
from pathlib import Path

from engine.actions import Recommend, Release
from engine.calendar import MINUTE, Micros, instant, wall, zone_named
from engine.conditions import group_answer
from engine.due import due_time
from engine.explained import missing
from engine.in_language import plan_for
from engine.naming import Activity, Course
from engine.outcome import Effect
from engine.pathways import Walk, next_step, pathway_of
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Rule
from engine.source import Problem, Severity
from engine.triggers import OnDue, OnOverdue
from engine.view import View
from notifications.digest import render_digest
from notifications.language_choice import by_name, choose
from notifications.message import MessageTemplate, Rendered, load_messages, render, render_bare
from notifications.tokens import Tokens
from rules.packs import Reading

MESSAGES = "messages"
MOST_MISSING = 10


@dataclass(frozen=True, slots=True)
class House:
    """
    What the institution says of itself in messages.

    Attributes:
        page_of: Gives a link to a learner's own page, "" where there is none.
    """

    organisation: str = ""
    public_url: str = ""
    page_of: Callable[[str], str] = field(default=lambda _learner: "", compare=False)


@dataclass(frozen=True, slots=True)
class Letters:
    """
    All messages of all packs, ready to render.

    Attributes:
        templates: By full name (`pack/messages/x.md`), then by language.
        house: What the institution says of itself.
    """

    templates: Mapping[str, Mapping[str, MessageTemplate]]
    house: House = House()

    def template(self, effect: Effect, record: Record, plan: Plan) -> MessageTemplate | None:
        """Choose the version in the learner's language, else in the pack's."""
        versions = self.templates.get(effect.target, {})
        pack = plan.ruleset.packs.get(effect.target.partition("/")[0])
        return choose(versions, record.said("language"), pack.language if pack else "")

    def category(self, effect: Effect, record: Record, plan: Plan) -> str | None:
        """Give the category of a message, of a digest its first one's; None if there is none."""
        template = self.template(_first(effect), record, plan)
        return None if template is None else template.category

    def render(
        self,
        effect: Effect,
        record: Record,
        plan: Plan,
        reader: Record | None = None,
        *,
        bare: bool = False,
    ) -> Rendered | None:
        """
        Render a message about a learner; None where no template can be sent.

        Args:
            effect: The message, or a digest.
            record: The learner whom it is about.
            plan: The rules.
            reader: Whoever gets it, in whose language; None for the learner.
            bare: Whether it stands where there is a page around it, as in an LMS.
        """
        to = reader or record
        pack = plan.ruleset.packs.get(_first(effect).target.partition("/")[0])
        spoken = pack.language if pack else "en"
        if effect.items:
            known = tokens(effect, record, plan, self.house)
            sections = [
                (template, tokens(item, record, plan_for(plan, template.language), self.house))
                for item in effect.items
                if (template := self.template(item, to, plan)) is not None
            ]
            if not sections:
                return None
            return render_digest(sections, known, to.said("language"), spoken)
        template = self.template(effect, to, plan)
        if template is None:
            return None
        # Titles are in the message's own language, where the pack has them in it.
        known = tokens(effect, record, plan_for(plan, template.language), self.house)
        return (render_bare if bare else render)(template, known, spoken)

    def text(self, effect: Effect, record: Record, plan: Plan) -> str:
        """Render a message to its subject and text, as scenarios compare it."""
        rendered = self.render(effect, record, plan)
        return "" if rendered is None else f"{rendered.subject}\n\n{rendered.text}"


def _first(effect: Effect) -> Effect:
    return effect.items[0] if effect.items else effect


def read_letters(
    reading: Reading, house: House | None = None
) -> tuple[Letters, tuple[Problem, ...]]:
    """Read and check the messages of all packs of a reading."""
    templates: dict[str, Mapping[str, MessageTemplate]] = {}
    problems: list[Problem] = []
    for pack, folder in reading.folders.items():
        found, wrong = load_messages(folder / MESSAGES, str(folder))
        problems += wrong
        for name, versions in by_name(found).items():
            templates[f"{pack}/{name}"] = versions
    return Letters(templates, house or House()), tuple(problems)


def message_texts(problems: tuple[Problem, ...]) -> dict[str, tuple[str, ...]]:
    """Give the lines of the files that problems speak of, for carets."""
    texts: dict[str, tuple[str, ...]] = {}
    for problem in problems:
        path = Path(problem.span.file)
        if problem.span.file not in texts and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            texts[problem.span.file] = tuple(text.split("\n"))
    return texts


def has_errors(problems: tuple[Problem, ...]) -> bool:
    """Say whether any of the problems refuses a pack."""
    return any(problem.severity is Severity.ERROR for problem in problems)


# --- tokens ------------------------------------------------------------------------------


def tokens(effect: Effect, record: Record, plan: Plan, house: House) -> Tokens:
    """Gather what is known for one message."""
    ruleset = plan.ruleset
    pack = effect.by.partition("/")[0]
    zone = plan.clocks.zone(record.said("zone"), effect.course, pack)
    rule = ruleset.rules.get(effect.by)
    activity = _activity(effect, rule, plan)
    course = _course(effect, activity, plan)
    credential = ruleset.credentials.get(effect.credential)
    view = View(plan, record, effect.at, zone, pack, effect.course)
    due = due_time(activity, view) if activity is not None else None
    on = pathway_of(view, pack, effect.course)
    following = _next(rule, plan) or course
    step = None if on is None or following is not course else _step(on, view)
    name = record.said("name")
    return Tokens(
        learner_first_name=record.said("first_name") or name.split(" ")[0],
        learner_name=name,
        learner_last_seen=_seen(record, effect.course),
        course_title=course.title if course else "",
        course_link=course.link or _web_link(course.lms) if course else "",
        activity_title=_title(activity) if activity else "",
        activity_link=_link(activity, effect, plan),
        credential_title=credential.title if credential else "",
        credential_describes=credential.describes if credential else "",
        credential_expires=_expires(effect, record),
        credential_link=house.page_of(record.learner) if credential else "",
        pathway_title=on.pathway.title if on else "",
        pathway_progress=on.share if on else None,
        next_title=step[0] if step else _title(following) if following else "",
        next_link=_link(step[1] if step else following, effect, plan),
        rule_title=rule.title if rule else "",
        due=None if due is None or activity is None else _said_due(due, activity, view),
        score=effect.score,
        missing=_missing(effect, view),
        organisation_name=house.organisation,
        zone=zone_named(record.said("zone")) or zone,
    )


def _said_due(due: Micros, activity: Activity, view: View) -> datetime:
    """Say when it is due: a day that lasts to its end is that day, and not the next at midnight."""
    course = view.run_of(activity.course) if activity.course else ""
    zone = view.plan.clocks.course_zone(course, activity.id.partition("/")[0])
    lasts_a_day = wall(due, zone).time() == time()
    return instant(due - 1 if lasts_a_day else due)


def _activity(effect: Effect, rule: Rule | None, plan: Plan) -> Activity | None:
    known = plan.activities_at.get(effect.object)
    if known:
        return plan.ruleset.activities.get(known[0].id, known[0])
    if rule is not None and isinstance(rule.when, OnDue | OnOverdue):
        return plan.ruleset.activities[rule.when.activity]
    return None


def _course(effect: Effect, activity: Activity | None, plan: Plan) -> Course | None:
    known = plan.courses_at.get(effect.course)
    if known:
        return known[0]
    return plan.ruleset.courses.get(activity.course) if activity is not None else None


def _next(rule: Rule | None, plan: Plan) -> Activity | None:
    """Give what the rule itself opens or recommends: the learner's next step."""
    if rule is None:
        return None
    for action in rule.then:
        if isinstance(action, Release | Recommend):
            return plan.ruleset.activities.get(action.activity)
    return None


def _step(on: Walk, view: View) -> tuple[str, Activity | Course | None] | None:
    """Give the next step of a pathway: what learners read, and the thing to go to."""
    following = next_step(on, view)
    if following is None:
        return None
    step, leaf = following
    ruleset = view.plan.ruleset
    thing = ruleset.activities.get(leaf.name) or ruleset.courses.get(leaf.name)
    named = ruleset.credentials.get(leaf.name) or ruleset.skills.get(leaf.name)
    title = _title(thing) if thing else named.title if named else leaf.name
    return step.title or title, thing


def _link(thing: Activity | Course | None, effect: Effect, plan: Plan) -> str:
    if isinstance(thing, Activity):
        return thing.link or _web_link(plan.names.lms_in(thing, effect.course))
    return thing.link or _web_link(thing.lms) if thing else ""


def _expires(effect: Effect, record: Record) -> datetime | None:
    """Give the last minute in which the credential of a message is valid."""
    awards = record.ledger.awards.get(effect.credential)
    expires = awards[-1].expires if awards else None
    return None if expires is None else instant(expires - MINUTE)


def _title(thing: Activity | Course) -> str:
    if thing.title:
        return thing.title
    return thing.id.partition("/")[2].replace("-", " ").replace("_", " ").capitalize()


def _web_link(lms: tuple[str, ...]) -> str:
    return next((name for name in lms if name.startswith(("https://", "http://"))), "")


def _seen(record: Record, course: str) -> datetime | None:
    seen: Micros | None = record.seen.get(course, record.seen.get(""))
    return None if seen is None else instant(seen)


def _missing(effect: Effect, view: View) -> tuple[str, ...]:
    """Say what is missing for the credentials that the trigger's object counts for."""
    credential = view.plan.ruleset.credentials.get(effect.credential)
    names = [credential.id] if credential else view.plan.credentials_on.get(effect.object, [])
    found = chain.from_iterable(
        missing(group_answer(view.plan.ruleset.credentials[name].requires, view)) for name in names
    )
    return tuple(dict.fromkeys(found))[:MOST_MISSING]
