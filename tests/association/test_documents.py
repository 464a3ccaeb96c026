from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from association.documents import DOCUMENT_TYPES, MAX_BYTES, MAX_UNPACKED, DocumentValidator
from association.models import Document
from tests.documents import HTML, PDF, SOUND, SVG, named, office, picture
from tests.forms import form_data
from tests.reading import text_of

SUFFIXES = st.sampled_from(DOCUMENT_TYPES)
# Those that one cannot tell apart by looking, or of which one is a case of the other.
ALIKE = [{"doc", "xls", "ppt"}, {"txt", "csv"}, {"jpg", "jpeg"}]


class Upload:
    """A file on its way into a record, as a validator gets it."""

    def __init__(self, suffix, data):
        self.file, self.name, self.size = BytesIO(data), f"failas.{suffix}", len(data)


def refusal(suffix, data):
    """Return the code with which an upload is refused, None where it is taken."""
    upload = Upload(suffix, data)
    try:
        DocumentValidator()(upload)
    except ValidationError as error:
        return error.code
    finally:
        assert upload.file.tell() == 0
    return None


def test_each_kind_of_document_has_an_example_and_is_taken():
    assert {suffix: refusal(suffix, data) for suffix, data in SOUND.items()} == dict.fromkeys(
        DOCUMENT_TYPES
    )


@pytest.mark.parametrize("suffix", DOCUMENT_TYPES)
def test_document_is_refused_under_the_name_of_another_kind(suffix):
    for other in DOCUMENT_TYPES:
        is_alike = suffix == other or any({suffix, other} <= group for group in ALIKE)
        # Any archive is a .zip, and what is no text to us may be rich text to others.
        if is_alike or (other == "zip" and SOUND[suffix].startswith(b"PK")):
            continue
        if other in {"txt", "csv"} and suffix in {"pdf", "rtf", "txt", "csv"}:
            continue
        assert refusal(other, SOUND[suffix]) in {"something_else", "not_a_picture"}, other


@pytest.mark.parametrize(
    "page", [HTML, SVG, b"\xef\xbb\xbf \n" + HTML, HTML.decode().encode("utf-16")]
)
def test_page_in_disguise_is_refused_under_each_name(page):
    for suffix in DOCUMENT_TYPES:
        assert refusal(suffix, page) in {"something_else", "not_a_picture"}, suffix


@given(suffix=SUFFIXES, data=st.binary(max_size=300), start=SUFFIXES)
def test_whatever_is_sent_is_taken_or_refused_and_breaks_nothing(suffix, data, start):
    for content in (data, SOUND[start] + data, SOUND[start][: len(data)] + data):
        refusal(suffix, content)


@given(
    suffix=st.sampled_from(["pdf", "docx", "xlsx", "odt", "zip", "jpg", "png"]),
    part=st.floats(0, 1),
)
def test_document_that_was_cut_short_is_refused(suffix, part):
    whole = SOUND[suffix].rstrip()
    # What comes last in a PNG, its checksums, nobody lacks who looks at it.
    cut = whole[: int(part * (len(whole) - 30))]
    assert refusal(suffix, cut) in {"damaged", "something_else", "not_a_picture"}


def declared(size):
    """Return an archive that says of its entry that it unpacks to `size` bytes."""
    data = BytesIO()
    with ZipFile(data, "w") as packed:
        packed.writestr("a.txt", b"a")
        packed.infolist()[0].file_size = size
    return data.getvalue()


@pytest.mark.parametrize(
    ("suffix", "data", "code"),
    [
        ("pdf", b"\0\r\n" + PDF + b"\0" * 2000, None),
        ("pdf", HTML + PDF, "something_else"),
        ("zip", HTML + SOUND["zip"], "something_else"),
        ("zip", declared(MAX_UNPACKED + 1), "too_large"),
        ("zip", named({f"{number}.txt": b"" for number in range(10_001)}), "too_large"),
        ("zip", named({"vaizdai/salė.jpg": SOUND["jpg"]}), None),
        ("zip", named({"../../etc/passwd": b""}), "damaged"),
        ("zip", named({"..\\paleisti.txt": b""}), "damaged"),
        ("zip", named({"/etc/passwd": b""}), "damaged"),
        ("zip", named({"Ataskaita.PDF.exe": b"MZ"}), "programs"),
        ("docx", office("docx", **{"word/vbaProject.bin": b""}), "macros"),
        (
            "odt",
            named({"mimetype": b"application/vnd.oasis.opendocument.graphics"}),
            "something_else",
        ),
        ("docx", named({"[Content_Types].xml": b"<Types/>"}), "something_else"),
        ("jpg", picture("GIF"), "something_else"),
        ("txt", b"MZ\x90\x00\x03", "something_else"),
        ("txt", "Žinutė".encode("utf-16"), None),
        ("txt", "ž".encode() * 700_000, None),
        ("pdf", b"%PDF-" + b"\0" * MAX_BYTES, "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_snares_are_refused_and_what_is_only_odd_is_taken(suffix, data, code):
    assert refusal(suffix, data) == code


ADD = "admin:association_document_add"


def sent(client, name, data):
    """Send a document in the admin; return the words of the answer."""
    page = reverse(ADD)
    file = SimpleUploadedFile(name, data)
    form = form_data(client.get(page).content.decode(), "document_form")
    answer = client.post(page, form | {"title": "Protokolas", "file": file}, follow=True)
    assert answer.status_code == 200
    return text_of(answer)


def test_refused_document_is_told_in_lithuanian_what_to_do_and_nothing_is_kept(editor):
    for name, data, told in [
        ("a.pdf", HTML, "Failo pavadinimas baigiasi „.pdf“, bet failas yra kitokio tipo."),
        ("a.docx", office("docx", **{"word/vbaProject.bin": b""}), "Dokumente yra makrokomandų."),
        ("a.zip", named({"a.exe": b""}), "Archyve yra programa: a.exe."),
        ("a.pdf", PDF[:20], "Failas sugadintas arba nutrūko siunčiant."),
        ("a.exe", b"MZ", "Failai su plėtiniu „exe“ netinka."),
    ]:
        assert told in sent(editor, name, data)
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/ataskaita.pdf",
        "..\\..\\ataskaita.pdf",
        "ataskaita\u202efdp.pdf",
        "<script>alert(1)</script>.pdf",
        "&lt;b&gt;.pdf",
        "a" * 90 + ".pdf",
        "Ilgas pavadinimas " * 12 + ".pdf",
        ".pdf",
        "CON.pdf",
        "ataskaita .pdf",
        "Šiaulių „Aušros“ 50%.pdf",
    ],
)
def test_file_is_kept_under_a_name_that_does_nothing(editor, visitor, name):
    sent(editor, name, PDF)
    kept = [document.file for document in Document.objects.all()]
    for file in kept:
        folder, _slash, stored = file.name.partition("/")
        assert folder == "asociacijos-dokumentai"
        assert stored.isprintable()
        assert not set(stored) & set("/\\<>&\"'%„“ ")
        assert b"".join(visitor.get(file.url).streaming_content) == PDF
    assert kept or not name.removesuffix(".pdf")


def test_field_for_a_document_offers_what_is_taken_and_says_how_large_it_may_be(editor):
    page = editor.get(reverse(ADD)).content.decode()
    assert 'accept=".pdf,.doc,.docx,' in page
    assert "ne didesnis kaip 50 MB" in page
