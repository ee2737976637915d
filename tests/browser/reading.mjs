// Reading: what the panel shows of nodes and edges, sources, the list, and paper.
import { equal, has, node, ok, settled, text, until } from './harness.mjs';
import { graph, program } from './graphs.mjs';

async function nodeTests(t, file) {
    await t.test('a node: source, uses, permissions, environment, CloudFormation', async () => {
        const page = await t.open(file);
        await page.locator(node('Function/summary')).click();
        await settled(page);
        const all = await text(page, '#panel');
        for (const part of ['summary', 'public function URL', 'index.ts:8:1', 'Uses', 'invoke', 'endpointName', 'dynamodb:GetItem',
            'KVStoreNotes.Arn', 'because of get', 'PLUTO_KVSTORE_NOTES_AWS_TABLE_NAME', 'AWS::Lambda::Function']) has('panel', all, part);
        await page.locator('#panel summary', { hasText: 'AWS::IAM::Role' }).click();
        has('template', await text(page, '#panel details[open] .code'), '"AssumeRolePolicyDocument"');
        ok('coloured', (await page.locator('#panel details[open] .t-key').count()) > 5);
        await t.shot(page, 'node');
        await page.getByRole('button', { name: /^because of get: Function summary calls get/ }).click();
        equal('leads to the edge', await text(page, '#panel h2'), 'summary → notes');
        await page.getByRole('button', { name: 'Close details' }).click();
        equal('closed', await page.locator('#panel').isHidden(), true);
    });
    await t.test('arguments are shown', async () => {
        const page = await t.open(file, { hash: '#node=SageMaker%2Fllama' });
        has('panel', await text(page, '#panel'), '"instanceType": "ml.g5.2xlarge"');
    });
}

async function edgeTests(t, file) {
    await t.test('calls and reads between the same two are one line, which tells them apart', async () => {
        const page = await t.open(file, { hash: '#edge=read,Function%2Fsummary,SageMaker%2Fllama' });
        equal('kinds', await text(page, '#panel header .kind span'), 'Call, Late value');
        equal('both', (await page.locator('#panel .use h3').allInnerTexts()).map((s) => s.replace('\n', ' ')), ['invoke call', 'endpointName late value']);
        const line = page.locator('g.edge.selected');
        equal('one line', [await line.count(), await line.getAttribute('data-type'), (await line.getAttribute('data-edges')).split(' ').length], [1, 'call', 2]);
        has('words', await line.getAttribute('aria-label'), 'Function summary calls invoke and reads endpointName of SageMaker llama');
        await page.locator('#panel .ends .link').first().click();
        has('in the uses', (await page.locator('#panel .row.call').allInnerTexts()).join(), 'reads endpointName');
    });
    await t.test('an edge: evidence across files step by step, the grant, its statement and variables', async () => {
        const page = await t.open(file, { hash: '#edge=call,Function%2Fsummary,KVStore%2Fnotes' });
        const all = await text(page, '#panel');
        for (const part of ['get', 'dynamodb:GetItem on table/KVStoreNotes', 'calls read', 'index.ts:10:43', 'calls notes.get', 'notes.ts:5:37',
            '"Effect": "Allow"', 'PLUTO_KVSTORE_NOTES_AWS_TABLE_NAME']) has('panel', all, part);
        equal('steps', await page.locator('#panel .steps > li').count(), 2);
        equal('the marked words', await page.locator('#panel .steps mark').allInnerTexts(), ['read', 'notes.get']);
        equal('the lines', await page.locator('#panel .steps .here .no').allInnerTexts(), ['10', '5']);
        await t.shot(page, 'edge');
        await page.locator('#panel .place', { hasText: 'notes.ts' }).click();
        equal('the whole file', await text(page, '#dialog h2'), 'notes.ts');
        equal('its lines', await page.locator('#dialog .line').count(), program['notes.ts'].split('\n').length);
        has('highlighted', await text(page, '#dialog .t-comment'), 'Where notes are kept');
        ok('here', await page.locator('#dialog .here mark').isVisible());
        await t.axe(page, 'a file open');
        await page.keyboard.press('Escape');
        equal('closed', await page.locator('#dialog').isVisible(), false);
        equal('the panel is still there', await page.locator('#panel').isVisible(), true);
    });
    await t.test('a click on a line opens the edge', async () => {
        const page = await t.open(file);
        const at = await page.evaluate(() => {
            const { g } = pluto.scene.edges.get('call,Function%2Fsummary,KVStore%2Fnotes'), path = g.querySelector('path');
            const p = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
            return { x: p.x, y: p.y };
        });
        await page.mouse.click(at.x, at.y + 3);
        equal('edge', await text(page, '#panel h2'), 'summary → notes');
    });
    await t.test('source text is shown as it is, whatever it holds', async () => {
        const page = await t.open(file);
        const got = await page.evaluate(() => {
            const text = 'const a = `x ${`y ${1}`} {` / 2; // `\nconst r = /[/"]`/g, s = "\\"<b>";\n/* open';
            return { lines: pluto.tokens(text).map((l) => l.map((t) => t[1]).join('')).join('\n') === text,
                kinds: pluto.tokens(text)[1].filter((t) => t[0] === 'string').map((t) => t[1]) };
        });
        equal('tokens', got, { lines: true, kinds: ['/[/"]`/g', '"\\"<b>"'] });
    });
}

