"""Documents as programs save them, each as small as it can be, and as attackers make them."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from PIL import Image

from association.documents import OFFICE, OLE, OPEN_DOCUMENT

PDF = b"%PDF-1.7\n1 0 obj\n<</Type /Catalog>>\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
HTML = b"<!doctype html><title>Pavojus</title><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def archive(**entries):
    """Return the bytes of a .zip of `entries`; a name has __ where a folder ends."""
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name.replace("__", "/"), content)
    return data.getvalue()


def named(entries):
    """Return the bytes of a .zip of `entries`, {name: content}."""
    return archive(**entries)


def office(suffix, **more):
    told = b'<Types><Override ContentType="application/%s"/></Types>' % OFFICE[suffix]
    return named({"[Content_Types].xml": told, "_rels/.rels": b"<Relationships/>"} | more)


def picture(kind):
    data = BytesIO()
    Image.effect_noise((64, 48), 50).convert("RGB").save(data, kind)
    return data.getvalue()


SOUND = {
    "pdf": PDF,
    **dict.fromkeys(("doc", "xls", "ppt"), OLE + b"\x00" * 504),
    **{suffix: office(suffix) for suffix in OFFICE},
    **{suffix: named({"mimetype": said}) for suffix, said in OPEN_DOCUMENT.items()},
    "rtf": b"{\\rtf1\\ansi Protokolas}",
    "txt": "Posėdžio protokolas".encode(),
    "csv": "Biblioteka;Vieta\nŽagarė;Joniškis\n".encode("cp1257"),
    "zip": named({"protokolas.pdf": PDF}),
    "jpg": picture("JPEG"),
    "jpeg": picture("JPEG"),
    "png": picture("PNG"),
}
