// Thousands of invocations through one bootstrap: memory and descriptors stay what they were. And hundreds of
// invocations in which everything goes wrong by turns, several at a time: each is answered, once.

import { equal, like, test } from './harness.mjs';

test('10,000 invocations, memory and descriptors stay', async ({ start, kind }) => {
    const count = kind.slow ? 1000 : 10_000;
    const s = await start();
    const measure = async () => JSON.parse((await s.invoke({ do: 'descriptors' })).body);
    const events = ['', 'x', 'x'.repeat(3000), JSON.stringify({ do: 'error' }), JSON.stringify({ do: 'stream', parts: ['a', 'b'] })];
    for (let i = 0; i < 200; i++) await s.invoke(events[i % 5]);
    const before = await measure();
    for (let i = 0; i < count; i++) await s.invoke(events[i % 5]);
    const after = await measure();
    equal('descriptors', [after.mine, after.parents], [before.mine, before.parents]);
    equal(`memory, ${before.rss} to ${after.rss} KiB`, after.rss <= before.rss + (kind.name === 'checked' ? 40_000 : 400), true);
    // Of the 128 MB that the smallest function has, it takes next to nothing.
    if (!kind.slow && kind.name !== 'checked') equal(`${after.rss} KiB`, after.rss < 3000, true);
    for (let i = 0; i < 20; i++) await s.invoke(JSON.stringify({ do: 'exit', code: 1 }));
    const restarted = await measure();
    // One more may be the connection that the new worker has, too, until it is used.
    equal('after restarts', [0, 1].includes(restarted.parents - before.parents), true);
    equal('refused', s.api.refused, []);
});

// The same numbers in every run.
function dice(seed) {
    let state = seed;
    return (n) => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return (state >>> 16) % n;
    };
}

const TIMED_OUT = /Sandbox.Timedout|Runtime.ExitError|waited/;
const DEEDS = [
    (n) => ({ what: { do: 'stream', parts: ['a', 'b'.repeat(n % 30)] }, wanted: /^ab*$|Runtime.ExitError/ }),
    () => ({ what: { do: 'stream', parts: ['a'], end: 'exit', code: 3 }, wanted: /^a?$|Runtime.ExitError/ }),
    () => ({ what: { do: 'exit', code: 3 }, wanted: /Runtime.ExitError|^x$/ }),
    () => ({ what: { do: 'signal', name: 'SIGKILL' }, wanted: /Runtime.ExitError/ }),
    () => ({ what: { do: 'wait', ms: 300 }, timeout: 100, wanted: TIMED_OUT }),
    (n) => ({ what: { do: 'wait', ms: n % 50 }, wanted: /waited|Runtime.ExitError/ }),
    () => ({ what: { do: 'raw', hex: 'ffff' }, timeout: 200, wanted: TIMED_OUT }),
    () => ({ what: { do: 'raw', hex: '0000000003000000' }, wanted: /Runtime.ProtocolError|Runtime.ExitError/ }),
    () => ({ what: { do: 'later', ms: 0 }, wanted: /later|Runtime.ExitError/ }),
    () => ({ what: { do: 'large', size: 6_500_000 }, wanted: /ResponseSizeTooLarge|Runtime.ExitError/ }),
    () => ({ what: { do: 'error' }, wanted: /TypeError|Runtime.ExitError/ }),
];

for (const slots of [1, 4]) {
    test(`everything goes wrong by turns, ${slots} at a time: each invocation is answered once`, async ({ start, kind }) => {
        const s = await start({ env: { AWS_LAMBDA_MAX_CONCURRENCY: String(slots) } });
        const roll = dice(7 + slots);
        const one = async () => {
            for (let i = 0; i < (kind.slow ? 15 : 40) / slots; i++) {
                const { what, wanted, timeout = 10_000 } = roll(3) ? DEEDS[roll(DEEDS.length)](roll(5000)) : { what: 'plain', wanted: /plain|Runtime.ExitError/ };
                const answer = await s.invoke(what, { timeout });
                // A worker that ends before a stream's first byte is told of in the trailers alone.
                const told = answer.body || answer.trailers?.['lambda-runtime-function-error-type'] || '';
                like(JSON.stringify(what), told, wanted);
            }
        };
        await Promise.all(Array.from({ length: slots }, one));
        for (let i = 0; i < 6; i++) like('after it', (await s.invoke('plain')).body, /plain|Runtime.ExitError/);
        equal('the last one', (await s.invoke('plain')).body, 'plain');
        equal('refused', s.api.refused, []);
    });
}
