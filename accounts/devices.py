"""Browsers and systems by the names that people know, from what a browser says of itself."""

from django.utils.translation import gettext as _

# The first that fits: browsers name those they descend from too, and so do systems.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "Chrome/": "Chrome",
    "CriOS/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def device(user_agent):
    """Return „Firefox“, „Windows“ for a header User-Agent, or the words for an unknown browser."""
    names = [
        next((name for sign, name in known.items() if sign in user_agent), None)
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(f"„{name}“" for name in names if name) or _("An unknown browser")
