// Moving about: pan, zoom, fit, search, filters, groups, paths, links; by mouse, wheel, touch and keys.
import { camera, equal, has, node, ok, settled, text, until } from './harness.mjs';
import { graph, program } from './graphs.mjs';

const SUMMARY = 'Function/summary', NOTES = 'KVStore/notes';
const shown = (page) => page.locator('g.node:not(.gone)').count();
const hash = (page) => page.evaluate(() => location.hash);

async function cameraTests(t, file) {
    await t.test('drag, wheel and keys pan', async () => {
        const page = await t.open(file), before = await camera(page);
        await page.mouse.move(30, 700);
        await page.mouse.down();
        await page.mouse.move(80, 660, { steps: 4 });
        await page.mouse.up();
        const dragged = await camera(page);
        equal('drag', [dragged.x - before.x, dragged.y - before.y], [50, -40]);
        await page.mouse.wheel(10, 20);
        const wheeled = await until('wheel', () => camera(page), (c) => c.y !== dragged.y);
        equal('wheel', [wheeled.x - dragged.x, wheeled.y - dragged.y], [-10, -20]);
        await page.locator('#stage').focus();
        await page.keyboard.press('ArrowRight');
        equal('arrow', (await camera(page)).x - wheeled.x, -60);
        equal('a drag opens nothing', await hash(page), '');
    });
    await t.test('zoom by wheel, buttons and keys, within bounds; fit', async () => {
        const page = await t.open(file), first = await camera(page);
        await page.mouse.move(600, 400);
        await page.keyboard.down('Control');
        await page.mouse.wheel(0, -100);
        await page.keyboard.up('Control');
        const near = await until('zoom', () => camera(page), (c) => c.k > first.k);
        const under = (c) => [(600 - c.x) / c.k, (348 - c.y) / c.k].map(Math.round);
        equal('what was under the pointer stays there', under(near), under(first));
        for (let i = 0; i < 12; i++) await page.click('#in');
        equal('most', (await camera(page)).k, 4);
        equal('shown', await text(page, '#scale'), '400 %');
        for (let i = 0; i < 20; i++) await page.keyboard.press('-');
        ok('least', (await camera(page)).k <= 0.2);
        await page.click('#scale');
        equal('100 %', (await camera(page)).k, 1);
        await page.keyboard.press('f');
        await settled(page);
        const fit = await camera(page);
        equal('fit', [fit.x, fit.y, fit.k].map((n) => n.toFixed(2)), [first.x, first.y, first.k].map((n) => n.toFixed(2)));
    });
    await t.test('two fingers pinch', async () => {
        const page = await t.open(file, { width: 390, height: 844, hasTouch: true, isMobile: true });
        const before = await camera(page), client = await page.context().newCDPSession(page);
        const touch = (type, points) => client.send('Input.dispatchTouchEvent', {
            type, touchPoints: points.map(([x, y], id) => ({ x, y, id })),
        });
        await touch('touchStart', [[150, 400], [250, 400]]);
        for (let i = 1; i <= 5; i++) await touch('touchMove', [[150 - 10 * i, 400], [250 + 10 * i, 400]]);
        await touch('touchEnd', []);
        const after = await until('pinch', () => camera(page), (c) => c.k > before.k * 1.2);
        ok('about twice as near', Math.abs(after.k / before.k - 2) < 0.3);
    });
}

