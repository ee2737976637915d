// Light, dark, or as the reader's system has it.
//
// The page's own colours follow `data-theme` at the root. The picture's follow the media query in its
// style sheet: its rules are switched on or off, so that the picture needs to know nothing of us.
(function (page) {
'use strict';

const NAMES = ['auto', 'light', 'dark'];
const WORDS = { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' };
const ICONS = {
    auto: ['M8 2a6 6 0 1 0 0 12z', 'M8 2a6 6 0 0 1 0 12'],
    light: ['M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6', 'M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1'],
    dark: ['M13.5 9.5A6 6 0 1 1 6.5 2.5a5 5 0 0 0 7 7z'],
};
const STORE = 'pluto-theme';
const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');
let chosen = 'auto';
let printing = false;

const dark = () => !printing && (chosen === 'dark' || (chosen === 'auto' && system.matches));

function setRules(rules, isDark) {
    for (const rule of rules) {
        if (!rule.media) continue;
        const text = rule.wanted || rule.media.mediaText;
        if (!/prefers-color-scheme/.test(text)) continue;
        rule.wanted = text;
        rule.media.mediaText = /dark/.test(text) === isDark ? 'all' : 'not all';
    }
}

function apply() {
    root.dataset.theme = dark() ? 'dark' : 'light';
    root.style.colorScheme = dark() ? 'dark' : 'light';
    for (const style of page.scene ? page.scene.svg.querySelectorAll('style') : []) {
        if (style.sheet) setRules(style.sheet.cssRules, dark());
    }
    const button = page.at('theme');
    button.setAttribute('aria-label', WORDS[chosen]);
    button.title = WORDS[chosen];
    button.replaceChildren(page.shape('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true', class: chosen },
        ICONS[chosen].map((d) => page.shape('path', { d }))));
}

function choose(name) {
    chosen = NAMES.includes(name) ? name : 'auto';
    apply();
}

// A browser may forbid storage to files: the choice then lasts as long as the page.
function stored(value) {
    try {
        if (value === undefined) return localStorage.getItem(STORE);
        localStorage.setItem(STORE, value);
    } catch { /* nothing is lost but the memory of it */ }
    return null;
}

page.theme = {
    apply,
    printing(on) {
        printing = on;
        apply();
    },
    next() {
        choose(NAMES[(NAMES.indexOf(chosen) + 1) % NAMES.length]);
        stored(chosen);
        page.say(WORDS[chosen]);
    },
};

system.addEventListener('change', apply);
page.at('theme').addEventListener('click', page.theme.next);
choose(stored());
})(globalThis.pluto);
