"""Say which assurance a grade can have here: the best that `kata doctor --json` has found.

Assurance: it names sandbox, landlock or account, and never limited. Where none of them is available
it ends with exit status 1, so that nothing is graded there in silence.
"""

from __future__ import annotations

import json
import sys

GRADES = ("sandbox", "landlock", "account")


def best(findings: list[dict[str, str]]) -> str:
    """The first of GRADES that was found, by a right answer that passed; empty if there is none."""
    found = {finding["name"]: finding["found"] for finding in findings}
    return next((name for name in GRADES if found.get(name, "").startswith("yes")), "")


def main() -> int:
    """Read what the doctor says from standard input."""
    try:
        assurance = best(json.load(sys.stdin))
    except (ValueError, TypeError, KeyError, AttributeError):
        print("kata doctor --json has not said what it found", file=sys.stderr)
        return 1
    if not assurance:
        print(f"none of {', '.join(GRADES)} is available here; see kata doctor", file=sys.stderr)
        return 1
    print(assurance)
    return 0


if __name__ == "__main__":
    sys.exit(main())
