"""
The LMSs that have registered themselves, kept in the database beside those of the settings.

Where both have one of the same name, the settings' goes before: what stands in a file is what the
operator sees.
"""

from collections.abc import Mapping

import msgspec

from adapters.lti.naming import Naming
from adapters.settings.tree import PlatformSettings
from adapters.store.settings import Settings as Facts

FACT = "lti platforms"


class KeptPlatform(msgspec.Struct, frozen=True):
    """An LMS as it is kept; see PlatformSettings."""

    issuer: str
    client_id: str
    deployments: tuple[str, ...]
    auth_login_url: str
    jwks_url: str
    learner: str

    def settings(self) -> PlatformSettings:
        """Give it as settings would say it."""
        return PlatformSettings(
            self.issuer,
            self.client_id,
            self.deployments,
            self.auth_login_url,
            self.jwks_url,
            Naming(self.learner),
        )


class Kept:
    """The LMSs of one database that have registered themselves."""

    def __init__(self, facts: Facts) -> None:
        """Use a database."""
        self._facts = facts

    def all(self) -> dict[str, KeptPlatform]:
        """
        Give them by their names.

        Raises:
            StoreBusy: The database can't say.
        """
        return self._facts.get(FACT, dict[str, KeptPlatform]) or {}

    def beside(self, settings: Mapping[str, PlatformSettings]) -> dict[str, PlatformSettings]:
        """
        Give all that are known, with those of the settings.

        Raises:
            StoreBusy: The database can't say.
        """
        return {name: each.settings() for name, each in self.all().items()} | dict(settings)

    def put(self, name: str, platform: KeptPlatform) -> None:
        """Keep one; one of the same name is replaced."""
        self._facts.put(FACT, {**self.all(), name: platform})

    def allow(self, name: str, deployment: str) -> bool:
        """Let one more installation in; False where there is no such LMS."""
        known = self.all().get(name)
        if known is None:
            return False
        deployments = tuple(dict.fromkeys((*known.deployments, deployment)))
        self.put(name, msgspec.structs.replace(known, deployments=deployments))
        return True

    def forget(self, name: str) -> bool:
        """Let nobody in from one any more; False where there is no such LMS."""
        known = self.all()
        if known.pop(name, None) is None:
            return False
        self._facts.put(FACT, known)
        return True
