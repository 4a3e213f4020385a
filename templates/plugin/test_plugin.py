"""The contract of every institution type: checks, documents, the whole journey."""

from vekha.testing import PluginContract

from .plugin import TYPE


class TestContract(PluginContract):
    institution_type = TYPE
