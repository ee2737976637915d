// The peer's side of the deploy benchmark: a table and two functions with public URLs, as a CDK app in plain JavaScript.
// The functions' code is the very folders that pluto packed (BENCH_CODE), so both upload the same; the CDK's own
// credentials and a bucket that is there stand for its bootstrap stack.

const path = require("node:path");
const cdk = require("aws-cdk-lib");
const dynamodb = require("aws-cdk-lib/aws-dynamodb");
const lambda = require("aws-cdk-lib/aws-lambda");
const logs = require("aws-cdk-lib/aws-logs");

class Hello extends cdk.Stack {
    constructor(scope, id) {
        super(scope, id, {
            analyticsReporting: false,
            env: { account: "123456789012", region: "us-east-1" },
            synthesizer: new cdk.CliCredentialsStackSynthesizer({ fileAssetsBucketName: process.env.BENCH_BUCKET }),
        });
        const table = new dynamodb.Table(this, "Greetings", {
            partitionKey: { name: "Id", type: dynamodb.AttributeType.STRING },
            billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
        });
        for (const name of ["hello", "count"]) {
            const fn = new lambda.Function(this, name, {
                runtime: lambda.Runtime.NODEJS_22_X,
                handler: "index.handler",
                code: lambda.Code.fromAsset(path.join(process.env.BENCH_CODE, name)),
                environment: { TABLE: table.tableName },
                logGroup: new logs.LogGroup(this, `${name}Logs`, { retention: logs.RetentionDays.ONE_MONTH }),
            });
            table.grant(fn, "dynamodb:GetItem");
            fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
        }
    }
}

const app = new cdk.App();
new Hello(app, "Hello");
app.synth();
