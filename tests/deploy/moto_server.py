"""moto's server, with what it lacks for the templates that pluto writes.

    python moto_server.py PORT

moto knows no function URLs and no HTTP APIs in templates, and answers a reference to one with a page of HTML; it forgets
outputs and parameters of what change sets do, takes a policy's conditions for always true, knows no stack by its ARN where
a change set is made, no instance types of the last years, and deletes what a template retains. What is added here stands
for the first with names alone, keeps the second, and lets the others be.
"""
import sys

from moto.cloudformation import models, parsing
from moto.core.common_models import CloudFormationModel
from moto.iam.access_control import PermissionResult
from moto.dynamodb.models import DynamoDBBackend
from moto.s3.models import FakeBucket
from moto.sagemaker.models import FakeEndpointConfig

MISSING = ("AWS::Lambda::Url", "AWS::ApiGatewayV2::")


class Stand(CloudFormationModel):
    """A resource that is there by name alone."""

    __module__ = "moto.stand.models"  # moto takes the service from here

    def __init__(self, kind, name, properties):
        self.type, self.name, self.properties = kind, name, properties

    @property
    def physical_resource_id(self):
        return self.name

    @classmethod
    def has_cfn_attr(cls, attr):
        return True

    def get_cfn_attribute(self, attribute_name):
        if attribute_name in ("FunctionUrl", "ApiEndpoint"):
            return f"https://{self.name.lower()}.example.com/"
        return f"{self.name}.{attribute_name}"

    @staticmethod
    def cloudformation_name_type():
        return ""

    @staticmethod
    def cloudformation_type():
        return ""

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        return cls("", resource_name, cloudformation_json.get("Properties", {}))

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        original_resource.properties = cloudformation_json.get("Properties", {})
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, *args, **kwargs):
        pass


known = parsing.resource_class_from_type
parsing.resource_class_from_type = lambda kind: Stand if kind.startswith(MISSING) else known(kind)
FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL
applied = models.ChangeSet.apply


def apply(self):
    applied(self)
    self.stack.parameters = self.parameters
    self.stack.template = self.template
    self.stack._parse_template()
    self.stack.output_map = self.stack._create_output_map()


models.ChangeSet.apply = apply
made = models.CloudFormationBackend.create_change_set


def create_change_set(self, stack_name, **given):
    return made(self, stack_name=stack_name.split("/")[1] if stack_name.startswith("arn:") else stack_name, **given)


models.CloudFormationBackend.create_change_set = create_change_set
FakeEndpointConfig.validate_instance_type = lambda self, instance_type: None
deleted = DynamoDBBackend.delete_table


def delete_table(self, name):
    self.get_table(name).deletion_protection_enabled = False
    return deleted(self, name)


DynamoDBBackend.delete_table = delete_table

if __name__ == "__main__":
    from moto.server import main

    sys.exit(main(["-H", "127.0.0.1", "-p", sys.argv[1]]))
