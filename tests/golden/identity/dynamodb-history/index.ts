import { BufferMemory } from "langchain/memory";
import { DynamoDBChatMessageHistory } from "@langchain/community/stores/message/dynamodb";
import { KVStore, Function } from "@plutolang/pluto";

const conversations = new KVStore("conversations");

new Function(async (sessionId: string) => {
  const chatHistory = new DynamoDBChatMessageHistory({
    tableName: conversations.awsTableName,
    partitionKey: conversations.awsPartitionKey,
    sessionId,
    config: {},
  });
  return new BufferMemory({ chatHistory }).loadMemoryVariables({});
}, "history");
