"""What tests of several rooms make: made-up procedure records, answers, sign-up forms."""

from assistant.answer import ANSWERED, Answer, Citation

HEAD = """Chi tiết thủ tục hành chính
Mã thủ tục: {code}
Số quyết định: {decision}
Tên thủ tục: {title}
Cấp thực hiện: Cấp Xã
Loại thủ tục: TTHC được luật giao quy định chi tiết
Lĩnh vực: Chăn nuôi ong"""

CHANNELS = """  * Hình thức nộp: ONLINE
    Thời hạn giải quyết: 3 WORKING_DAY
    Phí, lệ phí: 7000 VNĐ (Trường hợp công dân nộp hồ sơ trực tuyến thu 7.000 đồng/lần đăng ký.)
  * Hình thức nộp: DIRECT
    Thời hạn giải quyết: 3 WORKING_DAY
    Phí, lệ phí: 15000 VNĐ (15.000 đồng/lần đăng ký)
    Mô tả: Nộp tại quầy một cửa của xã."""

PAPERS = """    - Tờ khai nuôi ong
      Số lượng: Bản chính: 1, Bản sao: 0
    - Giấy tờ của người nuôi ong
      Số lượng: Bản chính: 0, Bản sao: 2"""

STEPS = """    Bước 1: Người nuôi ong viết tờ khai.
    Bước 2: Người nuôi ong nộp hồ sơ đến quầy một cửa."""


def record(
    code="9.000001",
    title="Đăng ký nuôi ong",
    decision="12/QĐ-ONG",
    steps=STEPS,
    channels=CHANNELS,
    papers=PAPERS,
    who="Công dân Việt Nam, Cán bộ, công chức, viên chức, Tổ chức (không bao gồm doanh nghiệp, HTX)",
    agency="Ủy ban nhân dân cấp xã",
    address="Quầy một cửa của xã",
    laws="  * Luật Nuôi ong (1/2020/QH14)",
    requirements="Có ít nhất một đàn ong.",
):
    """One record text; each part is what stands after its label."""
    return "\n".join(
        (
            HEAD.format(code=code, title=title, decision=decision),
            f"Trình tự thực hiện:\n{steps}\n",
            f"Cách thức thực hiện:\n{channels}\n",
            f"Thành phần hồ sơ:\n{papers}\n",
            f"Đối tượng thực hiện: {who}",
            f"Cơ quan thực hiện: {agency}",
            "Cơ quan có thẩm quyền: Không có thông tin",
            f"Địa chỉ tiếp nhận HS: {address}",
            "Cơ quan được ủy quyền: Không có thông tin",
            "Cơ quan phối hợp: Không có thông tin",
            "Kết quả thực hiện: Giấy nuôi ong",
            f"Căn cứ pháp lý:\n{laws}\n",
            f"Yêu cầu, điều kiện thực hiện: {requirements}",
            "Từ khóa: Không có thông tin",
            f"Mô tả: {requirements}",
        )
    )


def channel(way="DIRECT", duration="3 WORKING_DAY", fees="Không có thông tin", note=""):
    """One way of handing in, as a record writes it."""
    lines = [f"  * Hình thức nộp: {way}", f"    Thời hạn giải quyết: {duration}", f"    Phí, lệ phí: {fees}"]
    return "\n".join([*lines, f"    Mô tả: {note}"] if note else lines)


def paper(name, originals=1, copies=0):
    """One paper, as a record writes it."""
    return f"    - {name}\n      Số lượng: Bản chính: {originals}, Bản sao: {copies}"


def answer(text="Có.", outcome=ANSWERED, url="/hoc/a/b#c", quote=None, **more) -> Answer:
    """An answer with one citation, whose quote is its own text unless another is given."""
    cited = Citation("Bài", url, text if quote is None else quote)
    return Answer(**{"question": "?", "outcome": outcome, "text": text, "citations": (cited,), **more})


def sign_up_form(**more: str) -> dict[str, str]:
    """What a grown-up types to make an account, without a login unless one is given."""
    return {
        "name": "Nguyễn Thị Lành", "secret": "739184", "secret_again": "739184", "age": "16", "consent": "1",
        **more,
    }  # fmt: skip
