"""Indicators and reports over rounds and studies."""
