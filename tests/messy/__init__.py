"""Workbooks as provinces send them, made by code: one trait each, or several, of a table that is otherwise clean."""
