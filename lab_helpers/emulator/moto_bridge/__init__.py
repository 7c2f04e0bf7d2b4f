"""The only room that imports moto's insides.

moto keeps the resources of some thirty services; this package reaches them request by request
(``dispatch``), and lends the rest of the emulator the few things it needs of them: identities,
objects, log groups. moto's own idea of Lambda is replaced (``lambda_door``). What concerns one
service has a folder of its name; beside them lies what all share.
"""

from lab_helpers.emulator.moto_bridge import without_mocks
from lab_helpers.emulator.moto_bridge.iam import policy_texts

policy_texts.stand_in()
without_mocks.stand_in()
