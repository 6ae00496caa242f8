"""The sample province: a mountainous province that does not exist, with the lists a real one would hand in."""

from phusong.data.sample.make import SampleSummary, make_sample
from phusong.data.sample.recipe import Recipe, read_recipe

__all__ = ["Recipe", "SampleSummary", "make_sample", "read_recipe"]
