"""All that can be earned by the rules in force, as a catalogue: for people, and as linked data."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from adapters.badges.achievement import alignments_of, credits_of
from adapters.badges.jsonvalue import JsonObject
from adapters.plain.criteria import Criterion, criteria, criteria_of
from adapters.plain.proof import Prover, plain_title
from adapters.showing.credential_page import Aligned, aligned
from adapters.showing.words import words_of
from engine.in_language import languages_of, languages_of_pathway, plan_in
from engine.plan import Plan
from engine.ruleset import Credential, Pathway, State
from engine.terms import Condition, Group
from engine.values import LongPeriod
from notifications.wording import base_language
from rules.frameworks import Frameworks

CREDENTIAL, PATHWAY = "credential", "pathway"


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A credential or a pathway.

    Attributes:
        path: Under /catalogue.
        counts: Its credits, as the author wrote them.
        level: Its level in a framework.
        lasts: How long an award is good, None for ever.
        renew: So long before its end it can be renewed, None if never.
        with_part: Whether it ends with the credentials it rests on.
        leads_to: Of a pathway: what stands at its end.
        language: Of what its author has written.
        others: The same in other languages: the tag of each, and its title there.
    """

    kind: str
    path: str
    title: str
    describes: str
    language: str
    criteria: tuple[Criterion, ...]
    counts: str = ""
    level: str = ""
    lasts: LongPeriod | None = None
    renew: LongPeriod | None = None
    with_part: bool = False
    aligned: tuple[Aligned, ...] = ()
    leads_to: "Entry | None" = None
    others: tuple[tuple[str, str], ...] = ()

    def has(self, asked: str) -> bool:
        """Say whether all words that are asked for stand in it."""
        elsewhere = (title for _, title in self.others)
        texts = (self.title, self.describes, *elsewhere, *_texts(self.criteria))
        own = " ".join(texts).casefold()
        return all(word in own for word in asked.casefold().split())


def entries(plan: Plan, frameworks: Frameworks, wishes: Sequence[str] = ()) -> tuple[Entry, ...]:
    """
    Give all that is live: credentials, then pathways, each by title.

    Args:
        plan: The rules in force.
        frameworks: What names in `aligns` are looked up in.
        wishes: The reader's languages, the dearest first; what is told in none of them is given
            in its pack's.
    """
    ruleset = plan.ruleset
    credentials = [
        _spoken(plan, each, frameworks, wishes)
        for each in ruleset.credentials.values()
        if each.state is State.LIVE
    ]
    pathways = [
        _spoken_pathway(plan, each, frameworks, wishes) for each in ruleset.pathways.values()
    ]
    found = (*credentials, *pathways)
    return tuple(sorted(found, key=lambda e: (e.kind, e.title.casefold(), e.path)))


def entry_at(
    plan: Plan, frameworks: Frameworks, path: str, wishes: Sequence[str] = ()
) -> Entry | None:
    """Give what lies at a path under /catalogue, None where nothing does."""
    return next((each for each in entries(plan, frameworks, wishes) if each.path == path), None)


def _spoken(
    plan: Plan, credential: Credential, frameworks: Frameworks, wishes: Sequence[str]
) -> Entry:
    """Give a credential in the reader's language, with its titles in others."""
    languages = languages_of(plan.ruleset, credential.id)
    told = {each: plan if each == languages[0] else plan_in(plan, each) for each in languages}
    chosen = _chosen(languages, wishes)
    found = _credential(told[chosen], told[chosen].ruleset.credentials[credential.id], frameworks)
    titles = ((each, told[each].ruleset.credentials[credential.id].title) for each in languages)
    return replace(found, others=tuple(each for each in titles if each[0] != chosen))


