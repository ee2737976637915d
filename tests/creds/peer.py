"""Asks botocore, which AWS's own tools are made of, for credentials: what pluto finds has to be the same.

In: a line of JSON each, {"env": {…}, "profile": … or null, "setting": of the profile, instead of keys}. Out: a line, {"access_key", "secret_key", "token", "account"},
{"none": true} where it finds none, or {"error": …}.
"""

import json
import os
import sys

import botocore.session


def find(q):
    for name in list(os.environ):
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ.update(q["env"])
    session = botocore.session.Session(profile=q.get("profile"))
    if "setting" in q:
        value = session.get_scoped_config().get(q["setting"], "")
        return {"setting": value if isinstance(value, str) else ""}
    found = session.get_credentials()
    if found is None:
        return {"none": True}
    keys = found.get_frozen_credentials()
    return {
        "access_key": keys.access_key,
        "secret_key": keys.secret_key,
        "token": keys.token or "",
        "account": getattr(keys, "account_id", None) or "",
    }


for line in sys.stdin:
    try:
        said = find(json.loads(line))
    except Exception as error:  # noqa: BLE001: whatever it is, it is botocore's answer
        said = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(said), flush=True)
