// The fake from other programs: POST /<method> with a JSON list of arguments, on a loopback port of its own.
//
//     curl -d '["CreateChangeSet", [{"error": "Throttling"}]]' http://127.0.0.1:PORT/script
//
// GET /requests, /totals, /bugs, /unused answer what happened. Only what is listed here can be called.

import http from 'node:http';

const METHODS = new Set([
    'script',
    'storm',
    'allowOnly',
    'deny',
    'allow',
    'failResource',
    'hold',
    'release',
    'failValidation',
    'hook',
    'failChangeSet',
    'endpointTrouble',
    'functionTrouble',
    'setQuota',
    'putStack',
    'finish',
    'putBucket',
    'putObject',
    'putImage',
    'log',
    'drift',
    'setChangeSet',
    'skew',
    'forget',
    'addCredentials',
    'setTlsFlaw',
    'setOptions',
]);
const READS = {
    requests: (fake) => fake.requests,
    totals: (fake) => fake.totals(),
    bugs: (fake) => fake.bugs.map(String),
    unused: (fake) => fake.faults.unused(),
    stacks: (fake) =>
        fake.account
            .regions()
            .flatMap((r) =>
                [...r.stacks.values()].map((s) => ({
                    name: s.name,
                    id: s.id,
                    status: s.status,
                    region: r.name,
                    resources: [...s.resources.values()].map((x) => [x.logicalId, x.status, x.id]),
                })),
            ),
    objects: (fake) =>
        [...fake.account.buckets.values()].flatMap((b) =>
            b.keys().map((k) => ({ bucket: b.name, key: k, bytes: b.current(k).body.length })),
        ),
};

export async function listenControl(fake, port) {
    const server = http.createServer(async (request, response) => {
        const name = request.url.slice(1);
        const send = (status, value) => {
            response.writeHead(status, { 'content-type': 'application/json' });
            response.end(JSON.stringify(value ?? null));
        };
        try {
            if (request.method === 'GET' && READS[name]) return send(200, READS[name](fake));
            if (request.method !== 'POST' || !METHODS.has(name)) return send(404, { error: `no such method: ${name}` });
            const parts = [];
            for await (const part of request) parts.push(part);
            const args = JSON.parse(Buffer.concat(parts).toString() || '[]');
            const result =
                name === 'setOptions' ? void Object.assign(fake.options, args[0]) : await fake[name](...args);
            return send(200, ['putStack', 'putBucket', 'putObject', 'hold'].includes(name) ? null : result);
        } catch (error) {
            return send(400, { error: String(error) });
        }
    });
    await new Promise((done) => {
        server.listen(port, '127.0.0.1', done);
    });
    return {
        url: `http://127.0.0.1:${server.address().port}`,
        close: () =>
            new Promise((done) => {
                server.closeAllConnections();
                server.close(done);
            }),
    };
}
