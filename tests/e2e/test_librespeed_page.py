"""A browser's own requests, as LibreSpeed's page makes them, against the measuring server's endpoints."""

import pytest

from probe.throughput.server import MeasuringServer
from tests.e2e.served import chromium

pytestmark = pytest.mark.component("chromium")

# What speedtest_worker.js does: a ping, a download that is counted, an upload of a blob, and who one is.
PAGE = """
async (base) => {
  const ping = await fetch(base + "/backend/empty.php?cors=true&r=" + Math.random(), {cache: "no-store"});
  const down = await fetch(base + "/backend/garbage.php?cors=true&ckSize=4&r=" + Math.random());
  const bytes = (await down.arrayBuffer()).byteLength;
  const up = await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let sent = 0;
    request.upload.onprogress = (event) => { sent = event.loaded; };
    request.onload = () => resolve({status: request.status, sent: sent, body: request.responseText});
    request.onerror = () => reject(new Error("upload refused"));
    request.open("POST", base + "/backend/empty.php?cors=true&r=" + Math.random(), true);
    request.setRequestHeader("Content-Encoding", "identity");
    request.send(new Blob([new Uint8Array(20000000)]));
  });
  const ip = await (await fetch(base + "/backend/getIP.php?cors=true&isp=true")).json();
  return {ping: ping.status, pong: (await ping.text()).length, bytes, up, ip};
}
"""


def test_a_page_of_another_origin_downloads_uploads_and_pings() -> None:
    with MeasuringServer("127.0.0.1") as server, MeasuringServer("127.0.0.1") as elsewhere, chromium() as browser:
        page = browser.new_page()
        page.goto("http://{}:{}/health".format(*elsewhere.address))
        found = page.evaluate(PAGE, "http://{}:{}".format(*server.address))
        page.close()
    assert (found["ping"], found["pong"]) == (200, 0)
    assert found["bytes"] == 4 << 20
    assert found["up"] == {"status": 200, "sent": 20_000_000, "body": ""}
    assert found["ip"] == {"processedString": "127.0.0.1", "rawIspInfo": ""}
