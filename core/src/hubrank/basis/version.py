"""The version of hubrank, and of what it promises to plugins."""

#: The version of hubrank.
__version__ = "0.1.0"

#: The number of the contract: hooks, records, and what is in the public modules. It grows when something is added that
#: a plugin can rely on; what is removed was deprecated for two minor versions before.
CONTRACT = 1
#: The oldest contract whose plugins still work.
OLDEST_CONTRACT = 1
