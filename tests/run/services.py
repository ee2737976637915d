"""Services that nobody emulates, asked by AWS's SDK for Python and by its command line: each reads why.

Called with the endpoint as JSON; ends with 1 where a client cannot read the answer.
"""
import datetime
import json
import os
import subprocess
import sys

import boto3
from botocore.exceptions import ClientError

world = json.loads(sys.argv[1])
common = dict(region_name="us-east-1", endpoint_url=world["endpoint"])


def client(name):
    return boto3.client(name, **common)


def identity():
    said = client("sts").get_caller_identity()
    assert said["Account"] == "000000000000", said
    assert said["Arn"] == "arn:aws:sts::000000000000:assumed-role/pluto-run/local", said
    assert said["UserId"].endswith(":local"), said


# As programs do that ask across accounts: what they get is good for what there is here.
def roles():
    said = client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/path/cross & co", RoleSessionName="me")
    assert said["AssumedRoleUser"]["Arn"] == "arn:aws:sts::123456789012:assumed-role/cross & co/me", said
    keys = said["Credentials"]
    assert keys["AccessKeyId"].startswith("ASIA") and keys["SecretAccessKey"].startswith("pluto-local-"), said
    left = keys["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(minutes=55) < left <= datetime.timedelta(hours=1), said
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    assert session.client("sts", **common).get_caller_identity()["Account"] == "000000000000"
    try:
        client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:user/somebody", RoleSessionName="me")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ValidationError", error.response
    else:
        raise AssertionError("a user is a role")


# One for each protocol, and what its clients are for most.
CALLS = [
    ("sqs", "SendMessage", lambda c: c.send_message(QueueUrl=f"{world['endpoint']}/000000000000/q", MessageBody="x")),
    ("sns", "Publish", lambda c: c.publish(TopicArn="arn:aws:sns:us-east-1:000000000000:t", Message="<&>")),
    ("sts", "GetSessionToken", lambda c: c.get_session_token()),
    ("s3", "GET /bucket/key", lambda c: c.get_object(Bucket="bucket", Key="key")),
    ("s3", "PUT /bucket/key", lambda c: c.put_object(Bucket="bucket", Key="key", Body=b"x")),
    ("ec2", "DescribeInstances", lambda c: c.describe_instances()),
    ("route53", "GET /2013-04-01/hostedzone", lambda c: c.list_hosted_zones()),
    ("secretsmanager", "GetSecretValue", lambda c: c.get_secret_value(SecretId="s")),
    ("ssm", "GetParameter", lambda c: c.get_parameter(Name="n")),
    ("events", "PutEvents", lambda c: c.put_events(Entries=[{"Source": "a"}])),
    ("states", "StartExecution", lambda c: c.start_execution(stateMachineArn="arn:aws:states:us-east-1:000000000000:stateMachine:m")),
    ("monitoring", "ListMetrics", lambda c: c.list_metrics()),
    ("bedrock", "POST /model/m/invoke", lambda c: c.invoke_model(modelId="m", body=b"{}")),
]
CLIENTS = {"states": "stepfunctions", "monitoring": "cloudwatch", "bedrock": "bedrock-runtime"}


def refusals():
    for service, operation, call in CALLS:
        try:
            call(client(CLIENTS.get(service, service)))
        except ClientError as error:
            said = error.response["Error"]
            assert said["Code"] == "NotImplemented", (service, error.response)
            assert said["Message"] == f"pluto run does not emulate {service} ({operation})", (service, said)
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 501, error.response
            assert error.response["ResponseMetadata"]["RetryAttempts"] == 0, error.response
        else:
            raise AssertionError(f"{service} answered")


def head():
    try:
        client("s3").head_bucket(Bucket="bucket")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "501", error.response
    else:
        raise AssertionError("s3 answered")


def command_line():
    command = [os.path.join(os.path.dirname(sys.executable), "aws"), "--endpoint-url", world["endpoint"], "--region", "us-east-1"]
    said = subprocess.run([*command, "sts", "get-caller-identity"], check=True, capture_output=True, text=True)
    assert json.loads(said.stdout)["Account"] == "000000000000", said
    said = subprocess.run([*command, "s3", "ls"], capture_output=True, text=True)
    assert "(NotImplemented)" in said.stderr and "pluto run does not emulate s3 (GET /)" in said.stderr, said


for check in (identity, roles, refusals, head, command_line):
    check()
    print("ok", check.__name__)
