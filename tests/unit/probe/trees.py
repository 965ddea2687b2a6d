"""A recorded tree of kernel files, so that hardware which this machine lacks can be read all the same."""

from pathlib import Path

from probe.condition.tree import Tree


def a_tree(root: Path, files: dict[str, str], *, links: dict[str, str] | None = None) -> Tree:
    """`files`: path and text; `links`: path of a symbolic link and where it points."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")
    for path, target in (links or {}).items():
        link = root / path
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
    return Tree(root)
