"""Documents that carry code are refused, old and new; those that only look like it are not."""

import io
import struct
import tempfile
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.common.errors import InvalidInput
from messenger.content import DOC, DOCX, ODT, PPT, XLS, XLSX, ZIP, FileType, file_type_of
from tests.messenger.samples import archive, compound, slides, word, workbook

WORD = ("[Content_Types].xml", "word/document.xml")
EXCEL = ("[Content_Types].xml", "xl/workbook.xml")
FULL = b"\0" * 4096  # Short streams lie elsewhere than long ones.


def type_of(content: bytes):
    return file_type_of(io.BytesIO(content), "file.bin")


def refusal_of(content: bytes) -> str:
    with pytest.raises(InvalidInput) as refusal:
        type_of(content)
    return refusal.value.code


# Office before 2007 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 4096], ids=["short stream", "long stream"])
def test_old_workbook_is_accepted_unless_a_sheet_of_it_is_code(length):
    def made(*sheets: int) -> bytes:
        return compound("Storage", Workbook=workbook(*sheets).ljust(length, b"\0"), Other=FULL)

    assert type_of(made(0, 0, 2)) == XLS
    assert refusal_of(made(0, 1)) == "file_type"
    assert refusal_of(made(0, 6)) == "file_type"


def test_workbook_of_excel_95_is_looked_at_too():
    assert type_of(compound(Book=workbook(0))) == XLS
    assert refusal_of(compound(Book=workbook(1))) == "file_type"
    assert refusal_of(compound(Workbook=workbook(0), Book=workbook(1))) == "file_type"


def test_workbook_that_does_not_begin_or_end_as_one_is_refused():
    assert type_of(compound(Workbook=workbook(0))) == XLS
    assert refusal_of(compound(Workbook=workbook(0)[20:])) == "file_damaged"
    assert refusal_of(compound(Workbook=workbook(0)[:-4])) == "file_damaged"


def test_encrypted_documents_are_refused_because_they_cannot_be_looked_into():
    token = bytes(12) + bytes.fromhex("dfc4d1f3")
    presentation = {"PowerPoint Document": slides(), "Current User": bytes(16)}

    assert type_of(compound(**presentation)) == PPT
    assert refusal_of(compound(**presentation | {"Current User": token})) == "file_type"
    assert refusal_of(compound(Workbook=workbook(0, encrypted=True))) == "file_type"


@pytest.mark.parametrize("name", ["_VBA_PROJECT", "VBA", "Macros", "_VBA_PROJECT_CUR", "macros"])
def test_directory_with_a_project_is_refused_whatever_its_case_and_depth(name):
    assert refusal_of(compound(name, Workbook=workbook(0))) == "file_type"
    assert refusal_of(compound("a", "b", "c", name, Workbook=workbook(0))) == "file_type"
    assert refusal_of(compound(**{"Workbook": workbook(0), name: FULL})) == "file_type"

    assert type_of(compound(f"My {name}", Workbook=workbook(0))) == XLS


def test_words_in_a_table_are_no_macros():
    words = "Macros VBA _VBA_PROJECT".encode("utf-16-le")

    assert type_of(compound(Workbook=workbook(0) + words * 200)) == XLS


def test_presentation_is_refused_only_with_a_project_inside():
    assert type_of(compound(**{"PowerPoint Document": slides()})) == PPT
    assert refusal_of(compound(**{"PowerPoint Document": slides(macros=True)})) == "file_type"


def test_old_text_of_word_is_refused_with_macros_behind_a_password_and_if_it_is_none():
    assert type_of(compound(WordDocument=word())) == DOC
    assert type_of(compound("ObjectPool", WordDocument=word().ljust(4096, b"\0"))) == DOC
    assert type_of(compound(WordDocument=word(104))) == DOC

    assert refusal_of(compound("Macros", WordDocument=word())) == "file_type"
    assert refusal_of(compound(WordDocument=word(flags=0x100))) == "file_type"
    # A template from before 1997 may have macros inside its text.
    assert refusal_of(compound(WordDocument=word(104, flags=1))) == "file_type"
    assert refusal_of(compound(WordDocument=FULL)) == "file_damaged"


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_mutilated_compound_file_is_accepted_or_refused_and_nothing_else(data):
    mutilated = bytearray(compound("Storage", Workbook=workbook(0), Other=FULL))
    for _number in range(data.draw(st.integers(1, 6))):
        position = data.draw(st.integers(0, len(mutilated) - 1))
        new = data.draw(st.sampled_from([b"\0" * 4, b"\xff" * 4, b"\1\0\0\0", b"\x02\0\0\0", b"\0\x20"]))
        mutilated[position : position + len(new)] = new
    codes = []

    try:
        type_of(bytes(mutilated[: data.draw(st.integers(600, len(mutilated)))]))
    except InvalidInput as refusal:
        codes.append(refusal.code)

    assert codes in ([], ["file_damaged"], ["file_type"])


