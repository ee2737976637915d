// References: a model that every module uses stands once in full and as a sign in each module.
import { camera, equal, has, node, ok, settled, text, until } from './harness.mjs';

const place = (file, line) => ({ file, line, column: 1 });

// `n` modules, each with a router, three functions and a store; one function of each invokes the model
// and reads its name.
function modules(n) {
    const resources = [{ id: 'SageMaker/shared', kind: 'SageMaker', name: 'shared', arguments: { imageUri: 'x' }, source: place('src/model.ts', 1) }];
    const edges = [];
    const link = (from, to, type, operation, file, more = {}) => edges.push({ from, to, type, operation, ...more, evidence: [{ ...place(file, 9), note: `uses ${operation}` }] });
    for (let m = 0; m < n; m++) {
        const file = `src/part${m}.ts`, router = `Router/api${m}`, store = `KVStore/notes${m}`;
        resources.push({ id: router, kind: 'Router', name: `api${m}`, arguments: {}, source: place(file, 1) },
            { id: store, kind: 'KVStore', name: `notes${m}`, arguments: {}, source: place(file, 2) });
        for (const [i, operation] of ['get', 'post', 'delete'].entries()) {
            const name = `part${m}-${operation}`, id = `Function/${name}`;
            resources.push({ id, kind: 'Function', name, arguments: {}, handler: { ...place(file, 5 + i), export: name }, environment: [], source: place(file, 5 + i) });
            link(router, id, 'trigger', operation, file, { arguments: { path: '/notes' } });
            link(id, store, 'call', operation === 'post' ? 'set' : operation, file);
            if (i === 0) for (const [type, what] of [['call', 'invoke'], ['read', 'endpointName']]) link(id, 'SageMaker/shared', type, what, file);
        }
    }
    const key = (e) => [e.from, e.to, e.type, e.operation].join('\u0000');
    edges.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    return { version: 1, project: 'parts', stack: 'dev', resources, edges };
}

const MODEL = 'SageMaker/shared', N = 12;
const hash = (page) => page.evaluate(() => location.hash);
const shown = (page) => page.locator('g.ref:not(.gone)').count();
const inside = (page, index) => page.locator(`g.ref >> nth=${index}`);
const apart = (a, b) => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

async function openTests(t, file) {
    await t.test('a click on a reference opens the resource and leaves the camera; a button leads to its place', async () => {
        const page = await t.open(file);
        equal('one a module', await page.locator('g.ref').count(), N);
        equal('each of the model', await page.evaluate(() => new Set([...document.querySelectorAll('g.ref')]
            .map((g) => document.getElementById(g.dataset.of).dataset.id)).size), 1);
        await page.evaluate((i) => pluto.view.reveal([...pluto.scene.refs.values()][i].box), N - 1);
        await settled(page);
        const before = await camera(page);
        await inside(page, N - 1).click();
        equal('address', await hash(page), '#node=SageMaker%2Fshared');
        equal('details', await text(page, '#panel h2'), 'shared');
        await settled(page);
        const ref = await inside(page, N - 1).boundingBox();
        ok('still in sight', ref.x > 0 && ref.x + ref.width < 824 && Math.abs((await camera(page)).k - before.k) < 0.4);
        equal('all its references are marked', await page.locator('g.ref.selected').count(), N);
        await page.getByRole('button', { name: 'Go to its place' }).click();
        await until('in sight', () => page.locator(node(MODEL)).boundingBox(), (b) => b && b.x >= 0 && b.y >= 52 && b.x + b.width <= 824 && b.y + b.height <= 800);
        equal('the same is open', await hash(page), '#node=SageMaker%2Fshared');
        await t.shot(page, 'reference');
    });
    await t.test('pointing at one shows all', async () => {
        const page = await t.open(file);
        await inside(page, 2).hover();
        equal('hot', await page.locator('.ref.hot, .node.hot').count(), N + 1);
        await page.mouse.move(3, 70);
        equal('cold', await page.locator('.hot').count(), 0);
    });
    await t.test('deep links to the resource and to its lines', async () => {
        const page = await t.open(file, { hash: '#node=SageMaker%2Fshared' });
        const box = await page.locator(node(MODEL)).boundingBox();
        ok('in full', box.x > 0 && box.x + box.width < 824);
        const edge = await t.open(file, { hash: '#edge=read,Function%2Fpart7-get,SageMaker%2Fshared' });
        equal('details', await text(edge, '#panel h2'), 'part7-get → shared');
        const seen = await edge.locator('g.edge.selected .line').boundingBox();
        ok('the line, not the way to the model', seen.x > 0 && seen.x + seen.width < 824 && seen.height < 300);
    });
}

