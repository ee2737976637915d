// One HTTP request and its answer, over connections that are kept.
//
// Input: where to, what, how long to wait. Output: status, headers and body, or the body as a stream.
// Invariant: `sent` on an error says whether the request can have reached the other side: where it is false, nobody
// has read a byte of it. A connection that was idle for long is not used again: while a function is frozen its
// peers hang up, and it only learns of that by failing.

import { ConnectionError } from './errors.mjs';

const CONNECT_MS = 3_100; // a lost packet of the handshake is sent again after 1 and after 3 seconds
const IDLE_MS = 15_000;
const SOCKETS = 128;
const BODY_MAX = 64 << 20;

const agents = {};

function agentOf(protocol) {
  if (agents[protocol]) return agents[protocol];
  const module = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  const agent = new module.Agent({ keepAlive: true, maxSockets: SOCKETS, scheduling: 'lifo' });
  agent.on('free', (socket) => (socket.plutoFree = Date.now()));
  agents[protocol] = { module, agent };
  return agents[protocol];
}

function dropStale(agent) {
  const oldest = Date.now() - IDLE_MS;
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets) if (!(socket.plutoFree > oldest)) socket.destroy();
}

function broken(error, to, sent) {
  if (error instanceof ConnectionError) return error;
  const code = error.code ?? 'ConnectionFailed';
  return new ConnectionError(`${to}: ${error.message}`, { code, sent, cause: error });
}

/**
 * Sends; resolves as soon as the head of the answer is there, with the body as a stream of Node.js. `body` is text,
 * bytes, or a function that gives a readable stream.
 */
export function open({ protocol, hostname, port, method, path, headers, body, wait }) {
  const { module, agent } = agentOf(protocol);
  dropStale(agent);
  const answer = { to: hostname + (port ? `:${port}` : '') };
  return new Promise((resolve, reject) => {
    const request = module.request({ protocol, hostname, port, method, path, headers, agent });
    const source = typeof body === 'function' ? body() : null;
    let connected = false, timer;
    const fail = (error) => {
      answer.failure ??= broken(error, answer.to, connected);
      reject(answer.failure);
      request.destroy();
    };
    const expire = (what, code) => fail(new ConnectionError(`${answer.to} ${what}`, { code, sent: connected }));
    const up = () => {
      connected = true;
      clearTimeout(timer);
    };
    // A request that waits for one of the connections to be free waits for its peers, not for the other side.
    request.on('socket', (socket) => {
      if (!socket.connecting) return up();
      timer = setTimeout(() => expire('cannot be reached', 'ConnectTimeout'), CONNECT_MS);
      socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', up);
    });
    // Only silence counts: an answer that comes slowly is waited for.
    request.setTimeout(wait, () => expire(`said nothing for ${wait / 1000} seconds`, 'Timeout'));
    request.on('error', fail);
    request.on('close', () => {
      clearTimeout(timer);
      source?.destroy();
    });
    request.on('response', (response) => {
      response.on('error', () => {}); // whoever reads the body gets it, too
      resolve(Object.assign(answer, { status: response.statusCode, headers: response.headers, stream: response }));
    });
    if (!source) return request.end(body);
    source.on('error', (error) => {
      reject(error); // of the file, not of the connection
      request.destroy();
    });
    source.pipe(request);
  });
}

/** The pieces of a body; an error of the connection is one of ours. Whoever stops early hangs up. */
export async function* pieces(answer) {
  try {
    yield* answer.stream;
  } catch (error) {
    throw answer.failure ?? broken(error, answer.to, true);
  }
}

/** The whole body. */
export async function whole(answer) {
  const parts = [];
  let size = 0;
  for await (const part of pieces(answer)) {
    size += part.length;
    if (size > BODY_MAX) throw new ConnectionError(`${answer.to} answers without end`, { code: 'TooLong', sent: true });
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}
