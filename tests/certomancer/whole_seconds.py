"""Stands before certomancer and says the time of each request in whole seconds.

By its own clock certomancer writes fractions of a second into OCSP responses, which RFC 6960, 4.2.2.1 (RFC 5280,
4.1.2.5.2) does not allow and nobody has to read. A request that says a time itself goes through as it is.
"""

import datetime
import http.server
import sys
import urllib.request

PORT, BEHIND = sys.argv[1:3]
TIME = "X-Certomancer-Fake-Time"
PASSED_ON = ("Accept", "Content-Type", TIME)


class Passing(http.server.BaseHTTPRequestHandler):
    def pass_on(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        headers = {name: self.headers[name] for name in PASSED_ON if self.headers.get(name)}
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        headers.setdefault(TIME, now.isoformat())
        request = urllib.request.Request(
            f"http://127.0.0.1:{BEHIND}{self.path}", data=body, headers=headers, method=self.command
        )
        try:
            answer = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        content = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "application/octet-stream"))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = pass_on

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(PORT)), Passing).serve_forever()
