"""The only room that imports moto's insides.

moto keeps the resources of some thirty services; this package reaches them request by request
(``dispatch``), and lends the rest of the emulator the few things it needs of them: identities,
objects, log groups. moto's own idea of Lambda is replaced (``lambda_door``).
"""

from lab_helpers.emulator.moto_bridge.policy_texts import stand_in

stand_in()
