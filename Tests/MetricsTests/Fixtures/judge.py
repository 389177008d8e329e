"""Says what others make of pages of metrics: judge.py client|promtool|prometheus < PAGES > VERDICTS, both JSON.

PAGES is a list of {"format": "text" | "openMetrics", "page": base64}. VERDICTS is a list of {"refused": null | why,
"samples": [[name, {label: value}, value, milliseconds | null]]}; promtool tells no samples, and Prometheus none with
a timestamp of their own. A verdict of null means that the judge does not know the format.
"""
import base64
import concurrent.futures
import http.server
import io
import json
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from decimal import Decimal

pages = json.load(sys.stdin)
for page in pages:
    page["bytes"] = base64.b64decode(page["page"])


def client(page):
    from prometheus_client import parser
    from prometheus_client.openmetrics import parser as openmetrics

    is_text = page["format"] == "text"
    parse = parser.text_fd_to_metric_families if is_text else openmetrics.text_fd_to_metric_families
    samples = []
    try:
        text = page["bytes"].decode("utf-8")
        # It shows counters of text format as OpenMetrics would: with _total, be it there or not.
        added = {name + "_total" for name in re.findall(r"^# TYPE +(\S+) +counter", text, re.M) if name[-6:] != "_total"}
        for family in parse(io.StringIO(text, newline="\n")):
            for sample in family.samples:
                stamp = sample.timestamp
                if stamp is not None:
                    seconds = Decimal(repr(stamp) if isinstance(stamp, float) else str(stamp))
                    stamp = round(seconds * 1000) if is_text else int(seconds * 1000)
                name = sample.name[:-6] if is_text and sample.name in added else sample.name
                samples.append([name, sample.labels, repr(float(sample.value)), stamp])
    except Exception as problem:
        return {"refused": repr(problem), "samples": []}
    return {"refused": None, "samples": samples}


def promtool(page):
    if page["format"] != "text":
        return None
    result = subprocess.run(["promtool", "check", "metrics"], input=page["bytes"], capture_output=True)
    return {"refused": result.stderr.decode() if result.returncode not in (0, 3) else None, "samples": []}


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = pages[int(self.path.rsplit("/", 1)[1])]
        self.send_response(200)
        text = "text/plain; version=0.0.4"
        self.send_header(
            "Content-Type", text if page["format"] == "text" else "application/openmetrics-text; version=1.0.0")
        self.send_header("Content-Length", str(len(page["bytes"])))
        self.end_headers()
        self.wfile.write(page["bytes"])

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 512  # all targets at once

    def handle_error(self, *_):
        pass  # a scraper that hangs up on a bad page


def ask(port, query):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{query}", timeout=5) as answer:
        return json.load(answer)["data"]


def prometheus():
    """One real Prometheus scrapes each page as a target of its own."""
    server = Server(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own = f"127.0.0.1:{server.server_address[1]}"
    with tempfile.TemporaryDirectory() as directory:
        targets = [
            {"targets": [own], "labels": {"page": str(i), "__metrics_path__": f"/page/{i}"}} for i in range(len(pages))
        ]
        with open(f"{directory}/prometheus.yml", "w") as file:
            json.dump({  # JSON is YAML
                "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
                "scrape_configs": [{"job_name": "pages", "static_configs": targets}],
            }, file)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = open(f"{directory}/log", "wb")
        process = subprocess.Popen(
            ["prometheus", f"--config.file={directory}/prometheus.yml", f"--storage.tsdb.path={directory}/data",
             f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
        try:
            return watch(port, process)
        except Exception:
            sys.stderr.write(open(f"{directory}/log").read())
            raise
        finally:
            process.terminate()
            process.wait()


def watch(port, process):
    active = []
    deadline = time.monotonic() + 60
    while True:
        try:
            active = ask(port, "targets?state=active")["activeTargets"]
            late = [t for t in active if t["health"] == "unknown" or "deadline exceeded" in t["lastError"]]
            if len(active) == len(pages) and not late:
                break
        except OSError:
            pass
        if time.monotonic() > deadline or process.poll() is not None:
            raise TimeoutError(f"Prometheus scraped {len(active)} of {len(pages)} pages")
        time.sleep(0.1)
    verdicts = [None] * len(pages)
    for target in active:
        verdicts[int(target["labels"]["page"])] = {"refused": target["lastError"] or None, "samples": []}
    query = urllib.parse.quote('{page!=""}')
    for series in ask(port, "query?query=" + query)["result"]:
        labels = series["metric"]
        page, name = int(labels.pop("page")), labels.pop("__name__")
        for added in ("job", "instance"):
            labels.pop(added)
            if "exported_" + added in labels:
                labels[added] = labels.pop("exported_" + added)
        if name not in ("up", "exported_up") and not name.startswith("scrape_"):
            verdicts[page]["samples"].append([name, labels, repr(float(series["value"][1])), None])
    return verdicts


judge = sys.argv[1]
if judge == "client":
    verdicts = [client(page) for page in pages]
elif judge == "promtool":
    with concurrent.futures.ThreadPoolExecutor(4) as several:
        verdicts = list(several.map(promtool, pages))
else:
    verdicts = prometheus()
json.dump(verdicts, sys.stdout)
