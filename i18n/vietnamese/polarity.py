"""What turns a sentence around: denials, exceptions, orders in time, duties, hedges.

Every kind is counted by the places where it stands, so that two sentences can be compared: a sentence
that says less or more of them than its source says something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

DENIED, NOT_YET, ASKED, ONLY, EXCEPT, FREE = "denied", "not yet", "asked", "only", "except", "free"
BEFORE, AFTER, OUTSIDE, MORE, LESS = "before", "after", "outside", "more", "less"
MUST, MAY, ALL, SOME = "must", "may", "all", "some"

COUNTED = (DENIED, NOT_YET, ASKED, ONLY, EXCEPT, FREE, BEFORE, AFTER, OUTSIDE, MORE, LESS)
"""These must stand in a sentence as often as in what it rests on."""

_PHRASES = {
    FREE: (
        "miễn phí|miễn lệ phí|được miễn|miễn|không mất tiền|không mất phí|không tốn tiền|không thu phí"
        "|không thu tiền|không phải trả tiền|không phải nộp tiền|không mất đồng nào|không tính tiền"
    ),
    "": (
        "địa chỉ|chứng chỉ|tôn chỉ|chỉ tiêu|chỉ đạo|chỉ thị|chỉ huy|sau đó|sau đây|sau này|sau cùng"
        "|trước tiên|trước hết|trước đây|trước mặt|phía trước|mặt sau|mặt trước|phía sau|bên phải|không gian"
        "|không khí"
        "|ngoài ra|trong ngoài|trừ tiền|camera sau|camera trước|lần sau|bước sau|như sau|thường trú"
        "|bình thường|thông thường|tầm thường|miễn là|miễn sao"
    ),
    NOT_YET: "chưa",
    DENIED: "không được phép|không được|không bao giờ|không nên|không cần|không|chẳng|đừng|chớ|cấm|khỏi",
    ONLY: "chỉ|duy nhất|mỗi mình|riêng",
    EXCEPT: "ngoại trừ|trừ khi|trừ phi|trừ|không kể",
    BEFORE: "trước",
    AFTER: "sau khi|sau",
    OUTSIDE: "ngoài",
    MORE: "hơn|quá|trên|trở lên|vượt",
    LESS: "dưới|kém|trở xuống",
    MUST: "bắt buộc|buộc phải|phải|cần phải",
    MAY: "có thể|được phép|tùy ý|tùy bạn|tự do|cho phép",
    ALL: "tất cả|mọi|bất kỳ|bất cứ|toàn bộ|luôn luôn|luôn|ai cũng|đều|hoàn toàn|chắc chắn|nhất định|cam kết",
    SOME: "một số|có người|có nơi|có thể|tùy|thường|có khi|đôi khi|hầu hết|phần lớn|nhiều người|có trường hợp"
    "|một vài|có lúc",
}
_HIDES = frozenset(("chỉ", "trừ", "không", "miễn"))
"""Words that deny or restrict; “chứng chỉ” has one in it and does neither."""

_KIND_OF: dict[tuple[str, ...], list[str]] = {}
for _kind, _phrases in _PHRASES.items():
    for _phrase in _phrases.split("|"):
        _KIND_OF.setdefault(tuple(_phrase.split()), []).append(_kind)
_LONGEST = max(map(len, _KIND_OF))
_ENDS = frozenset((".", "?", "!", ",", ";", ":", ")", ""))

OPPOSITES = tuple(
    tuple(side.split("/"))
    for side in """mở=khóa/đóng; mở_khóa=khóa; lạ=quen; bật=tắt; nhận=gửi;
    mua=bán; thêm=bớt; tăng=giảm; đúng=sai; thật=giả;
    cũ=mới; trái=phải; nhanh=chậm; sớm=muộn/trễ; vào=ra; bắt đầu=kết thúc; tạm trú=thường trú;
    khai sinh=khai tử; chứng sinh=chứng tử; kết hôn=ly hôn; nam=nữ; trẻ em=người lớn/người già;
    an toàn=nguy hiểm; dễ=khó;
    nên=tránh/đừng/không nên; cho phép=cấm; đồng ý=từ chối; trong nước=nước ngoài; công khai=kín/bí mật;
    cài=gỡ/xóa; lưu=xóa; giữ=bỏ/xóa; hợp lệ=không hợp lệ; còn hạn=hết hạn; có=không/chưa; ngày=đêm;
    sáng=chiều/tối; cao=thấp; lớn=nhỏ; nhiều=ít; bản chính=bản sao/bản chụp; mẹ=cha/bố; ông=bà;
    vợ=chồng; cá nhân=tổ chức; chủ hộ=người thuê; người thuê=chủ nhà; trực tiếp=trực tuyến/qua mạng;
    công chứng=chứng thực; tin=ngờ/nghi ngờ; gọi=nhắn; rút=nạp/gửi; cấp=thu hồi; tiếp tục=dừng;
    đầu tiên=cuối cùng; tháng=năm/ngày; tự nguyện=bắt buộc""".replace("\n", " ").split(";")
    for side in (side.strip().replace("=", "/"),)
)
"""Groups of words of which one must not stand for another: the first is the opposite of each of the rest."""


def marks(words: Sequence[str], bounded: frozenset[int] = frozenset()) -> Iterator[tuple[str, int, int]]:
    """(kind, place, place after it) of every word that turns a sentence around.

    `words`: the forms of all tokens, marks too; `bounded`: places of words that bound a number and are
    compared with it. A “không” at the end of a clause asks.
    """
    for kind, place, after in _found(words):
        if not kind or place in bounded:
            continue
        following = words[after] if after < len(words) else ""
        is_asked = kind in (DENIED, NOT_YET) and following in _ENDS and after == place + 1
        yield (ASKED if is_asked else kind), place, after


def hiding(words: Sequence[str]) -> Iterator[str]:
    """The words that only look like a denial, such as “chứng chỉ”: a source must have them as they are."""
    for kind, start, end in _found(words):
        if not kind and not _HIDES.isdisjoint(words[start:end]):
            yield " ".join(words[start:end])


def _found(words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """(kind, place, place after it) of every known phrase, the longest first; an idle one has no kind."""
    place = 0
    while place < len(words):
        length, kinds = phrase_at(words, place)
        for kind in kinds:
            yield kind, place, place + length
        place += length or 1


def phrase_at(words: Sequence[str], place: int) -> tuple[int, list[str]]:
    """The longest known phrase at a place: its length and kinds; (0, []) if there is none."""
    for length in range(min(_LONGEST, len(words) - place), 0, -1):
        kinds = _KIND_OF.get(tuple(words[place : place + length]))
        if kinds is not None:
            return length, kinds
    return 0, []
