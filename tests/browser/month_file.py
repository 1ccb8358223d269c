"""The files that the guide hands in: a month as an old system exports it, with three faults and mended; odd headers.

The month is in GB18030, with a title above the header, 合计 and a note below the table.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

TITLE, NOTE = "云溪县 2026 年 7 月医保结算明细", "制表：信息科"
FIRST = 3  # the line of the first row: after the title and the header
# line of the file -> the column with a fault, and what stands there instead
FAULTS = {37: ("医疗费总额", "一千二"), 158: ("结算日期", "2026-07-32"), 1204: ("医疗类别", "住远")}
SUMMED = ("医疗费总额", "基金支付总额")
ODD = ("账期", "险种名", "镇（街道）", "居住地", "人员类型名称", "期末参保数", "应保人数", "扩面任务", "资助人数")


def write_month(june: Path, target: Path, faulty: bool) -> Path:
    """Write July, made from June's rows; its 合计 is that of the mended rows."""
    with target.open("w", encoding="gb18030", newline="") as file:
        writer, sums, row = csv.writer(file, lineterminator="\r\n"), dict.fromkeys(SUMMED, Decimal(0)), {}
        for line, row in enumerate(july(june), start=FIRST):
            if line == FIRST:
                writer.writerows([[TITLE, *[""] * (len(row) - 1)], list(row)])
            for head in SUMMED:
                sums[head] += Decimal(row[head])
            column, cell = FAULTS.get(line, ("", ""))
            writer.writerow((row | ({column: cell} if column and faulty else {})).values())
        writer.writerow(["合计", *(sums.get(head, "") for head in list(row)[1:])])
        writer.writerow([NOTE, *[""] * (len(row) - 1)])
    return target


def july(june: Path) -> Iterator[dict[str, str]]:
    """Three of eight of June's rows, a month later, under numbers of their own."""
    with june.open(encoding="utf-8-sig", newline="") as file:
        for count, row in enumerate(csv.DictReader(file)):
            if count % 8 < 3:
                number = row["结算ID"].replace("S202606", "S202607")
                yield row | {"结算ID": number, "结算日期": row["结算日期"].replace("2026-06", "2026-07")}


def odd_headers(enrolment: Path, target: Path) -> Path:
    """The enrolment file under headers that no contract knows."""
    _, rows = enrolment.read_text("utf-8-sig").split("\n", 1)
    target.write_text(",".join(ODD) + "\n" + rows, "gb18030", newline="")
    return target
