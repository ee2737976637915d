// Whole deployments as somebody: roles, tokens, other accounts, and keys that somebody else renews while it works. The
// account is that of tests/fakecfn, by its real host names, over TLS.

import fs from 'node:fs';
import { App } from '../deploy/harness.mjs';
import { startFake } from '../fakecfn/fake.mjs';
import { check, equal, test } from './harness.mjs';

const role = (name, account = '123456789012') => `arn:aws:iam::${account}:role/${name}`;
const ONE_FUNCTION = `import { Function } from "@plutolang/pluto";\nnew Function(async (text: string) => text, "writer");\n`;

// Nobody's keys are in the environment, but what `env` says.
function deploying(name, options, body) {
    test(name, async () => {
        const fake = await startFake({ timings: { default: 2, ...options.timings } });
        const app = new App(fake, options.files);
        const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, ...open } = fake.env({ proxy: true });
        app.env = (more) => ({ PATH: process.env.PATH, HOME: app.home, PLUTO_AWS_POLL_MS: '40', ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '', ...open, ...more });
        try {
            await body(app, fake, `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`);
            equal('faults of the fake', fake.bugs.map(String), []);
        } finally {
            fs.rmSync(app.root, { recursive: true, force: true });
            await fake.close();
        }
    });
}

const said = (run) => `${run.out}${run.err}`;
const ends = (run, code, status) => check('it ends', run.code === code && run.last?.status === status, said(run).slice(-1500));
const hosts = (fake) => [...new Set(fake.requests.filter((r) => r.service === 'sts').map((r) => r.host))];

deploying('a deployment by a chain of roles, each at the STS of the region', {}, async (app, fake, keys) => {
    app.write({ 'home/.aws/config': `[profile top]\nrole_arn = ${role('top')}\nsource_profile = middle\nexternal_id = of-top\n`
        + `[profile middle]\nrole_arn = ${role('middle')}\nsource_profile = base\nrole_session_name = ada\n`, 'home/.aws/credentials': `[base]\n${keys}` });
    fake.assumable.set(role('top'), { externalId: 'of-top' });
    ends(await app.deploy('--profile', 'top'), 0, 'created');
    equal('roles that were assumed', fake.count('AssumeRole'), 2);
    equal('where', hosts(fake), ['sts.us-east-1.amazonaws.com']);
});

deploying("a deployment into another account, by pluto.yml's role", { files: { 'pluto.yml': `stacks:\n  - name: dev\n    account: "210987654321"\n    roleArn: ${role('deployer', '210987654321')}\n    externalId: theirs\n` } }, async (app, fake, keys) => {
    app.write({ 'home/.aws/credentials': `[default]\n${keys}` });
    fake.assumable.set(role('deployer', '210987654321'), { externalId: 'theirs' }).set(role('other'), {});
    const refused = await app.deploy('--role-arn', role('other'));
    ends(refused, 9, 'refused');
    check('why', said(refused).includes('the credentials are of account 123456789012, but the stack `dev` belongs into 210987654321'), said(refused));
    fake.assumable.get(role('deployer', '210987654321')).externalId = 'another';
    const denied = await app.deploy();
    ends(denied, 7, 'denied');
    check('why', said(denied).includes('AWS did not let `arn:aws:iam::210987654321:role/deployer` be assumed: AccessDenied'), said(denied));
});

deploying('a deployment by a token, as in continuous integration', {}, async (app, fake) => {
    app.write({ token: 'ey.J0.abc' });
    fake.webTokens.set('ey.J0.abc', {});
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: `${app.root}/token`, AWS_ROLE_ARN: role('ci'), AWS_ROLE_SESSION_NAME: 'run-7' };
    ends(await app.run(['deploy', '--yes', '--json'], { env }), 0, 'created');
    check('one token, one role', fake.count('AssumeRoleWithWebIdentity') === 1 && fake.count('AssumeRole') === 0);
    fake.webTokens.get('ey.J0.abc').expired = true;
    const ended = await app.run(['deploy', '--yes', '--json'], { env });
    ends(ended, 7, 'denied');
    check('what to do', said(ended).includes('the token has ended: whoever writes it has to renew it'), said(ended));
});

