"""The emulated SageMaker and DynamoDB asked by AWS's SDK for Python, by its command line, and by LangChain.

Called with the endpoint and the names as JSON; ends with 1 where something is not as on AWS.
"""
import json
import os
import subprocess
import sys

import boto3
from botocore.exceptions import ClientError
from langchain_aws.llms import SagemakerEndpoint
from langchain_aws.llms.sagemaker_endpoint import LLMContentHandler

world = json.loads(sys.argv[1])
common = dict(region_name="us-east-1", endpoint_url=world["endpoint"])
runtime = boto3.client("sagemaker-runtime", **common)


class Handler(LLMContentHandler):
    content_type = "application/json"
    accepts = "application/json"

    def transform_input(self, prompt, model_kwargs):
        return json.dumps({"inputs": prompt, "parameters": model_kwargs}).encode()

    def transform_output(self, output):
        return json.loads(output.read())[0]["generated_text"]


def langchain():
    llm = SagemakerEndpoint(
        endpoint_name=world["tiny"],
        client=runtime,
        model_kwargs={"max_new_tokens": 200, "return_full_text": False},
        content_handler=Handler(),
    )
    answer = llm.invoke("Why is the sky blue?")
    assert "stand-in for TinyLlama" in answer and "“Why is the sky blue?”" in answer, answer


def whole():
    answer = runtime.invoke_endpoint(
        EndpointName=world["tiny"], ContentType="application/json", CustomAttributes="accept_eula=true",
        Body=json.dumps({"inputs": "hi", "parameters": {"details": True}}))
    assert answer["InvokedProductionVariant"] == "AllTraffic", answer
    assert answer["ContentType"] == "application/json" and answer["CustomAttributes"] == "accept_eula=true"
    [body] = json.loads(answer["Body"].read())
    assert body["details"]["generated_tokens"] == len(body["details"]["tokens"]), body


def stream():
    answer = runtime.invoke_endpoint_with_response_stream(
        EndpointName=world["tiny"], ContentType="application/json", Accept="application/json",
        Body=json.dumps({"inputs": "Grüße?", "parameters": {"return_full_text": False}, "stream": True}))
    parts = [event["PayloadPart"]["Bytes"] for event in answer["Body"]]
    assert len(parts) > 10, len(parts)
    assert not all(part.endswith(b"\n\n") for part in parts)
    events = [json.loads(line[5:]) for line in b"".join(parts).decode().split("\n") if line]
    text = "".join(e["token"]["text"] for e in events if not e["token"]["special"])
    assert events[-1]["generated_text"] == text and "“Grüße?”" in text, events[-1]


def errors():
    for name, body, code, said in [
        ("nobody", "{}", "ValidationError", "Endpoint nobody of account 000000000000 not found."),
        (world["tiny"], '{"inputs":""}', "ModelError", "`inputs` cannot be empty"),
    ]:
        try:
            runtime.invoke_endpoint(EndpointName=name, ContentType="application/json", Body=body)
        except ClientError as error:
            assert error.response["Error"]["Code"] == code, error.response
            assert said in error.response["Error"]["Message"], error.response
            if code == "ModelError":
                assert error.response["OriginalStatusCode"] == 422, error.response
        else:
            raise AssertionError(f"{name} answered")


def table():
    items = boto3.resource("dynamodb", **common).Table(world["table"])
    items.put_item(Item={"Id": "python", "n": 1, "list": ["ä"]})
    items.update_item(Key={"Id": "python"}, UpdateExpression="SET #l = list_append(#l, :l) ADD n :one",
                      ExpressionAttributeNames={"#l": "list"}, ExpressionAttributeValues={":l": ["b"], ":one": 1})
    item = items.get_item(Key={"Id": "python"})["Item"]
    assert item["list"] == ["ä", "b"] and item["n"] == 2, item


def command_line():
    out = os.path.join(world["scratch"], "answer.json")
    command = [os.path.join(os.path.dirname(sys.executable), "aws"), "--endpoint-url", world["endpoint"], "--region", "us-east-1"]
    said = subprocess.run(
        [*command, "sagemaker-runtime", "invoke-endpoint", "--endpoint-name", world["tiny"],
         "--content-type", "application/json", "--body", '{"inputs":"hi"}', out],
        check=True, capture_output=True, text=True)
    assert json.loads(said.stdout)["InvokedProductionVariant"] == "AllTraffic", said
    with open(out, encoding="utf-8") as file:
        assert "stand-in" in json.load(file)[0]["generated_text"]
    said = subprocess.run([*command, "dynamodb", "list-tables"], check=True, capture_output=True, text=True)
    assert world["table"] in json.loads(said.stdout)["TableNames"], said


for check in (langchain, whole, stream, errors, table, command_line):
    check()
    print("ok", check.__name__)
