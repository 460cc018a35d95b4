"""How sure a rank is (Handbook step 7): draws of everything that is uncertain, and the counts of their ranks.

In come a plan with sources of uncertainty and what was measured; out goes an `Outcome`. Each combination of
alternatives is composed once (`variants`) and compiled to flat arrays (`programs`); blocks of draws that can be had
again one by one (`draws`) become ranks (`ordering`) of which only counts are kept (`tallies`), so that memory does not
grow with draws. Those who ask more of the draws, or count them elsewhere, import the names below and nothing inside.
"""

from hubrank.composing.moves import SURE_MOVE
from hubrank.robustness.analysis import Analysis, analysis_of, run
from hubrank.robustness.assessing import assess, with_intervals
from hubrank.robustness.blocks import Counter
from hubrank.robustness.draws import Design, Draws, mixed
from hubrank.robustness.forms import form_of, forms_of, why_composed
from hubrank.robustness.moving import moves_between
from hubrank.robustness.outcomes import HIGH, LOW, SURE, Outcome
from hubrank.robustness.programs import weigher
from hubrank.robustness.samplers import WeightSampler, base_weights
from hubrank.robustness.streams import stream
from hubrank.robustness.tallies import Tally
from hubrank.robustness.variants import Variant
from hubrank.scenario import changes
from hubrank.scenario.uncertainty.sources import Uncertainties

__all__ = [
    "HIGH",
    "LOW",
    "SURE",
    "SURE_MOVE",
    "Analysis",
    "Counter",
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
    "mixed",
    "moves_between",
    "run",
    "stream",
    "weigher",
    "why_composed",
    "with_intervals",
]
