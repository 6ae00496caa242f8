"""The open tables of one study: counts by commune and village, and gaps, with what must not be told kept back."""
