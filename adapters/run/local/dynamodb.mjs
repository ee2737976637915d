// DynamoDB on this machine: the package dynalite behind a door that only pluto's own port has the key to.
//
// In: the folder of the data (PLUTO_DATA) and a secret (PLUTO_SECRET). Out: a line with the port, then
// DynamoDB's HTTP API on it for requests that carry the secret.
//
// Invariant: what was answered with success is in the files, so that being killed loses nothing; no table is
// left in the middle of being made, changed or deleted by a process before.
import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import dynalite from "dynalite";
import { Level } from "level";

const secret = Buffer.from(process.env.PLUTO_SECRET ?? "");
const data = process.env.PLUTO_DATA;

// dynalite says that a table is being made, answers, and says later that it is there: killed in between, it
// never would, and nobody could use the table, make it or delete it. Its keys: table~TABLE,
// item-TABLE~…, tag-TABLE~…, index-local~TABLE~INDEX~….
async function endWhatWasBegun() {
  const db = new Level(data, { valueEncoding: "json" });
  const all = (prefix) => ({ gte: `${prefix}~`, lt: `${prefix}\x7f` });
  const active = (index) => ({ ...index, IndexStatus: "ACTIVE" });
  await db.open();
  for (const [key, table] of await db.iterator(all("table")).all()) {
    if (!table?.TableStatus || table.TableStatus === "ACTIVE") continue;
    if (table.TableStatus === "DELETING") {
      for (const kind of ["item-", "tag-", "index-local~", "index-global~"]) await db.clear(all(kind + table.TableName));
      await db.del(key);
    } else {
      const GlobalSecondaryIndexes = table.GlobalSecondaryIndexes?.map(active);
      await db.put(key, { ...table, TableStatus: "ACTIVE", GlobalSecondaryIndexes });
    }
  }
  await db.close();
}

function knows(request) {
  const given = Buffer.from(String(request.headers["x-pluto-secret"] ?? ""));
  return secret.length > 0 && given.length === secret.length && timingSafeEqual(given, secret);
}

function serve() {
  const inner = dynalite({ path: data, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const server = createServer((request, response) => {
    if (knows(request)) inner.emit("request", request, response);
    else response.writeHead(403).end();
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => console.log(String(server.address().port)));
}

// Who started us says why, and tries again.
endWhatWasBegun().then(serve, (error) => {
  console.error(`cannot open ${data}: ${error.cause?.message ?? error.message}`);
  process.exit(1);
});
