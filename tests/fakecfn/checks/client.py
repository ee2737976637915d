"""boto3 on a leash: commands come as lines of JSON, replies go back as lines of JSON with the command's id.

{id, service, call, params, region, http, proxy, attempts, key: [id, secret, token]}  an operation, a paginator ("paginate": true),
a waiter ("wait": name) or a presigned URL ("presign": seconds). {id, raw: {...}} signs a request with botocore, spoils it
as told and sends it. {id, model: [service, operation]} says what botocore knows of an operation's members. {id, judge:
[service, operation, body]} says what in a reply's body botocore's description doesn't know. {id, aws: [words], env} runs AWS's command line
in this process. Bodies: {"$bytes": base64}. Nothing is retried unless `attempts` says so.
"""

import base64
import contextlib
import http.client
import io
import json
import os
import ssl
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import boto3
import botocore.exceptions
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

lock = threading.Lock()
alone = threading.Lock()  # the command line writes to the process's own streams
out = sys.stdout
session = boto3.session.Session()  # one: models are read once
clients = {}


def say(value):
    with lock:
        out.write(json.dumps(value, default=plain) + "\n")
        out.flush()


def plain(value):
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if hasattr(value, "read"):
        return value.read().decode("utf-8", "replace")
    return [event for event in value]


def revive(value):
    if isinstance(value, dict):
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        return {k: revive(v) for k, v in value.items()}
    if isinstance(value, list):
        return [revive(v) for v in value]
    return value


def client_of(command):
    key = command.get("key") or [os.environ["FAKE_KEY"], os.environ["FAKE_SECRET"], None]
    how = (command["service"], command.get("region"), command.get("http"), command.get("proxy"), command.get("attempts", 1), tuple(key), command.get("path"))
    with lock:
        if how not in clients:
            config = Config(
                retries={"total_max_attempts": how[4], "mode": "standard"}, connect_timeout=5, read_timeout=20, max_pool_connections=20,
                proxies={"https": os.environ["FAKE_HTTP"]} if how[3] else None, s3={"addressing_style": how[6] or "auto"},
                signature_version="s3v4" if how[0] == "s3" else None,
            )
            endpoint = None if how[3] else os.environ["FAKE_HTTP" if how[2] else "FAKE_URL"]
            clients[how] = session.client(
                how[0], region_name=how[1] or "us-east-1", endpoint_url=endpoint, config=config, verify=os.environ["FAKE_CA"],
                aws_access_key_id=key[0], aws_secret_access_key=key[1], aws_session_token=key[2],
            )
        return clients[how]


def shape(kind, depth=0):
    if kind.type_name == "structure":
        return {"members": {name: {**shape(member, depth + 1), "must": name in kind.required_members} for name, member in kind.members.items()}} if depth < 5 else {}
    if kind.type_name == "list":
        return {"list": shape(kind.member, depth + 1)}
    limits = {k: kind.metadata[k] for k in ("min", "max") if k in kind.metadata}
    return {"type": kind.type_name, **limits, **({"enum": kind.enum} if getattr(kind, "enum", None) else {})}


def model(service, operation):
    with lock:
        known = session._session.get_service_model(service)
    found = known.operation_model(operation).input_shape
    return shape(found) if found else {"members": {}}


def judge(service, operation, body):
    with lock:
        known = session._session.get_service_model(service)
    found = known.operation_model(operation)
    output = found.output_shape
    problems = []
    if output is None or not body:
        return problems
    payload = output.serialization.get("payload")
    inner = output.members[payload] if payload else output
    if payload and inner.type_name != "structure":
        return problems
    if body.startswith("<"):
        root = ElementTree.fromstring(body)
        if "resultWrapper" in output.serialization:
            root = next((e for e in root if local(e) == output.serialization["resultWrapper"]), None)
        if root is not None:
            judge_xml(root, inner, operation, problems)
    else:
        judge_json(json.loads(body), inner, operation, problems)
    return problems


def local(element):
    return element.tag.split("}")[-1]


def tag_of(name, member):
    if member.type_name == "list" and member.serialization.get("flattened"):
        return member.serialization.get("name") or member.member.serialization.get("name") or name
    return member.serialization.get("name", name)


def judge_xml(element, kind, path, problems):
    if kind.type_name == "structure":
        names = {tag_of(name, member): member for name, member in kind.members.items() if member.serialization.get("location") is None}
        for child in element:
            member = names.get(local(child))
            if member is None:
                problems.append(f"{path}: no member {local(child)}")
            elif member.type_name == "list" and member.serialization.get("flattened"):
                judge_xml(child, member.member, f"{path}.{local(child)}", problems)
            else:
                judge_xml(child, member, f"{path}.{local(child)}", problems)
        required(kind, {local(child) for child in element}, path, problems, tag_of)
    elif kind.type_name == "list":
        for child in element:
            judge_xml(child, kind.member, f"{path}[]", problems)
    else:
        judge_scalar(element.text or "", kind, path, problems)


