// The listeners: TLS for every host name, HTTP on loopback, and a CONNECT proxy, so that real host names reach the
// fake without a hosts file. One request after another: verified, scripted, handed to its service, answered, noted.
//
// In: the fake (account, faults, services). Invariant: no service sees a request whose signature doesn't hold.

import { randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { cutOf, faultError } from './faults.mjs';
import { FREE, resourceOf } from './permissions/calls.mjs';
import { accessDenied, accessError, AwsError } from './wire/errors.mjs';
import { readRequest } from './wire/request.mjs';
import { errorReply } from './wire/reply.mjs';
import { claim, verify } from './wire/sigv4.mjs';
import { route } from './services/route.mjs';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export async function listen(fake, authority) {
    const handler = (request, response) =>
        answer(fake, request, response).catch((error) => {
            // Who asked went away in the middle of what it said.
            if (error.code === 'ECONNRESET' && request.destroyed) return;
            fake.bugs.push(error);
            console.error('fakecfn:', error);
            response.destroy();
        });
    const sockets = new Set();
    const track = (socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
    };
    const secure = https.createServer(
        { SNICallback: (name, done) => authority.context(name, fake.tlsFlaw).then((c) => done(null, c), done) },
        handler,
    );
    secure.setSecureContext(await plainContext(authority, fake));
    const plain = http.createServer(handler);
    for (const server of [secure, plain]) {
        server.on('connection', track);
        server.on('secureConnection', track);
        server.on('tlsClientError', (error, socket) => socket.destroy());
        server.on('clientError', (error, socket) => socket.destroy());
        server.keepAliveTimeout = 60_000;
    }
    plain.on('connect', (request, socket) => {
        track(socket);
        fake.tunnels.push(request.url);
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        secure.emit('connection', socket);
    });
    const ports = await Promise.all(
        [secure, plain].map(
            (s, i) =>
                new Promise((done) => {
                    s.listen(fake.options.ports?.[i] ?? 0, '127.0.0.1', () => done(s.address().port));
                }),
        ),
    );
    return {
        ports,
        async renew() {
            secure.setSecureContext(await plainContext(authority, fake));
        },
        async close() {
            for (const socket of sockets) socket.destroy();
            await Promise.all([secure, plain].map((s) => new Promise((done) => s.close(done))));
        },
    };
}

// What clients get that name no host (they connect to 127.0.0.1).
async function plainContext(authority, fake) {
    const context = await authority.context('localhost', fake.tlsFlaw);
    return { ...context.parts };
}

async function answer(fake, message, response) {
    const request = await readRequest(message);
    const entry = {
        id: randomUUID(),
        time: fake.now(),
        method: request.method,
        host: request.host,
        path: request.path,
        query: request.query,
        requestBytes: request.bytes,
        replyBytes: 0,
        status: 0,
    };
    fake.requests.push(entry);
    const where = route(request, claimed(request));
    Object.assign(entry, { service: where.service, operation: where.operation, protocol: where.protocol });
    entry.params = where.params?.();
    const step = fake.faults.take(where.service, where.operation, entry.params, where.protocol);
    if (Object.keys(step).length) entry.fault = step;
    await sleep(roundTrips(fake, message.socket, entry) * (fake.options.latencyMs ?? 0) + (step.delayMs ?? 0));
    if (step.reset === 'before') return void message.socket.destroy();
    const reply = await reckon(fake, request, where, step, entry);
    await send(message, response, reply, step, entry, fake);
}

// One for the request; before the first on a connection one for TCP and one for TLS.
function roundTrips(fake, socket, entry) {
    if (fake.seen.has(socket)) return 1;
    fake.seen.add(socket);
    entry.connection = 'new';
    return socket.encrypted ? 3 : 2;
}

function claimed(request) {
    try {
        return claim(request);
    } catch {
        return null;
    }
}

async function reckon(fake, request, where, step, entry) {
    try {
        const access = authenticate(fake, request, where, entry);
        if (step.raw) return { status: 200, headers: {}, ...step.raw, body: Buffer.from(step.raw.body ?? '') };
        if (step.error && !step.late) throw faultError(step.error);
        const reply = await where.handle(fake, {
            ...access,
            request,
            step,
            id: entry.id,
            service: where.service,
            operation: where.operation,
        });
        if (step.error) throw faultError(step.error);
        return step.mutate ? { ...reply, body: Buffer.from(step.mutate(reply.body.toString())) } : reply;
    } catch (error) {
        const known = error instanceof AwsError ? error : null;
        if (!known) {
            fake.bugs.push(error);
            console.error('fakecfn:', error);
        }
        entry.error = known?.code ?? 'InternalFailure';
        entry.message = error.message;
        if (error.canonical) entry.canonical = error.canonical;
        return errorReply(
            where.protocol,
            where.service,
            known ?? new AwsError('InternalFailure', `fakecfn: ${error.stack}`, 500),
            entry.id,
            request,
        );
    }
}

function authenticate(fake, request, where, entry) {
    if (where.unsigned) return { region: where.region ?? fake.options.region, identity: null };
    const said = verify(request, (id) => fake.credentials.get(id), fake.now());
    if (!said) throw accessError(where.service, 'missing');
    entry.keyId = said.keyId;
    entry.region = said.region;
    if (said.service !== where.scope) {
        throw accessError(where.service, 'scope', `Credential should be scoped to correct service: '${where.scope}'. `);
    }
    if (where.region && said.region !== where.region && where.service !== 's3') {
        throw accessError(where.service, 'scope', `Credential should be scoped to a valid region. `);
    }
    const action = `${where.actionPrefix ?? where.service}:${where.action ?? where.operation}`;
    if (fake.limited && !FREE.has(action)) {
        const resource = resourceOf(fake.account.region(said.region), where.service, where.operation, entry.params);
        const context = { 'aws:requestedregion': said.region, 'aws:securetransport': 'true' };
        if (!fake.permits(action, resource, context)) throw accessDenied(said.identity, action, [resource].flat()[0]);
    }
    return { region: said.region, identity: said.identity, said };
}

async function send(message, response, reply, step, entry, fake) {
    const { socket } = message;
    const body = message.method === 'HEAD' ? Buffer.alloc(0) : reply.body;
    const headers = {
        ...(step.dripMs ? { connection: 'close' } : {}),
        date: new Date(fake.now() + (step.skewMs ?? 0)).toUTCString(),
        ...reply.headers,
        ...step.headers,
    };
    entry.status = reply.status;
    if (fake.options.keepReplies && reply.status === 200) keep(fake, entry, body);
    if (reply.stream) return void (await stream(response, reply, headers, entry));
    if (reply.status !== 204 && reply.status !== 304 && headers['content-length'] === undefined)
        headers['content-length'] = body.length;
    const head = Buffer.from(
        `HTTP/1.1 ${reply.status} ${http.STATUS_CODES[reply.status] ?? 'Status'}\r\n${Object.entries(headers)
            .map(([k, v]) => `${k}: ${v}\r\n`)
            .join('')}\r\n`,
        'latin1',
    );
    const whole = Buffer.concat([head, body]);
    entry.replyBytes = whole.length;
    const cut = cutOf(step, head.length, whole.length);
    if (cut !== undefined) {
        socket.write(whole.subarray(0, cut), () => socket.destroy());
        return;
    }
    if (step.dripMs) {
        for (let at = 0; at < whole.length && !socket.destroyed; at += 64) {
            socket.write(whole.subarray(at, at + 64));
            await sleep(step.dripMs);
        }
        return void socket.end();
    }
    if (step.chunked && body.length > 1) {
        delete headers['content-length'];
        response.writeHead(reply.status, headers);
        for (let at = 0; at < body.length; at += step.chunked) response.write(body.subarray(at, at + step.chunked));
        return void response.end();
    }
    response.writeHead(reply.status, headers);
    response.end(body);
}

// The longest reply of each operation and the newest, for those who judge their form.
function keep(fake, { service, operation }, body) {
    const name = `${service}:${operation}`;
    const longest = fake.replies.get(name)?.[0];
    const text = body.toString();
    fake.replies.set(name, [longest?.length > text.length ? longest : text, text]);
}

async function stream(response, reply, headers, entry) {
    response.writeHead(reply.status, headers);
    response.flushHeaders();
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    for await (const part of reply.stream(closed.signal)) {
        if (closed.signal.aborted) break;
        entry.replyBytes += part.length;
        response.write(part);
    }
    response.end();
}
