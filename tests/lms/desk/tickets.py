"""Questions that wait at the desk, and an officer who answers them."""

from sqlalchemy import select

from lms.desk.models import Ticket

GOOD = {
    "text": "Bạn đến bàn khuyến nông của xã.\nHỏi cô Mẫu. Không mất tiền.",
    "source_title": "Sổ tay khuyến nông của xã",
    "source_url": "https://example.org/so-tay",
    "checked_on": "2026-11-20",
}


def ticket_about(commune, question: str) -> str:
    """The path, at the desk, of the newest ticket with this question."""
    with commune.database() as db:
        found = db.scalars(select(Ticket).where(Ticket.question == question).order_by(Ticket.id.desc()))
        return f"/quay/cau/{found.first().id}"


def ticket_for(commune, question: str) -> str:
    """Somebody asks what the assistant does not know; the path of the ticket at the desk."""
    commune.visitor().ask(question)
    return ticket_about(commune, question)


def seen(visitor, path: str) -> str:
    """The mark that the forms of a ticket carry along."""
    return visitor.page(path).select_one("input[name=seen]")["value"]


def answer(visitor, path: str, **changed: str):
    """Send the form of a ticket as a browser would."""
    return visitor.post(path, **(GOOD | {"seen": seen(visitor, path)} | changed))
