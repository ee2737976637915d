// For everybody: axe-core in every state, the keyboard alone, words for screen readers, narrow screens.
import { camera, equal, has, node, ok, settled, text } from './harness.mjs';
import { graph, program } from './graphs.mjs';

const SIZES = [[1280, 800], [390, 844]];
const active = (page) => page.evaluate(() => document.activeElement.dataset.id || document.activeElement.id || document.activeElement.className.baseVal
    || document.activeElement.className || document.activeElement.tagName);

async function axeTests(t, files) {
    for (const [name, file, hashes] of files) {
        for (const scheme of ['light', 'dark']) {
            for (const [width, height] of SIZES) {
                await t.test(`axe-core finds nothing: ${name}, ${scheme}, ${width} wide`, async () => {
                    for (const hash of ['', ...hashes]) {
                        const page = await t.open(file, { scheme, width, height, hash });
                        await settled(page);
                        await t.axe(page, hash || 'closed');
                        await t.shot(page, `${name}-${scheme}-${width}${hash ? `-${hash.slice(1, 5)}` : ''}`);
                    }
                });
            }
        }
    }
    await t.test('axe-core finds nothing: filters, search, keys', async () => {
        const page = await t.open(files[0][1]);
        await page.fill('#query', 'kv');
        await t.axe(page, 'search');
        await page.click('#filter');
        await t.axe(page, 'filters');
        await page.keyboard.press('Escape');
        await page.click('#keys');
        await t.axe(page, 'keys');
        await t.shot(page, 'keys');
    });
}

async function keyTests(t, file) {
    await t.test('by keyboard alone: skip link, arrows, Enter, Esc, edges', async () => {
        const page = await t.open(file);
        await page.keyboard.press('Tab');
        equal('first', await active(page), 'skip');
        await page.keyboard.press('Enter');
        const first = await active(page);
        ok('a node', first.includes('/'));
        const seen = new Set([first]);
        for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowLeft', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowRight']) {
            await page.keyboard.press(key);
            seen.add(await active(page));
        }
        ok(`arrows reach several nodes (${seen.size})`, seen.size >= 4);
        equal('one node in the order of Tab', await page.locator('g.node[tabindex="0"]').count(), 1);
        await page.locator(node('Function/summary')).focus();
        await page.keyboard.press('Enter');
        equal('Enter opens, and focus is in the details', await active(page), 'panel-title');
        await page.keyboard.press('Escape');
        equal('Esc closes, and focus is back', [await page.locator('#panel').isHidden(), await active(page)], [true, 'Function/summary']);
        await page.evaluate(() => document.querySelector('g.edge[tabindex="0"]').focus());
        const edge = await page.evaluate(() => document.activeElement.getAttribute('aria-label'));
        has('an edge of it', edge, 'Function summary');
        await page.keyboard.press('ArrowDown');
        ok('the next edge', edge !== await page.evaluate(() => document.activeElement.getAttribute('aria-label')));
        await page.keyboard.press('Enter');
        has('opens', await text(page, '#panel h2'), 'summary →');
        await page.keyboard.press('Escape');
        await page.keyboard.press('ArrowRight');
        ok('its end', ['KVStore/notes', 'SageMaker/llama'].includes(await active(page)));
    });
    await t.test('a path by keyboard', async () => {
        const page = await t.open(file);
        await page.locator(node('Router/api')).focus();
        await page.keyboard.press('p');
        has('said', await text(page, '#said'), 'Path from Router api');
        await page.locator(node('KVStore/notes')).focus();
        await page.keyboard.press('Enter');
        equal('path', await text(page, '#panel h2'), 'api → notes');
    });
    await t.test('Tab comes through everything and out again', async () => {
        const page = await t.open(file, { hash: '#node=Function%2Fsummary' });
        const seen = [];
        for (let i = 0; i < 60; i++) {
            await page.keyboard.press('Tab');
            seen.push(await active(page));
        }
        for (const stop of ['skip', 'query', 'filter', 'listed', 'theme', 'keys', 'stage', 'in', 'fit', 'link']) {
            ok(`Tab reaches ${stop}: ${seen.join(' ')}`, seen.some((s) => s === stop || s.includes('link')));
        }
    });
}

async function wordTests(t, file, large) {
    await t.test('labels in words', async () => {
        const page = await t.open(file);
        const label = await page.locator(node('Function/summary')).getAttribute('aria-label');
        for (const part of ['summary, Function, public URL', 'calls get of KVStore notes', 'reads endpointName of SageMaker llama']) has('node', label, part);
        const edges = await page.locator('g.edge').evaluateAll((all) => all.map((g) => g.getAttribute('aria-label')));
        ok('edge', edges.includes('Router api starts Function api-get-notes-id on get /notes/:id'));
        has('graph', await page.locator('#stage').getAttribute('aria-label'), '5 resources');
    });
    await t.test('without motion, the camera jumps', async () => {
        const page = await t.open(large, { reducedMotion: 'reduce' });
        await page.keyboard.press('0');
        await page.keyboard.press('f');
        const at = await camera(page);
        await settled(page);
        equal('at once', at, await camera(page));
    });
}

async function narrowTests(t, file) {
    await t.test('narrow: the panel is a sheet below, and can grow', async () => {
        const page = await t.open(file, { width: 390, height: 844, hash: '#node=Function%2Fsummary' });
        const panel = await page.locator('#panel').boundingBox();
        equal('below', [panel.x, panel.width, Math.round(panel.y + panel.height)], [0, 390, 844]);
        const box = await page.locator(node('Function/summary')).boundingBox();
        ok('the node is above it', box.y + box.height < panel.y);
        await page.getByRole('button', { name: 'Larger or smaller' }).click();
        ok('grows', (await page.locator('#panel').boundingBox()).height > panel.height + 100);
        equal('nothing is wider than the screen', await page.evaluate(() => document.documentElement.scrollWidth), 390);
    });
}

export async function access(t) {
    const file = t.page('program', { files: program });
    const middle = t.page('sixty', { graph: graph(60) });
    const large = t.page('thousand', { graph: graph(1000) });
    await axeTests(t, [
        ['program', file, ['#node=Function%2Fsummary', '#edge=call,Function%2Fsummary,KVStore%2Fnotes', '#path=Router%2Fapi~KVStore%2Fnotes']],
        ['sixty', middle, ['#node=Router%2Fapi0']],
    ]);
    await t.test('axe-core finds nothing: a thousand nodes', async () => {
        const page = await t.open(large);
        await t.axe(page, 'closed');
        await t.shot(page, 'thousand');
    });
    await keyTests(t, file);
    await wordTests(t, file, large);
    await narrowTests(t, file);
}
