import { Function, KVStore, SageMaker } from "@plutolang/pluto";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SageMakerEndpoint } from "@langchain/community/llms/sagemaker_endpoint";

// Names handed over by the function's environment, as Lambda functions are often written.
const image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.1.1-tgi1.4.0-gpu-py310-cu121-ubuntu20.04";
const orders = new KVStore("orders");
const audit = new KVStore("audit");
const model = new SageMaker("model", image);
const db = new DynamoDBClient({});
const { AUDIT } = process.env;

const read = async (id: string) =>
  db.send(new GetItemCommand({ TableName: process.env.TABLE ?? "none", Key: { Id: { S: id } } }));

new Function(read, { name: "order", envs: { TABLE: orders.awsTableName, UNUSED: audit.awsTableName } });
new Function(read, { name: "entry", environment: { TABLE: audit.awsTableName } });
new Function(read, { name: "elsewhere", envs: { TABLE: "a-table-of-others" } });
new Function(
  async (id: string) => {
    await db.send(new PutItemCommand({ TableName: AUDIT!, Item: { Id: { S: id } } }));
    const llm = new SageMakerEndpoint({ endpointName: process.env["ENDPOINT"]! } as any);
    const parts: string[] = [];
    for await (const part of await llm.stream(id)) parts.push(part);
    return parts.join("");
  },
  { name: "ask", envs: { ENDPOINT: model.endpointName, AUDIT: audit.awsTableName } }
);