def judge_json(value, kind, path, problems):
    if kind.type_name == "structure":
        if not isinstance(value, dict):
            problems.append(f"{path}: no object")
            return
        names = {member.serialization.get("name", name): member for name, member in kind.members.items()}
        for name, inner in value.items():
            if name not in names:
                problems.append(f"{path}: no member {name}")
            elif inner is not None:
                judge_json(inner, names[name], f"{path}.{name}", problems)
        required(kind, set(value), path, problems, lambda name, member: member.serialization.get("name", name))
    elif kind.type_name == "list":
        for inner in value:
            judge_json(inner, kind.member, f"{path}[]", problems)
    elif kind.type_name != "map":
        judge_scalar(value, kind, path, problems)


def required(kind, there, path, problems, name_of):
    for name in kind.required_members:
        member = kind.members[name]
        if member.serialization.get("location") is None and name_of(name, member) not in there:
            problems.append(f"{path}: {name} is missing")


def judge_scalar(value, kind, path, problems):
    if getattr(kind, "enum", None) and str(value) not in kind.enum:
        problems.append(f"{path}: {value} is none of {kind.enum[:6]}…")
    if kind.type_name in ("integer", "long") and not str(value).lstrip("-").isdigit():
        problems.append(f"{path}: {value} is no whole number")
    if kind.type_name == "boolean" and str(value) not in ("true", "false", "True", "False"):
        problems.append(f"{path}: {value} is no boolean")


def run(command):
    if "judge" in command:
        return judge(*command["judge"])
    if "model" in command:
        return model(*command["model"])
    params = revive(command.get("params", {}))
    if "aws" in command:
        return command_line(command["aws"], command["env"])
    if "raw" in command:
        return raw(command["raw"])
    client = client_of(command)
    if command.get("presign"):
        return client.generate_presigned_url(command["call"], Params=params, ExpiresIn=command["presign"])
    if command.get("wait"):
        client.get_waiter(command["wait"]).wait(**params, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
        return {}
    if command.get("paginate"):
        return [page for page in client.get_paginator(command["call"]).paginate(**params)]
    return getattr(client, command["call"])(**params)


def raw(what):
    """Signs by botocore, then spoils: headers to add, change or (null) remove; body; path."""
    url = os.environ["FAKE_URL"]
    body = what.get("body", "").encode()
    request = AWSRequest(what.get("method", "POST"), url + what.get("path", "/"), headers=what.get("headers", {}), data=body)
    kind = S3SigV4Auth if what["service"] == "s3" else SigV4Auth
    kind(Credentials(os.environ["FAKE_KEY"], os.environ["FAKE_SECRET"]), what["service"], what.get("region", "us-east-1")).add_auth(request)
    headers = {k: v for k, v in request.headers.items()}
    for name, value in what.get("spoil", {}).items():
        for known in [k for k in headers if k.lower() == name.lower()]:
            del headers[known]
        if value is not None:
            headers[name] = value
    host, port = url[len("https://"):].split(":")
    connection = http.client.HTTPSConnection(host, int(port), context=ssl.create_default_context(cafile=os.environ["FAKE_CA"]), timeout=10)
    connection.request(what.get("method", "POST"), what.get("sentPath", what.get("path", "/")), body=what.get("sentBody", what.get("body", "")).encode(), headers=headers)
    reply = connection.getresponse()
    return {"status": reply.status, "headers": dict(reply.getheaders()), "body": reply.read().decode("utf-8", "replace")}


def command_line(words, env):
    from awscli.clidriver import create_clidriver

    with alone:
        kept = dict(os.environ)
        os.environ.update(env)
        stdout, stderr = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        try:
            with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
                status = create_clidriver().main(words)
        finally:
            os.environ.clear()
            os.environ.update(kept)
        return {"status": status, "stdout": stdout.buffer.getvalue().decode(), "stderr": stderr.buffer.getvalue().decode()}


def handle(command):
    try:
        say({"id": command["id"], "result": run(command)})
    except botocore.exceptions.ClientError as error:
        reply = error.response
        say({"id": command["id"], "error": {"code": reply["Error"].get("Code"), "message": reply["Error"].get("Message"), "status": reply["ResponseMetadata"]["HTTPStatusCode"], "attempts": reply["ResponseMetadata"].get("RetryAttempts"), "kind": "ClientError"}})
    except Exception as error:  # told to the test, which decides
        say({"id": command["id"], "error": {"kind": type(error).__name__, "message": str(error), "code": type(error).__name__}})


def main():
    with ThreadPoolExecutor(16) as pool:
        for line in sys.stdin:
            pool.submit(handle, json.loads(line))


main()
