"""Reporting rounds: what a gap list said each time, what became of it, what communes and operators answer."""
