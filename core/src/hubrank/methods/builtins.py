"""The Handbook's methods, yielded by the same hooks as those of plugins."""

from hubrank.methods.aggregation import AGGREGATORS
from hubrank.methods.imputation import IMPUTATIONS
from hubrank.methods.normalisation import NORMALISATIONS
from hubrank.methods.rescaling import RESCALINGS
from hubrank.methods.treatment import TREATMENTS
from hubrank.methods.weighting import WEIGHTINGS
from hubrank.plugin.hooks import hookimpl

hubrank_imputations = hookimpl(lambda: IMPUTATIONS)
hubrank_treatments = hookimpl(lambda: TREATMENTS)
hubrank_normalisations = hookimpl(lambda: NORMALISATIONS)
hubrank_weightings = hookimpl(lambda: WEIGHTINGS)
hubrank_aggregators = hookimpl(lambda: AGGREGATORS)
hubrank_rescalings = hookimpl(lambda: RESCALINGS)
