"""Shell. What share of small changes to the judging rules, or to intake, the tests notice.

    python -m bench.mutation rules|intake [--sample N] [--seed S] [--children N] [--folder build/mutation] [--json]

mutmut makes the changes and chooses, for each, the tests that reach the changed function. A sample is drawn at random;
the score has its interval (Wilson, 0.95). A change that no test notices is printed, unless `equivalent.toml` says why
nothing could. The copy in the folder is kept: a second run does only what is new.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.mutation.score import Change, Score, changed_lines, score, told_why

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
_LIMIT_S = 6 * 3600
_UNNOTICED = {"survived", "no tests"}
_ROOMS = ("probe", "collector", "analysis", "dashboards", "prova")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """`left_out`: tests too slow to be run once for each change; what they alone would notice counts as unnoticed."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def scopes() -> dict[str, Scope]:
    """By name, from `scope.toml`."""
    told = tomllib.loads((HERE / "scope.toml").read_text())
    return {name: Scope(**{key: tuple(value) for key, value in one.items()}) for name, one in told.items()}


def settings(scope: Scope) -> str:
    """mutmut's own settings for it."""
    deselected = [word for test in scope.left_out for word in ("--deselect", test)]
    lists = {
        "source_paths": [f"{room}/" for room in _ROOMS],
        "only_mutate": scope.files,
        "also_copy": ["bench", "docs", "deploy"],
        "pytest_add_cli_args": ["-m", "not slow and not lab", "-p", "no:cacheprovider", *deselected],
        "pytest_add_cli_args_test_selection": scope.tests,
    }
    rows = [f"{name}=\n" + "".join(f"    {one}\n" for one in values) for name, values in lists.items()]
    return "[mutmut]\ntrack_dependencies=False\n" + "".join(rows)


def copied(folder: Path) -> None:
    """The tree as it stands, without what git ignores; what did not change keeps its time."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines():
        source, target = ROOT / name, folder / name
        if not source.is_file() or (target.exists() and target.read_bytes() == source.read_bytes()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def mutmut(folder: Path, *words: str, examples: int = 15) -> subprocess.CompletedProcess[str]:
    """One of its commands in the copy; its progress goes to our stderr."""
    return subprocess.run(
        [sys.executable, "-m", "mutmut", *words],
        cwd=folder,
        env={**os.environ, "PROVA_EXAMPLES": str(examples)},
        stdout=sys.stderr if words[0] == "run" else subprocess.PIPE,
        text=True,
        timeout=_LIMIT_S,
        check=False,
    )


def statuses(folder: Path) -> dict[str, str]:
    """Every change by its name, and what became of it."""
    listed = mutmut(folder, "results", "--all", "true").stdout
    pairs = (line.strip().rsplit(": ", 1) for line in listed.splitlines() if "__mutmut_" in line)
    return {one[0]: one[1] for one in pairs}


def one_scope(scope: Scope, folder: Path, sample: int | None, seed: int, children: int) -> tuple[Score, list[Change]]:
    """The score, and the changes that nothing noticed and nothing explains."""
    copied(folder)
    (folder / "setup.cfg").write_text(settings(scope))
    if not (folder / "mutants" / "mutmut-stats.json").exists() or not statuses(folder):
        mutmut(folder, "run", "no-change-has-this-name")  # makes the changes, and sees which test reaches what
    names = sorted(statuses(folder))
    drawn = names if sample is None or sample >= len(names) else random.Random(seed).sample(names, sample)
    mutmut(folder, "run", "--max-children", str(children), *drawn)
    became = {name: status for name, status in statuses(folder).items() if name in set(drawn)}
    unnoticed = [
        Change(name, *changed_lines(mutmut(folder, "show", name).stdout))
        for name, status in sorted(became.items())
        if status in _UNNOTICED
    ]
    known = told_why((HERE / "equivalent.toml").read_text())
    left = [one for one in unnoticed if one.key not in known]
    return score(became.values(), equivalent=len(unnoticed) - len(left), of=len(names)), left


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("scope", choices=scopes())
    parser.add_argument("--sample", type=int, help="so many changes, drawn at random; all of them else")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--children", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "mutation")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    told, left = one_scope(scopes()[asked.scope], asked.folder / asked.scope, asked.sample, asked.seed, asked.children)
    if asked.json:
        print(json.dumps({"scope": asked.scope, **asdict(told), "left": [asdict(one) for one in left]}, indent=1))
        return
    for one in left:
        print(f"{one.name}\n    - {one.before}\n    + {one.after}")
    print(f"{asked.scope}: {told}")


if __name__ == "__main__":
    main()
