"""A plan in words: what was asked, what is to be built, how sure that is, and what stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from phusong.coverage.criteria import Profile
from phusong.coverage.siting import KINDS, LEFT, OUTCOME_TEXTS
from phusong.coverage.siting_worlds import Held
from phusong.data.terms import interval_label
from phusong.plan.advice import left_text
from phusong.plan.choice import Choice
from phusong.plan.money_text import dong
from phusong.words import Text, number, percent

Line = tuple[Text, Text]

KIND_COUNTS = {
    "upgrade": Text("{n} nâng cấp", "{n} upgraded"),
    "share": Text("{n} dùng chung", "{n} shared"),
    "new": Text("{n} mới", "{n} new"),
}


def answer_of(choice: Choice, held: Held, profile: Profile) -> tuple[Line, ...]:
    """Return the answer to a question about sites, label by label."""
    lines = [
        (Text("Yêu cầu", "Asked"), _asked(choice)),
        (Text("Kết quả", "Answer"), _outcome(choice)),
        (Text("Hộ chưa có sóng được xét", "Households without service"), _demand(choice)),
    ]
    if choice.plan.chosen:
        lines += _chosen(choice, held, profile)
    return (*lines, *_left(choice))


def notes_of(choice: Choice, profile: Profile) -> tuple[Text, ...]:
    """Return what a reader has to know beside the answer."""
    notes = [
        Text(
            "Chỉ xét hộ chắc chắn chưa có sóng; hộ được phủ là hộ có sóng cả khi các giá trị chưa biết đều bất lợi.",
            "Only households surely without service count; served are those that have it at the unfavourable end.",
        ),
        Text(
            f"Khoảng giữ được: {profile.uncertainty.source.vi}.",
            f"What holds rests on: {profile.uncertainty.source.en}.",
        ),
    ]
    budget, high = choice.asked.budget_vnd, choice.cost.high
    if budget is not None and high > budget:
        notes.append(
            Text(
                f"Chọn theo đơn giá giữa; nếu mọi đơn giá ở mức cao thì cần {dong(high).vi}.",
                f"Chosen by middle prices; at the highest prices {dong(high).en} are needed.",
            )
        )
    if not choice.plan.in_time:
        notes.append(
            Text(
                "Đã hết thời gian tìm kiếm: chạy lại có thể cho phương án khác, trong giới hạn đã nêu.",
                "The search ran out of time: another run may give another plan within the bound stated.",
            )
        )
    return tuple(notes)


def _asked(choice: Choice) -> Text:
    asked = choice.asked
    if asked.budget_vnd is not None:
        money = dong(asked.budget_vnd)
        text = Text(f"phủ nhiều hộ nhất với {money.vi}", f"the most households for {money.en}")
    else:
        share = (asked.cover_households or 0.0, choice.demand.households)
        text = Text(
            f"phủ {percent(*share)} hộ với chi phí thấp nhất", f"{percent(*share, 'en')} households for the least cost"
        )
    least = asked.least_households
    return Text(
        f"{text.vi}; mỗi trạm ít nhất {number(least)} hộ của riêng mình",
        f"{text.en}; at least {number(least, 'en')} households of its own a site",
    )


def _outcome(choice: Choice) -> Text:
    text = OUTCOME_TEXTS[choice.plan.outcome]
    if choice.plan.outcome != "too_many":
        return text
    most = choice.plan.bound, choice.demand.households
    return Text(f"{text.vi}: nhiều nhất {percent(*most)} hộ", f"{text.en}: {percent(*most, 'en')} at the most")


def _demand(choice: Choice) -> Text:
    demand = choice.demand
    inside = float(demand.weight[demand.gap >= 0].sum())
    vi = f"{number(demand.households)}, trong đó {number(inside)} ở các vùng lõm"
    en = f"{number(demand.households, 'en')}, {number(inside, 'en')} of them in gaps"
    if demand.settled:
        n = len(demand.settled)
        vi += f"; không tính {number(n)} vùng đã có kết luận có sóng"
        en += f"; {number(n, 'en')} gaps found served left out"
    return Text(vi, en)


def _chosen(choice: Choice, held: Held, profile: Profile) -> Iterable[Line]:
    plan, whole = choice.plan, choice.demand.households
    whole_cost, middle = choice.cost.text, dong(choice.cost.middle)
    kinds = Counter(offer.candidate.kind for offer in choice.chosen)
    counts = [KIND_COUNTS[kind] for kind in KINDS if kinds[kind]]
    numbers = [number(kinds[kind]) for kind in KINDS if kinds[kind]]
    vi, en = (
        ", ".join(text.to(language).format(n=n) for text, n in zip(counts, numbers, strict=True))
        for language in ("vi", "en")
    )
    yield (
        Text("Số trạm", "Sites"),
        Text(f"{number(len(plan.chosen))} ({vi})", f"{number(len(plan.chosen), 'en')} ({en})"),
    )
    yield (
        Text("Hộ được phủ", "Households served"),
        Text(percent(plan.households, whole), percent(plan.households, whole, "en")),
    )
    yield (
        Text("Chi phí", "Cost"),
        Text(f"{middle.vi} (khoảng {whole_cost.vi})", f"{middle.en} (range {whole_cost.en})"),
    )
    each = dong(choice.cost.middle / plan.households)
    yield Text("Chi phí một hộ", "Cost a household"), each
    yield Text("Giới hạn chứng minh được", "Proven bound"), _bound(choice)
    label = interval_label(profile.uncertainty)
    yield (
        Text("Hộ vẫn có sóng khi dữ liệu sai lệch", "Households that hold when inputs are off"),
        Text(
            f"{number(held.low)}–{number(held.high)} ({label.vi})",
            f"{number(held.low, 'en')}–{number(held.high, 'en')} ({label.en})",
        ),
    )


def _bound(choice: Choice) -> Text:
    plan, gap = choice.plan, 100.0 * choice.plan.gap
    vi_gap, en_gap = number(gap, decimals=2), number(gap, "en", decimals=2)
    if choice.asked.budget_vnd is not None:
        return Text(
            f"không phương án nào phủ quá {number(plan.bound)} hộ; cách tốt nhất không quá {vi_gap} %",
            f"no plan serves more than {number(plan.bound, 'en')} households; within {en_gap} % of the best",
        )
    money = dong(plan.bound)
    return Text(
        f"không phương án nào tốn dưới {money.vi}; cách tốt nhất không quá {vi_gap} %",
        f"no plan costs less than {money.en}; within {en_gap} % of the best",
    )


def _left(choice: Choice) -> Iterable[Line]:
    sums = choice.plan.households_left(choice.demand.point_weight)
    for code, key in enumerate(LEFT):
        if key != "served" and sums[key] > 0.0:
            text = left_text(choice, code)
            yield (
                Text(f"Còn lại: {text.vi}", f"Left: {text.en}"),
                Text(f"{number(sums[key])} hộ", f"{number(sums[key], 'en')} households"),
            )
