"""The contract kit: what every institution type must pass, for the tests of a plugin.

from vekha.testing import PluginContract
from .plugin import SCHOOL

class TestContract(PluginContract):
    institution_type = SCHOOL
"""

from vekha.testing.contract import PluginContract, PluginWarning, check_plugin
from vekha.testing.journey import complete_journey

__all__ = ["PluginContract", "PluginWarning", "check_plugin", "complete_journey"]
