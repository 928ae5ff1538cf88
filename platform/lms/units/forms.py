"""What an administrator types about the unit."""

from __future__ import annotations

from i18n.dates import today
from lms.core.forms import Field, Form, Kind
from lms.core.language import lazy
from lms.units import service

UNIT_NAME = Field(
    "name",
    lazy("Tên xã, phường hoặc đơn vị"),
    longest=service.NAME_LIMIT,
    too_long=None,
    reads=service.checked_name,
    keeps_seen=True,
)
WHEN_CHECKED = lazy("Bạn chọn ngày đã gọi thử hoặc kiểm tra số này.")

UNIT = Form(
    (
        UNIT_NAME,
        Field(
            "desk_name",
            lazy("Tên nơi trả lời người dân"),
            hint=lazy("Ví dụ: Trung tâm Phục vụ hành chính công xã."),
            required=False,
            longest=service.DESK_NAME_LIMIT,
            keeps_seen=True,
        ),
        Field("no_emblem", lazy("Bỏ biểu trưng này"), Kind.TICK),
        Field(
            "emblem",
            lazy("Biểu trưng"),
            Kind.FILE,
            hint=lazy("Ảnh vuông PNG, JPG hoặc WebP, dưới 200 KB."),
            required=False,
            longest=service.EMBLEM_LIMIT,
        ),
    )
)

CONTACT = Form(
    (
        Field(
            "label",
            lazy("Số này của ai?"),
            hint=lazy("Ví dụ: Công an xã."),
            missing=lazy("Bạn ghi số này là của ai."),
            longest=service.LABEL_LIMIT,
        ),
        Field(
            "number",
            lazy("Số điện thoại"),
            Kind.TEL,
            missing=lazy("Bạn gõ số điện thoại vào đây."),
            longest=service.LONGEST_NUMBER,
            too_long=None,
            reads=service.phone_number,
        ),
        Field("hours", lazy("Giờ nghe máy"), required=False, longest=service.HOURS_LIMIT),
        Field("source", lazy("Biết số này từ đâu?"), required=False, longest=service.SOURCE_LIMIT),
        Field(
            "checked_on",
            lazy("Ngày kiểm tra"),
            Kind.DATE,
            missing=WHEN_CHECKED,
            no_day=WHEN_CHECKED,
            latest=today,
            too_late=WHEN_CHECKED,
            starts=today,
        ),
    ),
    once=True,
)
