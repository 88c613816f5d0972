"""Whether the LMSs whose learners log in can be reached for their keys, and name known learners."""

from collections.abc import Iterator
from contextlib import closing

from adapters.badges.verifying.sources import Web
from adapters.clock import machine_now
from adapters.doctor.finding import Finding, State
from adapters.lti.key_sets import KeySets
from adapters.lti.refusal import RefusedError
from adapters.running.platforms_beside import platforms_beside
from adapters.running.running import open_settings_store
from adapters.settings.tree import PlatformSettings, Settings
from adapters.store.failures import StoreBusy, UnusableDatabaseError
from adapters.telling.numbers import counted

LTI = "lti"


def look_at_lti(settings: Settings) -> Iterator[Finding]:
    """Yield what is found of each LMS in the settings; nobody is logged in."""
    keys = KeySets(Web(), machine_now)
    for name, platform in platforms_beside(settings).items():
        if platform.jwks_url:
            yield _keys(keys, name, platform.jwks_url)
        yield from _learners(settings, name, platform)


def _keys(keys: KeySets, name: str, url: str) -> Finding:
    try:
        found = keys.names(url)
    except RefusedError as error:
        says = f"{name}: its keys can't be had: {error.because}"
        return Finding(LTI, State.WRONG, says, f"look at [lti.{name}] jwks_url")
    if not found:
        says = f"{name}: there is no RSA key at {url}"
        return Finding(LTI, State.WRONG, says, f"look at [lti.{name}] jwks_url")
    return Finding(LTI, State.GOOD, f"{name}: {counted(len(found), 'key')} at {url}")


def _learners(settings: Settings, name: str, platform: PlatformSettings) -> Iterator[Finding]:
    """Yield whether any learner is named as those who log in will be."""
    opening = platform.learner.opening(platform.issuer)
    if not opening:
        return
    with closing(open_settings_store(settings)) as store:
        try:
            store.require_current()
            known = next(store.learners(opening), "")
        except (UnusableDatabaseError, StoreBusy):
            return  # that is said of the database
    if known.startswith(opening):
        yield Finding(LTI, State.GOOD, f"{name}: learners are known whose names begin {opening}")
        return
    yield Finding(
        LTI,
        State.WARNING,
        f"{name}: no event has come of a learner whose name begins {opening}, so whoever logs in "
        "finds nothing of hers",
        f"compare [lti.{name}] learner with what the LMS's events have as learner",
    )
