"""Bids as bidders send them: their forms, how a filled-in workbook is read, and how it is compared with its package."""
