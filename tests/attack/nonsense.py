"""What attackers put where a site expects a word, a number, a name or a file."""

from tests.documents import HTML, PDF, SOUND, SVG
from tests.pictures import cut_short, from_phone, png_of, that_ends_a_process

VALUES = [
    *("", " ", "\0", "a\0b", "\r\nSet-Cookie: a=b", "'", '"', "<script>", "%", "_", "\\", "/"),
    *("0", "-1", "1e9", "NaN", "inf", "9" * 30, "9" * 4000, "1.5", "0x10", "１２", "٣", "²"),
    *("1' OR '1'='1", "1; DROP TABLE", "{{7*7}}", "${7*7}", "../../etc/passwd", "..\\..\\"),
    *("null", "true", "[]", "{}", '{"a":1}', "a[]", "2014-02-30", "0000-00-00", "9999-12-31"),
    *(
        "24:61",
        "ž" * 3000,
        "\u202e\u2066",
        "\ud800",
        "\ufeff",
        "\U0010ffff",
        "İıẞ",
        "a\u0301" * 500,
    ),
    *("http://kita.example/", "//kita.example", "javascript:alert(1)", "\\\\kita.example"),
    *("__all__", "id__in", "(" * 500, "*" * 500, "a" * 7000, " OR " * 300, "-" * 300, '"' * 301),
]
# As they come in an address, or in a form, and no text of Python can tell them.
RAW = [
    *(
        b"%00",
        b"%",
        b"%zz",
        b"%c0%af",
        b"%e0%80%af",
        b"%ed%a0%80",
        b"%f4%90%80%80",
        b"%ff",
        b"%u0041",
    ),
    *(
        b"%2500",
        b"%252e%252e%252f",
        b"+%20+",
        b"%0d%0aA:b",
        b"%7f",
        b"%C5%BE",
        b"\xc5\xbe",
        b"\xff",
    ),
]
# Names of parameters that some page reads, and some that none does.
NAMES = [
    *("q", "p", "o", "all", "e", "next", "metai", "puslapis", "rodyti", "juodrastis", "id", "come"),
    *("state", "funder", "acting", "logo", "audience", "projects", "term", "people", "member"),
    *("waits", "public", "year", "eilutes", "app_label", "model_name", "field_name", "_popup"),
    *(
        "_to_field",
        "_changelist_filters",
        "pk__in",
        "id__exact",
        "title__regex",
        "password__startswith",
    ),
    *("published_at__gte", "starts_on__year", "finansuotojas", "menuo", "apskritis", "__class__"),
    *("facets", "is_staff__exact", "user__password", "projektas", "csrfmiddlewaretoken", "[]"),
]
# Names of buttons and of what lists are told to do, which forms of the admin read.
BUTTONS = {
    "action": ["export_selected", "delete_selected", "publish", "withdraw", "", "a", "__init__"],
    "_selected_action": ["1", "9" * 30, "a", "", "\0"],
    "select_across": ["1", "0", "a"],
    "_save": ["1"],
    "_continue": ["1"],
    "_import": ["1"],
    "_import_right": ["1"],
    "_again": ["1"],
    "seen": ["a" * 64, "\0"],
    "photo": ["1", "9" * 30, "a"],
    "position": ["-1", "9" * 30, "a"],
}
METHODS = [
    *("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get", "PoSt"),
    *(
        "G\u0116T",
        "",
        "A" * 300,
        "GET GET",
        "POST\0",
        "PRI",
        "MKCOL",
        "SEARCH",
        "LOCK",
        "\x16\x03\x01",
    ),
]
HOSTS = [
    *(
        "",
        "kita.example",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "biblioteka.example:99999",
        "a b",
        "a/b",
    ),
    *("biblioteka.example.", "BIBLIOTEKA.EXAMPLE", "biblioteka.example@kita.example", "ž.example"),
    *("biblioteka.example, kita.example", "\0", "a" * 300, "biblioteka.example#", "%00", "_", "*"),
]
FORWARDED = {
    "X-Forwarded-For": ["1.2.3.4", "a" * 3000, "127.0.0.1, 1.2.3.4", "::1", "unknown", "'", "\xff"],
    "X-Forwarded-Host": ["kita.example", "", "a b", "kita.example, biblioteka.example"],
    "X-Forwarded-Proto": ["http", "https,http", "ftp", "x" * 500],
    "X-Forwarded-Port": ["0", "99999", "a"],
    "X-Real-IP": ["1.2.3.4", "a"],
    "Forwarded": ["for=1.2.3.4;proto=http;host=kita.example", 'for="'],
    "X-Request-ID": ["a" * 32, "0" * 33, "\x7f", "../"],
    "X-Original-URL": ["/admin/"],
    "X-Rewrite-URL": ["/admin/"],
    "X-HTTP-Method-Override": ["DELETE"],
    "X-Accel-Redirect": ["/protected/"],
    "Transfer-Encoding": ["chunked", "gzip, chunked", "identity", " chunked", "chunked, chunked"],
    "Connection": ["Upgrade", "X-Forwarded-For", "keep-alive, close"],
    "Upgrade": ["websocket", "h2c"],
    "Expect": ["100-continue", "200-ok", ""],
}
CONDITIONS = {
    "Range": [
        *(
            "bytes=0-",
            "bytes=-1",
            "bytes=-0",
            "bytes=9-1",
            "bytes=0-0,2-2",
            "bytes=" + "9" * 30 + "-",
        ),
        *(
            "bytes=" + ",".join(f"{n}-{n}" for n in range(500)),
            "lines=1-2",
            "bytes=a-b",
            "bytes",
            "",
        ),
    ],
    "If-Range": ['"a"', 'W/"a"', "Thu, 01 Jan 1970 00:00:00 GMT", "\xff"],
    "If-None-Match": ["*", '"', 'W/"' + "a" * 3000, '"a", "b", ' * 50, "\x80"],
    "If-Match": ["*", '"a"', "a"],
    "If-Modified-Since": [
        "Thu, 99 Foo 9999 99:99:99 GMT",
        "0",
        "",
        "Sun, 06 Nov 0000 08:49:37 GMT",
    ],
    "If-Unmodified-Since": ["Thu, 01 Jan 1970 00:00:00 GMT", "a"],
    "Accept": ["*/*;q=a", "a/b;" * 300, "", "\xff", "application/json"],
    "Accept-Language": ["lt;q=9", "x" * 3000, "en-US,en;q=0.9", "\xc5\xbe", "*"],
    "Accept-Encoding": ["gzip;q=0", "br, zstd, a", "*;q=0", "identity;q=0"],
    "Accept-Charset": ["utf-7", "utf-16"],
    "Referer": [
        "",
        "a",
        "https://kita.example/",
        "https://[",
        "https://biblioteka.example:a/",
        "\xff",
    ],
    "Origin": ["null", "https://kita.example", "https://[", "a", ""],
    "User-Agent": ["", "() { :; }; echo", "\xff" * 200, "a" * 4000],
    "Authorization": ["Basic", "Basic !!!", "Bearer a.b.c", "Digest"],
    "Cookie": ["=", ";;;", "a", "a=b=c;d", "\xff=\xff", 'a="', "sessionid", "__Host-sessionid=;"],
    "Content-Type": ["", "a", "text/html; charset=utf-7", "multipart/form-data"],
    "X-Requested-With": ["XMLHttpRequest"],
}
CONTENT_TYPES = [
    *("application/x-www-form-urlencoded", "application/json", "text/plain", "application/xml"),
    *(
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\xff",
    ),
    *("multipart/form-data; boundary=" + "a" * 500, "multipart/mixed; boundary=a", "a/b/c", ""),
    *(
        "application/x-www-form-urlencoded; charset=utf-7",
        "application/x-www-form-urlencoded; charset=x",
    ),
    *(
        "application/x-www-form-urlencoded; charset=utf-16",
        "multipart/form-data; boundary=a; boundary=b",
    ),
]
PART = b'--a\r\nContent-Disposition: form-data; name="a"'
PART = b'--a\r\nContent-Disposition: form-data; name="a"'
BODIES = [
    *(b"", b"\0", b"{", b'{"a": ' * 2000, b"[" * 5000, b"null", b"&&&=&=", b"a=%", b"a=%00&b=%ff"),
    *(b"=" * 1000, b"a=b&" * 6000, b"\xff\xfe", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
    *(
        b"--a",
        b"--a\r\n",
        b"--a--\r\n",
        b"--a\r\nContent-Disposition: form-data\r\n\r\n\r\n--a--\r\n",
    ),
    b"--a\r\n" + b"X: " + b"a" * 70_000 + b"\r\n\r\n\r\n--a--\r\n",
    b'--a\r\nContent-Disposition: form-data; name="a\0"; filename="\0"\r\n\r\n\r\n--a--\r\n',
    PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--a--\r\n",
    b"--a\r\nContent-Disposition: form-data; name=\"a\"; filename*=utf-7''%ff\r\n\r\n\r\n--a--\r\n",
    PART + b"\r\nContent-Type: text/plain; charset=x\r\n\r\n\xff\r\n--a--\r\n",
    b'--a\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
    + b"a" * 3_000_000
    + b"\r\n--a--\r\n",
    b'--a\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n\r\n' * 150
    + b"--a--\r\n",
]
FILES = [
    *SOUND.values(),
    *(HTML, SVG, b"", b"\0" * 1000, PDF[:30], SOUND["docx"][:-40], SOUND["zip"][:60]),
    *(b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"\x1f\x8b", b"\xff\xd8\xff", b"GIF89a", b"BM"),
    *(b"Pavadinimas;Nuo\n=1+1;\0\n", b'"' * 5000, b"a;" * 20_000, b"sep=\x00\na", b"\xff\xfea\0"),
    *(each.read() for each in (cut_short(), from_phone(), png_of(13000, 13000))),
    *(each.read() for each in (png_of(60_000, 60_000), that_ends_a_process())),
]
FILE_NAMES = [
    *("a.pdf", "a.docx", "a.xlsx", "a.csv", "a.zip", "a.jpg", "a.heic", "a.svg", "a.html", "a", ""),
    *(
        "../../a.pdf",
        "..\\a.jpg",
        "a\0.pdf",
        "\u202efdp.exe",
        "ž" * 300 + ".pdf",
        ".",
        "..",
        "a.pdf/",
    ),
    *(
        "CON",
        "a;b.pdf",
        "a%00.pdf",
        "&#0;.pdf",
        "a" * 3000,
        "\ud800.pdf",
        "<b>.jpg",
        "a.PDF ",
        "a.txt",
    ),
]
