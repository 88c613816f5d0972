"""The settings that a verb runs by: read once, and refused with all their mistakes at once."""

import os
from collections.abc import Mapping

from adapters.packs import USAGE, fail
from adapters.settings.source import load_settings
from adapters.settings.tree import Settings, config_file
from adapters.telling.show import show_problems
from engine.source import Severity


def settings_for(flags: Mapping[str, str]) -> Settings:
    """
    Read config.toml, the environment and a verb's options; exits with 2 if something is wrong.

    Args:
        flags: Options by their names (`--database`), as written; empty ones are left out.
    """
    given = {flag: text for flag, text in flags.items() if text}
    settings, problems = load_settings(config_file(None, os.environ), os.environ, given)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        fail(show_problems(errors, {}), USAGE)
    return settings
