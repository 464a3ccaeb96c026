"""What several hosts share: a store of files, moto's, which speaks as Amazon's S3; and a Redis."""

import logging
import socket
import subprocess
import time
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

KEYS = {"access_key": "raktas", "secret_key": "paslaptis", "region_name": "us-east-1"}


@contextmanager
def running_store():
    """Run a store as long as the block lasts; give its address."""
    from moto.server import ThreadedMotoServer  # which takes seconds to load

    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def new_bucket(address):
    """Make a bucket in the store at `address`; return what settings.S3 says of it."""
    told = {"endpoint_url": address, "bucket_name": f"failai-{uuid4()}", **KEYS}
    client_of(told).create_bucket(Bucket=told["bucket_name"])
    return told


def client_of(told):
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=told["endpoint_url"],
        aws_access_key_id=told["access_key"],
        aws_secret_access_key=told["secret_key"],
        region_name=told["region_name"],
    )


class Fetched:
    """What a store has answered, to be read as an answer of the site."""

    def __init__(self, answer):
        self.status_code, self.headers, self.body = answer.status, answer.headers, answer.read()

    def __getitem__(self, name):
        return self.headers[name]


def fetched(address, method="GET", **headers):
    """Return what a browser gets at the `address` of a store, which knows nobody."""
    request = Request(address, headers=headers, method=method)  # noqa: S310 - of our own store
    try:
        return Fetched(urlopen(request))  # noqa: S310
    except HTTPError as error:
        return Fetched(error)


def contents(told):
    """Return {name: bytes} of all that is in the bucket."""
    client, bucket = client_of(told), {"Bucket": told["bucket_name"]}
    found = client.list_objects_v2(**bucket).get("Contents", ())
    return {
        each["Key"]: client.get_object(**bucket, Key=each["Key"])["Body"].read() for each in found
    }


def environment_of(told):
    """Return the variables by which a site finds the bucket."""
    return {
        "S3_ENDPOINT": told["endpoint_url"],
        "S3_BUCKET": told["bucket_name"],
        "S3_KEY": told["access_key"],
        "S3_SECRET": told["secret_key"],
    }


class Redis:
    """A Redis of Debian's at a port of its own, which keeps nothing on the disk."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen(
            ["redis-server", *options], cwd="/", stdout=subprocess.DEVNULL, start_new_session=True
        )
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                assert self.process.poll() is None
                time.sleep(0.05)

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
