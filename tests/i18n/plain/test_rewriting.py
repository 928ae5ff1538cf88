"""The plain form of an office text: shorter sentences, everyday words, the same facts."""

import pytest

from i18n.plain import rewrite, rewrite_lines


@pytest.mark.parametrize(
    ("office", "plain"),
    [
        (
            "Trong thời hạn 05 ngày làm việc kể từ ngày nhận đủ hồ sơ, Sở Y tế cấp lại giấy phép.",
            "Sở Y tế cấp lại giấy phép. Thời hạn là 05 ngày làm việc kể từ ngày nhận đủ hồ sơ.",
        ),
        (
            "Ủy ban nhân dân cấp xã xem hồ sơ rồi cấp thẻ; trường hợp không cấp phải nêu rõ lý do.",
            "Ủy ban nhân dân cấp xã xem hồ sơ rồi cấp thẻ. Nếu không cấp thì phải nêu rõ lý do.",
        ),
        (
            "Nếu không cấp thì Sở Y tế phải trả lời cho người nộp bằng văn bản và nêu rõ lý do.",
            "Nếu không cấp:\n- Sở Y tế phải trả lời cho người nộp bằng văn bản. Văn bản nêu rõ lý do.",
        ),
        (
            "Cá nhân nộp 01 bộ hồ sơ trực tiếp hoặc qua bưu chính hoặc trực tuyến đến Sở Y tế.",
            "Cá nhân nộp 01 bộ hồ sơ đến Sở Y tế. Cách nộp: trực tiếp hoặc qua bưu chính hoặc trực tuyến.",
        ),
        (
            "Hồ sơ đăng ký gồm: đơn theo mẫu; giấy khai sinh; ảnh chân dung cỡ 3x4 cm.",
            "Hồ sơ đăng ký gồm:\n- đơn theo mẫu;\n- giấy khai sinh;\n- ảnh chân dung cỡ 3x4 cm.",
        ),
        (
            "Chủ cơ sở nộp bản vẽ nhà xưởng theo quy định tại khoản 2 Điều 9 Nghị định số 16/2024/NĐ-CP.",
            "Chủ cơ sở nộp bản vẽ nhà xưởng. Xem quy định tại khoản 2 Điều 9 Nghị định số 16/2024/NĐ-CP.",
        ),
        (
            "Cá nhân lập đơn đề nghị theo Mẫu số 34 Phụ lục V ban hành kèm theo Nghị định số 33/2026/NĐ-CP.",
            "Cá nhân lập đơn đề nghị theo Mẫu số 34 Phụ lục V. "
            "Phụ lục này ban hành kèm theo Nghị định số 33/2026/NĐ-CP.",
        ),
    ],
)
def test_a_long_sentence_is_cut_at_a_safe_joint(office, plain):
    assert rewrite(office).text == plain


@pytest.mark.parametrize(
    "sentence",
    [
        # Cutting would free the second half from its condition.
        "Khi hồ sơ chưa đủ thì cán bộ giúp người dân làm lại hồ sơ và cán bộ ghi vào sổ.",
        # A deadline for two things, the second under a condition of its own.
        "Trong thời hạn 03 ngày kể từ ngày nhận hồ sơ, Sở Y tế xem xét hồ sơ, không đạt thì trả lại ngay.",
        # The members of a row of papers.
        "Người dân mang theo bản chính giấy khai sinh, giấy đăng ký kết hôn và thẻ căn cước của cha và mẹ.",
        # What lasts is not what is done within.
        "Giấy phép hoạt động của phòng khám tư nhân có giá trị trong thời hạn 05 năm kể từ ngày cấp lần đầu.",
        # An exception belongs to its rule.
        "Người dân không phải nộp bản sao theo quy định tại khoản 2 Điều 9 của Nghị định số 16/2024/NĐ-CP.",
        # Inside brackets nothing is cut.
        "Sở Y tế nhận đơn (đơn viết tay; nếu không biết chữ thì phải có người làm chứng) của người dân.",
    ],
)
def test_what_could_become_wrong_stays_long(sentence):
    assert rewrite(sentence).text == sentence


def test_an_office_word_gives_way_only_where_it_fits():
    assert rewrite("Bạn sử dụng thẻ này.").text == "Bạn dùng thẻ này."
    assert rewrite("Giấy chứng nhận quyền sử dụng đất.").text == "Giấy chứng nhận quyền sử dụng đất."
    assert rewrite("Luật Quản lý, sử dụng vũ khí.").text == "Luật Quản lý, sử dụng vũ khí."
    assert rewrite("Bạn bấm “Sử dụng ngay” rồi đợi.").text == "Bạn bấm “Sử dụng ngay” rồi đợi."
    assert rewrite("Không nhằm mục đích buôn bán.").text == "Không nhằm mục đích buôn bán."
    assert rewrite("Khi đến phải xuất trình thẻ căn cước.").text == "Khi đến phải cho xem thẻ căn cước."


