"""A colleague's package as pip lays it out, with a top-level `rules` of its own."""

from pathlib import Path

RULES = '''
"""The library's own rules: no relation of Milepost's."""

def is_overdue(events, now):
    lent = [e for e in events if e["verb"].endswith("/lent")]
    back = [e for e in events if e["verb"].endswith("/brought-back")]
    return len(lent) > len(back)
'''

LIBRARY = """
import os, sys, time
import rules
import rules.loans
from rules import is_overdue


class Loan:
    help = "The learner has something on loan from the library."
    listens_to = ["https://library.example/lent", "https://library.example/brought-back"]

    def __call__(self, record, now):
        print("a print that nobody asked for", flush=True)
        os.write(1, b'{"answer": true}\\n')
        if "asks" in record["profile"]:
            return getattr(self, record["profile"]["asks"])(record, now)
        return is_overdue(record["events"], now)

    def dies(self, record, now):
        os._exit(3)

    def hangs(self, record, now):
        time.sleep(3600)

    def raises(self, record, now):
        raise SystemExit("no library today")

    def wrong(self, record, now):
        return "maybe"

    def unsure(self, record, now):
        return None

    def where(self, record, now):
        return rules.__file__.startswith(os.path.dirname(__file__))

    def told(self, record, now):
        return now.isoformat() == "2025-03-03T10:00:00+00:00" and record["enrolled"] == [
            {"course": "course:1", "since": "2025-03-01T00:00:00+00:00"}
        ]


loan = Loan()
"""

BROKEN = "raise SystemExit('no licence')\n"


def lay_out(folder: Path, entries: str = "") -> Path:
    """Write the package into a folder, as `pip install --target` does."""
    files = {
        "rules/__init__.py": RULES,
        "rules/loans.py": "LONGEST = 30\n",
        "library_milepost.py": LIBRARY,
        "broken_milepost.py": BROKEN,
        "library_milepost-1.0.dist-info/METADATA": (
            "Metadata-Version: 2.1\nName: library-milepost\nVersion: 1.0\n"
        ),
        "library_milepost-1.0.dist-info/entry_points.txt": (
            f"[milepost.facts]\nlibrary-loan = library_milepost:loan\n{entries}"
        ),
    }
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder
