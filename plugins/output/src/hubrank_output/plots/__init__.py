"""Plots of a ranking: Altair objects for notebooks, SVG and PNG for everything else."""
