"""What a person is asked about a learner's credential."""

from engine.happening import Happening
from engine.ruleset import Credential
from engine.run import Run


def ask_to_revoke(run: Run, credential: Credential, because: str, cause: Happening | None) -> None:
    """Ask a person whether an award is to be revoked; the award stays until somebody says so."""
