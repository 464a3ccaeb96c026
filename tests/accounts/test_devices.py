import pytest

from accounts.devices import device

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"{WINDOWS}; rv:140.0) Gecko/20100101 Firefox/140.0", "„Firefox“, „Windows“"),
        (f"{WINDOWS}) {WEBKIT} Chrome/109.0.0.0 Safari/537.36", "„Chrome“, „Windows“"),
        (f"{WINDOWS}) {WEBKIT} Chrome/138.0 Safari/537.36 Edg/138.0", "„Edge“, „Windows“"),
        (f"{WINDOWS}) {WEBKIT} Chrome/138.0 Safari/537.36 OPR/120.0", "„Opera“, „Windows“"),
        (f"{PHONE} Version/18.5 Mobile/15E148 Safari/604.1", "„Safari“, „iPhone“"),
        (f"{PHONE} CriOS/138.0 Mobile/15E148 Safari/604.1", "„Chrome“, „iPhone“"),
        (
            f"Mozilla/5.0 (Linux; Android 15) {WEBKIT} SamsungBrowser/28.0 Chrome/130.0 Safari/1",
            "„Samsung Internet“, „Android“",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15",
            "„Safari“, „macOS“",
        ),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/138.0", "„Chrome“, „Linux“"),
        ("Firefox/140.0", "„Firefox“"),
        ("curl/8.0", "Nežinoma naršyklė"),
        ("", "Nežinoma naršyklė"),
    ],
)
def test_device_is_named_as_people_know_it(user_agent, name):
    assert device(user_agent) == name
