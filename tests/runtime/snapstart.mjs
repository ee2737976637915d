// SnapStart: the machine is copied when the handler has loaded, and each copy goes on from there. The copy has a
// worker of its own: Node.js cannot renew what it thinks is chance.

import { equal, sleep, test } from './harness.mjs';

const SNAP = { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' };
const pidOf = async (s) => JSON.parse((await s.invoke({ do: 'pid' })).body).pid;

test('snap-start: nothing is asked for before the machine is restored, and then by a new worker', async ({ start }) => {
    const s = await start({ env: { ...SNAP, FAKE_LIFE: '{"log":"loaded"}' } });
    const answer = s.invoke('"first"');
    await s.api.restore(404); // an API that is not ready yet is asked again
    while (s.api.requests.length < 2) await sleep(10);
    await sleep(100);
    equal('asked', s.api.requests, ['GET restore/next', 'GET restore/next']);
    equal('loaded', s.log.match(/loaded/g).length, 1);
    await s.api.restore();
    equal('answer', (await answer).body, '"first"');
    equal('loaded again', s.log.match(/loaded/g).length, 2);
    equal('refused', s.api.refused, []);
    equal('the same from then on', await pidOf(s), await pidOf(s));
});

test('snap-start: several slots, connections that did not survive', async ({ start }) => {
    const s = await start({ env: { ...SNAP, AWS_LAMBDA_MAX_CONCURRENCY: '3' } });
    await s.api.restore();
    await s.api.idle(3);
    const [a, b, c] = await Promise.all(['"a"', '"b"', '"c"'].map((event) => s.invoke(event)));
    equal('answers', [a.body, b.body, c.body], ['"a"', '"b"', '"c"']);
    equal('once', s.api.requests.filter((r) => r === 'GET restore/next').length, 1);
});

test('snap-start: a handler that loads slowly is not copied before it has', async ({ start }) => {
    const s = await start({ env: { ...SNAP, FAKE_LIFE: '{"load":1500}' } });
    await sleep(500);
    equal('asked', s.api.requests, []);
    await s.api.restore();
    equal('answer', (await s.invoke('1')).body, '1');
});

test('snap-start: a handler that cannot be loaded is an init error, in the copy one of restoring', async ({ start }) => {
    const first = await start({ env: { ...SNAP, FAKE_LIFE: '{"initError":"Runtime.ImportModuleError"}' } });
    equal('error', JSON.parse((await first.api.initError()).body).errorType, 'Runtime.ImportModuleError');
    equal('ends', await first.exited, 1);
    equal('requests', first.api.requests, ['POST init/error 202']);
});

test('snap-start: a worker that ends in the copy before it has loaded', async ({ start, place }) => {
    const s = await start({ env: { ...SNAP, FAKE_LIFE: JSON.stringify({ second: `${place}/born` }) } });
    const error = s.api.initError();
    await s.api.restore();
    equal('error', JSON.parse((await error).body).errorType, 'Runtime.ExitError');
    equal('ends', await s.exited, 1);
    equal('requests', s.api.requests, ['GET restore/next', 'POST restore/error 202']);
});

test('another way of being initialised asks for no restoring', async ({ start }) => {
    const s = await start({ env: { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' } });
    equal('answer', (await s.invoke('1')).body, '1');
    equal('asked', s.api.requests[0], 'GET invocation/next');
});
