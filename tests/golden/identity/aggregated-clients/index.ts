import { Function, KVStore, Queue, SageMaker } from "@plutolang/pluto";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
import { SageMakerRuntime } from "@aws-sdk/client-sagemaker-runtime";
import { SQS } from "@aws-sdk/client-sqs";
import * as lambda from "@aws-sdk/client-lambda";

// The SDK's clients with a method for every command: `client.query(…)` is `send(new QueryCommand(…))`.
const image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu-py310-cu121-ubuntu20.04";
const table = new KVStore("table");
const model = new SageMaker("model", image);
const jobs = new Queue("jobs");
const TableName = table.awsTableName;

const db = new DynamoDB({});
const documents = DynamoDBDocument.from(db);
const runtime = new SageMakerRuntime({});
const sqs = new SQS();
const client = new lambda.Lambda({});

new Function(async (key: string) => (await documents.get({ TableName, Key: { key } })).Item, "read");
new Function(async (keys: string[]) => {
  for (const key of keys) await db.putItem({ TableName, Item: { key: { S: key } } });
  return documents.scan({ TableName });
}, "fill");
const last = new Function(async (Body: string) => runtime.invokeEndpoint({ EndpointName: model.endpointName, Body }), "ask");
new Function(async (Body: string) => {
  const { Body: events } = await runtime.invokeEndpointWithResponseStream({ EndpointName: model.endpointName, Body });
  for await (const event of events ?? []) console.log(event);
}, "stream");
new Function(async (MessageBody: string) => sqs.sendMessage({ QueueUrl: jobs.awsQueueUrl, MessageBody }), "send");
new Function(async () => client.invoke({ FunctionName: last.awsFunctionName }), "call");
// What is no command may be anything.
new Function(async () => db.waitFor(TableName), "other");
