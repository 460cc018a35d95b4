"""European regions of NUTS 2: data only."""

from hubrank import Region

region = Region.beside(__file__)
