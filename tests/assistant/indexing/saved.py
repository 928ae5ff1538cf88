"""What staff save while a server is at work."""

from datetime import date

from assistant.documents import document as documents
from assistant.documents.document import Document
from assistant.documents.sections import TEXT, Line, Section
from assistant.knowledge import facts
from assistant.knowledge.entry import key_of

ASKED, SAID = "Trụ sở xã mở cửa mấy giờ?", "Từ 7 giờ 30."


def put_answer(assistant, question=ASKED, text=SAID, **more):
    return assistant.store.put_verified(question, text, "Quầy", "", None, "Quầy", **more)


def put_document(assistant, title="Quy định thư viện xã", *lines):
    """A section for each line."""
    said = lines or ("Làm thẻ thư viện xã hết 8.000 đồng.",)
    document = Document(
        key=key_of(title),
        title=title,
        number="",
        source="Ủy ban xã",
        source_url="",
        unit=None,
        sections=tuple(Section("Mức phí", (Line(TEXT, line),)) for line in said),
        read_on=date(2026, 11, 1),
    )
    return documents.put(assistant.store, document, owner="Quầy")


def put_fact(assistant, place="Chợ phiên Bản Mạ", value="từ 5 giờ sáng thứ bảy", **more):
    fact = facts.Fact(key_of(place), facts.HOURS, place, "Giờ họp", value, date(2026, 11, 1), **more)
    return facts.put(assistant.store, fact, owner="Quầy")
