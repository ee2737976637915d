"""What boto3 finds at an endpoint: one JSON object of roles, functions, tables, models, endpoints and stacks.

    python moto_look.py URL REGION
"""
import ast
import json
import sys

import boto3

URL, REGION = sys.argv[1:]


def client(name):
    return boto3.client(name, endpoint_url=URL, region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")


iam, lamb, ddb, sm, cfn, s3 = (client(n) for n in ("iam", "lambda", "dynamodb", "sagemaker", "cloudformation", "s3"))


def plain(policy):
    """moto hands a policy that came by a template out as Python writes it."""
    return ast.literal_eval(policy) if isinstance(policy, str) else policy


def role(name):
    policies = [plain(iam.get_role_policy(RoleName=name, PolicyName=p)["PolicyDocument"]) for p in iam.list_role_policies(RoleName=name)["PolicyNames"]]
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    return {"policies": policies, "trust": trust, "managed": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]}


def function(f):
    code = lamb.get_function(FunctionName=f["FunctionName"])
    return {k: f.get(k) for k in ("Runtime", "Handler", "Role", "MemorySize", "Timeout", "Architectures", "CodeSha256")} | {
        "Environment": f.get("Environment", {}).get("Variables", {}), "Tags": code.get("Tags", {})}


def endpoint(name):
    e = sm.describe_endpoint(EndpointName=name)
    config = sm.describe_endpoint_config(EndpointConfigName=e["EndpointConfigName"])
    models = [sm.describe_model(ModelName=v["ModelName"]) for v in config["ProductionVariants"]]
    return {"status": e["EndpointStatus"], "config": e["EndpointConfigName"], "variants": config["ProductionVariants"],
            "images": [m["PrimaryContainer"]["Image"] for m in models], "environment": [m["PrimaryContainer"].get("Environment") for m in models],
            "roles": [m["ExecutionRoleArn"] for m in models]}


print(json.dumps({
    "stacks": {s["StackName"]: {"status": s["StackStatus"], "tags": {t["Key"]: t["Value"] for t in s.get("Tags", [])},
                                "outputs": {o["OutputKey"]: o["OutputValue"] for o in s.get("Outputs", [])}} for s in cfn.describe_stacks()["Stacks"]},
    "roles": {r["RoleName"]: role(r["RoleName"]) for r in iam.list_roles()["Roles"]},
    "functions": {f["FunctionName"]: function(f) for f in lamb.list_functions()["Functions"]},
    "tables": ddb.list_tables()["TableNames"],
    "endpoints": {e["EndpointName"]: endpoint(e["EndpointName"]) for e in sm.list_endpoints()["Endpoints"]},
    "buckets": {b["Name"]: [o["Key"] for o in s3.list_objects_v2(Bucket=b["Name"]).get("Contents", [])] for b in s3.list_buckets()["Buckets"]},
}, default=str))
