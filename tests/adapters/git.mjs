// Templates from other machines: over git's own protocol and https, from friends and foes, with Ctrl-C
// in the middle. What hostile trees hold is tested by tests/unit/test_git.c; here is how they travel.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:https';
import { createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { equal, expect, pluto, program, test, until } from './harness.mjs';

const port = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));

async function freePort() {
    const server = createSocketServer();
    const number = await port(server);
    await new Promise((done) => server.close(done));
    return number;
}

// git's own server for what lies in `root`/served; gives the URL.
async function daemon(t) {
    const number = await freePort();
    const child = t.start('git', ['daemon', '--reuseaddr', '--export-all', '--listen=127.0.0.1', `--port=${number}`, '--verbose',
        `--base-path=${t.root}/served`, `${t.root}/served`]);
    await until('git daemon', () => child.text.includes('Ready to rumble'));
    return `git://127.0.0.1:${number}`;
}

const template = `mkdir -p served/r/starters/api/src && cd served/r && git init -q -b main . &&
git config user.name T && git config user.email t@example.com &&
cat >starters/api/src/index.ts <<'END'
${program}END
echo '{"name":"x"}' >starters/api/package.json && echo hi >README.md && git add . && git commit -qm one && git tag v1 &&
git checkout -q -b next && echo next >starters/api/next.txt && git add . && git commit -qm two && git checkout -q main`;

const left = (t) => readdirSync(join(t.root, 'tmp'));
const make = (t, source) => t.run(['new', 'app', '--yes', '--template', source]);

