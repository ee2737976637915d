// DynamoDB on this machine: the package dynalite behind a door that only pluto's own port has the key to.
//
// In: the folder of the data (PLUTO_DATA) and a secret (PLUTO_SECRET). Out: a line with the port, then
// DynamoDB's HTTP API on it for requests that carry the secret.
//
// Invariant: what was answered with success is in the files, so that being killed loses nothing.
import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import dynalite from "dynalite";

const secret = Buffer.from(process.env.PLUTO_SECRET ?? "");
const inner = dynalite({ path: process.env.PLUTO_DATA, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

function knows(request) {
  const given = Buffer.from(String(request.headers["x-pluto-secret"] ?? ""));
  return secret.length > 0 && given.length === secret.length && timingSafeEqual(given, secret);
}

const server = createServer((request, response) => {
  if (knows(request)) inner.emit("request", request, response);
  else response.writeHead(403).end();
});

server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(String(server.address().port)));
