"""Says how botocore signs a request. In: a line of JSON each, as it came over the wire. Out: a line with the signature.

{"method", "url", "headers": [[name, value]…], "body": base64, "service", "region", "secret", "token"}
"""

import base64
import json
import sys

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def judge(q):
    s3 = q["service"] == "s3"
    credentials = Credentials("AKIDEXAMPLE", q["secret"], q.get("token"))
    auth = (S3SigV4Auth if s3 else SigV4Auth)(credentials, q["service"], q["region"])
    request = AWSRequest(method=q["method"], url=q["url"], data=base64.b64decode(q["body"]))
    for name, value in q["headers"]:
        request.headers[name] = value
    request.context["timestamp"] = request.headers["x-amz-date"]
    if s3:
        request.context["payload_signing_enabled"] = True
    canonical = auth.canonical_request(request)
    to_sign = auth.string_to_sign(request, canonical)
    return {"signature": auth.signature(to_sign, request), "canonical": canonical}


for line in sys.stdin:
    print(json.dumps(judge(json.loads(line))), flush=True)
