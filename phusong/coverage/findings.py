"""One finding from what the kinds of evidence say: measured before confirmed, declared, modelled; overrides above all.

A kind that says *undetermined* says that it does not know. Not knowing cannot overrule knowing: it counts as silence,
and the next kind that says something speaks. So too few measurements never wipe out what a commune confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from phusong.errors import PhuSongError
from phusong.words import Text

Kind = Literal["measured", "confirmed", "declared", "modelled"]
Basis = Literal["override", "measured", "confirmed", "declared", "modelled"]
Says = Literal["covered", "depression", "white", "weak", "undetermined", "served", "unserved"]
Target = Literal["village", "gap"]

PRECEDENCE: tuple[Kind, ...] = ("measured", "confirmed", "declared", "modelled")
"""Kinds of evidence, the one that decides first."""

VILLAGE_SAYS: tuple[Says, ...] = ("white", "depression", "weak", "covered", "undetermined")
GAP_SAYS: tuple[Says, ...] = ("unserved", "served", "undetermined")
SAYS_OF: Mapping[Target, tuple[Says, ...]] = {"village": VILLAGE_SAYS, "gap": GAP_SAYS}

LACKING: frozenset[Says] = frozenset({"white", "depression", "unserved"})
"""Findings a tender may be about. Weak signal is none: it is listed and watched, and its dark clusters are gaps."""
LIFTING: frozenset[Kind] = frozenset({"measured", "confirmed"})
"""Kinds that were on the spot: what they say stands whatever the model's inputs were worth."""

KIND_TITLES: Mapping[Basis, Text] = {
    "override": Text("kết luận đã ghi", "recorded finding"),
    "measured": Text("đo kiểm", "measured"),
    "confirmed": Text("xã xác nhận", "confirmed by the commune"),
    "declared": Text("khai báo, báo cáo", "declared or reported"),
    "modelled": Text("mô hình", "modelled"),
}
SAYS_TITLES: Mapping[Says, Text] = {
    "white": Text("trắng sóng", "no signal"),
    "depression": Text("lõm sóng", "signal depression"),
    "weak": Text("sóng yếu", "weak signal"),
    "covered": Text("phủ sóng", "covered"),
    "undetermined": Text("chưa xác định", "undetermined"),
    "unserved": Text("chưa có sóng", "unserved"),
    "served": Text("có sóng", "served"),
}


SOURCE_TITLES: Mapping[str, Text] = {
    "model": Text("mô hình", "model"),
    "claims": Text("bản đồ vùng phủ", "coverage maps"),
    "reported": Text("danh sách của tỉnh", "the province's list"),
    "operators": Text("nhà mạng trả lời", "operators' answers"),
    "commune": Text("xã trả lời", "the commune's answer"),
    "recorded": Text("danh sách kết luận", "the recorded list"),
    "tests": Text("phép đo", "tests"),
}


