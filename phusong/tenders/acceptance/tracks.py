"""Tracks of a device: samples whose position cannot be, because nobody travels that far in that time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def implausible(
    time_s: Floats, x_m: Floats, y_m: Floats, device: NDArray[np.object_], *, speed_m_s: float, slack_m: float
) -> Mask:
    """Mark the samples whose position jumped away from the track of their device.

    A track is cut wherever the way to the next sample is longer than ``slack_m`` plus what can be travelled in the
    time between. Its longest piece is trusted; going outwards from it, another piece is trusted only where it can be
    reached from the last trusted sample. So a jump there and back loses the samples in between and no others.

    Parameters
    ----------
    time_s, x_m, y_m, device
        Of each sample, in any order, shape (n,).
    speed_m_s
        The greatest plausible speed.
    slack_m
        How far a position may be off besides.

    Returns
    -------
    marked
        Shape (n,).
    """
    marked = np.zeros(len(time_s), dtype=bool)
    for name in sorted(set(device.tolist())):
        own = np.flatnonzero(device == name)
        order = own[np.lexsort((y_m[own], x_m[own], time_s[own]))]
        marked[order] = _off_track(time_s[order], x_m[order], y_m[order], speed_m_s, slack_m)
    return marked


def _off_track(time_s: Floats, x_m: Floats, y_m: Floats, speed_m_s: float, slack_m: float) -> Mask:
    """Mark the samples of one track, in the order of time."""

    def reachable(one: int, other: int) -> bool:
        way = float(np.hypot(x_m[one] - x_m[other], y_m[one] - y_m[other]))
        return way <= slack_m + speed_m_s * abs(float(time_s[one] - time_s[other]))

    jumps = np.hypot(np.diff(x_m), np.diff(y_m)) > slack_m + speed_m_s * np.diff(time_s)
    starts = np.concatenate(([0], np.flatnonzero(jumps) + 1))
    ends = np.concatenate((starts[1:], [len(time_s)]))
    longest = int(np.argmax(ends - starts))
    off = np.zeros(len(time_s), dtype=bool)
    last = int(ends[longest]) - 1
    for start, end in zip(starts[longest + 1 :].tolist(), ends[longest + 1 :].tolist(), strict=True):
        if reachable(last, start):
            last = end - 1
        else:
            off[start:end] = True
    first = int(starts[longest])
    for start, end in zip(starts[:longest][::-1].tolist(), ends[:longest][::-1].tolist(), strict=True):
        if reachable(first, end - 1):
            first = start
        else:
            off[start:end] = True
    return off
