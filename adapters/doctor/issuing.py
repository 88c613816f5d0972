"""Whether credentials can be signed, and whether verifiers find the issuer at its address."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from adapters.badges.desk import open_desk
from adapters.badges.did import document_url
from adapters.badges.endorsing.judging import judged
from adapters.badges.endorsing.kept import NoEndorsementError, endorsement_in
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.keys import KeyKind, SecretError
from adapters.badges.signing import UnissuableError
from adapters.badges.verifying.sources import LookupFailedError, Web
from adapters.clock import machine_now
from adapters.doctor.finding import Finding, State
from adapters.running.running import open_settings_store
from adapters.settings.tree import Settings
from adapters.store.failures import StoreBusy, UnusableDatabaseError

ISSUER = "issuer"


def look_at_issuing(settings: Settings) -> Iterator[Finding]:
    """Yield what is found; nothing where no public address is set, as nobody issues then."""
    if not settings.web.public_url:
        return
    with closing(open_settings_store(settings)) as store:
        try:
            store.require_current()
            desk = open_desk(store, settings)
            key = desk.key(KeyKind.ED25519).public
            desk.signer.sign(key, b"a test")
        except (UnusableDatabaseError, StoreBusy):
            return  # that is said of the database
        except UnissuableError as error:
            says = f"{error}; the service makes one when it starts"
            yield Finding(ISSUER, State.WARNING, says, "milepost keys new")
            return
        except SecretError as error:
            remedy = "set [issuer] secret to what it was, or bring the secret's file back"
            yield Finding(ISSUER, State.WRONG, str(error), remedy)
            return
    did = desk.issuer.did
    yield Finding(ISSUER, State.GOOD, f"credentials are signed as {did}, with {key.id}")
    for path in settings.issuer.endorsements:
        yield _endorsement(path, did)
    url = document_url(did)
    try:
        found = msgspec.json.decode(Web().get(url), type=JsonObject)
    except (LookupFailedError, msgspec.MsgspecError) as error:
        says = f"verifiers can't find it: {error}"
        remedy = "let your proxy pass the path on to this service, without a redirect"
        yield Finding(ISSUER, State.WARNING, says, remedy)
        return
    if key.id.encode() not in msgspec.json.encode(found):
        says = f"{url} does not list the key that signs"
        yield Finding(ISSUER, State.WRONG, says, "does another service answer there?")
    else:
        yield Finding(ISSUER, State.GOOD, f"verifiers find it at {url}")


def _endorsement(path: Path, did: str) -> Finding:
    """Say whether a file of `[issuer] endorsements` counts for others, asking who signed it."""
    try:
        document = endorsement_in(path.read_bytes()).document
    except OSError as error:
        says = f"{path} can't be read: {error.strerror or error}"
    except NoEndorsementError as error:
        says = f"{path} is no endorsement that can be passed on: {error}"
    else:
        found = judged(document, "issuer", did, did, Web(), machine_now())
        if found.passed:
            return Finding(ISSUER, State.GOOD, f"{found.by} endorses it: {path}")
        says = f"{path} does not count: {found.because}"
    return Finding(ISSUER, State.WARNING, says, "credentials go without it, or others turn it away")
