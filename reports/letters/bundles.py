"""All letters of a month: as one document, or as an archive of PDFs."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence

from pipelines import County, Period, WarehouseError, letters
from pipelines.side_by_side import Progress, quiet
from reports.document import Block, Document, PageBreak
from reports.editions import Terms
from reports.letters.writing import Common, blocks, document, posted
from reports.pdf import pdf
from reports.visible import fit

LONGEST = 40
GATHERED = 0.1  # of the time that an archive takes
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # what an archive says of its files where it shall not tell one making from another


def addressed(county: County, period: Period, terms: Terms, progress: Progress = quiet) -> list[letters.Letter]:
    """The letters to everyone on the county's roster about whom there is something to say, by code.

    Raises WarehouseError if there is nobody to write to.
    """
    progress(0.0, "汇集数据")
    known = letters.gather(county, period, terms.scheme)
    places = [code for code, place in known.places.items() if place.place == "in_county"]
    found = []
    for number, code in enumerate(places, 1):
        progress(number / len(places), f"写信 {number}/{len(places)}")
        letter = letters.written(known, code, terms.at.date())
        if letter.lines or letter.cases or letter.clues or letter.disagreements:
            found.append(letter)
    if not found:
        raise WarehouseError(f"{period.label}没有要写函的机构：名册没有装入，或各机构都没有数据")
    return found


def together(county: County, period: Period, terms: Terms, progress: Progress = quiet) -> Document:
    """The letters one behind the other, each from a new page and with its own page numbers."""
    common = Common.of(county, period, terms)
    every = addressed(county, period, terms, progress)
    scheme = every[0].scheme if every else ""
    return document(
        common, scheme, f"{county.only}一院一函 {period.label}", f"共 {len(every)} 家", joined(common, every)
    )


def joined(common: Common, every: Sequence[letters.Letter]) -> Iterator[Block]:
    for number, letter in enumerate(every):
        if number:
            yield PageBreak()
        yield from blocks(common, letter)


def archive(
    county: County,
    period: Period,
    terms: Terms,
    progress: Progress = quiet,
    keep: Callable[[Document, bytes], object] = lambda document, data: None,
) -> bytes:
    """A zip with a PDF for each. keep: is given each of them. Raises reports.pdf.Refused if one can't be made whole."""
    common, target = Common.of(county, period, terms), io.BytesIO()
    every = addressed(county, period, terms, lambda share, what: progress(share * GATHERED, what))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        for number, (letter, name) in enumerate(zip(every, names(every), strict=True), 1):
            progress(GATHERED + (1 - GATHERED) * number / len(every), f"排版 {number}/{len(every)}")
            found = posted(common, letter)
            made = pdf(found)
            keep(found, made.data)
            file.writestr(zipfile.ZipInfo(name, FIRST_DAY), made.data)
    return target.getvalue()


def names(every: Iterable[letters.Letter]) -> list[str]:
    """H99010100017 澜硚镇中心卫生院.pdf, no two alike on any disk."""
    found: list[str] = []
    for letter in every:
        plain = called(letter.institution, letter.name)
        names = (plain, *(f"{plain}（{more}）" for more in range(2, len(found) + 3)))
        taken = {name.casefold() for name in found}
        found.append(next(f"{name}.pdf" for name in names if f"{name}.pdf".casefold() not in taken))
    return found


def called(institution: str, name: str) -> str:
    """An institution in a file's name: two of one name are told apart by their codes."""
    return " ".join(fit(part)[:LONGEST].strip() for part in (institution, name)).strip(" .") or "机构"
