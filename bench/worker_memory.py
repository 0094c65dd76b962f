"""Prints a granian worker's resident MiB after N verifications over HTTP on loopback."""

import http.client
import json
import sys
import urllib.request
from pathlib import Path

from tests.browser.demo_server import Demo, running_demo


def device_token(demo: Demo) -> str:
    """Set a front desk up by the demo's link and return its token."""

    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_args: object, **_more: object) -> None:
            return None

    location = ""
    opener = urllib.request.build_opener(NoRedirect)
    try:
        opener.open(demo.link("desk"))
    except urllib.error.HTTPError as answer:
        location = answer.headers["Location"]
    setup = location.split("#t=")[1].split("&")[0]
    request = urllib.request.Request(
        f"{demo.url}/api/v1/device/initialize",
        data=json.dumps({"setup_token": setup}).encode(),
        headers={"Content-Type": "application/json"},
    )
    token: str = json.load(urllib.request.urlopen(request))["token"]
    return token


def resident_mib(group: int) -> float:
    """Return the largest resident size among the processes of the demo's group."""
    sizes = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
            if int(fields[2]) == group:
                lines = status.with_name("status").read_text().splitlines()
                sizes += [int(line.split()[1]) for line in lines if line.startswith("VmRSS")]
        except (OSError, IndexError, ValueError):
            continue
    return max(sizes) / 1024


def main() -> None:
    vectors = Path(__file__).resolve().parents[1] / "docs" / "card-format" / "vectors"
    texts = [
        json.loads(line)["qr"]
        for line in (vectors / "accepted.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    with running_demo() as demo:
        headers = {
            "Authorization": f"Device {device_token(demo)}", "Content-Type": "application/json",
        }  # fmt: skip
        connection = http.client.HTTPConnection(demo.url.removeprefix("http://"))
        for index in range(int(sys.argv[1])):
            body = json.dumps({"qr": texts[index % len(texts)]})
            connection.request("POST", "/api/v1/verifications", body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
        print(f"{resident_mib(demo.process.pid):.1f}")


if __name__ == "__main__":
    main()
