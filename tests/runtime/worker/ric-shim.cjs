// Stands in for the native part of Lambda's own client for Node.js, which speaks HTTP to the Runtime API: the same
// calls in JavaScript. Loaded before the client by `--require`.
"use strict";
const http = require("node:http");
const Module = require("node:module");

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const base = "/2018-06-01/runtime/invocation";
let posted = Promise.resolve();

function ask(method, path, body, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => (text += part));
      response.on("end", () => resolve({ bodyJson: text, headers: response.headers })).on("error", reject);
    });
    request.on("error", reject).end(body);
  });
}

const post = (path, body = "", cause = "") => {
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  if (cause) headers["lambda-runtime-function-xray-error-cause"] = Buffer.from(cause).toString("latin1");
  posted = ask("POST", path, body, headers);
};

const client = {
  next: () => posted.then(() => ask("GET", `${base}/next`)),
  done: (id, body) => post(`${base}/${id}/response`, body),
  error: (id, body, cause) => post(`${base}/${id}/error`, body, cause),
};

const load = Module._load;
Module._load = (request, ...rest) => (request === "./rapid-client.node" ? client : load(request, ...rest));
