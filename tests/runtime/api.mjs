// A Runtime API as strict as Lambda's, on a port of its own: one invocation is in exactly one state, what
// comes at the wrong time or under a wrong id is refused, payloads have their limits.
//
//   const api = await RuntimeApi.start();
//   const answer = await api.invoke(event, { headers, timeout });   // { kind, body, headers, trailers, … }
//
// An answer's kind is `response`, `error`, `init` (the runtime said that it cannot load) or `broken` (it began to
// answer and did not end). `faults` holds what a test wants to go wrong; see `#respond`.

import crypto from 'node:crypto';
import http from 'node:http';

export const PAYLOAD_MAX = 6 * 1024 * 1024 + 100;
const BASE = '/2018-06-01/runtime/';

export class RuntimeApi {
    faults = {};
    requests = [];      // `METHOD path → status`
    refused = [];       // what a runtime should not have done
    connections = 0;
    #waiting = [];      // GET /next without an invocation
    #queue = [];        // invocations without a GET /next
    #live = new Map();  // by id
    #init = [];         // who waits for an init error
    #restores = [];     // GET /restore/next without an answer
    #asked = false;     // has GET /next been called?

    static async start() {
        const api = new RuntimeApi();
        api.server = http.createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 65536 }, (q, r) => api.#route(q, r));
        api.server.on('connection', (socket) => {
            api.connections++;
            socket.on('error', () => {});
        });
        await new Promise((resolve) => api.server.listen(0, '127.0.0.1', resolve));
        return api;
    }

    get address() {
        return `127.0.0.1:${this.server.address().port}`;
    }

    close() {
        this.server.closeAllConnections();
        this.server.close();
    }

    // Gives what the runtime answers. `headers` are added to, or replace, what Lambda sends.
    invoke(event, { headers = {}, timeout = 10_000, id = crypto.randomUUID(), onData } = {}) {
        return new Promise((resolve) => {
            const invocation = { id, event, headers, timeout, onData, resolve, state: 'queued' };
            this.#live.set(id, invocation);
            this.#queue.push(invocation);
            this.#match();
        });
    }

    initError() {
        return new Promise((resolve) => this.#init.push(resolve));
    }

    // Resolves when the runtime waits for an invocation.
    async idle(slots = 1) {
        while (this.#waiting.length < slots) await new Promise((r) => setTimeout(r, 5));
    }

    dropConnections() {
        this.server.closeAllConnections();
    }

    #match() {
        while (this.#queue.length && this.#waiting.length) this.#give(this.#queue.shift(), this.#waiting.shift());
    }

    #give(invocation, response) {
        invocation.state = 'given';
        const headers = {
            'Content-Type': 'application/json',
            'Lambda-Runtime-Aws-Request-Id': invocation.id,
            'Lambda-Runtime-Deadline-Ms': String(Date.now() + invocation.timeout),
            'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-west-1:123456789012:function:test',
            'Lambda-Runtime-Trace-Id': `Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=${invocation.id.slice(0, 8)};Sampled=1`,
            ...invocation.headers,
        };
        for (const [name, value] of Object.entries(headers)) if (value !== null) response.setHeader(name, value);
        const body = Buffer.isBuffer(invocation.event) ? invocation.event : Buffer.from(invocation.event);
        if (this.faults.next) return this.faults.next(response, body, headers);
        response.setHeader('Content-Length', body.length);
        response.end(body);
    }

    #send(request, response, status, type) {
        const body = status === 202 ? { status: 'OK' } : { errorType: type, errorMessage: type };
        this.requests.push(`${request.method} ${request.url.replace(BASE, '')} ${status}`);
        if (status >= 400) this.refused.push(`${request.method} ${request.url}: ${type}`);
        if (this.faults.close) response.setHeader('Connection', 'close');
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(body));
    }

    #route(request, response) {
        request.on('error', () => {});
        const path = request.url.startsWith(BASE) ? request.url.slice(BASE.length) : '';
        if (request.method === 'GET' && path === 'invocation/next') return this.#next(request, response);
        if (request.method === 'GET' && path === 'restore/next') return this.#restore(request, response);
        if (request.method === 'POST' && path === 'restore/error') return this.#initError(request, response);
        if (request.method === 'POST' && path === 'init/error') return this.#initError(request, response);
        const match = /^invocation\/([A-Za-z0-9_-]+)\/(response|error)$/.exec(path);
        if (request.method === 'POST' && match) return this.#answered(request, response, match[1], match[2]);
        this.#send(request, response, 404, 'NotFound');
    }

    // SnapStart: answered when the test restores the machine, by `api.restore(status)`.
    #restore(request, response) {
        this.requests.push('GET restore/next');
        this.#restores.push(response);
    }

    async restore(status = 200) {
        while (!this.#restores.length) await new Promise((r) => setTimeout(r, 5));
        this.#restores.shift().writeHead(status).end();
    }

    #next(request, response) {
        this.#asked = true;
        this.requests.push('GET invocation/next');
        if (this.faults.status) {
            response.writeHead(this.faults.status);
            return response.end();
        }
        if (this.#waiting.some((other) => other.req.socket === request.socket)) this.refused.push('GET invocation/next twice on a connection');
        this.#waiting.push(response);
        response.on('close', () => {
            const at = this.#waiting.indexOf(response);
            if (at >= 0) this.#waiting.splice(at, 1);
        });
        this.#match();
    }

    async #initError(request, response) {
        const body = await read(request, PAYLOAD_MAX);
        const state = this.#asked ? 403 : 202;
        this.#send(request, response, state, 'InvalidStateTransition');
        const answer = { kind: 'init', body: String(body.bytes), headers: request.headers };
        for (const resolve of this.#init.splice(0)) resolve(answer);
    }

    async #answered(request, response, id, kind) {
        const invocation = this.#live.get(id);
        if (!invocation) return this.#send(request, response, 400, 'InvalidRequestID');
        if (invocation.state !== 'given') return this.#send(request, response, 403, 'InvalidStateTransition');
        invocation.state = 'answering';
        const streaming = request.headers['lambda-runtime-function-response-mode'] === 'streaming';
        const body = await read(request, streaming ? Infinity : this.faults.limit ?? PAYLOAD_MAX, invocation.onData, this.faults);
        const answer = {
            kind: body.broken ? 'broken' : kind,
            bytes: body.bytes,
            get body() {
                return this.bytes.toString('utf8');
            },
            headers: request.headers,
            trailers: request.trailers,
            streaming,
            chunked: request.headers['transfer-encoding'] === 'chunked',
        };
        invocation.state = 'done';
        this.#live.delete(id);
        if (body.large) {
            answer.kind = 'large';
            this.#send(request, response, 413, 'RequestEntityTooLarge');
        } else if (this.faults.answer) {
            this.#send(request, response, this.faults.answer, 'Injected');
        } else if (!body.broken) {
            this.#send(request, response, 202);
        }
        invocation.resolve(answer);
    }
}

// The body, or what there is of it. A fault `cut` ends the connection after so many bytes.
function read(request, limit, onData, faults = {}) {
    return new Promise((resolve) => {
        const parts = [];
        let size = 0;
        let large = false;
        const done = (broken) => resolve({ bytes: Buffer.concat(parts), broken, large });
        request.on('data', (part) => {
            size += part.length;
            if (size > limit) {
                large = true;
                if (faults.early) {
                    request.pause();
                    done(false);
                }
                return;
            }
            parts.push(part);
            onData?.(part, request);
            if (size > faults.cut) request.socket.destroy();
        });
        request.on('end', () => done(false));
        request.on('close', () => done(!request.complete));
    });
}
