// `pluto graph` as a command that draws: formats by name and by the file's ending, --from with and without a
// folder, --open with a desktop, with a browser of one's own, and with neither.

import fs from 'node:fs';
import path from 'node:path';

import { REPO, runPluto } from '../golden/cases.mjs';
import { scratch } from './programs.mjs';

const STARTS = {
    text: /^app \(dev\)/, json: /^\{\s+"version":\s+1/, dot: /^digraph/, mermaid: /^flowchart LR/,
    svg: /^<svg /, html: /^<!doctype html>/i,
};
const ENDINGS = { svg: 'svg', html: 'html', htm: 'html', dot: 'dot', gv: 'dot', mmd: 'mermaid', mermaid: 'mermaid', json: 'json', txt: 'text', other: 'text' };

function project() {
    const folder = scratch('app');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'index.ts'), [
        'import { Function, KVStore } from "@plutolang/pluto";',
        'const notes = new KVStore("notes");',
        'new Function(async (id: string) => notes.get(id), "find");', ''].join('\n'));
    return folder;
}

// A program that writes its arguments to a file, under a name of its own in a folder of its own.
function opener(name, status = 0) {
    const bin = scratch(`bin-${name}-${status}`), log = path.join(bin, 'log');
    fs.mkdirSync(bin, { recursive: true });
    fs.writeFileSync(path.join(bin, name), `#!/bin/sh\necho out\nprintf '%s\\n' "$#" "$@" > '${log}'\nexit ${status}\n`);
    fs.chmodSync(path.join(bin, name), 0o755);
    return { bin, log, said: () => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8') : null) };
}

async function formats(run, count, cwd) {
    for (const [format, start] of Object.entries(STARTS)) {
        const r = await run(['graph', '--format', format]);
        count(`--format ${format}`, r.status === 0 && start.test(r.stdout) && r.stderr === '', r.stdout.slice(0, 80));
    }
    for (const [ending, format] of Object.entries(ENDINGS)) {
        const r = await run(['graph', '-o', `out.${ending}`]);
        const file = path.join(cwd, `out.${ending}`);
        const same = fs.existsSync(file) && fs.readFileSync(file, 'utf8') === (await run(['graph', '-f', format])).stdout;
        count(`.${ending} is ${format}`, r.status === 0 && r.stdout === '' && same);
    }
    const named = await run(['graph', '-o', 'named.svg', '-f', 'dot']);
    count('--format wins over the ending', named.status === 0 && STARTS.dot.test(fs.readFileSync(path.join(cwd, 'named.svg'), 'utf8')));
    for (const [args, words] of [
        [['-f', 'markdown'], 'comparisons only'], [['-o', 'x.md'], 'comparisons only'],
        [['-f', 'dot', '--open'], 'opens pictures'], [['-o', 'x.json', '--open'], 'opens pictures']]) {
        const r = await run(['graph', ...args]);
        count(`graph ${args.join(' ')} is wrong usage`, r.status === 2 && r.stderr.includes(words) && !fs.existsSync(path.join(cwd, 'x.md')), r.stderr);
    }
}

async function from(run, count, cwd) {
    await run(['graph', '-o', 'arch.json']);
    for (const format of Object.keys(STARTS)) {
        const direct = await run(['graph', '-f', format]);
        const read = await run(['graph', '--from', 'arch.json', '-f', format]);
        const page = format === 'html'; // with the program at hand it shows the program's lines
        count(`--from arch.json is the same ${format}`, read.status === 0 && (page ? STARTS.html.test(read.stdout) : read.stdout === direct.stdout), read.stderr);
    }
    fs.writeFileSync(path.join(cwd, 'pluto.yml'), 'name: app\nstacks:\n  - name: dev\n');
    const both = await run(['graph', '.', '--from', 'arch.json', '-f', 'svg']);
    count('--from with DIR', both.status === 0 && STARTS.svg.test(both.stdout), both.stderr);
    fs.writeFileSync(path.join(cwd, 'pluto.yml'), 'name: app\nstacks: 3\n');
    const settings = await run(['graph', '.', '--from', 'arch.json']);
    count('--from with a DIR whose settings are wrong', settings.status === 1 && settings.stderr.includes('pluto.yml'), settings.stderr);
    fs.rmSync(path.join(cwd, 'pluto.yml'));
    const gone = await run(['graph', '--from', 'gone.json']);
    count('--from a file that is not there', gone.status === 3 && gone.stderr.includes('gone.json'), gone.stderr);
    fs.writeFileSync(path.join(cwd, 'wrong.json'), '{"version":1}');
    const wrong = await run(['graph', '--from', 'wrong.json', '-o', 'wrong.svg']);
    count('--from what is no graph', wrong.status === 1 && wrong.stderr.includes('P0507') && !fs.existsSync(path.join(cwd, 'wrong.svg')), wrong.stderr);
}

async function open(run, count, cwd) {
    const real = fs.realpathSync(cwd);
    const usual = path.join(real, '.pluto/dev/graph.html');
    const desktop = opener('xdg-open');
    const r = await run(['graph', '--open'], { PATH: desktop.bin, BROWSER: '' });
    count('--open: a page, with xdg-open', r.status === 0 && desktop.said() === `1\n${usual}\n` && STARTS.html.test(fs.readFileSync(usual, 'utf8')), `${r.stderr} ${desktop.said()}`);
    count('--open says so on the standard error alone', r.stdout === '' && r.stderr.includes('graph.html'), r.stdout);
    const mac = opener('open');
    const svg = await run(['graph', '--open', '-f', 'svg'], { PATH: mac.bin, BROWSER: '' });
    count('--open: an svg, with open', svg.status === 0 && mac.said() === `1\n${usual.replace('.html', '.svg')}\n`, `${svg.stderr} ${mac.said()}`);
    const own = opener('my-browser');
    const odd = "a b;touch hacked;$(touch hacked)'.svg";
    const named = await run(['graph', '--open', '-o', odd], { PATH: '/nowhere', BROWSER: `${own.bin}/my-browser:lynx` });
    count('--open: $BROWSER, without a shell', named.status === 0 && own.said() === `1\n${path.join(real, odd)}\n` && !fs.existsSync(path.join(cwd, 'hacked')), `${named.stderr} ${own.said()}`);
    const none = await run(['graph', '--open'], { PATH: '/nowhere', BROWSER: '' });
    count('--open without a desktop', none.status === 3 && none.stderr.includes('xdg-open') && none.stderr.includes('.pluto/dev/graph.html'), none.stderr);
    const failing = opener('xdg-open', 4);
    const failed = await run(['graph', '--open'], { PATH: failing.bin, BROWSER: '' });
    count('--open where the opener fails', failed.status === 3 && failing.said() !== null && failed.stderr.includes('.pluto/dev/graph.html'), failed.stderr);
    const absent = await run(['graph', '--open'], { PATH: desktop.bin, BROWSER: '/nowhere/browser' });
    count('--open: $BROWSER that is not there', absent.status === 3 && absent.stderr.includes('/nowhere/browser'), absent.stderr);
}

export async function check({ pluto, count }) {
    const cwd = project();
    // The program is started by its full path, so PATH is the opener's alone.
    const run = (args, env = {}) => runPluto(pluto, args, { cwd, env });
    await formats(run, count, cwd);
    await from(run, count, cwd);
    await open(run, count, cwd);
    const example = await runPluto(pluto, ['graph', path.join(REPO, 'examples/llama2-chat'), '-f', 'svg'], { cwd });
    count('a folder elsewhere', example.status === 0 && STARTS.svg.test(example.stdout));
}
