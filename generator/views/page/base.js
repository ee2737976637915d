// The floor that the other scripts stand on: making elements, saying things to screen readers, and
// telling each other what happened. Each script is a function of its own and shares `page` alone.
//
// Invariant: text of the program becomes text nodes and attributes, never markup.
(function (page) {
'use strict';

const SVG = 'http://www.w3.org/2000/svg';

// Properties that start with `on` are listeners; null and false leave an attribute out.
function fill(element, properties, children) {
    for (const [name, value] of Object.entries(properties || {})) {
        if (value === null || value === undefined || value === false) continue;
        if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
        else element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== ''));
    return element;
}

page.el = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);
page.shape = (tag, properties, ...children) => fill(document.createElementNS(SVG, tag), properties, children);
page.at = (id) => document.getElementById(id);

// ---- Events: what one script announces to all others -------------------------------------------

const listeners = new Map();

page.on = (name, listener) => {
    if (!listeners.has(name)) listeners.set(name, []);
    listeners.get(name).push(listener);
};
page.emit = (name) => {
    for (const listener of listeners.get(name) || []) listener();
};

// ---- What people notice ------------------------------------------------------------------------

page.say = (words) => {
    page.at('said').textContent = words;
};

let fading = 0;
page.notice = (words) => {
    const notice = page.at('notice');
    notice.textContent = words;
    notice.hidden = !words;
    clearTimeout(fading);
    page.say(words);
    if (words) fading = setTimeout(() => { notice.hidden = true; }, 4000);
};

page.still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
page.narrow = () => matchMedia('(max-width: 760px)').matches;
page.count = (n, one, many) => `${n} ${n === 1 ? one : many || one + 's'}`;
})(globalThis.pluto = {});
