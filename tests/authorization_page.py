"""The rows of docs/authorization.md, made from tests/data/authorization.csv.

``python -m tests.authorization_page`` writes them anew into the page.
"""

import csv
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "authorization.md"
TABLE = ROOT / "tests" / "data" / "authorization.csv"

# The columns of the page by visibility, and the letters of the table that each stands for.
COLUMNS = {
    "public": {
        "Holder of the code": "H",
        "Who reported it with the code": "C",
        "Subscriber or manager who reported it or is named": "P",
        "Manager of the customer": "G",
        "Member, not asked or rejected": "N F",
        "Member with an open offer": "O",
        "Responsible member": "M",
        "Moderator, administrator": "Mo Ad",
    },
    "internal": {
        "Employee who began the draft": "Y",
        "Member, not asked or rejected": "N F",
        "Member with an open offer": "O",
        "Responsible member": "M",
        "Moderator, administrator": "Mo Ad",
    },
}
WORDS = {
    "": "–",
    "d": "DRAFT",
    "o": "OPEN",
    "oa": "OPEN, ASSIGNED",
    "oap": "OPEN to IN PROGRESS",
    "oapn": "OPEN to DONE",
    "oapnc": "OPEN to CLOSED",
    "oapncx": "once sent",
    "doapncx": "always",
    "a": "ASSIGNED",
    "ap": "ASSIGNED, IN PROGRESS",
    "apn": "ASSIGNED to DONE",
    "apnc": "ASSIGNED to CLOSED",
    # The first responsible person makes a ticket ASSIGNED.
    "apncx": "once sent",
    "p": "IN PROGRESS",
    "n": "DONE",
    "ncx": "DONE, CLOSED, CANCELLED",
}


def table(visibility: str) -> str:
    """The table of all tickets of a visibility. Raises `ValueError` where a column of the page would hide something."""
    with TABLE.open(encoding="utf-8", newline="") as handle:
        found = [row for row in csv.DictReader(handle) if row["visibility"] == visibility and row["action"] != "exists"]
    columns = COLUMNS[visibility]
    lines = [["Action", *columns], ["---"] * (1 + len(columns))]
    for row in found:
        left_out = row.keys() - {"action", "visibility", *" ".join(columns.values()).split()}
        if any(row[letter] for letter in left_out):
            raise ValueError(f"{row['action']}: a role without a column on the page may do it.")
        lines.append([row["action"], *(WORDS[_cell(row, letters)] for letters in columns.values())])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(row: dict[str, str], letters: str) -> str:
    values = {row[letter] for letter in letters.split()}
    if len(values) > 1:
        raise ValueError(f"{row['action']}: {letters} share a column and differ.")
    return values.pop()


def page() -> str:
    """The page with the rows as they should be."""
    text = PAGE.read_text(encoding="utf-8")
    for visibility in COLUMNS:
        place = rf"(<!-- {visibility} -->\n).*?(?=<!-- end -->)"
        text = re.sub(place, rf"\g<1>{table(visibility)}\n", text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
