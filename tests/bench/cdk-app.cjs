// The peer's side of the benchmark: examples/llama2-chat as a CDK app, in plain JavaScript so that no
// compiler stands in its way. One model behind an endpoint, two functions with public URLs that may
// invoke it.

const cdk = require("aws-cdk-lib");
const iam = require("aws-cdk-lib/aws-iam");
const lambda = require("aws-cdk-lib/aws-lambda");
const logs = require("aws-cdk-lib/aws-logs");
const sagemaker = require("aws-cdk-lib/aws-sagemaker");

const IMAGE =
    "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu-py310-cu121-ubuntu20.04";

class Llama2Chat extends cdk.Stack {
    constructor(scope, id) {
        super(scope, id, { analyticsReporting: false });
        const role = new iam.Role(this, "ModelRole", {
            assumedBy: new iam.ServicePrincipal("sagemaker.amazonaws.com"),
        });
        role.addToPolicy(
            new iam.PolicyStatement({ actions: ["ecr:GetAuthorizationToken"], resources: ["*"] }),
        );
        const model = new sagemaker.CfnModel(this, "Model", {
            executionRoleArn: role.roleArn,
            primaryContainer: {
                image: IMAGE,
                environment: {
                    HF_MODEL_ID: "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
                    HF_TASK: "text-generation",
                },
            },
        });
        const config = new sagemaker.CfnEndpointConfig(this, "Config", {
            productionVariants: [
                {
                    variantName: "AllTraffic",
                    modelName: model.attrModelName,
                    initialInstanceCount: 1,
                    initialVariantWeight: 1,
                    instanceType: "ml.m5.xlarge",
                },
            ],
        });
        const endpoint = new sagemaker.CfnEndpoint(this, "Endpoint", {
            endpointConfigName: config.attrEndpointConfigName,
        });
        for (const name of ["chatbot", "qa"]) this.addFunction(name, endpoint);
    }

    addFunction(name, endpoint) {
        const fn = new lambda.Function(this, name, {
            runtime: lambda.Runtime.NODEJS_22_X,
            handler: "index.handler",
            code: lambda.Code.fromInline("exports.handler = async () => 'ok';"),
            timeout: cdk.Duration.minutes(10),
            memorySize: 512,
            environment: { ENDPOINT_NAME: endpoint.attrEndpointName },
            logGroup: new logs.LogGroup(this, `${name}Logs`, {
                retention: logs.RetentionDays.ONE_MONTH,
            }),
        });
        fn.addToRolePolicy(
            new iam.PolicyStatement({
                actions: ["sagemaker:InvokeEndpoint"],
                resources: [endpoint.ref],
            }),
        );
        const url = fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
        new cdk.CfnOutput(this, `${name}Url`, { value: url.url });
    }
}

const app = new cdk.App();
new Llama2Chat(app, "Llama2Chat");
app.synth();
