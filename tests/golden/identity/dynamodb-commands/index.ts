import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { KVStore, Function } from "@plutolang/pluto";

const table = new KVStore("orders");
const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = table.awsTableName;

new Function(async (Id: string) => db.send(new GetCommand({ TableName, Key: { Id } })), "read");
new Function(async (Id: string) => db.send(new PutCommand({ TableName, Item: { Id } })), "write");
new Function(async (Id: string) => {
  const Key = { [table.awsPartitionKey]: Id };
  await db.send(new UpdateCommand({ TableName: table.awsTableName, Key, UpdateExpression: "ADD n :one" }));
  return db.send(new QueryCommand({ TableName: table.awsTableName }));
}, "count");