def _spoken_pathway(
    plan: Plan, pathway: Pathway, frameworks: Frameworks, wishes: Sequence[str]
) -> Entry:
    """Give a pathway in the reader's language, with its titles in others."""
    languages = languages_of_pathway(plan.ruleset, pathway.id)
    told = {each: plan if each == languages[0] else plan_in(plan, each) for each in languages}
    chosen = _chosen(languages, wishes)
    found = _pathway(told[chosen], told[chosen].ruleset.pathways[pathway.id], frameworks)
    titles = ((each, told[each].ruleset.pathways[pathway.id].title) for each in languages)
    return replace(found, others=tuple(each for each in titles if each[0] != chosen))


def _chosen(languages: Sequence[str], wishes: Sequence[str]) -> str:
    """Give the language for a reader: the first wish that is there, else the first of all."""
    for wish in wishes:
        kin = [each for each in languages if base_language(each) == base_language(wish)]
        if kin:
            return wish if wish in kin else kin[0]
    return languages[0]


def _credential(plan: Plan, credential: Credential, frameworks: Frameworks) -> Entry:
    language = plan.ruleset.pack_of(credential.id).language
    return Entry(
        kind=CREDENTIAL,
        path=credential.id,
        title=credential.title,
        describes=credential.describes,
        language=language,
        criteria=criteria(Prover(plan, language), credential),
        counts=credential.credits,
        level=credential.framework_level,
        lasts=credential.expires,
        renew=credential.renew,
        with_part=credential.expires_with_part,
        aligned=tuple(map(aligned, alignments_of(plan.ruleset, credential, frameworks))),
    )


def _pathway(plan: Plan, pathway: Pathway, frameworks: Frameworks) -> Entry:
    language = plan.ruleset.pack_of(pathway.id).language
    prover, words = Prover(plan, language), words_of(language)
    steps = []
    for step in pathway.steps:
        text = step.title or prover.told(step.condition)
        if not step.required:
            text = f"{text} ({words.optional})"
        steps.append(Criterion(text, _choices(prover, step.condition)))
    end = plan.ruleset.credentials.get(pathway.leads_to)
    if end is not None and end.state is not State.LIVE:
        end = None
    return Entry(
        kind=PATHWAY,
        path=f"pathways/{pathway.id}",
        title=plain_title(pathway.title, pathway.id),
        describes=pathway.describes,
        language=language,
        criteria=tuple(steps),
        leads_to=None if end is None else _credential(plan, end, frameworks),
    )


def _choices(prover: Prover, condition: Condition) -> tuple[Criterion, ...]:
    """Give what a step leaves to choose from, or is made of; nothing where it is one thing."""
    if not isinstance(condition, Group):
        return ()
    return tuple(each for part in condition.parts for each in criteria_of(prover, part))


def linked_data(entry: Entry, credential: Credential | None, house: str, url: str) -> Markup:
    """
    Give an entry as schema.org JSON-LD, fit to stand in a page.

    Args:
        entry: What the page is of.
        credential: The rule behind it, None for a pathway.
        house: Who offers it.
        url: The address of the page, "" where there is no public one.
    """
    document: JsonObject = {
        "@context": "https://schema.org",
        "name": entry.title,
        "description": entry.describes,
        "inLanguage": entry.language,
    }
    house_told = {"@type": "Organization", "name": house}
    if credential is None:
        document |= {"@type": "EducationalOccupationalProgram", "provider": house_told}
    else:
        document |= {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": "microcredential",
            "recognizedBy": house_told,
            "competencyRequired": _texts(entry.criteria),
        }
        if (number := credits_of(credential)) is not None:
            document["additionalProperty"] = {
                "@type": "PropertyValue",
                "name": "credits",
                "value": number,
                "unitText": entry.counts,
            }
    if url:
        document["url"] = url
    if entry.level:
        document["educationalLevel"] = entry.level
    if entry.leads_to:
        document["educationalCredentialAwarded"] = entry.leads_to.title
    text = json.dumps(document, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")
    return Markup(text)  # noqa: S704 - what could end the block is escaped


def _texts(found: tuple[Criterion, ...]) -> list[str]:
    return [text for each in found for text in (each.text, *_texts(each.under))]
