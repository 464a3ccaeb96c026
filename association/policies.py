"""What answers tell browsers beside Django's own headers: of what use a page is to others.

Which scripts and styles a page may have is in the settings, SECURE_CSP.
"""

from functools import wraps

from django.conf import settings
from django.views.decorators.csp import csp_override

# What pages of the site do themselves: passkeys, and copying an address at a click.
USED = ["publickey-credentials-get", "publickey-credentials-create", "clipboard-write"]
# What no page of the site wants, whatever a script that should not be there asks for. Browsers
# complain of names that they do not know: here are those that they agree on.
UNUSED = [
    *("accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read"),
    *("compute-pressure", "display-capture", "encrypted-media", "fullscreen", "gamepad"),
    *("geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection"),
    *("keyboard-map", "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials"),
    *("payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb"),
    *("window-management", "xr-spatial-tracking"),
]
PERMISSIONS = ", ".join([*(f"{name}=(self)" for name in USED), *(f"{name}=()" for name in UNUSED)])

# Django's admin and our scripts in it put words of HTML into their pages, which the public ones
# refuse to.
of_admin = csp_override(
    {name: told for name, told in settings.SECURE_CSP.items() if "trusted-types" not in name}
)


def keep_to_this_site(get_response):
    """Let no page of another site embed what is answered here, unless a view allows it."""

    def middleware(request):
        response = get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response["Permissions-Policy"] = PERMISSIONS
        return response

    return middleware


def for_all_sites(view):
    """Let pages of any site read what `view` answers: what it tells is for everybody alike.

    Without a session, however: browsers send no cookie along.
    """

    @wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return answered