TABLE, DIRECTORY, LISTS = 512, 3 * 512, 68


class Counted(io.BytesIO):
    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        return super().read(size)


def changed(made: bytes, position: int, number: int) -> bytes:
    return made[:position] + number.to_bytes(4, "little") + made[position + 4 :]


def test_chains_that_run_in_circles_are_refused_after_one_round():
    made = compound("a", "b", "c", "d", "e", Workbook=workbook(0))
    own = len(made) // 512 - 1
    lists = changed(made, LISTS, own) + own.to_bytes(4, "little") * 128

    assert type_of(made) == XLS
    for circle in (changed(made, TABLE + 4 * 2, 2), lists):
        file = Counted(circle)
        with pytest.raises(InvalidInput) as refusal:
            file_type_of(file, "a.xls")
        assert refusal.value.code == "file_damaged"
        assert file.reads < 100


def test_sectors_that_no_table_knows_are_refused():
    made = compound(Workbook=workbook(0)) + bytes(200 * 512)

    assert type_of(made) == XLS
    assert refusal_of(changed(made, TABLE + 4 * 2, 150)) == "file_damaged"
    assert refusal_of(changed(made, TABLE + 4 * 2, 90_000)) == "file_damaged"
    assert refusal_of(changed(made, DIRECTORY + 128 + 116, 100)) == "file_damaged"
    assert refusal_of(changed(made, DIRECTORY + 128 + 116, 1000)) == "file_damaged"


# Office since 2007 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "member",
    [
        "word/vbaProject.bin",
        "word/VBADATA.xml",
        "META-INF/MANIFEST.MF",
        "meta-inf/manifest.mf",
        "Evil.class",
        "com/example/EVIL.CLASS",
        "lib/evil.jar",
        "classes.dex",
        "xl/macrosheets/sheet1.xml",
        "word/embeddings/Microsoft_Excel.xlsm",
        "setup.exe",
        "..\\run.vbs",
    ],
)
def test_document_that_is_a_program_as_well_is_refused(member):
    assert type_of(archive(*WORD, "word/media/manifest.mf.png")) == DOCX
    assert refusal_of(archive(*WORD, member)) == "file_type"


@pytest.mark.parametrize(
    "types",
    [
        "<Override PartName='/word/a.xml' ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/>",
        "<Override PartName='/xl/workbook.xml' ContentType='application/vnd.ms-excel.sheet.MACROENABLED.main+xml'/>",
        "<Override PartName='/xl/a.xml' ContentType='application/vnd.ms-excel.macrosheet+xml'/>",
        "<Override PartName='/word/a.bin' ContentType='application/vnd.ms-office.vbaProject'/>",
        "<Override PartName='/a' ContentType='application/vnd.ms-office.vb&#97;Project'/>",
        "<Default Extension='XML' ContentType='application/vnd.ms-office.vbaProject'/>",
    ],
)
def test_content_type_of_code_is_refused_under_whatever_name(types):
    def made(found: str) -> bytes:
        return archive(*WORD, **{"[Content_Types].xml": f"<Types xmlns='x'>{found}</Types>"})

    assert type_of(made("")) == DOCX
    assert refusal_of(made(types)) == "file_type"


def test_default_for_a_suffix_that_no_member_has_is_harmless():
    default = "<Types><Default Extension='bin' ContentType='application/vnd.ms-excel.sheet.macroEnabled.main'/></Types>"

    assert type_of(archive(*EXCEL, **{"[Content_Types].xml": default})) == XLSX
    assert refusal_of(archive(*EXCEL, "xl/a.bin", **{"[Content_Types].xml": default})) == "file_type"


