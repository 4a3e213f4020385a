"""A browser's own name for itself in a person's words: «Яндекс Браузер, Windows»."""

from vekha.texts import section, text


def device(agent: str) -> str:
    """Browsers name their ancestors too, so the order of `web.account.browsers` decides."""
    known = section("web.account")
    found = (_first(known[kind], agent) for kind in ("browsers", "systems"))
    return ", ".join(filter(None, found)) or text("web.account.unknown_device")


def _first(names: dict[str, str], agent: str) -> str:
    return next((title for sign, title in names.items() if sign in agent), "")
