"""
The front door: put our own folders first on the path, then open the command line.

In a checkout those folders are the repository's top level. In a wheel they lie
in `_milepost/` beside this file, so nothing named `rules` or `engine` is ever
written to site-packages.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the command line of the checkout or the wheel that this file belongs to."""
    here = Path(__file__).resolve().parent
    packed = here / "_milepost"
    sys.path.insert(0, str(packed if packed.is_dir() else here))

    from adapters.cli import main as command_line  # noqa: PLC0415 - the path has to be right first

    command_line()


if __name__ == "__main__":
    main()
