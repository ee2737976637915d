// Thousands of invocations through one bootstrap: memory and descriptors stay what they were.

import { equal, test } from './harness.mjs';

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
    for (let i = 0; i < 20; i++) await s.invoke(JSON.stringify({ do: 'exit', code: 1 }));
    const restarted = await measure();
    equal('after restarts', restarted.parents, before.parents);
    equal('refused', s.api.refused, []);
});
