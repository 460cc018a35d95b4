"""Metropolitan areas of the United States: data only."""

from hubrank import Region

region = Region.beside(__file__)
