"""How sure a rank is (Handbook step 7): draws of everything that is uncertain, and the counts of their ranks.

In come a plan with sources of uncertainty and what was measured; out goes an `Outcome`. Each combination of
alternatives is composed once (`variants`); blocks of draws that can be had again one by one (`sampling`) become ranks,
by matrix products (`fast`) or by the methods themselves, of which only counts are kept (`engine`), so that memory does
not grow with draws. Those who ask more of the draws import the names below and nothing inside.
"""

from hubrank.composing.moves import SURE_MOVE
from hubrank.composing.ranges import HIGH, LOW, held_text
from hubrank.scenario import changes
from hubrank.scenario.uncertainty.sources import Uncertainties
from hubrank.uncertainty.analysis import analysis_of, run
from hubrank.uncertainty.engine import Analysis, Tally, form_of, forms_of, weigher
from hubrank.uncertainty.outcome import SURE, Outcome, assess, moves_between, with_intervals
from hubrank.uncertainty.sampling import Design, Draws, WeightSampler, base_weights, stream
from hubrank.uncertainty.variants import Variant

__all__ = [
    "HIGH",
    "LOW",
    "SURE",
    "SURE_MOVE",
    "Analysis",
    "Design",
    "Draws",
    "Outcome",
    "Tally",
    "Uncertainties",
    "Variant",
    "WeightSampler",
    "analysis_of",
    "assess",
    "base_weights",
    "changes",
    "form_of",
    "forms_of",
    "held_text",
    "moves_between",
    "run",
    "stream",
    "weigher",
    "with_intervals",
]
