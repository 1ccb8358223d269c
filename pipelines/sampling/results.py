"""What reading the files of a plan found: entered by hand or from the worklist filled in, kept in the journal."""

import csv
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pipelines.answers.county import County
from pipelines.sampling.files import FILE, NOTE, OUTCOME, PAID, YUAN, worklist
from pipelines.sampling.plans import Plan, plan_of
from pipelines.store.decisions import decide, latest
from pipelines.store.warehouse import WarehouseError
from pipelines.uploads.decode import UnreadableFile, decode
from pipelines.uploads.files import Upload, unpack
from pipelines.uploads.privacy import masked

OUTCOMES = {"sound": "无问题", "problem": "有问题", "missing": "未取得病历"}
AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?")
SHOWN = 5
EMPTY = {"outcome": "", "yuan": "0", "note": ""}


class ResultError(WarehouseError):
    """Results that can't be taken; nothing was written. The message is Chinese, a line each."""


@dataclass(frozen=True)
class Result:
    """What a file showed. outcome: a key of OUTCOMES; yuan: what the fund should not have paid for it."""

    outcome: str
    yuan: Decimal = Decimal(0)
    note: str = ""


def results(warehouse: Path, plan: Plan) -> dict[str, Result]:
    """{file: its last result} of a plan; one that was taken back is not among them."""
    told = {d.subject.partition("/")[2]: d for d in latest(warehouse, "sample_result").values() if of(d, plan)}
    return {
        id: Result(d.values["outcome"], Decimal(d.values["yuan"]), d.values["note"])
        for id, d in told.items()
        if d.values["outcome"]
    }


def of(decision, plan: Plan) -> bool:
    return decision.subject.partition("/")[0] == plan.id


def enter(
    warehouse: Path, county: County, plan_id: str, found: Mapping[str, tuple[str, str, str]], by: str, why: str = ""
) -> int:
    """Write results down: {file: (outcome, yuan, note)} as typed; how many are new or differ from what stood.

    An empty outcome takes a result back. Raises ResultError naming every file that is wrong; then nothing is written.
    """
    plan = plan_of(warehouse, plan_id)
    if plan.withdrawn:
        raise ResultError(f"方案 {plan_id} 已作废（{plan.withdrawn}），不再记结果")
    paid, standing, known = paid_yuan(county, plan), results(warehouse, plan), set(plan.files)
    wrong: list[str] = []
    made: dict[str, dict[str, str]] = {}
    for id, (outcome, yuan, note) in found.items():
        why_not = "不在这份方案抽出的结算里" if id not in known else trouble(outcome, yuan, note, paid.get(id))
        if why_not:
            wrong.append(f"结算 {id}：{why_not}")
        elif (told := result_of(outcome, yuan, note)) != standing.get(id):
            values = {"outcome": told.outcome, "yuan": str(told.yuan), "note": told.note} if told else EMPTY
            made[f"{plan_id}/{id}"] = values
    if wrong:
        more = f"\n还有 {len(wrong) - SHOWN} 处" if len(wrong) > SHOWN else ""
        raise ResultError("\n".join(wrong[:SHOWN]) + more + "\n没有记入任何结果")
    decide(warehouse, "sample_result", made, by, why)
    return len(made)


def paid_yuan(county: County, plan: Plan) -> dict[str, Decimal]:
    """{file: fund paid} of the plan's files that are still in the warehouse."""
    heads, rows = worklist(county, plan)
    found = {row[heads.index(FILE)]: row[heads.index(PAID)] for row in rows}
    return {id: yuan for id, yuan in found.items() if yuan is not None}


def trouble(outcome: str, yuan: str, note: str, paid: Decimal | None) -> str:
    """What is wrong with a result as typed; '' if nothing."""
    if not outcome and (yuan or note):
        return f"填了金额或说明，没有填结果；应为{'、'.join(OUTCOMES.values())}"
    if outcome and outcome not in OUTCOMES and outcome not in OUTCOMES.values():
        return f"结果“{outcome}”不能用；应为{'、'.join(OUTCOMES.values())}"
    amount = yuan.replace(",", "").replace("，", "")
    if amount and not AMOUNT.fullmatch(amount):
        return f"应扣基金“{yuan}”不是金额；应为元，最多两位小数，如 1200.00"
    if masked(note) != note:
        return "说明里像有身份证号或电话号码；请去掉"
    if amount and Decimal(amount) and coded(outcome) != "problem":
        return f"应扣基金 {yuan} 元，结果却是“{OUTCOMES[coded(outcome)]}”；有金额的应为有问题"
    if amount and paid is not None and Decimal(amount) > paid:
        return f"应扣基金 {yuan} 元，多于这笔结算的基金支付 {paid:,.2f} 元"
    return ""


def coded(outcome: str) -> str:
    return next((code for code, name in OUTCOMES.items() if outcome in (code, name)), outcome)


def result_of(outcome: str, yuan: str, note: str) -> Result | None:
    """The result that was typed; None where nothing was."""
    if not outcome:
        return None
    amount = Decimal(yuan.replace(",", "").replace("，", "") or 0)
    return Result(coded(outcome), amount.quantize(Decimal("0.01")), " ".join(note.split()))


def read_worklist(path: Path) -> dict[str, tuple[str, str, str]]:
    """{file: (outcome, yuan, note)} of the filled-in rows of a worklist: a CSV, or the workbook as it was downloaded.

    Raises ResultError if it can't be read or is not a worklist.
    """
    with tempfile.TemporaryDirectory() as folder:
        refusals = []
        for upload in unpack(path, Path(folder)):
            if upload.refusal:
                refusals.append(upload.refusal)
            elif (found := filled_rows(upload, Path(folder))) is not None:
                return found
    raise ResultError(refusals[0] if refusals else f"“{path.name}”不是病历清单；应有“{FILE}”和“{OUTCOME}”两列")


def filled_rows(upload: Upload, folder: Path) -> dict[str, tuple[str, str, str]] | None:
    """The rows of one table; None if it is no worklist."""
    try:
        decoded = decode(upload.path, folder, upload.delimiter)
        with decoded.path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, delimiter=decoded.delimiter)
            rows = [[cell.strip().removeprefix("'") for cell in row] for row in lines]
    except (UnreadableFile, UnicodeDecodeError, csv.Error) as error:
        raise ResultError(f"“{upload.name}”读不出来：{error}") from error
    at = next((n for n, row in enumerate(rows) if FILE in row and OUTCOME in row), None)
    if at is None:
        return None
    return dict(filled(rows[at], rows[at + 1 :]))


def filled(head: list[str], rows: Iterable[list[str]]) -> Iterable[tuple[str, tuple[str, str, str]]]:
    """The rows in which somebody has filled in anything; a file that is there twice must be told once."""
    seen: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        cells = dict(zip(head, row, strict=False))
        told = tuple(cells.get(name, "") for name in (OUTCOME, YUAN, NOTE))
        if any(told) and cells.get(FILE):
            if seen.setdefault(cells[FILE], told) != told:
                raise ResultError(f"结算 {cells[FILE]} 有两行，填的不一样；应只有一行")
            yield cells[FILE], told
