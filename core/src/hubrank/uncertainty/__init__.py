"""The certainty of ranks (Handbook step 7): draws of everything uncertain, and the counts of their ranks.

A plan with sources of uncertainty and its measurements give an `Outcome`. Each combination of alternatives is composed
once (`variants`); reproducible blocks of draws (`sampling`) become ranks, by matrix products (`fast`) or by the methods
themselves, of which only counts are kept (`engine`), so memory does not grow with the draws.
"""
