// A page that is being watched over: it redraws itself when the program was saved, and says so when
// the program does not compile.
//
// Input: server-sent events from the page's own origin: `page` (there is a new version at /) and
// `problem` (a JSON string; empty: it is gone). Invariant: what the reader has open, chosen, typed and
// where the camera stands outlives a redraw; the last good picture stays under a problem.
(function (page) {
'use strict';

const problem = page.at('problem');
let asked = 0;

function showProblem(text) {
    problem.hidden = !text;
    problem.replaceChildren(...(text ? [page.el('h2', null, 'This does not compile'), page.el('pre', { tabindex: '0' }, text)] : []));
}

async function redraw() {
    const mine = ++asked;
    const response = await fetch('/', { cache: 'no-store' });
    const text = await response.text();
    if (mine !== asked || !response.ok) return; // a newer one is on its way
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    const svg = fresh.querySelector('#stage > svg'), data = fresh.getElementById('data');
    if (svg && data) page.swap(document.importNode(svg, true), data.textContent, fresh.title);
}

// Focus goes to what has the same name in the new picture.
function focused() {
    const item = page.scene.byElement.get(document.activeElement);
    if (!item) return () => undefined;
    return () => {
        const again = item.data ? page.scene.nodes.get(item.id) : page.lineAt(item.key);
        if (again) again.g.focus({ preventScroll: true });
    };
}

page.swap = (svg, json, title) => {
    const refocus = focused();
    page.redrawing = true;
    page.read(json);
    page.forgetSources();
    document.title = title;
    page.scene.svg.replaceWith(svg);
    page.start(svg, true);
    page.refreshPanel();
    page.redrawing = false;
    refocus();
    page.say('The graph was drawn anew');
};

page.listen = () => {
    if (!page.data.live) return;
    const events = new EventSource('/events');
    events.addEventListener('page', () => redraw().catch(() => page.notice('The new version could not be read')));
    events.addEventListener('problem', (event) => showProblem(JSON.parse(event.data)));
    events.addEventListener('error', () => page.at('bar').classList.add('away'));
    events.addEventListener('open', () => page.at('bar').classList.remove('away'));
};
})(globalThis.pluto);
