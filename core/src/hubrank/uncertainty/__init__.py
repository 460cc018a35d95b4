"""The certainty of ranks (Handbook step 7): draws of everything uncertain, and the counts of their ranks.

In come a plan with sources of uncertainty and what was measured; out goes an `Outcome`. Each combination of
alternatives is composed once (`variants`); blocks of draws that can be had again one by one (`sampling`) become ranks,
by matrix products (`fast`) or by the methods themselves, of which only counts are kept (`engine`), so that memory does
not grow with draws.
"""
