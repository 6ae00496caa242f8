"""Words every letterhead, running line and signature has (Decree 30/2020/NĐ-CP)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.tenders.templates.layout import Issuer, fill, told
from phusong.words import Text

NATION = Text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIETNAM")
MOTTO = Text("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness")
RECIPIENTS_TITLE = Text("Nơi nhận:", "Recipients:")
FOOTER = Text(
    "Gói {{ package_code }} · bản {{ version }} · số liệu chốt ngày {{ frozen_on }} · mã kiểm tra {{ digest_short }}",
    "Package {{ package_code }} · version {{ version }} · frozen on {{ frozen_on }} · digest {{ digest_short }}",
)
_PLACE = told("place")
PLACE_AND_DATE = Text(
    f"{_PLACE.vi}, ngày [[…]] tháng [[…]] năm {{{{ year }}}}", f"{_PLACE.en}, [[day, month]] {{{{ year }}}}"
)
_PARENT = told("parent_body")
PARENTS: Mapping[Issuer, Text] = MappingProxyType(
    {
        "investor": Text(_PARENT.vi.replace(" }}", "|upper }}", 1), _PARENT.en.replace(" }}", "|upper }}", 1)),
        "appraiser": fill("cơ quan chủ quản của đơn vị thẩm định", "parent body of the appraiser"),
        "competent_body": fill("cơ quan chủ quản, nếu có", "parent body, if any"),
    }
)
_TITLE, _NAME = told("signer_title"), told("signer_name")
SIGNERS: Mapping[Issuer, Text] = MappingProxyType(
    {
        "investor": Text(_TITLE.vi.replace(" }}", "|upper }}", 1), _TITLE.en.replace(" }}", "|upper }}", 1)),
        "appraiser": fill("chức vụ người ký của đơn vị thẩm định", "position of the appraiser's signer"),
        "competent_body": fill("chức vụ người có thẩm quyền", "position of the competent person"),
    }
)
SIGNER_NAMES: Mapping[Issuer, Text] = MappingProxyType(
    {
        "investor": _NAME,
        "appraiser": fill("họ và tên người ký của đơn vị thẩm định", "name of the appraiser's signer"),
        "competent_body": fill("họ và tên người có thẩm quyền", "name of the competent person"),
    }
)


def number_line(letters: str, issuer: Issuer) -> Text:
    """Return the line of number and letters: ``Số: […]/TTr-SKHCN``."""
    short = "[[…]]"
    if issuer == "investor":
        short = "{{ told.investor_short }}[[{% if not told.investor_short %}…{% endif %}]]"
    written = f"[[…]]/{letters}-{short}" if letters else f"[[…]]/{short}"
    return Text(f"Số: {written}", f"No.: {written}")
