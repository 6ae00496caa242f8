"""Ask the public advisories about every locked package; say so plainly where none can be asked.

Ends with 1 where a package has a known vulnerability, with 0 where none has one or no source of advisories answers:
a build without a network must not fail, but must not look checked either.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCKED = Path(__file__).parent / "dev.txt"  # what runs and what checks it
SOURCES = ("osv", "pypi")
TIMEOUT_SECONDS = 180


def asked(source: str) -> list[dict[str, Any]] | None:
    """Return what one source says of every locked package; None where it does not answer."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(LOCKED), "--require-hashes", "--disable-pip", "-s", source]
    try:
        run = subprocess.run(  # noqa: S603 - our own arguments
            [*command, "-f", "json", "--progress-spinner", "off", "--timeout", "20"],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        dependencies: list[dict[str, Any]] = json.loads(run.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None
    return dependencies


def main() -> int:
    """Ask the sources in turn and tell what the first that knows our packages says."""
    for source in SOURCES:
        told = asked(source)
        known = [one for one in told or () if "skip_reason" not in one]
        if not known:
            print(f"dependency audit: {source} does not answer", file=sys.stderr)
            continue
        bad = [(one, flaw) for one in known for flaw in one["vulns"]]
        for one, flaw in bad:
            fixed = ", ".join(flaw["fix_versions"]) or "no fixed version"
            print(f"dependency audit: {one['name']} {one['version']}: {flaw['id']} ({fixed})", file=sys.stderr)
        print(f"dependency audit: {source} knows {len(known)} of {len(told or ())} packages; advisories: {len(bad)}")
        return 1 if bad else 0
    print("dependency audit: NOT CHECKED, no source of advisories answers", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
