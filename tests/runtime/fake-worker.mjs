// A worker that does what an event tells it to, the wrong things too: {"do": "exit", "code": 3}. An event that is
// not such JSON comes back as it was. It speaks frames with nothing between, unlike the real worker.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';

const slots = Number(process.env.PLUTO_SLOTS);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const block = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function frame(type, payload = '') {
    const bytes = Buffer.from(payload);
    const header = Buffer.alloc(8);
    header.writeUInt32LE(bytes.length, 0);
    header[4] = type;
    return Buffer.concat([header, bytes]);
}

const json = (type, message) => JSON.stringify({ errorType: type, errorMessage: message, trace: [] });

const deeds = {
    head: (s, { head }) => s.write(frame(4, head)),
    pid: (s) => s.write(frame(4, JSON.stringify({ pid: process.pid, slots, env: process.env, options: process.execArgv }))),
    size: (s, { payload }) => s.write(frame(4, String(payload.length))),
    large: (s, { size }) => s.write(frame(4, Buffer.alloc(size, 97))),
    error: (s, { behind }) => s.write(frame(5, json('TypeError', 'not so') + (behind ?? ''))),
    exit: (s, { code }) => process.exit(code),
    signal: (s, { name }) => process.kill(process.pid, name),
    abort: () => process.abort(),
    hold: async (s, { sign }) => {
        while (!fs.existsSync(sign)) await wait(5);
        s.write(frame(4, 'held'));
    },
    wait: async (s, { ms }) => {
        await wait(ms);
        s.write(frame(4, 'waited'));
    },
    spin: (s, { ms }) => {
        block(ms);
        s.write(frame(4, 'spun'));
    },
    later: (s, { ms }) => {
        s.write(frame(4, 'later'));
        setTimeout(() => process.exit(7), ms);
    },
    close: (s) => {
        fs.closeSync(3);
        wait(100000);
    },
    // Leaves a process behind that holds the socket.
    orphan: (s, { code }) => {
        spawn('sleep', ['20'], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 3] });
        setTimeout(() => process.exit(code), 50);
    },
    // Bytes as they are, in hexadecimal.
    raw: (s, { hex, after }) => {
        s.write(Buffer.from(hex, 'hex'));
        if (after) setTimeout(() => s.write(Buffer.from(after, 'hex')), 50);
    },
    stream: async (s, { parts, type = 'text/plain', pause = 0, end = 'end', code = 0 }) => {
        s.write(frame(6, type));
        for (const part of parts) {
            if (!s.write(frame(7, part))) await new Promise((resolve) => s.once('drain', resolve));
            if (pause) await wait(pause);
        }
        if (end === 'end') s.write(frame(8));
        else if (end === 'error') s.write(frame(9, json('RangeError', 'half way')));
        else if (end === 'long') s.write(frame(9, JSON.stringify({ errorType: 'E', errorMessage: 'ü"'.repeat(5000), trace: ['x'.repeat(9000)] })));
        else if (end === 'exit') process.exit(code);
    },
    flood: async (s, { size }) => {
        const part = frame(7, Buffer.alloc(256 * 1024, 98));
        s.write(frame(6, 'application/octet-stream'));
        for (let at = 0; at < size; at += 256 * 1024) if (!s.write(part)) await new Promise((resolve) => s.once('drain', resolve));
        s.write(frame(8));
    },
    descriptors: (s) => {
        const mine = fs.readdirSync('/proc/self/fd').length;
        const parents = fs.readdirSync(`/proc/${process.ppid}/fd`).length;
        const status = fs.readFileSync(`/proc/${process.ppid}/status`, 'utf8');
        const rss = Number(/VmRSS:\s*(\d+)/.exec(status)[1]);
        s.write(frame(4, JSON.stringify({ mine, parents, rss })));
    },
};

function obey(socket, payload) {
    const headSize = payload.readUInt32LE(0);
    const head = payload.subarray(4, 4 + headSize).toString('utf8');
    const event = payload.subarray(4 + headSize);
    let told;
    try {
        told = JSON.parse(event.toString('utf8'));
    } catch {
        return socket.write(frame(4, event));
    }
    const deed = deeds[told?.do];
    return deed ? deed(socket, { ...told, head, payload: event }) : socket.write(frame(4, event));
}

function listen(fd) {
    const socket = new net.Socket({ fd, readable: true, writable: true });
    let pending = Buffer.alloc(0);
    socket.on('data', (bytes) => {
        pending = pending.length ? Buffer.concat([pending, bytes]) : bytes;
        while (pending.length >= 8 && pending.length >= 8 + pending.readUInt32LE(0)) {
            const size = pending.readUInt32LE(0);
            const payload = pending.subarray(8, 8 + size);
            pending = pending.subarray(8 + size);
            obey(socket, payload);
        }
    });
    socket.on('end', () => process.exit(0));
    socket.on('error', () => process.exit(0));
    return socket;
}

const life = JSON.parse(process.env.FAKE_LIFE ?? '{}');
if (life.log) console.log(life.log);
if (life.term) process.on('SIGTERM', () => {
    console.log('the worker was told to end');
    process.exit(0);
});
const sockets = Array.from({ length: slots }, (_, i) => listen(3 + i));
if (life.once) {
    // Only the first worker behaves like this.
    if (fs.existsSync(life.once)) life.load = 0;
    else fs.writeFileSync(life.once, '');
}
if (life.load) await wait(life.load);
if (life.after && fs.existsSync(life.after)) process.exit(9); // all but the first worker
if (life.after) fs.writeFileSync(life.after, '');
if (life.second) {
    // Only the second one cannot load; where there is a sign for that, it waits for it.
    const born = fs.existsSync(life.second) ? fs.readFileSync(life.second).length : 0;
    fs.appendFileSync(life.second, 'x');
    if (born === 1) {
        while (life.sign && !fs.existsSync(life.sign)) await wait(5);
        process.exit(9);
    }
}
if (life.exit !== undefined) process.exit(life.exit);
if (life.initError) {
    sockets[0].write(frame(2, JSON.stringify({ errorType: life.initError, errorMessage: 'cannot', trace: ['at x'] })), () => process.exit(1));
} else if (life.raw) {
    sockets[0].write(Buffer.from(life.raw, 'hex'));
} else {
    sockets[0].write(frame(1));
}
if (life.die) setTimeout(() => process.exit(6), life.die);