async function searchTests(t, file, large) {
    await t.test('search: by name, kind, operation and file; Enter goes round; Esc clears', async () => {
        const page = await t.open(file);
        await page.keyboard.press('/');
        equal('focus', await page.evaluate(() => document.activeElement.id), 'query');
        for (const [query, least] of [['summary', 1], ['kvstore', 1], ['invoke', 1], ['notes.ts', 2], ['function summ', 1]]) {
            await page.fill('#query', query);
            ok(`${query} is found`, Number(await text(page, '#hits')) >= least);
        }
        await page.fill('#query', 'kvstore notes');
        equal('the rest is dimmed', [await page.locator('svg.dimmed').count(), await page.locator('g.node.bright').count()], [1, 1]);
        has('said', await text(page, '#said'), '1 match');
        await page.keyboard.press('Enter');
        equal('opens it', await hash(page), '#node=KVStore%2Fnotes');
        has('said', await text(page, '#said'), '1 of 1: KVStore notes');
        await page.fill('#query', 'function');
        const all = Number(await text(page, '#hits')), seen = new Set();
        for (let i = 0; i < all; i++) {
            await page.keyboard.press('Enter');
            seen.add(await hash(page));
        }
        equal('each once', seen.size, all);
        await page.keyboard.press('Enter');
        has('round', await text(page, '#hits'), `1/${all}`);
        await page.keyboard.press('Escape');
        equal('cleared', [await page.inputValue('#query'), await page.locator('svg.dimmed').count()], ['', 0]);
        await page.fill('#query', 'nothing of this name');
        has('said', await text(page, '#said'), '0 matches');
    });
    await t.test('search in a thousand nodes brings the match into sight', async () => {
        const page = await t.open(large);
        await page.fill('#query', 'api37-get-item3');
        await page.keyboard.press('Enter');
        const inSight = (b) => b && b.x >= 0 && b.y >= 52 && b.x + b.width <= 824 && b.y + b.height <= 800;
        await until('in sight and readable', () => page.locator(node('Function/api37-get-item3')).boundingBox(), (b) => inSight(b) && b.height > 25);
    });
}

async function filterTests(t, file) {
    await t.test('filters: kinds, and what one function uses', async () => {
        const page = await t.open(file), all = await shown(page);
        await page.click('#filter');
        await page.getByRole('checkbox', { name: 'KVStore' }).uncheck();
        equal('without stores', await shown(page), all - 1);
        equal('their edges go too', await page.locator(`g.edge:not(.gone)[data-to="n${await page.evaluate(() =>
            pluto.data.nodes.findIndex((n) => n.kind === 'KVStore'))}"]`).count(), 0);
        await page.getByRole('checkbox', { name: 'KVStore' }).check();
        await page.selectOption('#only', SUMMARY);
        equal('the function and what it uses', await page.locator('g.node:not(.gone)').evaluateAll((all) => all.map((g) => g.dataset.id).sort()),
            ['Function/summary', 'KVStore/notes', 'SageMaker/llama']);
        has('said', await text(page, '#said'), 'Only what Function summary uses');
        await page.getByRole('button', { name: 'Show everything' }).click();
        equal('everything', await shown(page), all);
        await page.keyboard.press('Escape');
        equal('closed', await page.locator('#filters').isHidden(), true);
        equal('focus goes back', await page.evaluate(() => document.activeElement.id), 'filter');
    });
}

async function groupTests(t, file) {
    await t.test('a group collapses to a box in its place, and edges end at the box', async () => {
        const page = await t.open(file);
        const { label, id } = await page.evaluate(() => {
            const group = [...pluto.scene.groups.values()].find((g) => g.nodes.length > 2);
            return { label: group.label, id: group.id };
        });
        const before = await shown(page), frame = await page.locator(`#${id}`).boundingBox();
        const inside = await page.evaluate((g) => pluto.scene.groups.get(g).nodes.length, id);
        await page.getByRole('button', { name: `Collapse group ${label}`, exact: true }).click();
        equal('its nodes are away', await shown(page), before - inside);
        const box = await page.locator('g.box').boundingBox();
        ok('where its title stood', Math.abs(box.x - frame.x) < 14 && Math.abs(box.y - frame.y) < 14 && box.height < frame.height / 2);
        ok('edges lead there', (await page.locator('g.proxy').count()) > 0);
        has('said', await page.locator('g.box').getAttribute('aria-label'), `Group ${label}, ${inside} resources`);
        await t.shot(page, 'collapsed');
        await page.locator('g.box').press('Enter');
        equal('back again', [await shown(page), await page.locator('g.box, g.proxy').count()], [before, 0]);
    });
    await t.test('all groups collapse and expand; a found node is seen as its box', async () => {
        const page = await t.open(file), before = await shown(page);
        await page.click('#filter');
        await page.getByRole('button', { name: 'Collapse groups' }).click();
        ok('fewer', (await shown(page)) < before);
        await t.axe(page, 'groups collapsed');
        await page.fill('#query', 'api1-get-item3');
        await page.keyboard.press('Enter');
        equal('details', await text(page, '#panel h2'), 'api1-get-item3');
        await settled(page);
        const [halo, box] = [await page.locator('.halo.on').boundingBox(), await page.locator('g.box.bright').boundingBox()];
        ok('the box is marked', Math.abs(halo.x - box.x) < 10 && halo.width > box.width - 10);
        await page.click('#filter');
        await page.click('#filter');
        await page.getByRole('button', { name: 'Expand groups' }).click();
        equal('all', await shown(page), before);
    });
}

