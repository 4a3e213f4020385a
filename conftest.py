"""Every run, of the core's tests and of the plugins', records which error codes it has seen (tests/error_codes.py)."""

pytest_plugins = ("tests.error_codes",)
