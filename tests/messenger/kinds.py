"""Files of every kind, as programs and devices write them: what they are, and what they are called afterwards."""

import io
import struct
import uuid
import wave
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image
from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas

from messenger import content as kinds
from messenger.content import FileType
from tests.messenger import films, samples
from tests.messenger.films import frames, id3
from tests.messenger.samples import box, compound, slides, word, workbook

# Real films, recordings and documents whose kind was not known before.
FILES = Path(__file__).parent / "files"
OOXML = "application/vnd.openxmlformats-officedocument."
Case = tuple[bytes, str, FileType, str]


def film(
    brand: bytes = b"isom",
    *others: bytes,
    before: bytes = b"",
    after: bytes = b"",
    handlers: tuple[bytes, ...] = (b"vide", b"soun"),
    movie_last: bool = False,
) -> bytes:
    tracks = b"".join(box(b"trak", box(b"mdia", films.handler(handler))) for handler in handlers)
    movie, media = box(b"moov", films.full(b"mvhd", bytes(96)) + tracks), box(b"mdat", films.PICTURE)
    head = box(b"ftyp", brand + b"\0\0\2\0" + b"".join(others or (brand,)))
    return before + head + (media + movie if movie_last else movie + media) + after


def heif(brand: bytes, *others: bytes, part: bytes = b"") -> bytes:
    parts = box(b"iinf", bytes(6) + box(b"infe", b"\2\0\0\0\0\1\0\0" + part + b"\0")) if part else b""
    head = box(b"ftyp", brand + bytes(4) + b"".join(others or (brand,)))
    return head + box(b"meta", bytes(4) + parts) + box(b"mdat", films.PICTURE)


