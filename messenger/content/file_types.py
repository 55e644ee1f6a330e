"""The accepted types of files. What file dialogs offer and what people are told comes from this list alone."""

from dataclasses import dataclass

from messenger.models import AttachmentKind

_I, _V, _A, _F = AttachmentKind.IMAGE, AttachmentKind.VIDEO, AttachmentKind.AUDIO, AttachmentKind.FILE
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class FileType:
    """An accepted type; names with a suffix that is not in `suffixes` get the first of them."""

    content_type: str
    kind: AttachmentKind
    suffixes: tuple[str, ...]


JPEG = FileType("image/jpeg", _I, ("jpg", "jpeg", "jpe", "jfif"))
PNG = FileType("image/png", _I, ("png", "apng"))
GIF = FileType("image/gif", _I, ("gif",))
WEBP = FileType("image/webp", _I, ("webp",))
HEIC = FileType("image/heic", _I, ("heic", "heif", "hif", "heics", "heifs"))
AVIF = FileType("image/avif", _I, ("avif", "avifs"))
BMP = FileType("image/bmp", _I, ("bmp", "dib"))
TIFF = FileType("image/tiff", _I, ("tif", "tiff"))
MP4 = FileType("video/mp4", _V, ("mp4", "m4v"))
M4A = FileType("audio/mp4", _A, ("m4a", "mp4", "m4b", "m4r"))
MOV = FileType("video/quicktime", _V, ("mov", "qt"))
THREE_GP = FileType("video/3gpp", _V, ("3gp", "3g2", "3gpp", "3gpp2"))
THREE_GP_AUDIO = FileType("audio/3gpp", _A, ("3gp", "3g2", "3ga", "3gpp"))
WEBM = FileType("video/webm", _V, ("webm",))
WEBM_AUDIO = FileType("audio/webm", _A, ("webm", "weba"))
MKV = FileType("video/x-matroska", _V, ("mkv",))
MKA = FileType("audio/x-matroska", _A, ("mka", "mkv"))
AVI = FileType("video/x-msvideo", _V, ("avi",))
WMV = FileType("video/x-ms-wmv", _V, ("wmv", "asf"))
WMA = FileType("audio/x-ms-wma", _A, ("wma", "asf"))
OGG = FileType("audio/ogg", _A, ("ogg", "oga", "opus", "spx"))
OGG_VIDEO = FileType("video/ogg", _V, ("ogv", "ogg"))
WAV = FileType("audio/wav", _A, ("wav", "bwf", "rf64"))
MP3 = FileType("audio/mpeg", _A, ("mp3", "mp2", "mpga"))
AAC = FileType("audio/aac", _A, ("aac", "adts"))
FLAC = FileType("audio/flac", _A, ("flac",))
AMR = FileType("audio/amr", _A, ("amr", "awb"))
CAF = FileType("audio/x-caf", _A, ("caf",))
AIFF = FileType("audio/aiff", _A, ("aiff", "aif", "aifc"))
PDF = FileType("application/pdf", _F, ("pdf",))
DOCX = FileType(_OPEN_XML + "wordprocessingml.document", _F, ("docx", "dotx"))
XLSX = FileType(_OPEN_XML + "spreadsheetml.sheet", _F, ("xlsx", "xltx"))
PPTX = FileType(_OPEN_XML + "presentationml.presentation", _F, ("pptx", "ppsx", "potx"))
ODT = FileType(_OPEN_DOCUMENT + "text", _F, ("odt", "ott"))
ODS = FileType(_OPEN_DOCUMENT + "spreadsheet", _F, ("ods", "ots"))
# Not asked for by name; but who may send a text and a table of LibreOffice sends its slides, too.
ODP = FileType(_OPEN_DOCUMENT + "presentation", _F, ("odp", "otp"))
DOC = FileType("application/msword", _F, ("doc", "dot"))
XLS = FileType("application/vnd.ms-excel", _F, ("xls", "xlt"))
PPT = FileType("application/vnd.ms-powerpoint", _F, ("ppt", "pps", "pot"))
TXT = FileType("text/plain", _F, ("txt", "text", "log", "ini", "cfg", "asc"))
CSV = FileType("text/csv", _F, ("csv", "tsv"))
VCF = FileType("text/vcard", _F, ("vcf", "vcard"))
EML = FileType("message/rfc822", _F, ("eml",))
ZIP = FileType("application/zip", _F, ("zip",))

ALL_TYPES = tuple(found for found in vars().values() if isinstance(found, FileType))
PLAIN_TEXTS = (TXT, CSV, VCF, EML)
# Other names under which systems know the same types: a dialog that filters by them would hide the file.
_ALIASES = {
    HEIC: ("image/heif", "image/heic-sequence", "image/heif-sequence"),
    BMP: ("image/x-ms-bmp",),
    THREE_GP: ("video/3gpp2",),
    THREE_GP_AUDIO: ("audio/3gpp2",),
    WMV: ("video/x-ms-asf",),
    AVI: ("video/avi",),
    WAV: ("audio/x-wav", "audio/vnd.wave"),
    M4A: ("audio/x-m4a",),
    MP3: ("audio/mp3",),
    AAC: ("audio/x-aac",),
    FLAC: ("audio/x-flac",),
    AMR: ("audio/amr-wb",),
    AIFF: ("audio/x-aiff",),
    VCF: ("text/x-vcard",),
    ZIP: ("application/x-zip-compressed",),
}
SUFFIXES = frozenset(suffix for found in ALL_TYPES for suffix in found.suffixes)

# For people: one short name for each type.
_LONGER = {"jpg": "jpeg", "tif": "tiff"}
_SHORT_NAMES = {_LONGER.get(found.suffixes[0], found.suffixes[0]).upper() for found in ALL_TYPES}
ACCEPTED_WORDS = ", ".join(sorted(_SHORT_NAMES | {"OPUS"}))

# For file dialogs. The types of pictures and films are what makes phones offer camera and gallery; desktops go by the
# suffixes, because many know no type for half of them.
ACCEPTED_INPUT = ",".join(
    [content_type for found in ALL_TYPES for content_type in (found.content_type, *_ALIASES.get(found, ()))]
    + sorted(f".{suffix}" for suffix in SUFFIXES)
)
