"""Whether wallets are served, find everything at the public address, and tell of privacy."""

from collections.abc import Iterator

import msgspec

from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.badges.verifying.sources import LookupFailedError, Web
from adapters.doctor.finding import Finding, State
from adapters.running.wallets import is_trustworthy
from adapters.settings.tree import Settings
from adapters.wallets.status_info import BASE

WALLETS = "wallets"


def look_at_wallets(settings: Settings) -> Iterator[Finding]:
    """Yield what is found; nothing where no public address is set, as no wallet is served then."""
    url = settings.web.public_url.rstrip("/")
    if not url:
        return
    if not is_trustworthy(url):
        says = "none is served, because [web] public_url is not https"
        yield Finding(WALLETS, State.WARNING, says, "serve by https, behind a proxy")
        return
    yield _found(url)
    if not settings.web.privacy_url:
        says = "they can't show learners what you say about privacy"
        yield Finding(WALLETS, State.WARNING, says, "set [web] privacy_url")


def _found(url: str) -> Finding:
    """Say whether a wallet that looks the service up finds this one."""
    base = f"{url}{BASE}".rstrip("/")
    try:
        told = msgspec.json.decode(Web().get(f"{base}/discovery"), type=JsonObject)
    except (LookupFailedError, msgspec.MsgspecError) as error:
        says = f"they can't find the service: {error}"
        remedy = f"let your proxy pass {BASE}… and /oauth/… on to it, without a redirect"
        return Finding(WALLETS, State.WARNING, says, remedy)
    served = [as_object(each).get("url") for each in as_list(told.get("servers"))]
    if base not in served:
        says = f"what answers at {base} calls itself something else"
        return Finding(WALLETS, State.WRONG, says, "does another service answer there?")
    return Finding(WALLETS, State.GOOD, f"they find everything at {base}/discovery")
