// The start: reads the data, binds the picture, opens what the address names.
(function (page) {
'use strict';

// What belongs to one picture; the first time and after each redraw.
page.start = (svg, again) => {
    page.bind(svg, again);
    page.addToggles();
    page.theme.apply();
    page.settleFocus();
    page.updateFilters();
    page.fillFilters();
    page.searchAgain();
    const { project, stack, edges } = page.data;
    page.at('project').replaceChildren(project, ' ', page.el('span', null, stack));
    page.at('counts').textContent = `${page.count(page.scene.nodes.size, 'resource')} · ${page.count(edges.length, 'edge')}`;
};

page.read(page.at('data').textContent);
page.start(page.at('stage').querySelector('svg'), false);
page.say('');
page.redrawing = true; // a link opens its place at once, without a glide
page.arrive();
page.redrawing = false;
const { node, edge, path } = page.state();
const box = node || edge ? page.boxOf(page.scene.nodes.get(node) || page.scene.edges.get(edge))
    : path && page.pathBox(path);
if (box) page.view.reveal(box);
document.documentElement.dataset.ready = 'yes';
page.listen();
})(globalThis.pluto);