deploying('keys that end while it works, and that somebody renews in their file', { files: { 'src/index.ts': ONE_FUNCTION }, timings: { 'AWS::Lambda::Function': 800 } }, async (app, fake) => {
    const issue = (id, seconds) => {
        fake.addCredentials(id, { secret: `secret-of-${id}`, token: `token-of-${id}`, expires: Date.now() + seconds * 1000 });
        app.write({ 'home/.aws/credentials': `[default]\naws_access_key_id = ${id}\naws_secret_access_key = secret-of-${id}\naws_session_token = token-of-${id}\n` });
    };
    issue('ASIAFIRST00000000001', 60);
    const run = app.start(['deploy', '--yes', '--json']);
    while (!fake.count('ExecuteChangeSet') && run.child.exitCode === null) await new Promise((go) => setTimeout(go, 20));
    issue('ASIASECOND0000000002', 3600);
    fake.credentials.get('ASIAFIRST00000000001').expires = 1;
    const end = await run.exit;
    ends(end, 0, 'created');
    check('no secret', !said(end).includes('secret-of') && !said(end).includes('token-of'), said(end));
});

deploying('warnings of what is odd come with a deployment', {}, async (app, fake, keys) => {
    app.write({ 'home/.aws/credentials': `[one]\n${keys}[two]\n${keys}` });
    const run = await app.run(['deploy', '--yes'], { env: { AWS_PROFILE: 'one', AWS_DEFAULT_PROFILE: 'two' } });
    check('it ends', run.code === 0, said(run));
    check('the warning', said(run).includes('AWS_DEFAULT_PROFILE: says another profile than AWS_PROFILE, which counts'), said(run));
});

// Every file below a folder, but for those where the secrets come from.
function* below(folder) {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
        const name = `${folder}/${entry.name}`;
        if (entry.isDirectory() && entry.name !== '.aws') yield* below(name);
        else if (entry.isFile()) yield name;
    }
}

const WITH_TOKEN = `import { Function } from "@plutolang/pluto";
const token = process.env.API_TOKEN ?? "";
new Function(async (text: string) => text + token.length, { name: "writer", envs: { API_TOKEN: process.env.API_TOKEN ?? "" } });
`;

deploying('no command, however much it tells, says or keeps a secret', { files: { 'src/index.ts': WITH_TOKEN } }, async (app, fake) => {
    const secrets = ['secret-of-nobody-else', 'token-of-nobody-else', 'value-that-is-given'];
    const id = 'ASIANOBODYELSE000001';
    fake.addCredentials(id, { secret: secrets[0], token: secrets[1], expires: Date.now() + 3600_000 });
    app.write({ 'home/.aws/credentials': `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secrets[0]}\naws_session_token = ${secrets[1]}\n` });
    const env = { API_TOKEN: secrets[2] };
    const tell = async (...words) => {
        const run = await app.run(words, { env });
        for (const secret of secrets) {
            check(`${words.join(' ')} says \`${secret}\``, !said(run).includes(secret), said(run));
            for (const file of below(app.root))
                check(`${words.join(' ')} keeps \`${secret}\` in ${file}`, !fs.readFileSync(file).includes(secret));
        }
        return run;
    };
    equal('a plan', (await tell('deploy', '--plan', '--exit-zero', '--verbose')).code, 0);
    fake.failResource('FunctionWriter', 'no luck');
    equal('a failure', (await tell('deploy', '--yes', '--verbose', '--json')).code, 4);
    fake.faults.clear();
    equal('a deployment', (await tell('deploy', '--yes', '--verbose')).code, 0);
    for (const words of [['deploy', '--plan', '--json', '--verbose'], ['diff', '--json'], ['status', '--json', '--verbose'], ['outputs', '--json'], ['drift', '--json', '--verbose'], ['doctor', '--verbose'], ['doctor', '--json']])
        await tell(...words);
    fake.credentials.get(id).secret = 'another';
    const refused = await tell('status', '--verbose');
    check('refused', refused.code === 7, said(refused));
    fake.credentials.get(id).secret = secrets[0];
    equal('gone', (await tell('destroy', '--yes', '--verbose')).code, 0);
});