export async function gitTests() {
    await test('a folder of a repository of another machine, at a branch, a tag, a commit', async (t) => {
        t.sh(template);
        const url = await daemon(t);
        for (const [ref, next] of [['', false], ['#v1', false], ['#next', true], [`#${t.sh('git -C served/r rev-parse next')}`, true]]) {
            expect(make(t, `${url}/r${ref}:starters/api`), 0);
            equal(`next.txt at ${ref}`, existsSync(join(t.root, 'app/next.txt')), next);
            equal('the program', readFileSync(join(t.root, 'app/src/index.ts'), 'utf8'), program);
            equal('its own history', t.sh('git -C app log --oneline | wc -l'), '1');
            equal('nothing else', existsSync(join(t.root, 'app/README.md')) && readFileSync(join(t.root, 'app/README.md'), 'utf8') === 'hi\n', false);
            equal('left in TMPDIR', left(t), []);
            t.sh('rm -rf app');
        }
        expect(make(t, `${url}/r#none`), 3, 'no branch or tag `none`');
        expect(make(t, `${url}/none`), 3, 'cannot fetch');
        equal('left behind', [left(t), existsSync(join(t.root, 'app'))], [[], false]);
    });

    await test('what a foe serves is refused, and nothing of it stays', async (t) => {
        t.sh(`${template} && ln -s /etc/passwd starters/api/link && git add . && git commit -qm link`);
        t.sh(`mkdir served/s && cd served/s && git init -q -b main . && b=$(echo x | git hash-object -w --stdin) &&
            h=$(printf '100755 blob %s\\tpost-checkout\\n' $b | git mktree) && h=$(printf '040000 tree %s\\thooks\\n' $h | git mktree) &&
            h=$(printf '040000 tree %s\\t.GIT\\n' $h | git mktree) &&
            git -c user.name=T -c user.email=t update-ref refs/heads/main $(git -c user.name=T -c user.email=t commit-tree -m x $h)`);
        const url = await daemon(t);
        expect(make(t, `${url}/r:starters/api`), 3, 'symbolic link');
        expect(make(t, `${url}/s`), 3, 'taken for `.git`');
        equal('left behind', [left(t), existsSync(join(t.root, 'app'))], [[], false]);
    });

    await test('a repository that is too large is given up while it comes', async (t) => {
        t.sh(`mkdir -p served/r && cd served/r && git init -q -b main . && git config core.compression 0 &&
            for i in 1 2 3 4 5 6 7 8; do head -c 10000000 /dev/urandom >big && git add big &&
            git -c user.name=T -c user.email=t commit -qm $i; done && git rm -q big && echo x >small && git add small &&
            git -c user.name=T -c user.email=t commit -qm small`);
        const url = await daemon(t);
        expect(make(t, `${url}/r`), 3, 'larger than 64 MB', 'repository of its own');
        equal('left behind', [left(t), existsSync(join(t.root, 'app'))], [[], false]);
    });

    await test('Ctrl-C while a server does not answer leaves nothing behind', async (t) => {
        const held = [];
        const server = createSocketServer((socket) => { held.push(socket); socket.on('error', () => {}); });
        const number = await port(server);
        for (const signal of ['SIGINT', 'SIGTERM']) {
            held.length = 0;
            const child = t.start(pluto, ['new', 'app', '--yes', '--template', `git://127.0.0.1:${number}/r`]);
            await until('the connection', () => held.length > 0 && left(t).length > 0);
            child.kill(signal);
            const end = await child.ended;
            if (end.signal !== signal && end.code !== 130 && end.code !== 3) throw new Error(`${signal}: ${JSON.stringify(end)} ${child.text}`);
            equal('left behind', [left(t), existsSync(join(t.root, 'app'))], [[], false]);
            held[0].resume(); // its end is seen only by who reads
            await until('the end of the fetch', () => held[0].readableEnded || held[0].destroyed);
        }
        server.close();
    });

    await test('a certificate that nobody vouches for is not taken', async (t) => {
        t.sh('openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>&1');
        let asked = 0;
        const server = createServer({ key: readFileSync(join(t.root, 'key.pem')), cert: readFileSync(join(t.root, 'cert.pem')) },
            (request, response) => { asked++; response.end(); });
        const number = await port(server);
        const child = t.start(pluto, ['new', 'app', '--yes', '--template', `https://localhost:${number}/r`]);
        const { code } = await child.ended;
        equal('exit', code, 3);
        if (!/certificate/i.test(child.text) || !child.text.includes('vouches for that host')) throw new Error(`should speak of the certificate: ${child.text}`);
        equal('requests', asked, 0);
        equal('left behind', [left(t), existsSync(join(t.root, 'app'))], [[], false]);
        server.close();
    });

    await test('what could run something is no template', async (t) => {
        for (const source of ['ext::sh -c touch% ran', '--upload-pack=touch ran', 'http://127.0.0.1/r', 'https://u:p@127.0.0.1/r'])
            expect(t.run(['new', 'app', '--yes', `--template=${source}`]), 2, 'is no template');
        equal('left behind', [left(t), existsSync(join(t.root, 'app')), existsSync(join(t.root, 'ran'))], [[], false, false]);
    });

    await test('settings of the user neither run nor redirect anything', async (t) => {
        t.sh(`${template}`);
        const url = await daemon(t);
        // Of the user alone: git's own server would obey some of these.
        t.sh(`mkdir user && set() { git config --file user/.gitconfig "$@"; } &&
            for k in core.fsmonitor core.sshCommand core.gitProxy core.askPass credential.helper uploadpack.packObjectsHook; do
            set $k "touch $PWD/ran"; done && set url."ext::sh -c touch%20ran %S".insteadOf git:// && set protocol.ext.allow always &&
            mkdir -p tpl/hooks && printf '#!/bin/sh\\ntouch %s/ran\\n' "$PWD" | tee tpl/hooks/post-checkout >tpl/hooks/post-commit &&
            chmod +x tpl/hooks/* && set init.templateDir "$PWD/tpl" && set core.hooksPath "$PWD/tpl/hooks"`);
        const words = ['new', 'app', '--yes', '--template', `${url}/r:starters/api`];
        expect(t.run(words, { env: { HOME: join(t.root, 'user') } }), 0);
        equal('ran', existsSync(join(t.root, 'ran')), false);
    });
}