async function stateTests(t, file) {
    await t.test('search and paths light the references that belong to them', async () => {
        const page = await t.open(file);
        await page.fill('#query', 'sagemaker shared');
        equal('found: everywhere', [await page.locator('g.node.bright').count(), await page.locator('g.ref.bright').count()], [1, N]);
        await page.fill('#query', '');
        const path = await t.open(file, { hash: '#path=Router%2Fapi3~SageMaker%2Fshared' });
        equal('on the path: one', await path.locator('g.ref.bright').count(), 1);
        equal('in its module', await path.locator('g.ref.bright').getAttribute('data-group'), await path.locator(node('Router/api3')).evaluate((g) =>
            document.getElementById(g.dataset.group).dataset.group || g.dataset.group));
    });
    await t.test('filters: references go with their resource and with those who use it', async () => {
        const page = await t.open(file);
        await page.click('#filter');
        await page.getByRole('checkbox', { name: 'SageMaker' }).uncheck();
        equal('without models', await shown(page), 0);
        await page.getByRole('checkbox', { name: 'SageMaker' }).check();
        await page.selectOption('#only', 'Function/part4-get');
        equal('one function', await shown(page), 1);
        await page.selectOption('#only', 'Function/part4-post');
        equal('one that does not use it', await shown(page), 0);
        await page.getByRole('button', { name: 'Show everything' }).click();
        equal('everything', await shown(page), N);
    });
    await t.test('collapsed groups use their references, which nothing covers', async () => {
        const page = await t.open(file);
        await page.click('#filter');
        await page.getByRole('button', { name: 'Collapse groups' }).click();
        await page.keyboard.press('Escape');
        equal('there', [await shown(page), await page.locator('g.box').count()], [N, N]);
        equal('a line from each box', await page.locator('g.proxy.call').count(), N);
        const [refs, boxes] = [await page.locator('g.ref > rect').all(), await page.locator('g.box > rect:not(.behind)').all()];
        for (const ref of refs) for (const box of boxes) ok('apart', apart(await ref.boundingBox(), await box.boundingBox()));
        await t.axe(page, 'collapsed');
        await t.shot(page, 'references-collapsed');
        await inside(page, 5).click();
        equal('opens', await hash(page), '#node=SageMaker%2Fshared');
        await page.evaluate(() => pluto.collapseAll(false));
        equal('back in their places', await page.locator('g.ref[transform]').count(), 0);
    });
}

async function accessTests(t, file) {
    await t.test('by keyboard: a line leads to its reference, Enter opens the resource, Esc comes back', async () => {
        const page = await t.open(file);
        await page.locator(node('Function/part2-get')).focus();
        await page.evaluate(() => [...document.querySelectorAll('g.edge[data-ref]')].find((g) => g.dataset.from === document.activeElement.id).focus());
        await page.keyboard.press('ArrowRight');
        const label = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
        equal('at the reference', await label(), 'shared, reference to SageMaker shared');
        await page.keyboard.press('ArrowLeft');
        has('back to who uses it', await label(), 'part2-get');
        for (const key of ['ArrowRight', 'ArrowDown', 'ArrowUp', 'ArrowRight']) await page.keyboard.press(key);
        await page.locator('g.ref').nth(2).focus();
        await page.keyboard.press('Enter');
        equal('opened', await page.evaluate(() => document.activeElement.id), 'panel-title');
        equal('what', await hash(page), '#node=SageMaker%2Fshared');
        await page.keyboard.press('Escape');
        equal('closed', [await page.locator('#panel').isHidden(), await page.evaluate(() => document.activeElement.id)], [true, 'r2']);
    });
    await t.test('axe-core finds nothing, light and dark', async () => {
        for (const scheme of ['light', 'dark']) {
            for (const open of ['', '#node=SageMaker%2Fshared']) await t.axe(await t.open(file, { scheme, hash: open }), `${scheme} ${open}`);
        }
    });
    await t.test('on paper the references are there', async () => {
        const page = await t.open(file);
        await page.emulateMedia({ media: 'print' });
        ok('seen', await inside(page, 0).locator('text').isVisible());
    });
}

export async function refs(t) {
    const file = t.page('modules', { graph: modules(N) });
    await openTests(t, file);
    await stateTests(t, file);
    await accessTests(t, file);
}
