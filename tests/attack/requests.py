"""The hostile requests, each of a kind and by somebody: a stranger, a member or an editor."""

import random
import re
from dataclasses import dataclass, field
from urllib.parse import quote

from tests.attack import nonsense

PEOPLE = ["stranger", "member", "editor"]
TOKEN = "a" * 32  # of a form and of its cookie: whoever sends both is believed
BOUNDARY = "riba"
# A form has no end of its own, as a real one does not: the last of its fields are not sent.
MOST_FIELDS = 400


@dataclass(frozen=True)
class Request:
    """What is sent; `is_half` where it is less than it says, and nothing but silence follows."""

    kind: str
    person: str
    data: bytes
    is_half: bool = False


@dataclass
class Attacker:
    """Makes requests out of `world`, what tests.attack.world tells, and `forms` of its pages.

    `forms` are, of each person, pairs of an address and its fields, {name: [values]}.
    """

    world: dict
    forms: dict
    seed: int
    chance: random.Random = field(init=False)

    def __post_init__(self):
        self.chance = random.Random(self.seed)  # noqa: S311 - to do the same again, not to hide
        self.kinds = [
            *(self.path, self.parameters, self.conditions, self.method, self.host, self.cookies),
            *(self.body, self.form, self.form, self.form, self.files, self.half),
        ]

    def requests(self, number):
        for _ in range(number):
            make = self.chance.choice(self.kinds)
            person = self.chance.choice(PEOPLE)
            made = make(person)
            if isinstance(made, bytes):
                made = Request(make.__name__, person, made)
            yield made

    # Parts of requests

    def address(self):
        return self.chance.choice(self.world["addresses"] + self.world["files"])

    def value(self):
        """Return what stands for a value in an address."""
        if self.chance.random() < 0.3:
            return self.chance.choice(nonsense.RAW)
        return quoted(self.chance.choice(nonsense.VALUES))

    def head(self, person, method="GET", target=b"/", host=None, **more):
        """Return the lines before a body; `more` are headers, with _ for -, in any bytes."""
        host = self.world["host"] if host is None else host
        lines = [
            b"%s %s HTTP/1.1" % (encoded(method), encoded(target)),
            b"Host: " + encoded(host),
            b"Connection: close",
        ]
        # Whoever has no cookie at all gets pages that nginx and the site hold ready.
        is_known = person != "stranger" or method == "POST" or self.chance.random() < 0.3
        if "Cookie" not in more and is_known:
            lines.append(b"Cookie: " + self.cookie(person))
        more = {"Referer": f"https://{self.world['host']}/"} | more
        for name, value in more.items():
            lines.append(encoded(name.replace("_", "-")) + b": " + encoded(value))
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def cookie(self, person):
        names = self.world["cookies"]
        pairs = {names["csrf"]: TOKEN}
        if person in self.world["sessions"]:
            pairs[names["session"]] = self.world["sessions"][person]
        return "; ".join(f"{name}={value}" for name, value in pairs.items()).encode()

    def posted(self, person, address, content_type, body, **more):
        sent = {"Content-Type": content_type, "Content-Length": str(len(body))} | more
        return self.head(person, "POST", address, **sent) + body

    def may_send(self, person, address):
        """Whether it is no such form by which who attacks would lose the session."""
        return person == "stranger" or not any(part in address for part in self.world["spared"])

    def form_for(self, person):
        """Return a form that `person` is shown, now and then one that somebody else is."""
        while True:
            whose = person if self.chance.random() < 0.9 else self.chance.choice(PEOPLE)
            address, fields = self.chance.choice(self.forms[whose])
            if self.may_send(person, address):
                return address, {name: list(values) for name, values in fields.items()}

    # Kinds of requests

    def path(self, person):
        address = self.address().encode()
        parts = address.split(b"/")
        at = self.chance.randrange(len(parts))
        value = self.value()
        target = self.chance.choice(
            [
                address + value,
                b"/".join([*parts[:at], value, *parts[at:]]),
                b"/".join([*parts[:at], b"..", *parts[at:]]),
                b"/".join([*parts[:at], b"%2e%2e", b"", *parts[at:]]),
                b"/".join([*parts[:at], parts[at] + b";a=b", *parts[at + 1 :]]),
                re.sub(rb"\d+", value, address),
                re.sub(rb"\d+", b"9" * self.chance.choice([1, 18, 19, 30, 4000]), address),
                address.replace(b"/", self.chance.choice([b"//", b"\\", b"/./", b"%2f", b"/%2F/"])),
                b"".join(b"%%%02x" % each for each in address),
                address.upper(),
                address.rstrip(b"/"),
                b"https://" + self.world["host"].encode() + address,
                b"https://kita.example" + address,
                self.chance.choice([b"*", b"", b"?", b"#", b"a", b"kita.example:443"]),
            ]
        )
        return self.head(person, target=target)

    def parameters(self, person):
        number = self.chance.choice([1, 1, 1, 2, 3, 8])
        pairs = [
            quoted(self.chance.choice(nonsense.NAMES)) + b"=" + self.value() for _ in range(number)
        ]
        if self.chance.random() < 0.05:
            pairs = pairs[:1] * 700
        return self.head(person, target=self.address().encode() + b"?" + b"&".join(pairs))

    def headers_of(self, known):
        names = self.chance.sample(sorted(known), self.chance.choice([1, 1, 2, 4]))
        return {name: self.chance.choice(known[name]) for name in names}

    def conditions(self, person):
        return self.head(person, target=self.address(), **self.headers_of(nonsense.CONDITIONS))

    def method(self, person):
        method, address = self.chance.choice(nonsense.METHODS), self.address()
        if not self.may_send(person, address):
            person = "stranger"
        return self.head(person, method, address)

    def host(self, person):
        host = self.chance.choice([*nonsense.HOSTS, None, None])
        more = self.headers_of(nonsense.FORWARDED)
        end = b"0\r\n\r\n" if "Transfer-Encoding" in more else b""
        return self.head(person, target=self.address(), host=host, **more) + end

    def cookies(self, person):
        names = self.world["cookies"]
        value = encoded(self.chance.choice(nonsense.VALUES))
        session = self.world["sessions"].get(person, TOKEN).encode()
        name = self.chance.choice([names["session"], names["csrf"], "messages", "a"]).encode()
        cookie = self.chance.choice(
            [
                name + b"=" + value,
                name + b"=" + self.chance.choice(nonsense.RAW),
                b"; ".join([name + b"=" + session[::-1]] * 60),
                name + b'="' + session,
                session,
                b"; ".join(b"a%d=b" % each for each in range(500)),
                self.cookie(person) + b"; " + name + b"=" + value,
            ]
        )
        return self.head(person, target=self.address(), Cookie=cookie)

    def body(self, person):
        address = self.address()
        if not self.may_send(person, address):
            person = "stranger"
        body, told = self.chance.choice(nonsense.BODIES), self.chance.choice(nonsense.CONTENT_TYPES)
        if body.startswith(b"--a") and self.chance.random() < 0.8:
            told = "multipart/form-data; boundary=a"
        if self.chance.random() < 0.2:
            chunks = self.chance.choice(
                [b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), b"zz\r\n", b"-1\r\na\r\n", b"f" * 30]
            )
            sent = {"Content_Type": told, "Transfer_Encoding": "chunked"}
            return self.head(person, "POST", address, **sent) + chunks
        wrong = {}
        if self.chance.random() < 0.15:
            wrong["Content-Length"] = self.chance.choice(["-1", "a", "1e3", "9" * 30, "0", "5, 5"])
        return self.posted(person, address, told, body, X_CSRFToken=TOKEN, **wrong)

    def spoilt(self, fields):
        """Return `fields` with nonsense in one of them, or in several, or in all."""
        names = list(fields)[:MOST_FIELDS]
        number = self.chance.choice([1, 1, 2, 5, len(names)])
        for name in self.chance.sample(names, min(number, len(names))):
            how = self.chance.random()
            if how < 0.1:
                fields.pop(name)
            elif how < 0.2:
                fields[name] = fields[name] * 3
            else:
                fields[name] = [self.chance.choice(nonsense.VALUES)]
        if self.chance.random() < 0.1:
            fields[self.chance.choice(nonsense.NAMES)] = [self.chance.choice(nonsense.VALUES)]
        if self.chance.random() < 0.3:
            pressed = self.chance.sample(sorted(nonsense.BUTTONS), 3)
            fields |= {name: [self.chance.choice(nonsense.BUTTONS[name])] for name in pressed}
        fields["csrfmiddlewaretoken"] = [TOKEN]
        return fields

    def form(self, person):
        address, fields = self.form_for(person)
        fields = self.spoilt(fields)
        pairs = [
            quoted(name) + b"=" + (self.value() if self.chance.random() < 0.01 else quoted(value))
            for name, values in fields.items()
            for value in values
        ]
        told = "application/x-www-form-urlencoded"
        return self.posted(person, address, told, b"&".join(pairs))

    def files(self, person):
        address, fields = self.form_for(person)
        if self.chance.random() < 0.4:
            address, fields = self.chance.choice(self.world["taking_files"]), {}
        fields = self.spoilt(fields) if fields and self.chance.random() < 0.5 else fields
        fields["csrfmiddlewaretoken"] = [TOKEN]
        names = self.chance.sample(["file", "image", "logo", "documents-0-file"], 2)
        parts = [
            part_of(name, encoded(value)) for name, values in fields.items() for value in values
        ]
        for name in names:
            parts.append(
                part_of(
                    name,
                    self.chance.choice(nonsense.FILES),
                    self.chance.choice(nonsense.FILE_NAMES),
                )
            )
        body = b"".join(parts) + b"--%s--\r\n" % BOUNDARY.encode()
        return self.posted(person, address, f"multipart/form-data; boundary={BOUNDARY}", body)

    def half(self, person):
        """Something that is not sent to its end."""
        address, fields = self.form_for(person)
        body = b"csrfmiddlewaretoken=" + TOKEN.encode()
        whole = self.posted(person, address, "application/x-www-form-urlencoded", body)
        chunked = {"Content_Type": "text/plain", "Transfer_Encoding": "chunked"}
        data = self.chance.choice(
            [
                whole[: self.chance.randrange(len(whole))],
                self.posted(person, address, "a/b", body, **{"Content-Length": "5000000"}),
                self.head(person, "POST", address, **chunked) + b"5\r\nab",
                self.head(person, target=address)[:-2],
                b"\x16\x03\x01",
                b"",
            ]
        )
        return Request("half", person, data, is_half=True)


def encoded(text):
    """Return `text`, or bytes as they are, with what no encoding has left as it is."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def quoted(text):
    return quote(encoded(text), safe="").encode()


def part_of(name, content, file_name=None):
    told = b'Content-Disposition: form-data; name="%s"' % encoded(name)
    if file_name is not None:
        told += b'; filename="%s"' % encoded(file_name)
    return b"--%s\r\n%s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), told, content)