class OverrideError(PhuSongError):
    """An override without what makes it one: a word that may be found, its reason, its author, its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A finding somebody answers for; refused without reason, author and day (``dated`` as YYYY-MM-DD)."""

    finding: Says
    reason: str
    author: str
    dated: str

    def __post_init__(self) -> None:
        needed = {
            Text("lý do", "a reason"): self.reason,
            Text("người kết luận", "an author"): self.author,
            Text("ngày", "a day"): self.dated,
        }
        absent = [title for title, given in needed.items() if not given.strip()]
        if absent:
            vi, en = (", ".join(title.to(lang) for title in absent) for lang in ("vi", "en"))
            raise OverrideError(Text(f"Kết luận ghi thay phải có {vi}", f"An override must have {en}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rests:
    """What the model's answer about a target rests on."""

    centre_estimated: bool = False
    households_estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The finding of one target and service.

    ``disagreement`` names the kinds that say different things, None where none does; ``because`` says why a finding is
    provisional, None where it is not.
    """

    finding: Says
    basis: Basis
    said: Mapping[Kind, Says]
    disagreement: Text | None
    because: Text | None

    @property
    def agrees(self) -> bool:
        """Say whether nothing that says something contradicts anything else."""
        return self.disagreement is None

    @property
    def provisional(self) -> bool:
        """Say whether it must be confirmed before anything is bought by it."""
        return self.because is not None

    @property
    def tender(self) -> bool:
        """Say whether it may enter a tender list."""
        return self.finding in LACKING and not self.provisional


def find(
    said: Mapping[Kind, Says],
    *,
    target: Target = "village",
    override: Override | None = None,
    rests: Rests = Rests(),
    conflicts: Mapping[Kind, Text] = MappingProxyType({}),
) -> Finding:
    """Return the one finding of a target; where nobody knows it rests, undetermined, on the model.

    Parameters
    ----------
    said
        What each kind of evidence says; kinds that are silent are absent.
    target
        What may be said of a village and of a gap are different words.
    override
        A recorded finding: it stands above all; what it overrules stays listed.
    rests
        What the model's answer rests on.
    conflicts
        Kinds whose own sources contradict each other, with what each says: they are undetermined, and that is a
        disagreement.

    Raises
    ------
    OverrideError
        A word that is not one of the target's.
    """
    _check_words(said, target, override)
    definite = {kind: said[kind] for kind in PRECEDENCE if said.get(kind, "undetermined") != "undetermined"}
    decides: Kind = next((kind for kind in PRECEDENCE if kind in definite), "modelled")
    basis: Basis = decides if override is None else "override"
    finding = override.finding if override else definite.get(decides, "undetermined")
    return Finding(
        finding=finding,
        basis=basis,
        said=dict(said),
        disagreement=_disagreement(definite, override, conflicts),
        because=None if override else _because(finding, basis, rests),
    )


def kind_says(statements: Iterable[Says]) -> tuple[Says, bool]:
    """Return what several sources of one kind say together, and whether they contradict each other.

    Sources that do not know do not count; those that contradict each other leave their kind undetermined, so that a
    lower kind may speak and the contradiction is seen.
    """
    definite = {one for one in statements if one != "undetermined"}
    if len(definite) == 1:
        return definite.pop(), False
    return "undetermined", len(definite) > 1


def _check_words(said: Mapping[Kind, Says], target: Target, override: Override | None) -> None:
    given = [*said.values(), *([override.finding] if override else [])]
    wrong = [word for word in given if word not in SAYS_OF[target]]
    if wrong:
        allowed = ", ".join(SAYS_OF[target])
        raise OverrideError(
            Text(
                f"Kết luận phải là một trong {allowed}; nhận được “{wrong[0]}”",
                f"A finding must be one of {allowed}; got “{wrong[0]}”",
            )
        )


def _disagreement(
    definite: Mapping[Kind, Says], override: Override | None, conflicts: Mapping[Kind, Text]
) -> Text | None:
    """Name everything that is said, where not all say the same."""
    spoken: list[tuple[Basis, Says]] = [("override", override.finding)] if override else []
    spoken += [(kind, definite[kind]) for kind in PRECEDENCE if kind in definite]
    parts = [
        Text(f"{KIND_TITLES[k].vi}: {SAYS_TITLES[w].vi}", f"{KIND_TITLES[k].en}: {SAYS_TITLES[w].en}")
        for k, w in spoken
        if len({word for _, word in spoken}) > 1
    ]
    parts += [
        Text(
            f"{KIND_TITLES[k].vi}: các nguồn trái nhau ({conflicts[k].vi})",
            f"{KIND_TITLES[k].en}: its sources contradict each other ({conflicts[k].en})",
        )
        for k in PRECEDENCE
        if k in conflicts
    ]
    if not parts:
        return None
    return Text("; ".join(part.vi for part in parts), "; ".join(part.en for part in parts))


_UNDECIDED = Text("chưa đủ bằng chứng để kết luận", "there is too little evidence to conclude")
_MODEL_ONLY = Text("chỉ dựa trên mô hình", "it rests on the model alone")
_CENTRE = Text("trung tâm thôn là ước tính", "the village centre is estimated")
_HOUSEHOLDS = Text("hộ dân là ước tính", "households are estimated")


def _because(finding: Says, basis: Basis, rests: Rests) -> Text | None:
    """Say why a finding is provisional; what was measured or confirmed on the spot is not."""
    if finding == "undetermined":
        reasons = [_UNDECIDED]
    elif basis in LIFTING:
        return None
    else:
        facts = ((basis == "modelled", _MODEL_ONLY), (rests.centre_estimated, _CENTRE))
        reasons = [text for holds, text in (*facts, (rests.households_estimated, _HOUSEHOLDS)) if holds]
    if not reasons:
        return None
    return Text("; ".join(text.vi for text in reasons), "; ".join(text.en for text in reasons))