def test_short_forms_are_opened():
    assert rewrite("Nộp tại UBND xã.").text == "Nộp tại Ủy ban nhân dân xã."
    assert rewrite("TTHC này có trên Cổng DVC.").text == "Thủ tục hành chính này có trên Cổng dịch vụ công."


@pytest.mark.parametrize(
    "text",
    [
        "Theo Thông tư 53/2025/TT-BCA và Quyết định 12/QĐ-UBND.",
        "Điền mẫu CT01 trong VNeID.",
        "Thẻ bảo hiểm y tế (BHYT) của bạn. Nhớ mang thẻ BHYT.",
        "Gửi thư tới BHXH@xa.vn hoặc mở https://xa.vn/UBND.",
        "Cơ quan cấp thẻ (sau đây gọi là UBND) trả lời.",
    ],
)
def test_codes_names_and_what_the_text_explains_stay(text):
    plain = rewrite(text)
    assert (plain.text, plain.changed) == (text, False)


def test_each_technical_word_is_explained_once():
    plain = rewrite("Bạn cần mã OTP. Mã OTP gửi về máy. Bạn chứng thực bản sao.")
    terms = [entry.term for entry in plain.explanations]
    assert terms.count("mã OTP") == 1
    assert "chứng thực" in terms
    assert "mã OTP" not in [entry.term for entry in rewrite(plain.text, explained=("OTP",)).explanations]


def test_steps_stay_as_many_and_in_their_order():
    steps = (
        "Nộp hồ sơ tại UBND xã.",
        "Trong thời hạn 03 ngày làm việc kể từ ngày nhận hồ sơ, Sở Y tế cấp giấy phép cho cơ sở khám bệnh.",
        "Nhận kết quả.",
    )
    plain, entries = rewrite_lines(steps)
    assert plain[0] == "Nộp hồ sơ tại Ủy ban nhân dân xã."
    assert plain[1].startswith("Sở Y tế cấp giấy phép")
    assert plain[1].endswith("03 ngày làm việc kể từ ngày nhận hồ sơ.")
    assert plain[2] == "Nhận kết quả."
    assert [entry.term for entry in entries].count("hồ sơ") == 1


def test_what_follows_a_list_does_not_join_it():
    plain = rewrite(
        "Nếu hồ sơ chưa đầy đủ thì cán bộ tiếp nhận phải giúp người dân làm lại hồ sơ. Phí không trả lại."
    )
    assert plain.text.split("\n")[0] == "Nếu hồ sơ chưa đầy đủ:"
    assert plain.text.split("\n")[2] == "Phí không trả lại."


def test_a_sentence_that_goes_on_in_the_next_line_is_one_sentence():
    plain = rewrite(
        "Trong thời hạn 03 ngày làm việc kể từ khi nhận được hồ sơ, cơ quan tiếp\nnhận hồ sơ cấp giấy phép.\n"
        "a) Đơn theo mẫu\nb) Ảnh"
    )
    assert plain.text.startswith("Cơ quan nhận hồ sơ cấp giấy phép. Thời hạn là 03 ngày làm việc")
    assert plain.text.endswith("\na) Đơn theo mẫu\nb) Ảnh")


def test_a_label_stays_before_its_step():
    assert rewrite(
        "Bước 2: Trong thời hạn 03 ngày làm việc kể từ ngày nhận hồ sơ, Sở Y tế cấp giấy phép cho cơ sở."
    ).text.startswith("Bước 2: Sở Y tế cấp giấy phép cho cơ sở. Thời hạn là 03 ngày làm việc")


def test_how_plain_it_was_and_is():
    plain = rewrite(
        "Trong thời hạn 05 ngày làm việc kể từ ngày nhận đủ hồ sơ, UBND xã cấp giấy chứng nhận cho hộ dân."
    )
    assert len(plain.before.too_long) == 1
    assert plain.before.unexplained_abbreviations == ("UBND",)
    assert (plain.after.too_long, plain.after.unexplained_abbreviations) == ((), ())


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "…", "A"])
def test_what_says_nothing_stays(text):
    assert rewrite(text).text == text
    assert rewrite_lines(()) == ((), ())
