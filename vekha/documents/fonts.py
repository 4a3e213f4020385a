"""Our fonts and no others: a text is never set in whatever happens to lie on a machine."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

FAMILY = "PT Serif"
_PACKAGE = "fontpkg_pt_serif"

_CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def font_files() -> tuple[Path, ...]:
    """The four styles of PT Serif from the font package, sorted; empty when the package is not installed."""
    try:
        folder = Path(str(resources.files(_PACKAGE))) / "files"
    except ModuleNotFoundError:
        return ()
    return tuple(sorted(folder.glob("*.ttf")))


@contextmanager
def only_our_fonts() -> Iterator[None]:
    """While it lasts, fontconfig sees the package's folder alone.

    Fontconfig reads FONTCONFIG_FILE when a configuration is made, so that the variable is needed for that moment and
    is put back: children of this process keep their own fonts.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    files = font_files()
    with tempfile.TemporaryDirectory(prefix="vekha-fonts-") as folder:
        config = Path(folder) / "fonts.conf"
        config.write_text(_CONFIG.format(fonts=files[0].parent if files else folder, cache=folder), encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(config)
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