async function listTests(t, file) {
    await t.test('the list has everything and opens details', async () => {
        const page = await t.open(file);
        await page.keyboard.press('l');
        const counts = await page.evaluate(() => [pluto.data.nodes.length, pluto.data.edges.length]);
        equal('rows', await page.locator('#list table').evaluateAll((all) => all.map((x) => x.tBodies[0].rows.length)), counts);
        equal('the graph is away', await page.locator('#stage').isHidden(), true);
        for (const part of ['dynamodb:GetItem', 'notes.ts:5:37', 'calls notes.get']) has('list', await text(page, '#list'), part);
        await t.axe(page, 'list');
        await page.locator('#list').getByRole('button', { name: 'summary', exact: true }).click();
        equal('details', await text(page, '#panel h2'), 'summary');
        await page.keyboard.press('l');
        equal('the graph again', await page.locator('#stage').isVisible(), true);
    });
}

async function paperTests(t, file) {
    await t.test('on paper: the whole graph and the list, no controls, light', async () => {
        const page = await t.open(file, { scheme: 'dark', hash: '#node=Function%2Fsummary' });
        await page.click('#in');
        await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
        await page.emulateMedia({ media: 'print' });
        for (const gone of ['#bar .search', '#zoom', '#panel', '.tools']) equal(gone, await page.locator(gone).isVisible(), false);
        const svg = await page.locator('#stage > svg').boundingBox();
        ok('the whole graph', svg.x >= 0 && svg.width <= 1280);
        ok('the list', await page.locator('#list table').nth(1).isVisible());
        equal('light', await page.evaluate(() => document.documentElement.dataset.theme), 'light');
        const pdf = await page.pdf({ format: 'A4', landscape: true });
        ok('pages', pdf.length > 10000 && pdf.subarray(0, 5).toString() === '%PDF-');
        await page.emulateMedia({ media: 'screen' });
        await page.evaluate(() => dispatchEvent(new Event('afterprint')));
        equal('dark again', await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
    });
}

// What differs between two graphs, told from the marks.
async function changeTests(t) {
    const after = graph(20), before = structuredClone(after), gone = 'KVStore/store0-1', fresh = 'KVStore/store0-2';
    const without = (g, id) => {
        g.resources = g.resources.filter((r) => r.id !== id);
        g.edges = g.edges.filter((e) => e.to !== id);
    };
    without(after, gone);
    without(before, fresh);
    before.resources.find((r) => r.id === 'KVStore/store0-0').arguments = { options: { note: 'x' } };
    const file = t.page('changed', { graph: after, before });
    await t.test('a comparison: marks in the picture, in words, in the panel and as a filter', async () => {
        for (const [id, mark, words] of [[gone, 'removed', 'This goes away'], [fresh, 'added', 'This is new'], ['KVStore/store0-0', 'changed', 'differs: options']]) {
            const page = await t.open(file, { hash: `#node=${encodeURIComponent(id)}` });
            has('panel', await text(page, '#panel'), words);
            equal('badge', await text(page, '#panel .badge'), mark);
            has('label', await page.locator(node(id)).getAttribute('aria-label'), mark);
            equal('source of what is gone', (await text(page, '#panel')).includes('was at '), mark === 'removed');
            await t.axe(page, mark);
        }
        const page = await t.open(file, { scheme: 'dark' });
        await page.click('#filter');
        await page.getByRole('checkbox', { name: 'Only what changes' }).check();
        const shown = await page.locator('g.node:not(.gone)').evaluateAll((all) => all.map((g) => g.dataset.id));
        ok('all that changes', [gone, fresh, 'KVStore/store0-0'].every((id) => shown.includes(id)));
        ok('nothing else', !shown.includes('KVStore/store0-3'));
        await t.axe(page, 'dark');
        await t.shot(page, 'changed');
    });
}

const back = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

async function themeTests(t, file) {
    await t.test('the theme follows the system or the reader, and the picture follows the page', async () => {
        const page = await t.open(file, { scheme: 'dark' });
        const fill = () => page.evaluate(() => getComputedStyle(document.querySelector('g.node text')).fill);
        const dark = [await back(page), await fill()];
        await page.click('#theme');
        const light = [await back(page), await fill()];
        ok('page and picture change', dark[0] !== light[0] && dark[1] !== light[1]);
        await page.click('#theme');
        equal('dark by choice', [await back(page), await fill()], dark);
        await page.emulateMedia({ colorScheme: 'light' });
        equal('and it stays', [await back(page), await fill()], dark);
        await page.reload();
        await until('remembered', () => back(page), (b) => b === dark[0]);
        await page.click('#theme');
        equal('as the system', [await back(page), await fill()], light);
    });
}

export async function reading(t) {
    const file = t.page('program', { files: program });
    await nodeTests(t, file);
    await edgeTests(t, file);
    await listTests(t, file);
    await paperTests(t, file);
    await paperTests(t, t.page('sixty', { graph: graph(60) }));
    await themeTests(t, file);
    await changeTests(t);
}
