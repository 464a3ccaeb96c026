"""gunicorn on a server of 1 GB: two processes that share the code, four threads in each."""

import gc

wsgi_app = "association.wsgi"
workers = 2
threads = 4
worker_class = "gthread"
preload_app = True
timeout = 60  # seconds without a sign of life from a process; a large upload is nginx's to wait for
graceful_timeout = 30
keepalive = 30
# A process is renewed now and then, so that nothing that leaks grows for years.
max_requests = 50_000
max_requests_jitter = 5000
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat must not wait for a disk
forwarded_allow_ips = "*"  # only nginx reaches the socket
# nginx has a limit to each of them, and says so in Lithuanian.
limit_request_line = limit_request_field_size = 0
limit_request_fields = 32768
accesslog = None  # nginx writes one, without addresses
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def when_ready(server):
    """Let no process look at what all of them share for garbage: it would become its own then."""
    gc.collect()
    gc.freeze()
