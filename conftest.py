"""Every run, of the core's tests and of the plugins', records which error codes it has seen (tests/error_codes.py)."""

from hypothesis import settings

pytest_plugins = ("tests.error_codes",)

# How long one example takes says how busy the machine is, not whether the code is right.
settings.register_profile("vekha", deadline=None)
settings.load_profile("vekha")
