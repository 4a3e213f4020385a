"""Where templates and their pictures lie: one folder for each namespace, and nothing outside of them."""

from collections.abc import Mapping
from pathlib import Path


class Folders:
    """Files addressed as «namespace/path inside the folder»: `base/order.html`, `school/logo.png`.

    A name that leads out of its folder (`..`, an absolute path, a symbolic link) finds nothing.
    """

    def __init__(self, roots: Mapping[str, Path]) -> None:
        self._roots = {namespace: path.resolve() for namespace, path in roots.items()}

    def find(self, name: str) -> Path | None:
        """The existing file called `name`, or None."""
        namespace, _, inside = name.partition("/")
        root = self._roots.get(namespace)
        if root is None or "\0" in inside:
            return None
        path = (root / inside).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None

    def name_of(self, path: str) -> str | None:
        """The «namespace/path» of a file of ours, for messages; None for any other path."""
        for namespace, root in self._roots.items():
            if Path(path).is_relative_to(root):
                return f"{namespace}/{Path(path).relative_to(root).as_posix()}"
        return None

    def changed(self) -> int:
        """When any of the files was written last, in nanoseconds: what was made before is of older templates."""
        found = (path.stat().st_mtime_ns for root in self._roots.values() for path in root.rglob("*") if path.is_file())
        return max(found, default=0)

    def names(self, suffix: str = ".html") -> tuple[str, ...]:
        """Every file with this ending, sorted."""
        return tuple(
            sorted(
                f"{namespace}/{path.relative_to(root).as_posix()}"
                for namespace, root in self._roots.items()
                for path in root.rglob(f"*{suffix}")
            )
        )
