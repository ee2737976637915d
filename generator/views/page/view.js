// The camera over the picture: pan, zoom, fit, and gliding to a place.
//
// Input: pointer, wheel and touch on the stage. Output: one CSS transform on the <svg>.
// Invariant: a frame writes that transform and reads no layout; the stage's size comes from an
// observer. So a thousand nodes move as easily as five.
(function (page) {
'use strict';

const LEAST = 0.2, MOST = 4;
const READABLE = 0.55;
const MARGIN = 32;
const SETTLE = 160; // ms without movement after which the picture is drawn sharp again

const stage = page.at('stage'), scale = page.at('scale');
const camera = { x: 0, y: 0, k: 1 };
const size = { width: 0, height: 0 };
let svg = null;
let scene = { width: 1, height: 1 };
let frame = 0, settle = 0, glide = 0;
let whole = true; // the reader looks at all of it, and has not moved since

// ---- Drawing -----------------------------------------------------------------------------------

function draw() {
    frame = 0;
    if (!svg) return;
    svg.style.transform = `translate(${camera.x}px, ${camera.y}px) scale(${camera.k})`;
    const far = camera.k < 0.28 ? 'far' : camera.k < 0.5 ? 'mid' : 'near';
    if (stage.dataset.distance !== far) stage.dataset.distance = far;
    const percent = `${Math.round(camera.k * 100)} %`;
    if (scale.textContent !== percent) {
        scale.textContent = percent;
        scale.setAttribute('aria-label', `${percent}, zoom to 100 %`);
    }
}

// While it moves, the compositor shifts a texture; at rest it is drawn anew at the right sharpness.
function moved() {
    if (!svg) return;
    if (!frame) frame = requestAnimationFrame(draw);
    if (!settle) svg.style.willChange = 'transform';
    clearTimeout(settle);
    settle = setTimeout(() => {
        settle = 0;
        svg.style.willChange = '';
    }, SETTLE);
}

const least = () => Math.min(LEAST, fitted().k);
const clamp = (k) => Math.max(least(), Math.min(MOST, k));

// At least a corner of the picture stays in sight.
function keep() {
    const edge = 80;
    camera.x = Math.min(size.width - edge, Math.max(edge - scene.width * camera.k, camera.x));
    camera.y = Math.min(size.height - edge, Math.max(edge - scene.height * camera.k, camera.y));
}

function place(to) {
    Object.assign(camera, to);
    keep();
    moved();
}

function stop() {
    cancelAnimationFrame(glide);
    glide = 0;
}

function touch() {
    stop();
    whole = false;
}

function glideTo(to) {
    stop();
    if (page.still()) return place(to);
    const from = { ...camera }, start = performance.now(), time = 220;
    const step = (now) => {
        const t = Math.min(1, Math.max(0, (now - start) / time)), e = 1 - (1 - t) ** 3;
        place({
            x: from.x + (to.x - from.x) * e,
            y: from.y + (to.y - from.y) * e,
            k: from.k + (to.k - from.k) * e,
        });
        glide = t < 1 ? requestAnimationFrame(step) : 0;
    };
    glide = requestAnimationFrame(step);
}

// ---- What others call --------------------------------------------------------------------------

// The part of the stage that the panel leaves free.
function free() {
    const panel = page.at('panel');
    if (panel.hidden) return { ...size };
    if (page.narrow()) return { width: size.width, height: size.height * 0.45 };
    return { width: Math.max(200, size.width - 480), height: size.height };
}

function fitted(box = { x: 0, y: 0, width: scene.width, height: scene.height }, most = 1.25) {
    const room = free();
    const k = Math.min((room.width - 2 * MARGIN) / box.width, (room.height - 2 * MARGIN) / box.height, most);
    const safe = Math.max(k, 0.02);
    return {
        k: safe,
        x: (room.width - box.width * safe) / 2 - box.x * safe,
        y: (room.height - box.height * safe) / 2 - box.y * safe,
    };
}

function zoomAt(k, x, y) {
    const next = clamp(k);
    place({ x: x - (x - camera.x) * (next / camera.k), y: y - (y - camera.y) * (next / camera.k), k: next });
}

// The first sight: all of it where that can be read, else the left upper corner, as wide as it goes.
function begin() {
    const all = fitted(), k = Math.max(all.k, Math.min(0.8, (size.width - 2 * MARGIN) / scene.width));
    whole = k < READABLE || all.k >= READABLE * 0.8;
    Object.assign(camera, whole ? all : { k, x: Math.max(MARGIN, (size.width - scene.width * k) / 2), y: MARGIN });
}

page.view = {
    camera,
    fit() {
        whole = true;
        glideTo(fitted());
    },
    // There is more or less room than before: who looks at the whole goes on doing so.
    refit: () => whole && page.view.fit(),
    zoom: (factor) => { touch(); zoomAt(camera.k * factor, size.width / 2, size.height / 2); },
    scale: (k) => { touch(); zoomAt(k, size.width / 2, size.height / 2); },
    pan: (dx, dy) => { touch(); place({ x: camera.x + dx, y: camera.y + dy }); },
    // Moves no further than it takes to have the box in sight, and near enough to be read.
    reveal(box) {
        if (whole && fitted().k >= READABLE) return page.view.fit();
        whole = false;
        const room = free(), k = Math.max(camera.k, READABLE);
        const large = box.width * k > room.width - 2 * MARGIN || box.height * k > room.height - 2 * MARGIN;
        if (large) return glideTo(fitted(box, k));
        const middle = k !== camera.k;
        const left = box.x * k + camera.x, top = box.y * k + camera.y;
        const inside = left >= MARGIN && top >= MARGIN && left + box.width * k <= room.width - MARGIN
            && top + box.height * k <= room.height - MARGIN;
        if (!middle && inside) return undefined;
        return glideTo({
            k,
            x: room.width / 2 - (box.x + box.width / 2) * k,
            y: room.height / 2 - (box.y + box.height / 2) * k,
        });
    },
    // Takes a picture; `keepPlace`: it replaces one, and the camera stays where it is.
    show(picture, keepPlace) {
        stop();
        svg = picture;
        const box = svg.viewBox.baseVal;
        scene = { width: (box && box.width) || 1, height: (box && box.height) || 1 };
        svg.setAttribute('width', scene.width);
        svg.setAttribute('height', scene.height);
        if (!size.width) measure(); // from then on the observer does: asking would wait for a layout
        if (!keepPlace) begin();
        else if (whole) Object.assign(camera, fitted());
        draw();
    },
};

function measure() {
    size.width = stage.clientWidth;
    size.height = stage.clientHeight;
}

// ---- Pointers ----------------------------------------------------------------------------------

const pointers = new Map();
let travelled = 0, spread = 0;

function pinch() {
    const [a, b] = [...pointers.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, d: Math.hypot(a.x - b.x, a.y - b.y) || 1 };
}

const local = (event) => ({ x: event.clientX - page.origin.x, y: event.clientY - page.origin.y });

function down(event) {
    if (event.button !== 0) return;
    const corner = stage.getBoundingClientRect(); // once a gesture, not once a frame
    page.origin = { x: corner.left, y: corner.top };
    pointers.set(event.pointerId, local(event));
    if (pointers.size === 1) travelled = 0;
    if (pointers.size === 2) spread = pinch().d;
    stop();
}

function move(event) {
    const last = pointers.get(event.pointerId);
    if (!last) return;
    const before = pointers.size === 2 ? pinch() : null;
    const now = local(event);
    pointers.set(event.pointerId, now);
    if (before) {
        whole = false;
        const after = pinch();
        place({ x: camera.x + after.x - before.x, y: camera.y + after.y - before.y });
        zoomAt(camera.k * (after.d / before.d), after.x, after.y);
        travelled += Math.abs(after.d - spread) + 5;
        return;
    }
    travelled += Math.abs(now.x - last.x) + Math.abs(now.y - last.y);
    if (travelled < 5) return;
    whole = false;
    // Captured late, so that a plain click still reaches the node under it.
    if (!stage.hasPointerCapture(event.pointerId)) stage.setPointerCapture(event.pointerId);
    stage.classList.add('dragged');
    place({ x: camera.x + now.x - last.x, y: camera.y + now.y - last.y });
}

function up(event) {
    setTimeout(() => { travelled = 0; }); // after the click that ends the gesture
    pointers.delete(event.pointerId);
    if (!pointers.size) stage.classList.remove('dragged');
}

function wheel(event) {
    event.preventDefault();
    touch();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? size.height : 1;
    if (event.ctrlKey || event.metaKey) {
        const corner = stage.getBoundingClientRect();
        zoomAt(camera.k * Math.exp(-event.deltaY * unit * 0.006), event.clientX - corner.left, event.clientY - corner.top);
    } else {
        place({ x: camera.x - event.deltaX * unit, y: camera.y - event.deltaY * unit });
    }
}

page.origin = { x: 0, y: 0 };
page.dragging = () => travelled >= 5;

stage.addEventListener('pointerdown', down);
stage.addEventListener('pointermove', move);
stage.addEventListener('pointerup', up);
stage.addEventListener('pointercancel', up);
stage.addEventListener('wheel', wheel, { passive: false });
stage.addEventListener('scroll', () => stage.scrollTo(0, 0)); // focus must not scroll what the camera moves
page.at('in').addEventListener('click', () => page.view.zoom(1.25));
page.at('out').addEventListener('click', () => page.view.zoom(0.8));
page.at('scale').addEventListener('click', () => page.view.scale(1));
page.at('fit').addEventListener('click', () => page.view.fit());
new ResizeObserver(() => {
    measure();
    if (svg && whole && size.width) place(fitted());
}).observe(stage);
})(globalThis.pluto);
