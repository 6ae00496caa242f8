"""What to do about gaps: candidate sites, their costs, backhaul and power, the choice among them, routes and ranks."""
