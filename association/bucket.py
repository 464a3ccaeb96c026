"""Uploaded files in an S3-compatible store, which several hosts share: see settings.S3.

Loaded only where there is one: boto3 takes 25 MB of each process. What the site does with files it
does as on a disk: files are private, and go by the one door (association.files), which leads to
the store by an address that is signed for whoever was let in, and holds for a minute; no file is
written over another; what goes wrong is an OSError.
"""

from contextlib import contextmanager
from functools import cached_property
from urllib.parse import urljoin

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from .absence import Absence
from .storage import StoreAway

VALID = 60  # seconds in which a signed address opens its file
APART = "."  # what begins so is no upload: no backup has it, and none is restored over it
MOST_SIZES = 10_000  # that are remembered: a page of documents tells the size of each
IN_MEMORY = 2**20  # bytes of a file that is read; what is larger lies on the disk meanwhile
MISSING, TAKEN, UNKNOWN, BUSY = 404, {409, 412}, 501, {500, 503}  # what the store answers
UNHEARD = (ConnectionError, HTTPClientError)
CONFIG = Config(
    signature_version="s3v4",
    # One address of the store, of which the content security policy knows.
    s3={"addressing_style": "path"},
    # Whoever asks keeps a thread of the few that there are.
    connect_timeout=2,
    read_timeout=10,
    retries={"total_max_attempts": 2, "mode": "standard"},
    # Stores that only resemble Amazon's do not all know the newer sums.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    max_pool_connections=16,
)


def status_of(error):
    """Return the status with which the store has answered; None where it has not."""
    if isinstance(error, ClientError):
        return error.response["ResponseMetadata"]["HTTPStatusCode"]
    return None


absence = Absence("The store of files does not answer (%s).", "The store of files answers again.")


@contextmanager
def as_of_a_disk(name):
    """Raise what goes wrong with the file `name` as the OSError that a disk would raise.

    It is StoreAway where the store does not answer, at once where it has not a moment ago.
    """
    if absence.is_fresh:
        raise StoreAway("The store of files does not answer.")
    try:
        yield
    except UNHEARD as error:
        absence.begin(error)
        raise StoreAway(f"The store of files: {error}") from error
    except (ClientError, BotoCoreError) as error:
        absence.end()
        if status_of(error) == MISSING:
            raise FileNotFoundError(f"There is no file {name}.") from error
        kind = StoreAway if status_of(error) in BUSY else OSError
        raise kind(f"The store of files: {error}") from error
    else:
        absence.end()


class Bucket(S3Storage):
    """A bucket for the uploads of this site alone, which nobody reads without a signature."""

    def get_default_settings(self):
        return super().get_default_settings() | {
            "client_config": CONFIG,
            "file_overwrite": False,
            "max_memory_size": IN_MEMORY,
        }

    @cached_property
    def connection(self):
        """What all threads share: its client may be, and each one more takes some MB."""
        return self._create_session().resource(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            config=self.client_config,
        )

    @cached_property
    def client(self):
        return self.connection.meta.client

    def url(self, name):
        """Return the address at which this site lets the file out, as that of a file on a disk."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(clean_name(name)).lstrip("/"))

    def signed_address(self, name, content_type, disposition, method="GET"):
        """Return an address of the store that gives the file to anybody, for VALID seconds.

        It answers `method` alone, with the headers Content-Type and Content-Disposition told.
        """
        told = {
            "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": "private, no-store",
        }
        return super().url(name, told, VALID, method)

    def answers(self):
        """Whether the store does, and has the bucket."""
        try:
            with as_of_a_disk(self.bucket_name):
                self.client.head_bucket(Bucket=self.bucket_name)
        except OSError:
            return False
        return True

    def _open(self, name, mode="rb"):
        with as_of_a_disk(name):
            file = super()._open(name, mode)
            if "r" in mode:
                file.open()  # fetches it: later it would raise errors of its own
            return file

    def _save(self, name, content):
        name = clean_name(name)
        while True:
            try:
                self._put(name, content, IfNoneMatch="*")
                return name
            except OSError as error:
                status = status_of(error.__cause__)
                if status not in {*TAKEN, UNKNOWN}:
                    raise
            if status == UNKNOWN:  # a store that knows no conditions
                self._put(name, content)
                return name
            # Somebody else has used the name since it was free.
            name = self.get_available_name(name)

    def replace(self, name, content):
        """Let `content`, a File, be the file `name`, whatever it was before."""
        self.sizes.pop(name, None)
        self._put(clean_name(name), content)

    def _put(self, name, content, **conditions):
        content.seek(0)
        type_ = self._get_write_parameters(name, content)["ContentType"]
        options = {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}
        with as_of_a_disk(name):
            self.client.put_object(Body=content, ContentType=type_, **options, **conditions)

    def delete(self, name):
        self.sizes.pop(name, None)
        with as_of_a_disk(name):
            super().delete(name)

    def exists(self, name):
        with as_of_a_disk(name):
            return super().exists(name)

    def listdir(self, path):
        with as_of_a_disk(path):
            return super().listdir(path)

    @cached_property
    def sizes(self):
        """Bytes of files by their names, as long as the process lives: a file is not changed."""
        return {}

    def size(self, name):
        if name not in self.sizes:
            with as_of_a_disk(name):
                size = super().size(name)
            if len(self.sizes) >= MOST_SIZES:
                self.sizes.clear()
            self.sizes[name] = size
        return self.sizes[name]

    def get_modified_time(self, name):
        with as_of_a_disk(name):
            return super().get_modified_time(name)

    def all_names(self):
        """Yield the name of each uploaded file in the bucket."""
        with as_of_a_disk(self.bucket_name):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket_name)
            for page in pages:
                names = (entry["Key"] for entry in page.get("Contents", ()))
                yield from (name for name in names if not name.startswith(APART))

    def fetch(self, name, target):
        """Write the file `name` into `target`, a file that is open for that."""
        with as_of_a_disk(name):
            self.client.download_fileobj(self.bucket_name, name, target)