@pytest.mark.parametrize("types", ["no xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "<x>" + " " * 1024 * 1024 + "</x>"])
def test_list_of_content_types_that_cannot_be_read_is_refused(types):
    assert refusal_of(archive(*WORD, **{"[Content_Types].xml": types})) == "file_damaged"


def test_document_has_one_list_of_content_types_and_not_more_of_them_than_parts():
    def made(*lists: str, types: str = "<Types/>") -> bytes:
        return archive(*lists, "word/document.xml", **dict.fromkeys(lists, types))

    assert type_of(made("[Content_Types].xml", types="<Types>" + "<Default/>" * 19_000 + "</Types>")) == DOCX

    # A thousand lists of a megabyte each have a thousandth of that in the file.
    for second in ("[content_types].XML", "/[Content_Types].xml", "\\[Content_Types].xml"):
        assert refusal_of(made("[Content_Types].xml", second)) == "file_damaged"
    assert refusal_of(made("[Content_Types].xml", types="<Types>" + "<a/>" * 20_000 + "</Types>")) == "file_damaged"


def test_list_of_content_types_that_is_packed_as_office_never_does_is_refused():
    def made(how: int) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", how) as packed:
            for member in WORD:
                packed.writestr(member, "<x/>")
        return out.getvalue()

    assert type_of(made(zipfile.ZIP_DEFLATED)) == DOCX
    assert refusal_of(made(zipfile.ZIP_LZMA)) == "file_damaged"


def test_text_of_libreoffice_is_refused_only_with_a_module_or_script():
    def made(*members: str) -> bytes:
        head = "application/vnd.oasis.opendocument.text"
        return archive("mimetype", "content.xml", *members, mimetype=head)

    assert type_of(made("META-INF/manifest.xml", "Basic/script-lc.xml", "Basic/Standard/script-lb.xml")) == ODT
    assert refusal_of(made("Basic/Standard/Module1.xml")) == "file_type"
    assert refusal_of(made("Scripts/python/evil.py")) == "file_type"


@pytest.mark.parametrize("kind", ["oasis.opendocument.graphics", "oasis.opendocument.base", "sun.xml.writer"])
def test_document_of_libreoffice_of_any_kind_is_refused_with_macros(kind):
    def made(*members: str) -> bytes:
        return archive("mimetype", "content.xml", *members, mimetype=f"application/vnd.{kind}")

    assert type_of(made("Basic/Standard/script-lb.xml")) == ZIP
    assert refusal_of(made("Basic/Standard/Module1.xml")) == "file_type"


def with_entries(count: int, *, shift: int = 0) -> bytes:
    """A document followed by that many entries of a list that nothing stands behind."""
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    made = archive(*WORD)
    start = made.index(b"PK\1\2")
    listed = made[start : made.index(b"PK\5\6")] + entry * count
    numbers = (0, 0, count + 2, count + 2, len(listed), start + shift, 0)
    return made[:start] + listed + struct.pack("<4s4H2IH", b"PK\5\6", *numbers)


def test_list_of_members_of_more_than_a_megabyte_is_never_taken_apart():
    tracemalloc.start()

    try:
        assert type_of(with_entries(20_000)) == DOCX
        tracemalloc.reset_peak()
        assert refusal_of(with_entries(60_000)) == "file_damaged"
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


def of_many(*others: str, count: int = 24_000, comment: int = 0) -> bytes:
    """An archive of many short logs and others, whose list of members has more than a megabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in (*others, *(f"2026/logs/{number:06}.log" for number in range(count))):
            info = zipfile.ZipInfo(name)
            info.comment = bytes(comment)
            made.writestr(info, b"")
    return out.getvalue()


def test_archive_of_many_files_is_one():
    assert type_of(of_many()) == ZIP
    assert type_of(of_many("a/classes.dex", "my mimetype", "a/[Content_Types].xml", count=20, comment=65_000)) == ZIP


@pytest.mark.parametrize("member", ["classes.dex", "/META-INF\\Manifest.mf", "Payload/A.app/A", "AppxManifest.xml"])
def test_program_of_many_files_is_one(member):
    assert refusal_of(of_many(member, count=20, comment=65_000)) == "file_type"
    with_null = of_many(f"{member}_.txt", count=20, comment=65_000).replace(b"_.txt", b"\0.txt")
    assert refusal_of(with_null) == "file_type"


@pytest.mark.parametrize("member", ["[content_types].XML", "mimetype", "META-INF/manifest.xml"])
def test_document_with_a_list_of_members_that_none_has_is_damaged(member):
    assert refusal_of(of_many(member, count=20, comment=65_000)) == "file_damaged"


@pytest.mark.parametrize("shift", [1, 100, 0x7FFFFFFF])
def test_archive_on_disk_whose_places_lie_before_its_beginning_is_refused(shift):
    def on_disk(content: bytes) -> FileType:
        with tempfile.TemporaryFile() as file:
            file.write(content)
            return file_type_of(file, "a.docx")

    assert on_disk(with_entries(0)) == DOCX
    with pytest.raises(InvalidInput) as refusal:
        on_disk(with_entries(0, shift=shift))
    assert refusal.value.code == "file_damaged"
