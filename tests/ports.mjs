// Ports for servers that cannot choose one themselves.
//
// They lie below those that the system gives to whoever asks for any, and to connections that go out: between
// a look at a port and its use nobody gets it by chance.
import fs from 'node:fs';
import net from 'node:net';

const FIRST = 15_000, LAST = 30_000;
const [given] = fs.readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
const end = given > FIRST + 1000 ? Math.min(given, LAST) : LAST;

const listens = (port) => new Promise((done) => {
    const server = net.createServer().on('error', () => done(null)).listen(port, '127.0.0.1', () => done(server));
});

// The first of `count` free ports in a row.
export async function freePort(count = 1) {
    for (;;) {
        const port = FIRST + Math.floor(Math.random() * (end - FIRST - count));
        const servers = await Promise.all(Array.from({ length: count }, (_, i) => listens(port + i)));
        await Promise.all(servers.map((server) => server && new Promise((done) => server.close(done))));
        if (servers.every(Boolean)) return port;
    }
}
