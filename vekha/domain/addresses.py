"""What an e-mail address looks like that every mail server takes."""

import re

LONGEST = 254  # RFC 5321

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_address(value: str) -> bool:
    """One address in ASCII with a dot in its domain."""
    return len(value) <= LONGEST and _ADDRESS.fullmatch(value) is not None