def packed(members: Mapping[str, bytes | str], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return out.getvalue()


def open_xml(main: str, part: str, listed: str = "[Content_Types].xml", **more: str) -> bytes:
    types = f'<Types><Default Extension="rels" ContentType="r+xml"/><Override PartName="/{part}" ContentType="{main}"/>'
    return packed({listed: f"{types}</Types>", part.replace("&#92;", "\\"): "<x/>", **more})


def open_document(kind: str, *, name: str = "mimetype", **more: str) -> bytes:
    return packed({name: f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>", **more})


def pdf(**options: object) -> bytes:
    out = io.BytesIO()
    page = Canvas(out, **options)
    page.drawString(100, 100, "Hydraulik: 180 bar")
    page.showPage()
    page.save()
    return out.getvalue()


def wav(kind: bytes = b"RIFF", size: int | None = None) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(bytes(320))
    content = out.getvalue()
    if kind == b"RIFF":
        return content
    sizes = films.chunk(b"ds64", struct.pack("<QQQI", len(content) + 28, 320, 160, 0))
    sound = content[12:].replace(b"data" + struct.pack("<I", 320), b"data" + b"\xff" * 4)
    return kind + b"\xff" * 4 + b"WAVE" + sizes + sound


def aiff(kind: bytes = b"AIFF") -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack(">I", len(content)) + content + bytes(len(content) & 1)

    described = struct.pack(">hLh", 1, 100, 16) + b"\x40\x0e\xac\x44" + bytes(6)
    body = kind + chunk(b"COMM", described + (b"NONE\0\0" if kind == b"AIFC" else b""))
    body += chunk(b"AUTH", films.OWNER) + chunk(b"SSND", bytes(8) + films.SOUND) + chunk(b"ANNO", films.SECRETS)
    return b"FORM" + struct.pack(">I", len(body)) + body


def caf() -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack(">Q", len(content)) + content

    described = struct.pack(">d4s5I", 44100.0, b"aac ", 0, 0, 1024, 1, 0)
    texts = chunk(b"info", struct.pack(">I", 1) + b"artist\0" + films.OWNER + b"\0" + films.SECRETS)
    return b"caff\0\1\0\0" + chunk(b"desc", described) + texts + chunk(b"data", bytes(4) + films.SOUND)


def amr(head: bytes = b"#!AMR\n", frame: bytes = b"\x3c" + bytes(range(31))) -> bytes:
    return head + frame * 20


def asf(*streams: str) -> bytes:
    found = [
        films.asf_object("b7dc0791-a9b7-11cf-8ee6-00c00c205365", uuid.UUID(kind).bytes_le + bytes(62))
        for kind in streams
    ]
    header = struct.pack("<I", len(found)) + b"\1\2" + b"".join(found)
    data = films.asf_object("75b22636-668e-11cf-a6d9-00aa0062ce6c", bytes(26) + films.PICTURE)
    return films.asf_object("75b22630-668e-11cf-a6d9-00aa0062ce6c", header) + data


ASF_SOUND, ASF_FILM = "f8699e40-5b4d-11cf-a8fd-00805f5c442b", "bc19efc0-5b4d-11cf-a8fd-00805f5c442b"
# The header of one frame by version and layer, and the length of the frame.
MPEG = {
    "1, layer III": (b"\xff\xfb\x90\x00", 417),
    "1, layer III, joint, 320": (b"\xff\xfb\xe0\x40", 1044),
    "1, layer III, checksum": (b"\xff\xfa\x90\x00", 417),
    "1, layer II": (b"\xff\xfd\xa0\x00", 626),
    "1, layer I": (b"\xff\xff\x90\x00", 312),
    "2, layer III": (b"\xff\xf3\x80\x00", 208),
    "2, layer II": (b"\xff\xf5\x80\x00", 417),
    "2.5, layer III": (b"\xff\xe3\x48\x00", 288),
    "2.5, layer III, 11 kHz": (b"\xff\xe3\x80\x00", 417),
}
OLD_TAG = b"TAG" + bytes(125)
LATM = (b"\x56\xe0\x40" + bytes(range(64))) * 4
MAIL = b"Received: from a by b\r\n\tfor <c@d.example>\r\nFrom: a@b.example\r\nSubject: Fault\r\n\r\nIt leaks.\r\n"
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jörg Weiß\r\nEND:VCARD\r\n"


def pictures() -> Iterator[Case]:
    for kind, file_type, suffix in (
        ("BMP", kinds.BMP, "bmp"),
        ("TIFF", kinds.TIFF, "tif"),
        ("AVIF", kinds.AVIF, "avif"),
        ("JPEG", kinds.JPEG, "jpg"),
        ("PNG", kinds.PNG, "png"),
        ("GIF", kinds.GIF, "gif"),
        ("WEBP", kinds.WEBP, "webp"),
    ):
        out = io.BytesIO()
        Image.new("RGB", (40, 30), (200, 30, 30)).save(out, kind)
        yield out.getvalue(), "picture.bin", file_type, f"picture.{suffix}"
    yield b"MM\0*\0\0\0\x08\0\0" + bytes(40), "scan.TIFF", kinds.TIFF, "scan.TIFF"
    yield b"II+\0\x08\0\0\0\x10" + bytes(40), "large.tif", kinds.TIFF, "large.tif"
    yield (
        b"BM" + struct.pack("<IHHI", 99, 0, 0, 26) + struct.pack("<IHHHH", 12, 4, 4, 1, 24) + bytes(50),
        "a.bmp",
        kinds.BMP,
        "a.bmp",
    )
    for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"msf1", b"mif1"):
        yield heif(brand, b"mif1", b"heic"), "IMG_1.HEIC", kinds.HEIC, "IMG_1.HEIC"
    yield heif(b"heic", b"mif1", b"avif", part=b"hvc1"), "a.heic", kinds.HEIC, "a.heic"
    yield heif(b"mif1", b"avif", b"miaf", part=b"av01"), "a.bin", kinds.AVIF, "a.avif"
    yield heif(b"mif1", b"heic", b"avif", part=b"av01"), "a.bin", kinds.AVIF, "a.avif"
    yield heif(b"avis", b"avif", b"msf1"), "a.avif", kinds.AVIF, "a.avif"


def moving() -> Iterator[Case]:
    for brand in (
        b"iso8",
        b"hvc1",
        b"iso3",
        b"isom",
        b"mp42",
        b"cmfc",
        b"XAVC",
        b"niko",
        b"pana",
        b"dby1",
        b"F4V ",
        b"\0\0\0\0",
    ):
        yield film(brand, b"isom", b"mp41"), "film.mp4", kinds.MP4, "film.mp4"
    for brand in (b"3gp4", b"3gp5", b"3gp6", b"3gr6", b"3gs7", b"3ge6", b"3gg6", b"3g2a", b"3g2c", b"kddi", b"mmp4"):
        yield film(brand), "film.3gp", kinds.THREE_GP, "film.3gp"
    for before in (b"free", b"skip", b"wide", b"uuid"):
        yield film(b"qt  ", before=box(before, bytes(16)) * 2), "film.mov", kinds.MOV, "film.mov"
    yield film(b"qt  ", movie_last=True, after=bytes(20)), "film.mov", kinds.MOV, "film.mov"
    yield film(after=b"\0\0\0\x08SEFT" + films.SECRETS), "film.mp4", kinds.MP4, "film.mp4"
    yield film(after=b"\xff" * 3), "film.mp4", kinds.MP4, "film.mp4"
    yield film(before=struct.pack(">I4sQ", 1, b"free", 24) + bytes(8)), "film.mp4", kinds.MP4, "film.mp4"
    yield film(b"abcd", b"abcd", b"qt  "), "film.bin", kinds.MOV, "film.mov"
    yield film(b"mp42", b"mp42", b"qt  "), "film.bin", kinds.MP4, "film.mp4"
    yield film()[20:], "old.mov", kinds.MOV, "old.mov"
    yield box(b"wide") + film(movie_last=True)[20:], "old.mov", kinds.MOV, "old.mov"
    yield films.fragmented_mp4().content, "film.mp4", kinds.MP4, "film.mp4"
    yield films.webm(b"V_VP9").content, "film.webm", kinds.WEBM, "film.webm"
    yield films.webm(b"V_MPEG4/ISO/AVC", doctype=b"matroska").content, "film.webm", kinds.MKV, "film.mkv"
    yield films.avi().content, "film.avi", kinds.AVI, "film.avi"
    yield films.ogg("theora").content, "film.ogv", kinds.OGG_VIDEO, "film.ogv"
    yield asf(ASF_FILM, ASF_SOUND), "film.wmv", kinds.WMV, "film.wmv"
    yield asf(ASF_SOUND, ASF_FILM), "film.wma", kinds.WMV, "film.wmv"


def recordings() -> Iterator[Case]:
    for header, length in MPEG.values():
        sound = frames(6, header, length)
        for made in (sound, id3(b"TIT2" + bytes(2000)) + sound, sound + OLD_TAG, bytes(300) + sound, sound[:-50]):
            yield made, "voice.bin", kinds.MP3, "voice.mp3"
    yield id3(b"a" * 5000) + id3(b"b") + frames(1), "voice.mp3", kinds.MP3, "voice.mp3"
    yield films.adts(), "voice.aac", kinds.AAC, "voice.aac"
    yield id3(b"radio") + films.adts(1), "voice.mp3", kinds.AAC, "voice.aac"
    yield LATM, "voice.bin", kinds.AAC, "voice.aac"
    yield id3(b"a") + films.flac().content, "voice.flac", kinds.FLAC, "voice.flac"
    yield films.flac().content, "voice.mp3", kinds.FLAC, "voice.flac"
    for head, frame in (
        (b"#!AMR\n", b"\x3c" + bytes(31)),
        (b"#!AMR-WB\n", b"\x44" + bytes(60)),
        (b"#!AMR\n", b"\x04" + bytes(12)),
    ):
        yield amr(head, frame), "voice.amr", kinds.AMR, "voice.amr"
    yield caf(), "voice.caf", kinds.CAF, "voice.caf"
    yield aiff(), "voice.aif", kinds.AIFF, "voice.aif"
    yield aiff(b"AIFC"), "voice.bin", kinds.AIFF, "voice.aiff"
    for kind in (b"RIFF", b"RF64", b"BW64"):
        yield wav(kind), "voice.wav", kinds.WAV, "voice.wav"
    for codec in ("opus", "vorbis", "speex"):
        yield films.ogg(codec).content, "voice.ogg", kinds.OGG, "voice.ogg"
    yield films.flac_in_ogg().content, "voice.oga", kinds.OGG, "voice.oga"
    yield asf(ASF_SOUND), "voice.wma", kinds.WMA, "voice.wma"
    yield asf(ASF_SOUND), "voice.wmv", kinds.WMA, "voice.wma"
    yield film(handlers=(b"soun",)), "voice.bin", kinds.M4A, "voice.m4a"
    yield film(b"M4A ", handlers=(b"soun",)), "voice.m4a", kinds.M4A, "voice.m4a"
    yield film(b"M4B ", handlers=(b"soun", b"vide")), "book.m4b", kinds.M4A, "book.m4b"
    yield film(b"3gp4", handlers=(b"soun",)), "voice.3gp", kinds.THREE_GP_AUDIO, "voice.3gp"
    yield samples.webm(b"A_OPUS"), "voice.webm", kinds.WEBM_AUDIO, "voice.webm"
    matroska = b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska" + samples.webm(b"A_AAC")[12:]
    yield matroska, "voice.mka", kinds.MKA, "voice.mka"


def documents() -> Iterator[Case]:
    text, sheet, show = (
        f"{OOXML}{kind}.main+xml"
        for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
    )
    yield open_xml(text, "word/document2.xml"), "a.docx", kinds.DOCX, "a.docx"
    yield open_xml(text, "Word/Document.XML", "[content_types].xml"), "a.docx", kinds.DOCX, "a.docx"
    yield open_xml(text, "some/where/else.xml"), "a.docx", kinds.DOCX, "a.docx"
    yield open_xml(text, "word&#92;document.xml"), "a.docx", kinds.DOCX, "a.docx"
    yield open_xml(text.replace("document.main", "template.main"), "word/document.xml"), "a.dotx", kinds.DOCX, "a.dotx"
    yield open_xml(sheet, "XL/Workbook.xml", "[CONTENT_TYPES].XML"), "a.xlsx", kinds.XLSX, "a.xlsx"
    yield open_xml(sheet, "xl/workbook2.xml"), "a.bin", kinds.XLSX, "a.xlsx"
    yield open_xml(show, "ppt/p.xml"), "a.pptx", kinds.PPTX, "a.pptx"
    yield open_xml(show.replace("presentation.main", "slideshow.main"), "ppt/p.xml"), "a.ppsx", kinds.PPTX, "a.ppsx"
    yield samples.archive("[Content_Types].xml", "word/document.xml"), "a.docx", kinds.DOCX, "a.docx"
    for kind, file_type in (("text", kinds.ODT), ("spreadsheet", kinds.ODS), ("presentation", kinds.ODP)):
        yield open_document(kind), "a.bin", file_type, f"a.{file_type.suffixes[0]}"
        yield open_document(kind, name="MIMETYPE"), "a.bin", file_type, f"a.{file_type.suffixes[0]}"
        yield open_document(f"{kind}-template"), "a.bin", file_type, f"a.{file_type.suffixes[0]}"
        listed = f'<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.{kind}"/>'
        yield (
            packed({"content.xml": "<x/>", "META-INF\\manifest.xml": listed}),
            "a.bin",
            file_type,
            f"a.{file_type.suffixes[0]}",
        )
    made = pdf()
    for changed in (
        made,
        b"\xef\xbb\xbf" + made,
        b"\r\n" * 500 + made,
        bytes(1024) + made,
        made + bytes(4096),
        made.replace(b"%%EOF", b""),
    ):
        yield changed, "a.pdf", kinds.PDF, "a.pdf"
    yield made[:-40], "a.pdf", kinds.PDF, "a.pdf"
    yield pdf(encrypt=pdfencrypt.StandardEncryption("secret")), "a.pdf", kinds.PDF, "a.pdf"
    attached = (
        b"9 0 obj\n<</Length 99>>stream\n" + packed({"a.txt": "a"}, zipfile.ZIP_STORED) + b"\nendstream\nendobj\n"
    )
    yield made.replace(b"xref", attached + b"xref", 1), "a.pdf", kinds.PDF, "a.pdf"
    yield made.replace(b"xref", attached + b"xref", 1).replace(b"%%EOF", b""), "a.pdf", kinds.PDF, "a.pdf"
    yield compound(WordDocument=word()), "a.doc", kinds.DOC, "a.doc"
    yield compound(Workbook=workbook(0)), "a.xls", kinds.XLS, "a.xls"
    yield compound(**{"PowerPoint Document": slides()}), "a.ppt", kinds.PPT, "a.ppt"
    # An embedded text makes no presentation a text.
    inside = compound("ObjectPool", **{"PowerPoint Document": slides(), "Tail": word()})
    yield inside, "a.ppt", kinds.PPT, "a.ppt"
    for members in (
        {"a.txt": "a"},
        {"setup.exe": b"MZ"},
        {"a/b.class": b"\xca\xfe"},
        {"mimetype": "application/epub+zip"},
    ):
        yield packed(members), "a.zip", kinds.ZIP, "a.zip"
    yield packed({"a.txt": "a"}), "photos", kinds.ZIP, "photos.zip"


def texts() -> Iterator[Case]:
    for start in FIRST_LETTERS:
        yield f"{start} at pump 3, 4 °C".encode(), "a.txt", kinds.TXT, "a.txt"
        yield f"{start} at pump 3, 4 °C".encode("cp1252"), "a.log", kinds.TXT, "a.log"
        yield f"{start} Störung".encode("cp850"), "a.txt", kinds.TXT, "a.txt"
        yield b"\xff\xfe" + f"{start} Störung".encode("utf-16-le"), "a.txt", kinds.TXT, "a.txt"
        yield b"\xfe\xff" + f"{start} Störung".encode("utf-16-be"), "a.txt", kinds.TXT, "a.txt"
    yield b"page 1\f\npage 2\f\n", "a.txt", kinds.TXT, "a.txt"
    yield b"end of DOS\r\n" + b"\x1a" * 128, "a.txt", kinds.TXT, "a.txt"
    yield b"\x1b[31mERROR\x1b[0m pump 3", "a.log", kinds.TXT, "a.log"
    yield b"<!doctype html><script>alert(1)</script>", "page.txt", kinds.TXT, "page.txt"
    yield b"10:31 pump 3 stopped", "events.xyz", kinds.TXT, "events.xyz.txt"
    yield b"10:31 pump 3 stopped", "README", kinds.TXT, "README.txt"
    yield b'<?xml version="1.0"?><recipe/>', "recipe.xml", kinds.TXT, "recipe.xml.txt"
    yield b"a;b\r\n1;2\r\n", "a.csv", kinds.CSV, "a.csv"
    yield b"\xff\xfe" + "a;Größe\r\n".encode("utf-16-le"), "A.CSV", kinds.CSV, "A.CSV"
    yield b"BM;b\r\n1;2\r\n", "a.csv", kinds.CSV, "a.csv"
    yield MAIL, "mail.eml", kinds.EML, "mail.eml"
    yield b"From a@b Mon Jan  1 00:00:00 2026\n" + MAIL.replace(b"\r\n", b"\n"), "mail.eml", kinds.EML, "mail.eml"
    yield b"no mail at all", "mail.eml", kinds.TXT, "mail.eml.txt"
    yield CARD.encode(), "card.vcf", kinds.VCF, "card.vcf"
    yield CARD.encode("cp1252"), "card", kinds.VCF, "card.vcf"
    yield b"\xff\xfe" + CARD.encode("utf-16-le"), "card.vcf", kinds.VCF, "card.vcf"
    yield CARD.lower().encode(), "card.VCF", kinds.VCF, "card.VCF"


FIRST_LETTERS = (
    "BMW 320d", "BM", "MZ-14", "ID3", "TAG", "GIF89a", "RIFFxxxxWAVE", "OggS", "fLaC", "#!AMR", "#!", "caff", "FORM",
    "%PDF-1.7 is the header of PDF", "%!PS", "PK", "Rar!", "7z", "II*", "<Alarm 12>", "<html>", "<?xml",
    "The wide belt", "The ftyp", "    moov", "OTTO", "wOFF", "MThd", "FLV", "Cr24", "true", "<svg", "{\\rtf", "8BPS",
    "From: me", "=1+1",
)  # fmt: skip


def files() -> Iterator[Case]:
    for path, file_type in (
        ("film_brand_iso8.mp4", kinds.MP4),
        ("film_brand_hvc1.mp4", kinds.MP4),
        ("film_free_box_first.mov", kinds.MOV),
        ("film_with_trailer.mp4", kinds.MP4),
        ("voice.wma", kinds.WMA),
        ("word_online_document2.docx", kinds.DOCX),
    ):
        yield (FILES / path).read_bytes(), path, file_type, path


ACCEPTED: tuple[Case, ...] = (*files(), *pictures(), *moving(), *recordings(), *documents(), *texts())