async function pathTests(t, file) {
    await t.test('paths: chosen by two clicks, highlighted, listed, turned around, closed', async () => {
        const page = await t.open(file);
        await page.locator(node('Router/api')).click();
        await page.getByRole('button', { name: 'Path from here' }).click();
        ok('asks for the end', await page.locator('#notice').isVisible());
        await page.keyboard.press('f');
        await settled(page);
        await page.locator(node(NOTES)).click();
        equal('address', await hash(page), '#path=Router%2Fapi~KVStore%2Fnotes');
        equal('bright', await page.locator('g.node.bright').evaluateAll((all) => all.map((g) => g.dataset.id).sort()),
            ['Function/api-get-notes-id', 'KVStore/notes', 'Router/api']);
        equal('steps', await page.locator('#panel .steps.path > li').count(), 2);
        await t.shot(page, 'path');
        await page.getByRole('button', { name: 'Turn around' }).click();
        has('no way back', await text(page, '#panel'), 'Nothing leads from');
        has('offers the other', await text(page, '#panel'), 'The other way there is one');
        await page.goBack();
        has('back', await text(page, '#panel h2'), 'api → notes');
        await page.locator('#panel .steps.path button').first().click();
        equal('still bright', await page.locator('g.node.bright').count(), 3);
        await page.keyboard.press('Escape');
        has('the path again', await text(page, '#panel h2'), 'api → notes');
        await page.keyboard.press('Escape');
        equal('all is bright', [await page.locator('svg.dimmed').count(), await page.locator('#panel').isHidden()], [0, true]);
    });
}

async function linkTests(t, file) {
    await t.test('deep links open what they name; back and forward; unknown names do no harm', async () => {
        const page = await t.open(file, { hash: '#node=Function%2Fsummary' });
        equal('title', await text(page, '#panel h2'), 'summary');
        const box = await page.locator(node(SUMMARY)).boundingBox();
        ok('in sight', box.x > 0 && box.x + box.width < 824);
        await page.locator('#panel .row').first().click();
        has('an edge', await hash(page), '#edge=call,Function%2Fsummary,');
        await page.goBack();
        equal('back', await text(page, '#panel h2'), 'summary');
        await page.goForward();
        has('forward', await text(page, '#panel h2'), 'summary → ');
        for (const wrong of ['#node=Function%2Fgone', '#edge=call,x,y', '#path=a~b', '#%', '#node=%E0%A4%A', '#&&=']) {
            const other = await t.open(file, { hash: wrong });
            equal(wrong, await other.locator('#panel').isHidden(), true);
        }
    });
}

export async function moves(t) {
    const file = t.page('program', { files: program });
    const middle = t.page('sixty', { graph: graph(60) });
    const large = t.page('thousand', { graph: graph(1000) });
    await cameraTests(t, file);
    await searchTests(t, file, large);
    await filterTests(t, file);
    await groupTests(t, middle);
    await pathTests(t, file);
    await linkTests(t, file);
}
